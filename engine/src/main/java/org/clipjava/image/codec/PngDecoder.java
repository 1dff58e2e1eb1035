package org.clipjava.image.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * PNG, decoded here and not by ImageIO so that every kind comes out as in Pillow: no gamma, no colour management, alpha
 * dropped, gray of 1, 2 and 4 bits scaled to 8, palette indices beyond the palette as black.
 *
 * <p>Samples of 16 bits become their high byte. That is what Pillow does for RGB, RGBA and gray with alpha; its plain
 * 16-bit gray it clips at 255, which turns almost every picture white, and that is not followed.
 *
 * <p>Of an animation this is the default image. A wrong checksum in a critical chunk is an error, as is a picture
 * without all its rows; what is missing or broken after the last row does not matter.
 */
final class PngDecoder {
    private static final int SIGNATURE_BYTES = 8;

    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504c5445;
    private static final int TRNS = 0x74524e53;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454e44;
    private static final int EXIF = 0x65584966;
    private static final int TEXT = 0x74455874;
    private static final int ZTXT = 0x7a545874;
    private static final int ITXT = 0x69545874;

    /** What deflate makes of a byte at best. */
    static final long MAX_DEFLATION = 1032;

    /** More than this of a text chunk is not looked at, compressed or not. */
    private static final int MAX_TEXT = 1 << 20;

    private static final String EXIF_PROFILE = "Raw profile type exif";
    private static final String XMP = "XML:com.adobe.xmp";

    /** Adam7: first row and column, and distance of rows and columns, of each pass. */
    private static final int[][] ADAM7 = {
        {0, 0, 8, 8}, {0, 4, 8, 8}, {4, 0, 8, 4}, {0, 2, 4, 4}, {2, 0, 4, 2}, {0, 1, 2, 2}, {1, 0, 2, 1}
    };

    private static final int[][] WHOLE = {{0, 0, 1, 1}};

    private final byte[] file;
    private final Background background;
    private final ByteBuffer data;

    private int width;
    private int height;
    private int depth;
    private int colorType;
    private boolean interlaced;
    private byte[] palette = new byte[0];
    private byte[] transparency = new byte[0];
    private final List<Chunk> pixels = new ArrayList<>();

    /** The last of each kind, since that is the one that counts: looked into once, however many there are. */
    private Optional<Chunk> exif = Optional.empty();

    private Optional<Chunk> exifProfile = Optional.empty();

    private Optional<Chunk> xmp = Optional.empty();

    private record Chunk(int type, int start, int length) {}

    private PngDecoder(byte[] file, Background background) {
        this.file = file;
        this.background = background;
        this.data = ByteBuffer.wrap(file);
    }

    /** Decodes a file that starts with PNG's signature. */
    static PixelRows decode(byte[] file, Background background) throws CodecException {
        PngDecoder decoder = new PngDecoder(file, background);
        decoder.readChunks();
        return decoder.orientation().apply(decoder.readPixels());
    }

    /** The same, not turned by its orientation. */
    static PixelRows decodeAsStored(byte[] file, Background background) throws CodecException {
        PngDecoder decoder = new PngDecoder(file, background);
        decoder.readChunks();
        return decoder.readPixels();
    }

    static Orientation orientation(byte[] file) throws CodecException {
        PngDecoder decoder = new PngDecoder(file, Background.NONE);
        decoder.readChunks();
        return decoder.orientation();
    }

    private Orientation orientation() {
        OptionalInt known = OptionalInt.empty();
        if (exif.isPresent()) {
            known = Orientation.ofExif(bytes(exif.get()));
        } else if (exifProfile.isPresent()) {
            known = profileOrientation(exifProfile.get());
        }
        if (known.isEmpty() && xmp.isPresent()) {
            known = xmpOrientation(xmp.get());
        }
        return Orientation.of(known.orElse(1));
    }

    private void readChunks() throws CodecException {
        int at = SIGNATURE_BYTES;
        boolean pixelsEnded = false;
        while (file.length - at >= 8) {
            long length = data.getInt(at) & 0xffffffffL;
            int type = data.getInt(at + 4);
            int present = (int) Math.min(length, file.length - at - 8);
            Chunk chunk = new Chunk(type, at + 8, present);
            if (at == SIGNATURE_BYTES && type != IHDR) {
                throw corrupt("expected the chunk IHDR first, found " + typeName(type));
            }
            if (file.length - at - 12 < length) {
                // Cut off, which may still leave all the pixels.
                if (type == IDAT && !pixelsEnded) {
                    pixels.add(chunk);
                } else if (present < length && pixels.isEmpty()) {
                    throw new CodecException("truncated PNG: the file ends in the chunk " + typeName(type));
                } else if (present == length) {
                    readChunk(chunk, true); // only its checksum is missing
                }
                break;
            }
            if (!isType(type)) {
                if (pixels.isEmpty()) {
                    throw corrupt("expected a chunk at byte " + at + ", found no chunk's name");
                }
                break;
            }
            boolean needed = (type & 0x20000000) == 0 && (type == IDAT || pixels.isEmpty());
            if (needed && crc(at + 4, present + 4) != data.getInt(at + 8 + present)) {
                throw corrupt("wrong checksum in the chunk " + typeName(type) + " at byte " + at);
            }
            if (type == IEND) {
                break;
            }
            pixelsEnded |= type != IDAT && !pixels.isEmpty();
            readChunk(chunk, pixelsEnded);
            at += 12 + present;
        }
    }

    private void readChunk(Chunk chunk, boolean pixelsEnded) throws CodecException {
        switch (chunk.type) {
            case IHDR -> readHeader(chunk);
            case PLTE -> {
                if (!pixels.isEmpty()) {
                    return; // too late, as for Pillow
                }
                if (chunk.length > 3 * 256 || chunk.length % 3 != 0) {
                    throw corrupt("expected at most 256 colours of 3 bytes, found " + chunk.length + " bytes");
                }
                palette = bytes(chunk);
            }
            case TRNS -> transparency = bytes(chunk);
            case IDAT -> {
                if (!pixelsEnded) {
                    pixels.add(chunk);
                }
            }
            case EXIF -> exif = Optional.of(chunk);
            case TEXT, ZTXT, ITXT -> readText(chunk);
            default -> {}
        }
    }

    private void readHeader(Chunk chunk) throws CodecException {
        if (chunk.length < 13 || chunk.start != SIGNATURE_BYTES + 8) {
            throw corrupt("expected one header of 13 bytes, found another");
        }
        long w = data.getInt(chunk.start) & 0xffffffffL;
        long h = data.getInt(chunk.start + 4) & 0xffffffffL;
        ImageSize.check(w, h);
        width = (int) w;
        height = (int) h;
        depth = file[chunk.start + 8];
        colorType = file[chunk.start + 9];
        boolean known = switch (colorType) {
            case 0 -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
            case 3 -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
            case 2, 4, 6 -> depth == 8 || depth == 16;
            default -> false;
        };
        int interlace = file[chunk.start + 12];
        if (!known || file[chunk.start + 10] != 0 || file[chunk.start + 11] != 0 || (interlace & ~1) != 0) {
            throw corrupt("expected a known kind of PNG, found depth " + depth + ", colour type " + colorType
                    + ", compression " + file[chunk.start + 10] + ", filter " + file[chunk.start + 11] + ", interlace "
                    + interlace);
        }
        interlaced = interlace == 1;
    }

    /** ImageMagick's way to keep EXIF, and XMP, which Pillow asks when EXIF knows nothing. */
    private void readText(Chunk chunk) {
        String keyword = keyword(chunk);
        if (keyword.equals(EXIF_PROFILE) && chunk.type != ITXT) {
            exifProfile = Optional.of(chunk);
        } else if (keyword.equals(XMP) && chunk.type == ITXT && keyword.length() + 3 <= chunk.length) {
            xmp = Optional.of(chunk);
        }
    }

    /** What stands before the first zero, or as much of it as tells the two keywords from all others. */
    private String keyword(Chunk chunk) {
        int longest = chunk.start + Math.min(chunk.length, EXIF_PROFILE.length() + 1);
        return new String(file, chunk.start, indexOf(file, 0, chunk.start, longest) - chunk.start, ISO_8859_1);
    }

    private OptionalInt profileOrientation(Chunk chunk) {
        byte[] text = beginning(chunk);
        byte[] body = Arrays.copyOfRange(text, Math.min(EXIF_PROFILE.length() + 1, text.length), text.length);
        String profile = new String(chunk.type == ZTXT ? inflate(body, Math.min(1, body.length)) : body, ISO_8859_1);
        // An empty line, the profile's name, its length, then hexadecimal lines.
        String[] lines = profile.split("\n", 4);
        String hex = lines.length == 4 ? lines[3].replaceAll("\\s", "") : "";
        int whole = chunk.length > MAX_TEXT ? hex.length() / 2 * 2 : hex.length(); // the cut may be within a byte
        try {
            return Orientation.ofExif(HexFormat.of().parseHex(hex, 0, whole));
        } catch (IllegalArgumentException e) {
            // Not hexadecimal: no EXIF then, like any other that can't be read.
            return OptionalInt.empty();
        }
    }

    private OptionalInt xmpOrientation(Chunk chunk) {
        byte[] text = beginning(chunk);
        int end = XMP.length();
        boolean compressed = text[end + 1] != 0;
        int language = indexOf(text, 0, end + 3, text.length);
        int translated = indexOf(text, 0, Math.min(language + 1, text.length), text.length);
        int body = Math.min(translated + 1, text.length);
        byte[] packet = compressed ? inflate(text, body) : Arrays.copyOfRange(text, body, text.length);
        return Orientation.ofXmp(packet);
    }

    private static int indexOf(byte[] bytes, int wanted, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != wanted) {
            at++;
        }
        return at;
    }

    private static byte[] inflate(byte[] bytes, int from) {
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(bytes, from, bytes.length - from);
            byte[] inflated = new byte[(int) Math.min(MAX_TEXT, MAX_DEFLATION * bytes.length)];
            return Arrays.copyOf(inflated, inflater.inflate(inflated));
        } catch (DataFormatException e) {
            // Pillow takes a text that can't be inflated for an empty one.
            return new byte[0];
        }
    }

    private PixelRows readPixels() throws CodecException {
        if (pixels.isEmpty()) {
            throw width == 0 ? corrupt("the file ends before its header") : truncated(0);
        }
        if (colorType == 3 && palette.length == 0) {
            throw corrupt("expected a palette, found none");
        }
        Expansion expansion = new Expansion(colorType, depth, Palette.of(palette), transparency, background);
        long deflated = pixels.stream().mapToLong(Chunk::length).sum();
        if ((long) width * height * expansion.bitsPerPixel() / 8 > MAX_DEFLATION * deflated) {
            throw truncated(0);
        }
        byte[] rgb = new byte[3 * width * height];
        int bitsPerPixel = expansion.bitsPerPixel();
        int pixelBytes = Math.max(1, bitsPerPixel / 8);
        try (Rows rows = new Rows()) {
            for (int[] pass : interlaced ? ADAM7 : WHOLE) {
                int passHeight = (height - pass[0] + pass[2] - 1) / pass[2];
                int passWidth = (width - pass[1] + pass[3] - 1) / pass[3];
                if (passWidth <= 0) {
                    continue;
                }
                int rowBytes = Math.toIntExact(((long) passWidth * bitsPerPixel + 7) / 8);
                byte[] previous = new byte[rowBytes];
                byte[] current = new byte[rowBytes];
                for (int i = 0; i < passHeight; i++) {
                    int y = pass[0] + i * pass[2];
                    unfilter(rows.read(current, y), current, previous, pixelBytes);
                    expansion.expand(current, passWidth, rgb, 3 * (y * width + pass[1]), 3 * pass[3]);
                    byte[] swap = previous;
                    previous = current;
                    current = swap;
                }
            }
        }
        return new PixelRows(width, height, rgb);
    }

    private void unfilter(int filter, byte[] row, byte[] up, int pixelBytes) throws CodecException {
        switch (filter) {
            case 0 -> {}
            case 1 -> {
                for (int i = pixelBytes; i < row.length; i++) {
                    row[i] += row[i - pixelBytes];
                }
            }
            case 2 -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] += up[i];
                }
            }
            case 3 -> {
                for (int i = 0; i < row.length; i++) {
                    int left = i < pixelBytes ? 0 : row[i - pixelBytes] & 0xff;
                    row[i] += (byte) ((left + (up[i] & 0xff)) >> 1);
                }
            }
            case 4 -> {
                for (int i = 0; i < row.length; i++) {
                    int left = i < pixelBytes ? 0 : row[i - pixelBytes] & 0xff;
                    int upLeft = i < pixelBytes ? 0 : up[i - pixelBytes] & 0xff;
                    row[i] += (byte) paeth(left, up[i] & 0xff, upLeft);
                }
            }
            default -> throw corrupt("expected a row filter of 0 to 4, found " + filter);
        }
    }

    private static int paeth(int left, int up, int upLeft) {
        int toLeft = Math.abs(up - upLeft);
        int toUp = Math.abs(left - upLeft);
        int toUpLeft = Math.abs(left + up - 2 * upLeft);
        if (toLeft <= toUp && toLeft <= toUpLeft) {
            return left;
        }
        return toUp <= toUpLeft ? up : upLeft;
    }

    private byte[] beginning(Chunk chunk) {
        return Arrays.copyOfRange(file, chunk.start, chunk.start + Math.min(chunk.length, MAX_TEXT));
    }

    private byte[] bytes(Chunk chunk) {
        return Arrays.copyOfRange(file, chunk.start, chunk.start + chunk.length);
    }

    private int crc(int from, int length) {
        CRC32 crc = new CRC32();
        crc.update(file, from, length);
        return (int) crc.getValue();
    }

    private static boolean isType(int type) {
        for (int shift = 0; shift < 32; shift += 8) {
            int letter = (type >> shift & 0xff) | 0x20;
            if (letter < 'a' || letter > 'z') {
                return false;
            }
        }
        return true;
    }

    private static String typeName(int type) {
        return isType(type)
                ? new String(ByteBuffer.allocate(4).putInt(type).array(), ISO_8859_1)
                : "0x" + Integer.toHexString(type);
    }

    private CodecException truncated(int row) {
        return new CodecException("truncated PNG: expected " + height + " rows of pixels, the file ends in row " + row);
    }

    private CodecException corrupt(String what) {
        return new CodecException("corrupt PNG: " + what);
    }

    /** The inflated rows, each after its filter's number. */
    private final class Rows implements AutoCloseable {
        private final Inflater inflater = new Inflater();
        private final byte[] filter = new byte[1];
        private int nextChunk;

        /** Fills {@code row} and returns its filter; {@code y} is for messages. */
        int read(byte[] row, int y) throws CodecException {
            fill(filter, y);
            fill(row, y);
            return filter[0];
        }

        private void fill(byte[] target, int y) throws CodecException {
            int filled = 0;
            while (filled < target.length) {
                if (inflater.needsInput() && nextChunk < pixels.size()) {
                    Chunk chunk = pixels.get(nextChunk++);
                    inflater.setInput(file, chunk.start, chunk.length);
                }
                int n;
                try {
                    n = inflater.inflate(target, filled, target.length - filled);
                } catch (DataFormatException e) {
                    throw new CodecException(
                            "corrupt PNG: pixels can't be inflated in row " + y + ": " + e.getMessage(), e);
                }
                if (n == 0 && inflater.needsDictionary()) {
                    throw corrupt("pixels want a dictionary to be inflated");
                }
                if (n == 0 && (inflater.finished() || nextChunk == pixels.size())) {
                    throw truncated(y);
                }
                filled += n;
            }
        }

        @Override
        public void close() {
            inflater.end();
        }
    }

    /** Rows of any kind to 8-bit RGB. */
    private static final class Expansion {
        private final int colorType;
        private final int depth;
        private final byte[] palette;
        private final byte[] transparency;
        private final Background background;
        private final boolean blends;

        /** @param transparency of a palette's colours, or the one colour that is transparent; may be empty */
        Expansion(int colorType, int depth, byte[] palette, byte[] transparency, Background background) {
            this.colorType = colorType;
            this.depth = depth;
            this.palette = palette;
            this.transparency = transparency;
            this.background = background;
            boolean some = switch (colorType) {
                case 0 -> transparency.length >= 2;
                case 2 -> transparency.length >= 6;
                case 3 -> transparency.length > 0;
                default -> true;
            };
            blends = background.shows() && some;
        }

        int bitsPerPixel() {
            return depth
                    * switch (colorType) {
                        case 2 -> 3;
                        case 4 -> 2;
                        case 6 -> 4;
                        default -> 1;
                    };
        }

        /** Writes {@code n} pixels to {@code rgb}, {@code step} bytes apart from {@code at}. */
        void expand(byte[] row, int n, byte[] rgb, int at, int step) {
            switch (colorType) {
                case 0, 4 -> {
                    if (depth < 8) {
                        expandPacked(row, n, rgb, at, step);
                    } else {
                        expandGray(row, n, rgb, at, step);
                    }
                }
                case 3 -> expandPacked(row, n, rgb, at, step);
                default -> expandRgb(row, n, rgb, at, step);
            }
            for (int i = 0; i < n && blends; i++) {
                background.blend(rgb, at + i * step, alpha(row, i));
            }
        }

        private int alpha(byte[] row, int i) {
            int pixelBytes = bitsPerPixel() / 8;
            return switch (colorType) {
                case 0 -> depth < 8 ? sameSample(packed(row, i)) : sameColor(row, i * pixelBytes);
                case 2 -> sameColor(row, i * pixelBytes);
                case 3 -> {
                    int index = packed(row, i);
                    yield index < transparency.length ? transparency[index] & 0xff : 255;
                }
                default -> row[(i + 1) * pixelBytes - depth / 8] & 0xff;
            };
        }

        private int sameSample(int sample) {
            return ((transparency[0] & 0xff) << 8 | (transparency[1] & 0xff)) == sample ? 0 : 255;
        }

        /** Whether the samples are those of the one transparent colour, which has 16 bits each. */
        private int sameColor(byte[] row, int at) {
            int sampleBytes = depth / 8;
            int samples = bitsPerPixel() / depth;
            for (int c = 0; c < samples; c++) {
                int high = sampleBytes == 2 ? row[at + 2 * c] : 0;
                int low = row[at + sampleBytes * (c + 1) - 1];
                if (transparency[2 * c] != high || transparency[2 * c + 1] != low) {
                    return 255;
                }
            }
            return 0;
        }

        /** A sample of at most 8 bits. */
        private int packed(byte[] row, int i) {
            int bit = i * depth;
            return (row[bit >> 3] & 0xff) >> (8 - depth - (bit & 7)) & (1 << depth) - 1;
        }

        private void expandGray(byte[] row, int n, byte[] rgb, int at, int step) {
            int pixelBytes = bitsPerPixel() / 8;
            for (int i = 0; i < n; i++) {
                Arrays.fill(rgb, at + i * step, at + i * step + 3, row[i * pixelBytes]);
            }
        }

        private void expandRgb(byte[] row, int n, byte[] rgb, int at, int step) {
            if (bitsPerPixel() == 24 && step == 3) {
                System.arraycopy(row, 0, rgb, at, 3 * n);
                return;
            }
            int pixelBytes = bitsPerPixel() / 8;
            int sampleBytes = depth / 8;
            for (int i = 0; i < n; i++) {
                for (int c = 0; c < 3; c++) {
                    rgb[at + i * step + c] = row[i * pixelBytes + c * sampleBytes];
                }
            }
        }

        private void expandPacked(byte[] row, int n, byte[] rgb, int at, int step) {
            int mask = (1 << depth) - 1;
            for (int i = 0; i < n; i++) {
                int sample = packed(row, i);
                int out = at + i * step;
                if (colorType == 3) {
                    System.arraycopy(palette, 3 * sample, rgb, out, 3);
                } else {
                    Arrays.fill(rgb, out, out + 3, (byte) (255 / mask * sample));
                }
            }
        }
    }
}
