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

/** RoBERTa's {@code tokenizer.json}, and its older files. */
class ByteLevelFileFuzzTest {
    /**
     * Whatever the bytes: pieces that can tokenize, or an error.
     *
     * @param bytes a {@code tokenizer.json}; or, as {@link FuzzParts} has them, a {@code vocab.json}, a {@code merges.txt} and a
     *     {@code tokenizer_config.json}
     */
    @MethodSource
    @FuzzTest
    void byteLevelFiles(byte[] bytes) {
        FuzzParts parts = FuzzParts.of(bytes, "");
        try {
            JsonFields first = parts.json(0).orElseThrow();
            JsonFields json = parts.size() == 1 ? first : RobertaTokens.json(first, parts.text(1), parts.json(2), "f");
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

    /** The smallest that there can be, older files, and the whole one. */
    static Stream<byte[]> byteLevelFiles() {
        String small = """
                {"added_tokens": [{"id": 256, "content": "<s>", "special": true}, {"id": 259, "content": "x", "lstrip": true}],
                 "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
                 "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 257], "cls": ["<s>", 256]},
                 "model": {"type": "BPE", "vocab": {@, "<s>": 256, "</s>": 257, "at": 258}, "merges": ["a t"]}}
                """;
        String older = "{@, \"<s>\": 256, \"</s>\": 257, \"at\": 258, \"<mask>\": 259}\0#version: 0.2\na t\n";
        return Stream.of(
                small.getBytes(UTF_8),
                FuzzParts.joined(older),
                FuzzParts.joined(older + "\0{\"add_prefix_space\": false}"),
                TokenizerFiles.read("roberta.tokenizer.json"));
    }
}
