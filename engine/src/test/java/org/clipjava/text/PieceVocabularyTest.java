package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.config.PieceRules;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TokenizerConfig.Pieces;
import org.clipjava.config.TokenizerConfig.Pieces.Algorithm;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.CpuTime;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The pieces of a model file, whole and damaged, and tokenizers over them. */
class PieceVocabularyTest {
    private static final List<String> PIECES = List.of("<unk>", "</s>", "\u2581", "a", "ab", "b", "\u2581a", "\u00e9");
    private static final double[] SCORES = {0, 0, -2, -3, -4, -3, -4, -5};

    static PieceVocabulary small() throws ModelFormatException {
        return PieceVocabulary.of(PIECES, List.of(2, 3, 4, 5, 6, 7), SCORES, List.of(), new byte[0]);
    }

    static Pieces config(Algorithm algorithm, boolean byteFallback) {
        return new Pieces(
                algorithm,
                new PieceRules.SentencePiece(true, true),
                TextCleaning.NONE,
                List.of(),
                List.of(1),
                0,
                -15,
                byteFallback,
                List.of());
    }

    static byte[] ints(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asIntBuffer().put(values);
        return buffer.array();
    }

    private static byte[] doubles(double... values) {
        ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asDoubleBuffer().put(values);
        return buffer.array();
    }

    @Test
    void readsTheTensorsThatItWrites() throws ModelFormatException {
        PieceVocabulary written = small();
        PieceVocabulary read = PieceVocabulary.parse(
                written.encodedPieces(),
                written.encodedEnds(),
                written.encodedSorted(),
                written.encodedScores(),
                written.encodedMerges(),
                written.encodedCharsmap());
        for (int id = 0; id < PIECES.size(); id++) {
            assertEquals(PIECES.get(id), read.piece(id));
            assertEquals(id, read.id(PIECES.get(id)).orElseThrow());
        }
        assertArrayEquals(written.encodedSorted(), read.encodedSorted());
        assertArrayEquals(written.encodedScores(), read.encodedScores());
        assertTrue(read.id("c").isEmpty());
        PieceTokenizer tokenizer = new PieceTokenizer(read, config(Algorithm.UNIGRAM, false), 64);
        assertEquals(List.of("\u2581", "ab", "</s>"), tokenizer.tokens(tokenizer.encode(" ab ")));
        assertEquals(List.of("</s>"), tokenizer.tokens(tokenizer.encode("")));
    }

    static Stream<Arguments> damaged() {
        byte[] ab = "ab".getBytes(StandardCharsets.UTF_8);
        byte[] none = {};
        return Stream.of(
                Arguments.of(
                        "ends that go back",
                        List.of(ab, ints(2, 1), none, none, none, none),
                        "tokenizer.piece_ends: id 1: expected a piece of at most 1024 bytes from byte 2 on"),
                Arguments.of(
                        "an end beyond the bytes",
                        List.of(ab, ints(1, 3), none, none, none, none),
                        "tokenizer.piece_ends: id 1:"),
                Arguments.of(
                        "bytes behind the last",
                        List.of(ab, ints(1), none, none, none, none),
                        "tokenizer.piece_ends: expected the last piece to end at byte 2, found 1"),
                Arguments.of(
                        "a piece too long",
                        List.of(new byte[1025], ints(1025), none, none, none, none),
                        "tokenizer.piece_ends: id 0:"),
                Arguments.of(
                        "no UTF-8",
                        List.of(new byte[] {(byte) 0xff}, ints(1), none, none, none, none),
                        "tokenizer.pieces: expected UTF-8"),
                Arguments.of(
                        "an id beyond all",
                        List.of(ab, ints(1, 2), ints(2), none, none, none),
                        "tokenizer.sorted: expected ids below 2, found 2"),
                Arguments.of(
                        "out of order",
                        List.of(ab, ints(1, 2), ints(1, 0), none, none, none),
                        "tokenizer.sorted: expected each piece once and in order, found id 0"),
                Arguments.of(
                        "half an integer",
                        List.of(ab, ints(1, 2), new byte[3], none, none, none),
                        "tokenizer.sorted: expected a multiple of 4 bytes, found 3"),
                Arguments.of(
                        "too few scores",
                        List.of(ab, ints(1, 2), none, doubles(1), none, none),
                        "tokenizer.scores: expected 2, one for each piece, found 1"),
                Arguments.of(
                        "a score that is none",
                        List.of(ab, ints(1, 2), none, doubles(1, Double.NaN), none, none),
                        "tokenizer.scores: expected finite numbers, found NaN"),
                Arguments.of(
                        "a merge of no pieces",
                        List.of(ab, ints(1, 2), none, none, ints(0, 2, 0, 1), none),
                        "tokenizer.merges: merge 0: expected ids below 2, found 0 and 2, which make 1"),
                Arguments.of(
                        "a rank below all",
                        List.of(ab, ints(1, 2), none, none, ints(0, 1, -1, 1), none),
                        "tokenizer.merges: merge 0: expected a rank that makes one token, found -1"),
                Arguments.of(
                        "a rank beyond all",
                        List.of(ab, ints(1, 2), none, none, ints(0, 1, Integer.MAX_VALUE, 1), none),
                        "tokenizer.merges: merge 0: expected a rank that makes one token, found 2147483647"),
                Arguments.of(
                        "a pair twice",
                        List.of(ab, ints(1, 2), none, none, ints(0, 1, 0, 1, 0, 1, 1, 1), none),
                        "tokenizer.merges: merge 1: expected each pair once and in order"),
                Arguments.of(
                        "a table cut short",
                        List.of(ab, ints(1, 2), none, none, none, new byte[3]),
                        "charsmap: expected a double array and replacements, found 3 bytes"),
                Arguments.of(
                        "a table of less than it says",
                        List.of(ab, ints(1, 2), none, none, none, ints(8, 0)),
                        "charsmap: expected a double array and replacements"),
                Arguments.of(
                        "replacements without an end",
                        List.of(ab, ints(1, 2), none, none, none, ints(4, 0, -1)),
                        "charsmap: expected replacements that a zero byte ends"),
                Arguments.of(
                        "replacements without bounds",
                        List.of(ab, ints(1, 2), none, none, none, filled(4000)),
                        "charsmap: expected replacements of at most 255 bytes"));
    }

    private static byte[] filled(int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, 4, size - 1, (byte) 'x');
        return bytes;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damaged")
    void refusesDamage(String name, List<byte[]> tensors, String message) {
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> parse(tensors));
        assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
    }

    static PieceVocabulary parse(List<byte[]> tensors) throws ModelFormatException {
        return PieceVocabulary.parse(
                tensors.get(0), tensors.get(1), tensors.get(2), tensors.get(3), tensors.get(4), tensors.get(5));
    }

    @Tag("thorough")
    @Test
    void takesTimeThatGrowsWithTheText() throws ModelFormatException {
        List<String> pieces = new ArrayList<>(List.of("<unk>", "</s>", "\u2581"));
        for (int length = 1; length <= 16; length++) {
            pieces.add("a".repeat(length));
        }
        List<int[]> merges = new ArrayList<>();
        for (int length = 2; length <= 16; length *= 2) {
            merges.add(new int[] {2 + length / 2, 2 + length / 2, merges.size(), 2 + length});
        }
        double[] scores = new double[pieces.size()];
        Arrays.fill(scores, -1);
        List<Integer> found =
                Stream.iterate(2, id -> id < pieces.size(), id -> id + 1).toList();
        PieceVocabulary vocabulary = PieceVocabulary.of(pieces, found, scores, merges, new byte[0]);
        String text = "a".repeat(1_000_000);
        for (Algorithm algorithm : Algorithm.values()) {
            PieceTokenizer tokenizer = new PieceTokenizer(vocabulary, config(algorithm, false), 64);
            double before = CpuTime.seconds();
            TokenSequence sequence = tokenizer.encode(text);
            double seconds = CpuTime.seconds() - before;
            assertTrue(sequence.truncated());
            assertTrue(seconds < 10, algorithm + ": " + seconds + " s");
        }
    }
}
