package org.clipjava.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.Refusal;
import org.clipjava.testdata.TokenizerFiles;
import org.clipjava.text.TokenSequence;
import org.clipjava.text.WordPieceTokenizer;
import org.junit.jupiter.params.provider.MethodSource;

/** BERT's tokenizers, as {@code tokenizer.json} and as {@code vocab.txt}. */
class WordPieceFileFuzzTest {
    /** Whatever the bytes: pieces that can tokenize, or an error. */
    @MethodSource
    @FuzzTest
    void wordPieceFiles(byte[] bytes) {
        check(bytes);
    }

    static void check(byte[] bytes) {
        try {
            WordPieceFile file = bytes.length > 0 && bytes[0] == '{'
                    ? WordPieceFile.ofTokenizerJson(JsonFields.parse(bytes, "f"))
                    : WordPieceFile.ofLines(new String(bytes, UTF_8), "f");
            WordPieceTokenizer tokenizer = new WordPieceTokenizer(file.vocabulary(), file.config(), 64);
            TokenSequence sequence = tokenizer.encode("The cats' photo, \u65e5\u672c\u8a9e [SEP]");
            assertEquals(sequence.length(), tokenizer.tokens(sequence).size());
            tokenizer.decode(sequence);
        } catch (ModelFormatException e) {
            Refusal.check(e, "");
        }
    }

    static Stream<byte[]> wordPieceFiles() {
        return Stream.of(
                "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ncat\n##s\n".getBytes(UTF_8),
                """
                {"added_tokens": [{"id": 0, "content": "[UNK]", "special": true}, {"id": 5, "content": "x", "lstrip": true}],
                 "normalizer": {"type": "BertNormalizer", "lowercase": false},
                 "pre_tokenizer": {"type": "BertPreTokenizer"},
                 "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
                 "model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "cat": 3, "##s": 4}}}
                """.getBytes(UTF_8),
                TokenizerFiles.read("bert.tokenizer.json"));
    }
}
