package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.FuzzCorpus;
import org.clipjava.testdata.Refusal;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the tensors hold: a vocabulary that writes the same tensors and can tokenize, or an error. */
class VocabularyFuzzTest {
    /** @param parts tokens behind those of the 256 bytes and before start and end; a byte 0xff, which UTF-8 has not; merges */
    @MethodSource
    @FuzzTest
    void vocabularies(byte[] parts) {
        int end = 0;
        while (end < parts.length && parts[end] != (byte) 0xff) {
            end++;
        }
        byte[] tokens = ByteBuffer.allocate(end + BYTE_TOKENS.length)
                .put(BYTE_TOKENS)
                .put(parts, 0, end)
                .array();
        byte[] merges = ByteBuffer.allocate(Math.max(parts.length - end - 1, 0))
                .put(parts, Math.min(end + 1, parts.length), Math.max(parts.length - end - 1, 0))
                .array();
        try {
            Vocabulary vocabulary = Vocabulary.parse(tokens, merges, 512, 513);
            assertEquals(
                    new String(tokens, StandardCharsets.UTF_8),
                    new String(vocabulary.encodedTokens(), StandardCharsets.UTF_8));
            assertEquals(
                    new String(merges, StandardCharsets.UTF_8),
                    new String(vocabulary.encodedMerges(), StandardCharsets.UTF_8));
            BpeTokenizer tokenizer = new BpeTokenizer(vocabulary, 77);
            TokenSequence sequence = tokenizer.encode("The cats' photo");
            assertEquals(sequence.length(), tokenizer.tokens(sequence).size());
            tokenizer.decode(sequence);
        } catch (ModelFormatException e) {
            Refusal.check(e, "tokenizer.");
        }
    }

    private static final byte[] BYTE_TOKENS = byteTokens();

    private static byte[] byteTokens() {
        StringBuilder lines = new StringBuilder();
        for (String suffix : new String[] {"", Vocabulary.END_OF_WORD}) {
            for (char character : ByteAlphabet.inOrder().toCharArray()) {
                lines.append(character).append(suffix).append('\n');
            }
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    static Stream<byte[]> vocabularies() {
        return FuzzCorpus.with("vocabularies", first());
    }

    private static Stream<byte[]> first() {
        return Stream.of(
                        "<|s|>\n<|e|>\n",
                        "<|s|>\n<|e|>\nth\nthe</w>\ncat\n\u0000t h\nth e</w>\n",
                        "S\u00e9\n\u65e5\n\u0000c a\n",
                        "a")
                .map(text -> {
                    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                    for (int i = 0; i < bytes.length; i++) {
                        bytes[i] = bytes[i] == 0 ? (byte) 0xff : bytes[i];
                    }
                    return bytes;
                });
    }
}
