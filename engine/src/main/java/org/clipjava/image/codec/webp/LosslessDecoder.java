package org.clipjava.image.codec.webp;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import org.clipjava.image.codec.CodecException;

/**
 * VP8L, RFC 9649: pixels as literals, copies of earlier ones and colours of a cache, in prefix codes that may change from block to
 * block; then transforms, undone row by row.
 *
 * <p>What bounds it: copies reach back at most 2<sup>20</sup> pixels, so no more are kept, and a row goes on as soon as it is
 * complete. Pictures that steer the decoding (blocks' rules, blocks' codes) have a sixteenth of the pixels at most, and none of their
 * own. There are at most 65,536 groups of codes, each of at least 20 bits of the file; those that no block uses are checked and
 * dropped, and the tables of the others together are held to 64 MB, which is several times what libwebp's encoder can write. Each
 * transform comes once.
 */
final class LosslessDecoder {
    /** Literals of green, lengths of copies, distances. */
    private static final int LITERALS = 256;

    private static final int LENGTHS = 24;
    private static final int DISTANCES = 40;

    private static final int MAX_CACHE_BITS = 11;
    private static final int MAX_SYMBOLS = LITERALS + LENGTHS + (1 << MAX_CACHE_BITS);
    private static final int MAX_TABLE_ENTRIES = 1 << 24;

    private static final int LENGTH_CODES = 19;
    private static final byte[] LENGTH_CODE_ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    private static final int REPEAT = 16;
    private static final int[] REPEAT_BITS = {2, 3, 7};
    private static final int[] REPEAT_OFFSETS = {3, 3, 11};

    /** The distances that the first codes stand for: rows above in the upper half, 8 less columns to the left in the lower. */
    private static final byte[] NEIGHBOURS = HexFormat.of()
            .parseHex("1807171928062729161a262a38053739151b363a252b48044749141c353b464a242c58454b343c035759131d565a"
                    + "232d444c555b333d68026769121e666a222e545c434d656b323e78017779535d111f646c424e767a212f757b"
                    + "313f636d525e00747c414f1020626e30737d515f40727e616f50717f6070");

    /** Farther back no copy reaches. */
    private static final int FARTHEST = 1 << 20;

    /** More than what a copy, and what a row, can add at a time. */
    private static final int ROOM = 1 << 14;

    private static final int HASH = 0x1e35a7bd;

    /** Takes rows as soon as they are there. */
    private interface Rows {
        /** Row {@code y} begins at {@code from}; it is valid until this returns. */
        void row(int y, int[] pixels, int from);
    }

    /**
     * The five codes of a block.
     *
     * @param constant whether all pixels are the same literal
     */
    private record Group(
            PrefixCode green,
            PrefixCode red,
            PrefixCode blue,
            PrefixCode alpha,
            PrefixCode distance,
            boolean constant) {
        /** Whether a literal is green alone. */
        boolean isGreenAlone() {
            return red.isConstant() && blue.isConstant() && alpha.isConstant();
        }

        /** The literal that all pixels are. */
        int literal() {
            return alpha.constant() << 24 | red.constant() << 16 | green.constant() << 8 | blue.constant();
        }
    }

    /**
     * The codes of a picture.
     *
     * @param cacheBits of the cache's size; 0: no cache
     * @param blockBits of a block's side; 0: the picture is one block
     * @param blocks across the picture
     * @param groupOf each block
     */
    private record Codes(int cacheBits, int blockBits, int blocks, int[] groupOf, Group[] groups) {
        Group at(int x, int y) {
            return blockBits == 0 ? groups[0] : groups[groupOf[(y >> blockBits) * blocks + (x >> blockBits)]];
        }

        /** True at the start of a block: {@code (x & mask()) == 0}. */
        int mask() {
            return blockBits == 0 ? -1 : (1 << blockBits) - 1;
        }
    }

    private final LosslessBits bits;
    private final Damage damage;
    private final int width;
    private final int height;

    /** In the order in which they are undone. */
    private final Deque<LosslessTransform> transforms = new ArrayDeque<>();

    private final byte[] codeLengths = new byte[MAX_SYMBOLS];
    private final byte[] lengthCodeLengths = new byte[LENGTH_CODES];
    private final PrefixCode.Builder builder = new PrefixCode.Builder(MAX_SYMBOLS);
    private int tableEntries;

    private LosslessDecoder(LosslessBits bits, int width, int height, Damage damage) {
        this.bits = bits;
        this.width = width;
        this.height = height;
        this.damage = damage;
    }

    /** Decodes a frame. */
    static void decode(byte[] file, Container.Frame frame, FrameArea area, Damage damage) throws CodecException {
        LosslessBits bits = new LosslessBits(
                file, frame.bitstream().start(), frame.bitstream().end());
        bits.read(24);
        bits.read(16); // the header, which has been read
        int width = frame.header().width();
        int channels = area.channels();
        new LosslessDecoder(bits, width, frame.header().height(), damage).decode(false, (y, row, from) -> {
            byte[] out = area.pixels();
            int at = area.row(y);
            for (int x = 0; x < width; x++, at += channels) {
                int argb = row[x];
                out[at] = (byte) (argb >> 16);
                out[at + 1] = (byte) (argb >> 8);
                out[at + 2] = (byte) argb;
                if (channels == 4) {
                    out[at + 3] = (byte) (argb >> 24);
                }
            }
        });
    }

    /**
     * Decodes a plane of alpha, which is the green of a picture without a header.
     *
     * @param rows takes {@code width} pixels, of which green counts
     */
    static void decodeAlpha(byte[] file, Container.Stretch data, int width, int height, AlphaRows rows, Damage damage)
            throws CodecException {
        LosslessBits bits = new LosslessBits(file, data.start(), data.end());
        new LosslessDecoder(bits, width, height, damage).decode(true, (y, row, from) -> rows.row(y, row));
    }

    /** Takes rows of alpha. */
    interface AlphaRows {
        /** Row {@code y}, in green. */
        void row(int y, int[] pixels);
    }

    private void decode(boolean alpha, Rows rows) throws CodecException {
        int codedWidth = readTransforms();
        Codes codes = readCodes(codedWidth, height, readCacheBits(), true);
        // libwebp reads indices of alpha in a loop of their own, which bears that the last of them ends behind the
        // data.
        boolean lenient = alpha
                && transforms.size() == 1
                && transforms.getFirst() instanceof LosslessTransform.ColorIndexing
                && codes.cacheBits() == 0
                && Arrays.stream(codes.groups()).allMatch(Group::isGreenAlone);
        int[] row = new int[width];
        int[] kept = new int[Math.min(codedWidth * height, 2 * FARTHEST + ROOM)];
        readPixels(codes, codedWidth, height, kept, lenient, (y, pixels, from) -> {
            System.arraycopy(pixels, from, row, 0, codedWidth);
            for (LosslessTransform transform : transforms) {
                transform.undo(y, row);
            }
            rows.row(y, row, 0);
        });
    }

    /** Returns how many pixels a row has that is coded; a small palette packs several into one. */
    private int readTransforms() throws CodecException {
        int seen = 0;
        int codedWidth = width;
        while (bits.readFlag()) {
            int type = bits.read(2);
            if ((seen & 1 << type) != 0) {
                throw corrupt("expected each transform once, found transform " + type + " again");
            }
            seen |= 1 << type;
            switch (type) {
                case LosslessTransform.PREDICTOR -> {
                    int blockBits = 2 + bits.read(3);
                    transforms.addFirst(
                            new LosslessTransform.Predictor(codedWidth, blockBits, readBlocks(codedWidth, blockBits)));
                }
                case LosslessTransform.CROSS_COLOR -> {
                    int blockBits = 2 + bits.read(3);
                    transforms.addFirst(
                            new LosslessTransform.CrossColor(codedWidth, blockBits, readBlocks(codedWidth, blockBits)));
                }
                case LosslessTransform.SUBTRACT_GREEN ->
                    transforms.addFirst(new LosslessTransform.SubtractGreen(codedWidth));
                default -> {
                    int colors = bits.read(8) + 1;
                    int packed = colors > 16 ? 0 : colors > 4 ? 1 : colors > 2 ? 2 : 3;
                    int[] palette = readPicture(colors, 1);
                    transforms.addFirst(LosslessTransform.ColorIndexing.of(codedWidth, packed, palette));
                    codedWidth = LosslessTransform.blocks(codedWidth, packed);
                }
            }
        }
        return codedWidth;
    }

    private int[] readBlocks(int codedWidth, int blockBits) throws CodecException {
        return readPicture(
                LosslessTransform.blocks(codedWidth, blockBits), LosslessTransform.blocks(height, blockBits));
    }

    /** A picture that steers the decoding of another one. */
    private int[] readPicture(int pictureWidth, int pictureHeight) throws CodecException {
        checkBits();
        Codes codes = readCodes(pictureWidth, pictureHeight, readCacheBits(), false);
        int[] pixels = new int[pictureWidth * pictureHeight];
        readPixels(codes, pictureWidth, pictureHeight, pixels, false, (y, all, from) -> {});
        return pixels;
    }

    private int readCacheBits() throws CodecException {
        if (!bits.readFlag()) {
            return 0;
        }
        int cacheBits = bits.read(4);
        if (cacheBits < 1 || cacheBits > MAX_CACHE_BITS) {
            throw corrupt("expected a colour cache of 1 to " + MAX_CACHE_BITS + " bits, found " + cacheBits);
        }
        return cacheBits;
    }

    private Codes readCodes(int codedWidth, int codedHeight, int cacheBits, boolean mayHaveBlocks)
            throws CodecException {
        int blockBits = 0;
        int blocks = 0;
        int[] groupOf = {0};
        if (mayHaveBlocks && bits.readFlag()) {
            blockBits = 2 + bits.read(3);
            blocks = LosslessTransform.blocks(codedWidth, blockBits);
            groupOf = readPicture(blocks, LosslessTransform.blocks(codedHeight, blockBits));
            for (int i = 0; i < groupOf.length; i++) {
                groupOf[i] = groupOf[i] >>> 8 & 0xffff;
            }
        }
        checkBits();
        int stored = Arrays.stream(groupOf).max().orElse(0) + 1;
        int[] numbers = new int[stored];
        Arrays.fill(numbers, -1);
        int used = 0;
        for (int i = 0; i < groupOf.length; i++) {
            if (numbers[groupOf[i]] < 0) {
                numbers[groupOf[i]] = used++;
            }
            groupOf[i] = numbers[groupOf[i]];
        }
        Group[] groups = new Group[used];
        int greens = LITERALS + LENGTHS + (cacheBits == 0 ? 0 : 1 << cacheBits);
        tableEntries = 0;
        for (int number : numbers) {
            if (number < 0) {
                readLengths(greens);
                readLengths(LITERALS);
                readLengths(LITERALS);
                readLengths(LITERALS);
                readLengths(DISTANCES);
            } else {
                groups[number] = readGroup(greens);
            }
        }
        return new Codes(cacheBits, blockBits, blocks, groupOf, groups);
    }

    private Group readGroup(int greens) throws CodecException {
        PrefixCode green = readCode(greens);
        PrefixCode red = readCode(LITERALS);
        PrefixCode blue = readCode(LITERALS);
        PrefixCode alpha = readCode(LITERALS);
        PrefixCode distance = readCode(DISTANCES);
        boolean constant = green.isConstant()
                && green.constant() < LITERALS
                && red.isConstant()
                && blue.isConstant()
                && alpha.isConstant();
        return new Group(green, red, blue, alpha, distance, constant);
    }

    private PrefixCode readCode(int symbols) throws CodecException {
        readLengths(symbols);
        PrefixCode code = PrefixCode.of(codeLengths, symbols, builder);
        tableEntries += code.size();
        if (tableEntries > MAX_TABLE_ENTRIES) {
            throw corrupt(
                    "expected prefix codes whose tables have at most " + MAX_TABLE_ENTRIES + " entries, found more");
        }
        return code;
    }

    /** Reads the lengths of a code, which make one. */
    private void readLengths(int symbols) throws CodecException {
        Arrays.fill(codeLengths, 0, symbols, (byte) 0);
        if (bits.readFlag()) {
            boolean two = bits.readFlag();
            // A symbol that isn't one of these counts for nothing.
            codeLengths[bits.read(bits.readFlag() ? 8 : 1)] = 1;
            if (two) {
                codeLengths[bits.read(8)] = 1;
            }
        } else {
            readCodedLengths(symbols);
        }
        checkBits();
        if (!PrefixCode.isCode(codeLengths, symbols)) {
            throw corrupt("expected a complete prefix code of " + symbols + " symbols, found another");
        }
    }

    private void readCodedLengths(int symbols) throws CodecException {
        Arrays.fill(lengthCodeLengths, (byte) 0);
        int count = 4 + bits.read(4);
        for (int i = 0; i < count; i++) {
            lengthCodeLengths[LENGTH_CODE_ORDER[i]] = (byte) bits.read(3);
        }
        if (!PrefixCode.isCode(lengthCodeLengths, LENGTH_CODES)) {
            throw corrupt("expected a complete prefix code of code lengths, found another");
        }
        PrefixCode code = PrefixCode.of(lengthCodeLengths, LENGTH_CODES, builder);
        int left = symbols;
        if (bits.readFlag()) {
            int leftBits = 2 + 2 * bits.read(3);
            left = 2 + bits.read(leftBits);
            if (left > symbols) {
                throw corrupt("expected at most " + symbols + " code lengths, found " + left);
            }
        }
        int previous = 8;
        int symbol = 0;
        while (symbol < symbols && left-- > 0) {
            bits.fill();
            int length = code.read(bits);
            if (length < REPEAT) {
                codeLengths[symbol++] = (byte) length;
                previous = length == 0 ? previous : length;
                continue;
            }
            int times = bits.read(REPEAT_BITS[length - REPEAT]) + REPEAT_OFFSETS[length - REPEAT];
            if (times > symbols - symbol) {
                throw corrupt("expected " + symbols + " code lengths, found " + (symbol + times));
            }
            Arrays.fill(codeLengths, symbol, symbol + times, (byte) (length == REPEAT ? previous : 0));
            symbol += times;
        }
    }

    private void checkBits() throws CodecException {
        if (bits.exhausted()) {
            throw truncated();
        }
    }

    private CodecException truncated() {
        return damage.truncated("VP8L: expected prefix codes and pixels, found that the data end before them");
    }

    /** What is read behind the data's end makes no sense for that alone. */
    private CodecException corrupt(String what) {
        return bits.exhausted() ? truncated() : damage.corrupt("VP8L: " + what);
    }

    /**
     * Reads a picture's pixels.
     *
     * @param pixels holds all of them, or more than copies reach back: then the first ones are dropped
     * @param lenient bears that the last symbol ends behind the data
     */
    private void readPixels(Codes codes, int codedWidth, int codedHeight, int[] pixels, boolean lenient, Rows rows)
            throws CodecException {
        int total = codedWidth * codedHeight;
        int mask = codes.mask();
        int[] cache = new int[codes.cacheBits() == 0 ? 0 : 1 << codes.cacheBits()];
        int cacheShift = 32 - codes.cacheBits();
        boolean cached = cache.length > 0;
        int full = pixels.length == total ? Integer.MAX_VALUE : pixels.length - ROOM;
        int dropped = 0;
        int at = 0;
        int x = 0;
        int y = 0;
        Group group = codes.groups()[0];
        while (y < codedHeight) {
            if ((x & mask) == 0) {
                group = codes.at(x, y);
            }
            int count = 1;
            if (group.constant()) {
                // No bits at all, to the end of the block's row.
                count = Math.min(codedWidth - x, mask < 0 ? codedWidth : mask + 1 - (x & mask));
                int argb = group.literal();
                Arrays.fill(pixels, at, at + count, argb);
                if (cached) {
                    cache[(argb * HASH) >>> cacheShift] = argb;
                }
            } else {
                bits.fill();
                int symbol = group.green().read(bits);
                if (symbol < LITERALS) {
                    int red = group.red().read(bits);
                    bits.fill();
                    int blue = group.blue().read(bits);
                    int argb = group.alpha().read(bits) << 24 | red << 16 | symbol << 8 | blue;
                    pixels[at] = argb;
                    if (cached) {
                        cache[(argb * HASH) >>> cacheShift] = argb;
                    }
                } else if (symbol < LITERALS + LENGTHS) {
                    count = readExtended(symbol - LITERALS);
                    int distanceSymbol = group.distance().read(bits);
                    bits.fill();
                    int distance = distance(readExtended(distanceSymbol), codedWidth);
                    if (distance > dropped + at || count > total - dropped - at) {
                        throw corrupt("expected a copy among " + total + " pixels, found one of " + count
                                + " pixels at " + (dropped + at) + " from " + distance + " before");
                    }
                    copy(pixels, at, distance, count);
                    if (cached) {
                        for (int i = at; i < at + count; i++) {
                            cache[(pixels[i] * HASH) >>> cacheShift] = pixels[i];
                        }
                    }
                } else {
                    int argb = cache[symbol - LITERALS - LENGTHS];
                    pixels[at] = argb;
                    cache[(argb * HASH) >>> cacheShift] = argb;
                }
                if (bits.exhausted() && !(lenient && dropped + at + count == total)) {
                    throw damage.truncated(
                            "VP8L: expected " + codedHeight + " rows of pixels, the data end in row " + y);
                }
            }
            at += count;
            x += count;
            boolean copied = count > 1;
            while (x >= codedWidth) {
                x -= codedWidth;
                rows.row(y++, pixels, at - x - codedWidth);
            }
            if (copied && (x & mask) != 0) {
                group = codes.at(x, y);
            }
            if (at > full) {
                System.arraycopy(pixels, at - FARTHEST, pixels, 0, FARTHEST);
                dropped += at - FARTHEST;
                at = FARTHEST;
            }
        }
    }

    private static void copy(int[] pixels, int at, int distance, int count) {
        if (distance >= count) {
            System.arraycopy(pixels, at - distance, pixels, at, count);
        } else {
            for (int i = at; i < at + count; i++) {
                pixels[i] = pixels[i - distance];
            }
        }
    }

    /** A length or a distance: its symbol says how many more bits it has. */
    private int readExtended(int symbol) {
        if (symbol < 4) {
            return symbol + 1;
        }
        int extra = (symbol - 2) >> 1;
        return ((2 + (symbol & 1)) << extra) + bits.read(extra) + 1;
    }

    /** How many pixels before, for a code of a distance. */
    private static int distance(int code, int codedWidth) {
        if (code > NEIGHBOURS.length) {
            return code - NEIGHBOURS.length;
        }
        int neighbour = NEIGHBOURS[code - 1];
        return Math.max(1, (neighbour >> 4) * codedWidth + 8 - (neighbour & 0xf));
    }
}
