package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.config.AddedToken;
import org.clipjava.config.TokenizerConfig.Pieces.Algorithm;
import org.clipjava.config.TokenizerConfig.WordPiece;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.Refusal;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the tensors hold: pieces that write the same tensors and can tokenize, or an error. */
class PieceVocabularyFuzzTest {
    /** @param bytes six tensors, each behind its length in a byte; the last is what is left */
    @MethodSource("inputs")
    @FuzzTest
    void tensors(byte[] bytes) {
        List<byte[]> tensors = new ArrayList<>();
        int at = 0;
        while (tensors.size() < 5) {
            int length = at < bytes.length ? Math.min(bytes[at] & 0xFF, bytes.length - at - 1) : 0;
            tensors.add(
                    Arrays.copyOfRange(bytes, Math.min(at + 1, bytes.length), Math.min(at + 1, bytes.length) + length));
            at += 1 + length;
        }
        tensors.add(at < bytes.length ? Arrays.copyOfRange(bytes, at, bytes.length) : new byte[0]);
        try {
            PieceVocabulary vocabulary = PieceVocabularyTest.parse(tensors);
            assertArrayEquals(tensors.get(4), vocabulary.encodedMerges());
            for (Algorithm algorithm : Algorithm.values()) {
                if (vocabulary.size() > 1 && (algorithm == Algorithm.BPE || vocabulary.hasScores())) {
                    PieceTokenizer tokenizer =
                            new PieceTokenizer(vocabulary, PieceVocabularyTest.config(algorithm, true), 64);
                    TokenSequence sequence = tokenizer.encode("The cats' photo, \u65e5\u672c\u8a9e \u00e9");
                    assertEquals(sequence.length(), tokenizer.tokens(sequence).size());
                    tokenizer.decode(sequence);
                }
            }
            if (vocabulary.size() > 1) {
                WordPieceTokenizer words = new WordPieceTokenizer(
                        vocabulary, new WordPiece(List.of(0), List.of(1), 0, List.of(AddedToken.asWritten(1))), 64);
                words.decode(words.encode("The cats' photo, \u65e5\u672c\u8a9e \u00e9"));
            }
        } catch (ModelFormatException e) {
            Refusal.check(e, "");
        }
    }

    static Stream<byte[]> inputs() throws ModelFormatException {
        PieceVocabulary whole = PieceVocabularyTest.small();
        byte[] map = PieceVocabularyTest.ints(4, 0, 0);
        return Stream.of(new byte[0], packed(whole, new byte[0]), packed(whole, map));
    }

    private static byte[] packed(PieceVocabulary vocabulary, byte[] charsmap) {
        ByteBuffer packed = ByteBuffer.allocate(1024);
        for (byte[] tensor : List.of(
                vocabulary.encodedPieces(),
                vocabulary.encodedEnds(),
                vocabulary.encodedSorted(),
                vocabulary.encodedScores(),
                vocabulary.encodedMerges())) {
            packed.put((byte) tensor.length).put(tensor);
        }
        packed.put(charsmap);
        return Arrays.copyOf(packed.array(), packed.position());
    }
}
