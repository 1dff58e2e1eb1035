package org.clipjava.image.codec.tiff;

import java.util.Arrays;
import java.util.Optional;
import org.clipjava.image.codec.Background;
import org.clipjava.image.codec.CieLab;
import org.clipjava.image.codec.Cmyk;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.PixelRows;
import org.clipjava.image.codec.TiffDirectory;
import org.clipjava.image.codec.jpeg.JpegDecoder;
import org.clipjava.image.codec.jpeg.JpegHeader;
import org.clipjava.image.codec.xz.XzDecoder;
import org.clipjava.image.codec.zstd.ZstdDecoder;

/**
 * The first picture of a TIFF, as Pillow with libtiff has it: strips and tiles, in one plane or several; plain, PackBits, LZW, deflate,
 * Zstandard, LZMA, JPEG and fax; differences of 8 and 16 bits; gray of 1 to 16 bits and of floating point, RGB and CMYK of 8 and 16 bits, palettes of 1
 * to 8, CIE L*a*b* of 8 bits, YCbCr of 8 bits by libtiff's arithmetic. Colour profiles are ignored; what was multiplied with alpha is divided.
 *
 * <p>Samples of 16 bits become their high byte, of 12 their upper eight bits, gray too, which Pillow clips at 255. Gray with a sign is
 * black below 0, as in Pillow, and becomes the eight bits after the sign. Floating point is
 * clipped to 0 to 255, as in Pillow. Damaged faxes are refused; libtiff shows what is left of them.
 *
 * <p>A strip or tile that ends before its rows do is an error. The tags are checked before anything is allocated, and all decoding goes
 * by what was checked: what is decoded in all has its bound, and so has what is read in all, however many parts share their bytes.
 */
final class TiffDecoder {
    /** What a byte stands for at most: of LZW a code of 9 bits for less than a table of 4,096. */
    private static final long MOST_OF_LZW = 4096;

    private static final long MOST_OF_DEFLATE = 1032;
    private static final long MOST_OF_PACKBITS = 64;

    /** A block of one value: 128 KiB in four bytes. */
    private static final long MOST_OF_ZSTD = 1 << 15;

    /** A match of 273 bytes is 14 bits; of each, whose probability is 2017 in 2048 at most, a byte holds 363. */
    private static final long MOST_OF_LZMA = 1 << 13;

    /** A row of a fax that is like the one above is one bit; longer rows than this are not made so. */
    private static final long MOST_OF_FAX = 8L * 65536 / 8;

    /** Bytes that are read in all, compared with the file's, beside those that they become: parts may share some. */
    private static final int MOST_READS = 8;

    private static final byte[] ADOBE = {(byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };

    private final byte[] file;
    private final TiffLayout layout;

    private final Background background;
    private final boolean signed;

    /** Samples of a pixel that are kept: the colours, and alpha where it is of use. */
    private final int kept;

    /** Samples of 8 bits, [height, width, kept]; empty until there is something for them. */
    private byte[] canvas = new byte[0];

    private TiffDecoder(byte[] file, TiffLayout layout, Background background) {
        this.file = file;
        this.layout = layout;
        this.background = background;
        signed = layout.isSigned();
        boolean alpha = layout.associated() || (background.shows() && layout.hasAlpha());
        kept = layout.colors() + (alpha ? 1 : 0);
    }

    private void needCanvas() {
        if (canvas.length == 0) {
            canvas = new byte[kept * layout.width() * layout.height()];
        }
    }

    /** Decodes a file as it is stored, not turned. */
    static PixelRows decode(byte[] file, TiffDirectory tags, Background background) throws CodecException {
        TiffLayout layout = TiffLayout.of(tags);
        checkBytes(file, layout);
        if (layout.compression() == TiffLayout.OLD_JPEG) {
            return decodeOldJpeg(file, layout);
        }
        int[] colors = layout.photometric() == TiffLayout.PALETTE ? colorMap(tags) : new int[0];
        TiffDecoder decoder = new TiffDecoder(file, layout, background);
        decoder.decodeParts();
        return new PixelRows(layout.width(), layout.height(), decoder.rgb(colors));
    }

    private static int[] colorMap(TiffDirectory tags) throws CodecException {
        int[] colors = tags.shorts(TiffDirectory.COLOR_MAP);
        if (colors.length == 0) {
            throw TiffLayout.corrupt("expected a colour map, found none");
        }
        return colors;
    }

    private static boolean isJpeg(TiffLayout layout) {
        return layout.compression() == TiffLayout.JPEG;
    }

    /** What is read in all, and what it can become. */
    private static void checkBytes(byte[] file, TiffLayout layout) throws CodecException {
        int compression = layout.compression();
        long most = switch (compression) {
            case TiffLayout.UNCOMPRESSED -> 1;
            case TiffLayout.LZW -> MOST_OF_LZW;
            case TiffLayout.DEFLATE, TiffLayout.OLD_DEFLATE -> MOST_OF_DEFLATE;
            case TiffLayout.PACKBITS -> MOST_OF_PACKBITS;
            case TiffLayout.ZSTD -> MOST_OF_ZSTD;
            case TiffLayout.LZMA -> MOST_OF_LZMA;
            case TiffLayout.FAX_HUFFMAN, TiffLayout.FAX_GROUP3, TiffLayout.FAX_GROUP4 -> MOST_OF_FAX;
            case TiffLayout.JPEG, TiffLayout.OLD_JPEG -> Long.MAX_VALUE / Integer.MAX_VALUE;
            default ->
                throw TiffLayout.unsupported(
                        "expected no compression, PackBits, LZW, deflate, Zstandard, LZMA, JPEG or fax, found "
                                + TiffLayout.nameOf(compression).orElse("compression " + compression));
        };
        if (compression == TiffLayout.OLD_JPEG) {
            return;
        }
        if (layout.tags().isCut()
                && compression != TiffLayout.UNCOMPRESSED) { // as libtiff, which does not read what is plain
            throw TiffLayout.truncated("the file ends in its directory");
        }
        long parts = (long) layout.across() * layout.down() * (layout.planar() ? layout.samples() : 1);
        int there = layout.tags().count(layout.offsets());
        if (there < parts) {
            throw TiffLayout.truncated("expected " + parts + " strips or tiles, found " + there);
        }
        long picture = (layout.width() * (long) layout.bits() * layout.samples() + 7) / 8 * layout.height();
        if (picture > most * file.length) {
            throw truncated(layout, file.length);
        }
        long read = 0;
        for (int i = 0; i < parts && compression != TiffLayout.UNCOMPRESSED; i++) {
            read += end(file, layout, i) - start(file, layout, i);
        }
        if (read > (long) MOST_READS * file.length + picture) {
            throw TiffLayout.corrupt("expected strips of at most " + file.length + " bytes in all, found " + read);
        }
    }

    private static CodecException truncated(TiffLayout layout, long bytes) {
        return TiffLayout.truncated("expected " + layout.width() + "x" + layout.height()
                + " pixels, the file ends after " + bytes + " bytes");
    }

    private static int start(byte[] file, TiffLayout layout, int part) throws CodecException {
        long start = layout.tags().unsigned(layout.offsets(), part);
        if (start > file.length) {
            throw TiffLayout.truncated("expected a strip at byte " + start + ", the file ends after " + file.length);
        }
        return (int) start;
    }

    /** Of what is not compressed only the beginning is looked at, as in Pillow. */
    private static int end(byte[] file, TiffLayout layout, int part) throws CodecException {
        if (layout.compression() == TiffLayout.UNCOMPRESSED || layout.tags().count(layout.counts()) <= part) {
            return file.length;
        }
        long end = start(file, layout, part) + layout.tags().unsigned(layout.counts(), part);
        if (end > file.length) {
            throw TiffLayout.truncated("expected a strip up to byte " + end + ", the file ends after " + file.length);
        }
        return (int) end;
    }

    private void decodeParts() throws CodecException {
        int part = 0;
        int planes = layout.planar() ? layout.samples() : 1;
        byte[] tables = isJpeg(layout) ? jpegTables() : new byte[0];
        Optional<YCbCr> yCbCr = layout.isYCbCr() ? Optional.of(new YCbCr(layout.tags())) : Optional.empty();
        for (int plane = 0; plane < planes; plane++) {
            for (int y = 0; y < layout.down(); y++) {
                for (int x = 0; x < layout.across(); x++) {
                    if (isJpeg(layout)) {
                        decodeJpeg(part, plane, x, y, tables);
                    } else if (yCbCr.isPresent()) {
                        decodeYCbCr(part, x, y, yCbCr.get());
                    } else {
                        decodePart(part, plane, x, y);
                    }
                    part++;
                }
            }
        }
    }

    private void decodePart(int part, int plane, int partX, int partY) throws CodecException {
        int x0 = partX * layout.partWidth();
        int y0 = partY * layout.partHeight();
        byte[] row = new byte[layout.rowBytes()];
        int visible = Math.min(layout.partHeight(), layout.height() - y0);
        int rows = layout.compression() == TiffLayout.UNCOMPRESSED ? visible : layout.rowsOf(partY);
        try (PartRows reader = reader(part, (long) rows * row.length)) {
            for (int y = 0; y < rows; y++) {
                next(reader, row, y, rows);
                if (y < visible) {
                    needCanvas();
                    put(row, plane, x0, y0 + y);
                }
            }
        }
    }

    private void next(PartRows reader, byte[] row, int y, int rows) throws CodecException {
        if (!reader.next(row)) {
            throw TiffLayout.truncated("expected " + rows + " rows in a strip or tile, its data end in row " + y);
        }
        if (layout.differences()) {
            sum(row);
        }
    }

    /** Units of luma, row by row, and the chroma of all. */
    private void decodeYCbCr(int part, int partX, int partY, YCbCr colors) throws CodecException {
        int h = layout.chromaAcross();
        int v = layout.chromaDown();
        int x0 = partX * layout.partWidth();
        int y0 = partY * layout.partHeight();
        int unit = h * v + 2;
        byte[] row = new byte[Math.ceilDiv(layout.partWidth(), h) * unit];
        int rows = Math.ceilDiv(layout.rowsOf(partY), v);
        int pixels = Math.min(layout.partWidth(), layout.width() - x0);
        try (PartRows reader = reader(part, (long) rows * row.length)) {
            for (int group = 0; group < rows; group++) {
                next(reader, row, group, rows);
                needCanvas();
                int below = Math.min(v, layout.height() - y0 - group * v);
                for (int y = 0; y < below; y++) {
                    int to = (y0 + group * v + y) * layout.width() + x0;
                    for (int x = 0; x < pixels; x++) {
                        int at = x / h * unit;
                        int luma = row[at + y * h + x % h] & 0xff;
                        colors.toRgb(luma, row[at + unit - 2] & 0xff, row[at + unit - 1] & 0xff, canvas, 3 * (to + x));
                    }
                }
            }
        }
    }

    /** @param most bytes of the part's rows */
    private PartRows reader(int part, long most) throws CodecException {
        int start = start(file, layout, part);
        int end = end(file, layout, part);
        if (!layout.isReversed()) {
            return reader(file, start, end, most);
        }
        boolean uncompressed = layout.compression() == TiffLayout.UNCOMPRESSED;
        byte[] data = Arrays.copyOfRange(file, start, uncompressed ? (int) Math.min(end, start + most) : end);
        reverseBits(data);
        return reader(data, 0, data.length, most);
    }

    private static void reverseBits(byte[] data) {
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (Integer.reverse(data[i]) >>> 24);
        }
    }

    private PartRows reader(byte[] data, int start, int end, long most) throws CodecException {
        return switch (layout.compression()) {
            case TiffLayout.UNCOMPRESSED -> new PlainRows(data, start, end);
            case TiffLayout.PACKBITS -> new PackBitsRows(data, start, end);
            case TiffLayout.LZW -> new LzwRows(data, start, end);
            case TiffLayout.ZSTD -> new StreamRows(new ZstdDecoder(data, start, end, most)::read);
            case TiffLayout.LZMA -> new StreamRows(new XzDecoder(data, start, end, most)::read);
            case TiffLayout.FAX_HUFFMAN -> new FaxRows(data, start, end, FaxRows.Kind.HUFFMAN, layout.partWidth());
            case TiffLayout.FAX_GROUP3 -> {
                boolean both = (layout.tags().unsignedOr(TiffDirectory.FAX_OPTIONS, 0) & 1) != 0;
                yield new FaxRows(
                        data, start, end, both ? FaxRows.Kind.GROUP3_2D : FaxRows.Kind.GROUP3, layout.partWidth());
            }
            case TiffLayout.FAX_GROUP4 -> new FaxRows(data, start, end, FaxRows.Kind.GROUP4, layout.partWidth());
            default -> new DeflateRows(data, start, end);
        };
    }

    /** Undoes differences to the pixel before. */
    private void sum(byte[] row) {
        int n = layout.samplesOfPart();
        if (layout.bits() == 8) {
            for (int i = n; i < row.length; i++) {
                row[i] += row[i - n];
            }
            return;
        }
        int high = layout.tags().bigEndian() ? 0 : 1;
        for (int i = 2 * n; i + 1 < row.length; i += 2) {
            int before = (row[i - 2 * n + high] & 0xff) << 8 | (row[i - 2 * n + 1 - high] & 0xff);
            int value = ((row[i + high] & 0xff) << 8 | (row[i + 1 - high] & 0xff)) + before;
            row[i + high] = (byte) (value >> 8);
            row[i + 1 - high] = (byte) value;
        }
    }

    /** Puts a part's row to its place, as samples of 8 bits. */
    private void put(byte[] row, int plane, int x0, int y) {
        int n = layout.samplesOfPart();
        int from = layout.planar() ? plane : 0;
        int to = layout.planar() ? Math.min(plane + 1, kept) : kept;
        int pixels = Math.min(layout.partWidth(), layout.width() - x0);
        int at = kept * (y * layout.width() + x0);
        for (int x = 0; x < pixels; x++) {
            for (int c = from; c < to; c++) {
                canvas[at + kept * x + c] = (byte) sample(row, x * n + c - from);
            }
        }
    }

    private int sample(byte[] row, int i) {
        int bits = layout.bits();
        boolean bigEndian = layout.tags().bigEndian();
        return switch (bits) {
            case 8 -> row[i];
            case 16 -> {
                int high = row[2 * i + (bigEndian ? 0 : 1)];
                int low = row[2 * i + (bigEndian ? 1 : 0)] & 0xff;
                yield signed ? Math.max(high << 1 | low >> 7, 0) : high;
            }
            case 32 -> {
                int value = 0;
                for (int b = 0; b < 4; b++) {
                    value = value << 8 | (row[4 * i + (bigEndian ? b : 3 - b)] & 0xff);
                }
                yield (int) Math.clamp(Float.intBitsToFloat(value), 0f, 255f);
            }
            case 12 -> {
                int bit = 12 * i;
                int at = bit >> 3;
                yield (bit & 7) == 0 ? row[at] : row[at] << 4 | ((row[at + 1] & 0xff) >> 4);
            }
            default -> {
                int bit = i * bits;
                int mask = (1 << bits) - 1;
                int value = row[bit >> 3] >> (8 - bits - (bit & 7)) & mask;
                yield layout.photometric() == TiffLayout.PALETTE ? value : 255 / mask * value;
            }
        };
    }

    private byte[] rgb(int[] colorMap) {
        int pixels = layout.width() * layout.height();
        if (layout.colors() == 4) {
            return Cmyk.toRgb(canvas, false);
        }
        if (layout.colors() == 3 && kept == 3) {
            if (layout.photometric() == TiffLayout.CIE_LAB) {
                CieLab.toRgb(canvas, true);
            }
            return canvas;
        }
        byte[] rgb = new byte[3 * pixels];
        if (layout.associated()) {
            divideByAlpha(rgb);
        } else if (layout.colors() == 3) {
            for (int i = 0; i < pixels; i++) {
                System.arraycopy(canvas, 4 * i, rgb, 3 * i, 3);
            }
        } else {
            byte[] colors = grayOrPalette(colorMap);
            for (int i = 0; i < pixels; i++) {
                System.arraycopy(colors, 3 * (canvas[kept * i] & 0xff), rgb, 3 * i, 3);
            }
        }
        for (int i = 0; i < pixels && kept > layout.colors(); i++) {
            background.blend(rgb, 3 * i, canvas[kept * (i + 1) - 1] & 0xff);
        }
        return rgb;
    }

    /** What each of 256 values is; black where a palette has none. */
    private byte[] grayOrPalette(int[] colorMap) {
        byte[] colors = new byte[3 * 256];
        boolean palette = layout.photometric() == TiffLayout.PALETTE;
        boolean inverted = layout.photometric() == TiffLayout.WHITE_IS_ZERO && !layout.floating();
        int n = colorMap.length / 3;
        for (int i = 0; i < 256; i++) {
            for (int c = 0; c < 3; c++) {
                int value = inverted ? 255 - i : i;
                if (palette) {
                    value = i < n ? colorMap[c * n + i] >> 8 : 0;
                }
                colors[3 * i + c] = (byte) value;
            }
        }
        return colors;
    }

    private void divideByAlpha(byte[] rgb) {
        for (int i = 0; i < rgb.length / 3; i++) {
            int alpha = canvas[4 * i + 3] & 0xff;
            for (int c = 0; c < 3; c++) {
                int value = canvas[4 * i + c] & 0xff;
                rgb[3 * i + c] = (byte) (alpha == 0 ? 0 : Math.min(value * 255 / alpha, 255));
            }
        }
    }

    /** The segments of the tag for tables, without its beginning and end. */
    private byte[] jpegTables() throws CodecException {
        int at = layout.tags().place(TiffDirectory.JPEG_TABLES);
        int end = at + layout.tags().count(TiffDirectory.JPEG_TABLES);
        if (at == 0 || end - at < 4) {
            return new byte[0];
        }
        int from = at + 2;
        int to = from;
        while (to + 4 <= end && file[to] == (byte) 0xff && isTable(file[to + 1] & 0xff)) {
            to += 2 + ((file[to + 2] & 0xff) << 8 | (file[to + 3] & 0xff));
        }
        if (to > end || (to + 2 <= end && file[to + 1] != (byte) 0xd9)) {
            throw TiffLayout.corrupt("expected tables alone in the tag for the tables of JPEGs, found more");
        }
        return Arrays.copyOfRange(file, from, to);
    }

    /** Huffman's and quantisation tables, arithmetic conditioning, restarts, and application data. */
    private static boolean isTable(int marker) {
        return marker == 0xc4
                || marker == 0xdb
                || marker == 0xcc
                || marker == 0xdd
                || (marker >= 0xe0 && marker <= 0xef)
                || marker == 0xfe;
    }

    private void decodeJpeg(int part, int plane, int partX, int partY, byte[] tables) throws CodecException {
        int start = start(file, layout, part);
        int end = end(file, layout, part);
        int n = layout.samplesOfPart();
        if (n != 1 && n != 3) {
            throw TiffLayout.unsupported("expected JPEGs of 1 or 3 samples a pixel, found " + n);
        }
        int x0 = partX * layout.partWidth();
        int y0 = partY * layout.partHeight();
        int visible = Math.min(layout.partHeight(), layout.height() - y0);
        int pixels = Math.min(layout.partWidth(), layout.width() - x0);
        byte[] jpeg = joined(start, end, tables, n == 3);
        JpegDecoder decoder = open(jpeg, (long) layout.partWidth() * layout.partHeight());
        JpegHeader header = decoder.header();
        if (header.width() != layout.partWidth() || header.height() < visible) {
            throw TiffLayout.corrupt("expected a JPEG of " + layout.partWidth() + "x" + visible + " pixels, found "
                    + header.width() + "x" + header.height());
        }
        decoder.decode((y, count, rgb) -> {
            needCanvas();
            for (int i = 0; i < Math.min(count, visible - y); i++) {
                int from = 3 * i * header.width();
                int at = (y0 + y + i) * layout.width() + x0;
                if (n == 3) {
                    System.arraycopy(rgb, from, canvas, 3 * at, 3 * pixels);
                } else if (plane < kept) {
                    for (int x = 0; x < pixels; x++) {
                        canvas[kept * (at + x) + plane] = rgb[from + 3 * x];
                    }
                }
            }
        });
    }

    /** Its size is bounded by that of the part, not of pictures. */
    private static JpegDecoder open(byte[] jpeg, long maxPixels) throws CodecException {
        try {
            return JpegDecoder.open(jpeg, maxPixels);
        } catch (CodecException e) {
            throw new CodecException("TIFF: a JPEG in it can't be decoded: " + e.getMessage(), e);
        }
    }

    /** A whole JPEG: it gets the tables that all share, and what its colours are. */
    private byte[] joined(int start, int end, byte[] tables, boolean colors) throws CodecException {
        if (end - start < 2) {
            throw TiffLayout.truncated("expected a JPEG, found " + (end - start) + " bytes");
        }
        int extra = colors ? ADOBE.length : 0;
        byte[] jpeg = new byte[end - start + tables.length + extra];
        System.arraycopy(file, start, jpeg, 0, 2);
        System.arraycopy(ADOBE, 0, jpeg, 2, extra);
        if (colors) {
            jpeg[2 + extra - 1] = (byte) (layout.photometric() == TiffLayout.YCBCR ? 1 : 0);
        }
        System.arraycopy(tables, 0, jpeg, 2 + extra, tables.length);
        System.arraycopy(file, start + 2, jpeg, 2 + extra + tables.length, end - start - 2);
        return jpeg;
    }

    /** A JPEG in one piece, as cameras wrote it before TIFF knew better. */
    private static PixelRows decodeOldJpeg(byte[] file, TiffLayout layout) throws CodecException {
        long start = layout.tags().unsignedOr(TiffDirectory.JPEG_OFFSET, 0);
        if (start == 0 || start > file.length - 2 || file[(int) start] != -1 || file[(int) start + 1] != (byte) 0xd8) {
            throw TiffLayout.unsupported("expected a JPEG in one piece, found one in parts, of before TIFF 6");
        }
        JpegDecoder decoder =
                open(Arrays.copyOfRange(file, (int) start, file.length), (long) layout.width() * layout.height());
        JpegHeader header = decoder.header();
        if (header.width() != layout.width() || header.height() != layout.height()) {
            throw TiffLayout.corrupt("expected a JPEG of " + layout.width() + "x" + layout.height() + " pixels, found "
                    + header.width() + "x" + header.height());
        }
        byte[] all = new byte[3 * layout.width() * layout.height()];
        decoder.decode(
                (y, count, rgb) -> System.arraycopy(rgb, 0, all, 3 * y * layout.width(), 3 * count * layout.width()));
        return new PixelRows(layout.width(), layout.height(), all);
    }
}
