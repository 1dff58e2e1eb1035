package org.clipjava.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.clipjava.safetensors.ModelFormatException;

/**
 * The pieces of a SentencePiece vocabulary, their scores or merges, and its table of characters. Immutable and thread-safe.
 *
 * <p>Pieces are no objects but bytes that lie one behind the other, and are found by a search among those that are sorted: so 256,000
 * are there as soon as they are read.
 */
public final class PieceVocabulary {
    /** As the tensors of a model file: their names begin with {@code tokenizer.}, and so do messages. */
    private static final String PIECES = "tokenizer.pieces";

    private static final String ENDS = "tokenizer.piece_ends";
    private static final String SORTED = "tokenizer.sorted";
    private static final String SCORES = "tokenizer.scores";
    private static final String MERGES = "tokenizer.merges";

    /** What stands for a space. */
    static final String MARK = "\u2581";

    /** The longest that is looked for, in bytes; bounds what a character of a text can cost. */
    private static final int LONGEST = 1024;

    private static final int BYTE_TOKEN = "<0x0A>".length();
    private static final String HEX = "0123456789ABCDEF";

    /** Ints of a merge: left, right, rank, result. */
    private static final int MERGE = 4;

    private final byte[] bytes;
    private final int[] ends;
    private final int[] sorted;
    private final double[] scores;
    private final PieceMerges merges;
    private final byte[] charsmapBytes;
    private final Charsmap charsmap;

    /** Where in {@code sorted} those begin whose first byte is so and so, and behind the last. */
    private final int[] firstBytes = new int[257];

    /** By byte: the id of the token that spells it, or -1. */
    private final int[] byteTokens = new int[256];

    private PieceVocabulary(byte[] bytes, int[] ends, int[] sorted, double[] scores, int[] merges, byte[] charsmapBytes)
            throws ModelFormatException {
        this.bytes = bytes;
        this.ends = ends;
        this.sorted = sorted;
        this.scores = scores;
        this.merges = PieceMerges.of(merges, ends.length);
        this.charsmapBytes = charsmapBytes;
        this.charsmap = Charsmap.parse(charsmapBytes);
        checkEnds();
        checkSorted();
        for (double score : scores) {
            if (!Double.isFinite(score)) {
                throw new ModelFormatException(SCORES + ": expected finite numbers, found " + score);
            }
        }
        if (scores.length != 0 && scores.length != ends.length) {
            throw new ModelFormatException(
                    SCORES + ": expected " + ends.length + ", one for each piece, found " + scores.length);
        }
        for (int first = 0; first <= 256; first++) {
            firstBytes[first] = bound(0, sorted.length, 0, first);
        }
        Arrays.fill(byteTokens, -1);
        for (int id = ends.length - 1; id >= 0; id--) {
            int value = spelledByte(id);
            if (value >= 0) {
                byteTokens[value] = id;
            }
        }
    }

    /**
     * A vocabulary from its parts.
     *
     * @param pieces the piece of id 0, 1, …
     * @param found ids of those that are looked for in a text, each once
     * @param scores of each piece; empty for a byte-pair encoding
     * @param merges left, right, rank and result of each merge; empty for unigrams
     * @param charsmap SentencePiece's {@code precompiled_charsmap}, or nothing
     * @throws ModelFormatException if they don't make a vocabulary
     */
    public static PieceVocabulary of(
            List<String> pieces, List<Integer> found, double[] scores, List<int[]> merges, byte[] charsmap)
            throws ModelFormatException {
        Bytes bytes = new Bytes(pieces.size() * 8);
        int[] ends = new int[pieces.size()];
        for (int id = 0; id < ends.length; id++) {
            String piece = pieces.get(id);
            if (!piece.equals(TextNormalizer.wellFormed(piece))) {
                throw new ModelFormatException(PIECES + ": id " + id + ": expected no unpaired surrogate");
            }
            byte[] utf8 = piece.getBytes(StandardCharsets.UTF_8);
            bytes.add(utf8, 0, utf8.length);
            ends[id] = bytes.length();
        }
        byte[] all = bytes.toArray();
        int[] sorted = found.stream()
                .sorted((a, b) -> Arrays.compareUnsigned(
                        all, a == 0 ? 0 : ends[a - 1], ends[a], all, b == 0 ? 0 : ends[b - 1], ends[b]))
                .mapToInt(Integer::intValue)
                .toArray();
        return new PieceVocabulary(all, ends, sorted, scores.clone(), PieceMerges.sorted(merges), charsmap.clone());
    }

    /**
     * Reads the tensors of a model file, little-endian.
     *
     * @param pieces {@code tokenizer.pieces}, U8 [bytes]: UTF-8, one behind the other
     * @param ends {@code tokenizer.piece_ends}, I32 [V]: where each ends
     * @param sorted {@code tokenizer.sorted}, I32 [found]: ids of those that are looked for, in the order of their bytes
     * @param scores {@code tokenizer.scores}, F64 [V] or [0]
     * @param merges {@code tokenizer.merges}, I32 [merges, 4]: left, right, rank and result, in the order of left and right
     * @param charsmap {@code tokenizer.charsmap}, U8 [bytes]
     * @throws ModelFormatException if they don't hold a vocabulary; the message names the tensor, not the file
     */
    public static PieceVocabulary parse(
            byte[] pieces, byte[] ends, byte[] sorted, byte[] scores, byte[] merges, byte[] charsmap)
            throws ModelFormatException {
        requireMultiple(SCORES, scores, Double.BYTES);
        double[] scoreValues = new double[scores.length / Double.BYTES];
        ByteBuffer.wrap(scores).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(scoreValues);
        return new PieceVocabulary(
                pieces,
                ints(ENDS, ends, 1),
                ints(SORTED, sorted, 1),
                scoreValues,
                ints(MERGES, merges, MERGE),
                charsmap);
    }

    private static int[] ints(String tensor, byte[] bytes, int multiple) throws ModelFormatException {
        requireMultiple(tensor, bytes, Integer.BYTES * multiple);
        int[] values = new int[bytes.length / Integer.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(values);
        return values;
    }

    private static void requireMultiple(String tensor, byte[] bytes, int size) throws ModelFormatException {
        if (bytes.length % size != 0) {
            throw new ModelFormatException(
                    tensor + ": expected a multiple of " + size + " bytes, found " + bytes.length);
        }
    }

    private void checkEnds() throws ModelFormatException {
        int start = 0;
        for (int id = 0; id < ends.length; id++) {
            if (ends[id] < start || ends[id] > bytes.length || ends[id] - start > LONGEST) {
                throw new ModelFormatException(
                        "%s: id %d: expected a piece of at most %d bytes from byte %d on, found its end at %d"
                                .formatted(ENDS, id, LONGEST, start, ends[id]));
            }
            start = ends[id];
        }
        if (start != bytes.length) {
            throw new ModelFormatException(
                    ENDS + ": expected the last piece to end at byte " + bytes.length + ", found " + start);
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(PIECES + ": expected UTF-8: " + e.getMessage(), e);
        }
    }

    private void checkSorted() throws ModelFormatException {
        for (int i = 0; i < sorted.length; i++) {
            if (sorted[i] < 0 || sorted[i] >= ends.length) {
                throw new ModelFormatException(SORTED + ": expected ids below " + ends.length + ", found " + sorted[i]);
            }
            if (i > 0 && compare(sorted[i - 1], sorted[i]) >= 0) {
                throw new ModelFormatException(
                        "%s: expected each piece once and in order, found id %d (\"%s\") behind id %d"
                                .formatted(SORTED, sorted[i], piece(sorted[i]), sorted[i - 1]));
            }
        }
    }

    private int compare(int a, int b) {
        return Arrays.compareUnsigned(bytes, start(a), ends[a], bytes, start(b), ends[b]);
    }

    private int start(int id) {
        return id == 0 ? 0 : ends[id - 1];
    }

    /** The first of {@code sorted} from {@code low} to {@code high} whose byte at {@code depth} is not below {@code value}. */
    private int bound(int low, int high, int depth, int value) {
        int from = low;
        int to = high;
        while (from < to) {
            int middle = (from + to) >>> 1;
            int at = start(sorted[middle]) + depth;
            // one that ends here stands before all that go on
            if (at >= ends[sorted[middle]] || (bytes[at] & 0xFF) < value) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /** Is told of the pieces that begin at a place, the shortest first. */
    interface Found {
        void piece(int id, int end);
    }

    /** Finds all pieces that begin at a place of a text, the shortest first. */
    void find(byte[] text, int from, Found found) {
        int value = from < text.length ? text[from] & 0xFF : 0;
        int low = firstBytes[value];
        int high = from < text.length ? firstBytes[value + 1] : low;
        for (int end = from + 1; low < high; end++) {
            int id = sorted[low];
            if (ends[id] - start(id) == end - from) {
                found.piece(id, end);
            }
            if (end == text.length) {
                return;
            }
            int next = text[end] & 0xFF;
            low = bound(low, high, end - from, next);
            high = bound(low, high, end - from, next + 1);
        }
    }

    /** The id of a piece that is looked for, given by its bytes, or -1. */
    int idOf(byte[] text, int from, int to) {
        int low = 0;
        int high = sorted.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int id = sorted[middle];
            int order = Arrays.compareUnsigned(bytes, start(id), ends[id], text, from, to);
            if (order == 0) {
                return id;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** The id of a piece, whether it is looked for in texts or not; empty if it is none. */
    public OptionalInt id(String piece) {
        byte[] utf8 = piece.getBytes(StandardCharsets.UTF_8);
        int id = idOf(utf8, 0, utf8.length);
        return id >= 0
                ? OptionalInt.of(id)
                : IntStream.range(0, sorted.length == ends.length ? 0 : ends.length)
                        .filter(other -> Arrays.equals(bytes, start(other), ends[other], utf8, 0, utf8.length))
                        .findFirst();
    }

    /** How many pieces there are. */
    public int size() {
        return ends.length;
    }

    /**
     * The piece of an id.
     *
     * @param id 0 to {@code size() - 1}
     */
    public String piece(int id) {
        if (id < 0 || id >= ends.length) {
            throw new IllegalArgumentException("token id: expected 0 to " + (ends.length - 1) + ", found " + id);
        }
        return new String(bytes, start(id), ends[id] - start(id), StandardCharsets.UTF_8);
    }

    double score(int id) {
        return scores[id];
    }

    boolean hasScores() {
        return scores.length > 0;
    }

    Merges merges() {
        return merges;
    }

    Charsmap charsmap() {
        return charsmap;
    }

    /** The token that spells a byte, or -1. */
    int byteToken(int value) {
        return byteTokens[value];
    }

    /** The byte that a token spells, {@code <0x0A>}, or -1. */
    int spelledByte(int id) {
        int at = start(id);
        if (ends[id] - at != BYTE_TOKEN || bytes[at] != '<' || bytes[at + 1] != '0' || bytes[at + 2] != 'x') {
            return -1;
        }
        int high = HEX.indexOf(bytes[at + 3]);
        int low = HEX.indexOf(bytes[at + 4]);
        return high < 0 || low < 0 || bytes[at + 5] != '>' ? -1 : 16 * high + low;
    }

    /** {@code tokenizer.pieces}, as {@link #parse} reads it. */
    public byte[] encodedPieces() {
        return bytes.clone();
    }

    /** {@code tokenizer.piece_ends}. */
    public byte[] encodedEnds() {
        return encoded(ends);
    }

    /** {@code tokenizer.sorted}. */
    public byte[] encodedSorted() {
        return encoded(sorted);
    }

    /** {@code tokenizer.scores}. */
    public byte[] encodedScores() {
        ByteBuffer buffer = ByteBuffer.allocate(scores.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asDoubleBuffer().put(scores);
        return buffer.array();
    }

    /** {@code tokenizer.merges}. */
    public byte[] encodedMerges() {
        return encoded(merges.encoded());
    }

    /** {@code tokenizer.charsmap}. */
    public byte[] encodedCharsmap() {
        return charsmapBytes.clone();
    }

    private static byte[] encoded(int[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asIntBuffer().put(values);
        return buffer.array();
    }

    @Override
    public String toString() {
        return "PieceVocabulary of " + ends.length + " pieces";
    }
}
