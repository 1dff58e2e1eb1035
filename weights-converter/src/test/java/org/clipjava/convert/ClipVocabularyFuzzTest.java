package org.clipjava.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.Refusal;
import org.clipjava.text.BpeTokenizer;
import org.clipjava.text.TokenSequence;
import org.clipjava.text.Vocabulary;
import org.junit.jupiter.params.provider.MethodSource;

/** CLIP's {@code tokenizer.json}, and its older files. */
class ClipVocabularyFuzzTest {
    /**
     * Whatever the bytes: tokens that can tokenize, or an error.
     *
     * @param bytes a {@code tokenizer.json}; or, as {@link FuzzParts} has them, a {@code vocab.json}, a {@code merges.txt}, an
     *     {@code added_tokens.json} and a {@code tokenizer_config.json}
     */
    @MethodSource
    @FuzzTest
    void clipVocabularies(byte[] bytes) {
        FuzzParts parts = FuzzParts.of(bytes, "", "</w>");
        try {
            ClipVocabulary read = parts.size() == 1
                    ? ClipVocabulary.ofTokenizerJson(parts.json(0).orElseThrow())
                    : ClipVocabulary.ofVocabAndMerges(
                            parts.json(0).orElseThrow(), parts.text(1), parts.json(2), parts.json(3), "f");
            for (TextCleaning cleaning : List.of(TextCleaning.NONE, TextCleaning.ORIGINAL)) {
                Vocabulary vocabulary =
                        Vocabulary.parse(read.tokenLines(), read.mergeLines(), read.startToken(), read.endToken());
                TokenizerConfig config = new CheckpointTokens.Clip(read, cleaning).config();
                BpeTokenizer tokenizer = new BpeTokenizer(vocabulary, (TokenizerConfig.ClipBpe) config, 64);
                TokenSequence sequence = tokenizer.encode("The cats' photo, \u65e5\u672c\u8a9e <|endoftext|>");
                assertEquals(sequence.length(), tokenizer.tokens(sequence).size());
                tokenizer.decode(sequence);
            }
        } catch (ModelFormatException e) {
            Refusal.check(e, "");
        }
    }

    static Stream<byte[]> clipVocabularies() {
        String small = """
                {"added_tokens": [{"id": 512, "content": "<|startoftext|>", "special": true, "normalized": true},
                  {"id": 513, "content": "<|endoftext|>", "special": true}, {"id": 515, "content": "x", "rstrip": true}],
                 "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]},
                 "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "ByteLevel"}]},
                 "model": {"type": "BPE", "end_of_word_suffix": "</w>", "merges": ["a t</w>"],
                  "vocab": {@, "<|startoftext|>": 512, "<|endoftext|>": 513, "at</w>": 514}}}
                """;
        String older = "{@, \"<|startoftext|>\": 512, \"<|endoftext|>\": 513, \"at\": 514}\0#version: 0.2\na t\n";
        return Stream.of(
                small.getBytes(UTF_8),
                small.replace("\"a t</w>\"", "[\"a\", \"t</w>\"]").getBytes(UTF_8),
                FuzzParts.joined(older),
                FuzzParts.joined(
                        older + "\0{\"x\": 515}\0{\"added_tokens_decoder\": {\"512\": {\"content\":"
                                + " \"<|startoftext|>\", \"lstrip\": true}, \"516\": {\"content\": \"y\", \"single_word\": true}}}"));
    }
}
