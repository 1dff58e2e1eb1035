package org.clipjava.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.clipjava.config.TextCleaning;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.Refusal;
import org.clipjava.testdata.TokenizerFiles;
import org.clipjava.text.PieceTokenizer;
import org.clipjava.text.TokenSequence;
import org.junit.jupiter.params.provider.MethodSource;

/** RoBERTa's {@code tokenizer.json}. */
class ByteLevelFileFuzzTest {
    /** Whatever the bytes: pieces that can tokenize, or an error. */
    @MethodSource
    @FuzzTest
    void byteLevelFiles(byte[] bytes) {
        try {
            JsonFields json = JsonFields.parse(bytes, "f");
            PieceFile file = MetaClip2.whole(PieceFile.ofTokenizerJson(json), json, TextCleaning.CASED)
                    .file();
            PieceTokenizer tokenizer = new PieceTokenizer(file.vocabulary(), file.config(), 64);
            TokenSequence sequence = tokenizer.encode("The cats' photo, \u65e5\u672c\u8a9e <mask>");
            assertEquals(sequence.length(), tokenizer.tokens(sequence).size());
            tokenizer.decode(sequence);
        } catch (ModelFormatException e) {
            Refusal.check(e, "");
        }
    }

    /** The smallest that there can be, and the whole one. */
    static Stream<byte[]> byteLevelFiles() {
        StringBuilder vocab = new StringBuilder("\"<s>\": 0, \"</s>\": 1");
        int id = 2;
        for (String character : ClipVocabulary.byteCharacters()) {
            String escaped = character.equals("\"") || character.equals("\\") ? "\\" + character : character;
            vocab.append(", \"").append(escaped).append("\": ").append(id++);
        }
        String small = """
                {"added_tokens": [{"id": 0, "content": "<s>", "special": true}, {"id": 259, "content": "x", "lstrip": true}],
                 "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
                 "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0]},
                 "model": {"type": "BPE", "vocab": {%s, "at": 258}, "merges": ["a t"]}}
                """.formatted(vocab);
        return Stream.of(small.getBytes(UTF_8), TokenizerFiles.read("roberta.tokenizer.json"));
    }
}
