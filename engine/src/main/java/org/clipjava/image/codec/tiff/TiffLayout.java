package org.clipjava.image.codec.tiff;

import java.util.Optional;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.ImageSize;
import org.clipjava.image.codec.TiffDirectory;

/**
 * What the tags say of a picture, checked: its size, its samples, and where its strips or tiles lie.
 *
 * @param samples of a pixel, all of {@code bits} bits
 * @param colors of them, before alpha and others
 * @param associated whether colours are multiplied with the alpha that follows them
 * @param planar whether each sample has strips of its own
 * @param partWidth of a strip (the picture's) or tile
 * @param partHeight of a strip or tile
 * @param offsets the tag of where parts begin
 * @param counts the tag of how many bytes they have
 */
record TiffLayout(
        TiffDirectory tags,
        int width,
        int height,
        int bits,
        boolean floating,
        int samples,
        int colors,
        boolean associated,
        int photometric,
        int compression,
        boolean differences,
        boolean planar,
        boolean tiled,
        int partWidth,
        int partHeight,
        int offsets,
        int counts) {
    static final int WHITE_IS_ZERO = 0;
    static final int BLACK_IS_ZERO = 1;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int SEPARATED = 5;
    static final int YCBCR = 6;
    static final int CIE_LAB = 8;

    static final int UNCOMPRESSED = 1;
    static final int FAX_HUFFMAN = 2;
    static final int FAX_GROUP3 = 3;
    static final int FAX_GROUP4 = 4;
    static final int LZW = 5;
    static final int OLD_JPEG = 6;
    static final int JPEG = 7;
    static final int DEFLATE = 8;
    static final int PACKBITS = 32773;
    static final int OLD_DEFLATE = 32946;
    static final int LZMA = 34925;
    static final int ZSTD = 50000;

    private static final int UNSIGNED = 1;
    private static final int SIGNED = 2;
    private static final int FLOATING = 3;

    private static final int UNSPECIFIED = 0;
    private static final int ASSOCIATED = 1;
    private static final int UNASSOCIATED = 2;

    private static final int MAX_EXTRA = 3;

    /** A tile may be larger than the picture, but not by much: this many bytes, or several times the picture. */
    private static final long LARGEST_TILE = 1 << 24;

    private static final int LARGEST_OF_PICTURE = 4;

    /** How much is decoded in all, compared with the picture, or so many bytes. */
    private static final int MOST_OF_PICTURE = 8;

    private static final long MOST = 1 << 26;

    static TiffLayout of(TiffDirectory tags) throws CodecException {
        long width = tags.unsignedOr(TiffDirectory.WIDTH, 0);
        long height = tags.unsignedOr(TiffDirectory.HEIGHT, 0);
        ImageSize.check(width, height);
        int compression = (int) tags.unsignedOr(TiffDirectory.COMPRESSION, UNCOMPRESSED);
        int photometric =
                compression == OLD_JPEG ? YCBCR : (int) tags.unsignedOr(TiffDirectory.PHOTOMETRIC, WHITE_IS_ZERO);
        int colors = switch (photometric) {
            case RGB, YCBCR, CIE_LAB -> 3;
            case SEPARATED -> 4;
            default -> 1;
        };
        int samples = (int) Math.min(
                Integer.MAX_VALUE, tags.unsignedOr(TiffDirectory.SAMPLES_PER_PIXEL, compression == OLD_JPEG ? 3 : 1));
        if (photometric == YCBCR && samples == 1) {
            colors = 1; // Pillow takes it for gray
        }
        int bits = (int) Math.min(Integer.MAX_VALUE, tags.unsignedOr(TiffDirectory.BITS_PER_SAMPLE, 1));
        int format = (int) tags.unsignedOr(TiffDirectory.SAMPLE_FORMAT, UNSIGNED);
        checkSamples(tags, photometric, compression, samples, colors, bits, format);
        boolean tiled = tags.count(TiffDirectory.STRIP_OFFSETS) == 0 && tags.count(TiffDirectory.TILE_OFFSETS) > 0;
        long partWidth = tiled ? tags.unsignedOr(TiffDirectory.TILE_WIDTH, 0) : width;
        long partHeight = tiled
                ? tags.unsignedOr(TiffDirectory.TILE_HEIGHT, 0)
                : Math.min(height, tags.unsignedOr(TiffDirectory.ROWS_PER_STRIP, height));
        if (partWidth < 1 || partHeight < 1) {
            throw corrupt("expected strips or tiles of at least one pixel, found " + partWidth + "x" + partHeight);
        }
        checkParts(width, height, partWidth, partHeight, (bits * (long) samples + 7) / 8);
        int predictor = (int) tags.unsignedOr(TiffDirectory.PREDICTOR, 1);
        boolean predicts = switch (compression) {
            case LZW, DEFLATE, OLD_DEFLATE, ZSTD, LZMA -> true;
            default -> false;
        };
        if (predicts && ((predictor != 1 && predictor != 2) || (predictor == 2 && bits != 8 && bits != 16))) {
            throw unsupported("expected no predictor, or differences of 8 or 16 bits, found predictor " + predictor
                    + " of " + bits + " bits");
        }
        long planar = tags.unsignedOr(TiffDirectory.PLANAR, 1);
        TiffLayout layout = new TiffLayout(
                tags,
                (int) width,
                (int) height,
                bits,
                format == FLOATING,
                samples,
                colors,
                colors == 3 && samples > 3 && tags.unsignedOr(TiffDirectory.EXTRA_SAMPLES, UNSPECIFIED) == ASSOCIATED,
                photometric,
                compression,
                predicts && predictor == 2,
                planar == 2 && samples > 1,
                tiled,
                (int) partWidth,
                (int) partHeight,
                tiled ? TiffDirectory.TILE_OFFSETS : TiffDirectory.STRIP_OFFSETS,
                tiled ? TiffDirectory.TILE_BYTES : TiffDirectory.STRIP_BYTES);
        if (layout.isYCbCr()) {
            layout.checkYCbCr();
        }
        return layout;
    }

    /** Whether samples of 16 bits have a sign. */
    boolean isSigned() {
        return bits == 16 && tags.unsignedOr(TiffDirectory.SAMPLE_FORMAT, UNSIGNED) == SIGNED;
    }

    /** Whether chroma lies behind the luma of some pixels each, and no JPEG knows what to do with it. */
    boolean isYCbCr() {
        return photometric == YCBCR && colors == 3 && compression != JPEG && compression != OLD_JPEG;
    }

    /** Pixels side by side that share their chroma. */
    int chromaAcross() {
        return chroma(0);
    }

    /** Pixels one below the other that share their chroma. */
    int chromaDown() {
        return chroma(1);
    }

    private int chroma(int i) {
        return tags.count(TiffDirectory.YCBCR_SUBSAMPLING) == 2
                ? (int) tags.unsigned(TiffDirectory.YCBCR_SUBSAMPLING, i)
                : 2;
    }

    private void checkYCbCr() throws CodecException {
        int h = chromaAcross();
        int v = chromaDown();
        boolean known = ((h == 1 || h == 2) && (v == 1 || v == 2)) || (h == 4 && (v == 1 || v == 2 || v == 4));
        boolean whole = known && (!tiled || partWidth % h == 0) && ((!tiled && down() == 1) || partHeight % v == 0);
        if (!whole || planar || (differences && h * v > 1)) {
            throw unsupported("expected YCbCr in one plane, of 1, 2 or 4 by 1, 2 or 4 pixels, and differences of whole"
                    + " pixels alone, found " + h + "x" + v + (planar ? " in planes" : ""));
        }
    }

    private static void checkSamples(
            TiffDirectory tags, int photometric, int compression, int samples, int colors, int bits, int format)
            throws CodecException {
        boolean jpeg = compression == JPEG || compression == OLD_JPEG;
        boolean known = photometric <= PALETTE
                || photometric == SEPARATED
                || (photometric == CIE_LAB && samples == 3 && bits == 8)
                || (photometric == YCBCR
                        && (jpeg || colors == 1 || (compression != UNCOMPRESSED && samples == 3 && bits == 8)));
        boolean gray = colors == 1 && photometric != PALETTE;
        int most = colors == 1 ? 2 : colors + MAX_EXTRA;
        boolean knownBits = switch (bits) {
            case 8 -> true;
            case 16 -> photometric != PALETTE;
            case 1, 2, 4 -> colors == 1 && samples == 1;
            case 12 -> gray && samples == 1;
            default -> false;
        };
        boolean unsigned = (format == UNSIGNED && knownBits) || (format == SIGNED && gray && bits == 8);
        boolean signed = format == SIGNED && photometric == BLACK_IS_ZERO && samples == 1 && bits == 16;
        boolean floating = format == FLOATING && gray && samples == 1 && bits == 32;
        if (!known
                || samples < colors
                || samples > most
                || (!unsigned && !signed && !floating)
                || !alike(tags, samples, bits, format)) {
            String kinds = photometric == CIE_LAB
                    ? "CIE L*a*b* of 3 samples of 8 bits"
                    : "gray, RGB, CMYK or a palette of at most 16 bits, and few more samples";
            throw unsupported("expected " + kinds + ", found colours of kind " + photometric + ", " + samples
                    + " samples of " + bits + " bits a pixel, of format " + format);
        }
        if (jpeg && bits != 8) {
            throw unsupported("expected JPEGs of 8 bits a sample, found " + bits);
        }
        if (compression <= FAX_GROUP4 && compression != UNCOMPRESSED && bits != 1) {
            throw corrupt("expected a fax of one bit a pixel, found " + bits);
        }
    }

    private static boolean alike(TiffDirectory tags, int samples, int bits, int format) {
        int n = tags.count(TiffDirectory.BITS_PER_SAMPLE);
        boolean alike = n <= 1 || n >= samples;
        for (int i = 0; i < Math.min(n, samples); i++) {
            alike &= tags.unsigned(TiffDirectory.BITS_PER_SAMPLE, i) == bits;
        }
        for (int i = 0; i < Math.min(samples, tags.count(TiffDirectory.SAMPLE_FORMAT)); i++) {
            alike &= tags.unsigned(TiffDirectory.SAMPLE_FORMAT, i) == format;
        }
        return alike;
    }

    private static void checkParts(long width, long height, long partWidth, long partHeight, long pixelBytes)
            throws CodecException {
        long picture = width * height * pixelBytes;
        long side = ImageSize.MAX_PIXELS;
        long part = Math.min(partWidth, side)
                * Math.min(partHeight, side)
                * pixelBytes; // no overflow: samples were checked
        if (part > Math.max(LARGEST_TILE, LARGEST_OF_PICTURE * picture)
                || part * Math.ceilDiv(width, partWidth) * Math.ceilDiv(height, partHeight)
                        > Math.max(MOST, MOST_OF_PICTURE * picture)) {
            throw unsupported("expected tiles that fit the picture, found some of " + partWidth + "x" + partHeight
                    + " pixels for " + width + "x" + height);
        }
    }

    /** Whether the lowest bit of a byte comes first. Libtiff, which reads what is compressed, takes a place in the file for no number. */
    boolean isReversed() {
        return tags.unsignedOr(TiffDirectory.FILL_ORDER, 1) == 2
                && (compression == UNCOMPRESSED || !tags.isPlace(TiffDirectory.FILL_ORDER));
    }

    /** Whether the sample behind the colours is alpha; Pillow takes one that gray is multiplied with for none. */
    boolean hasAlpha() {
        long extra = tags.unsignedOr(TiffDirectory.EXTRA_SAMPLES, colors == 3 ? UNASSOCIATED : UNSPECIFIED);
        return colors < 4 && samples > colors && (extra == UNASSOCIATED || (extra == ASSOCIATED && colors == 3));
    }

    int across() {
        return Math.ceilDiv(width, partWidth);
    }

    int down() {
        return Math.ceilDiv(height, partHeight);
    }

    /** Samples of a pixel in one part. */
    int samplesOfPart() {
        return planar ? 1 : samples;
    }

    /** Bytes of a row of a part. */
    int rowBytes() {
        return (int) (((long) partWidth * samplesOfPart() * bits + 7) / 8);
    }

    /** Rows that a part has: the last strip may be short, tiles are not. */
    int rowsOf(int partY) {
        return tiled ? partHeight : Math.min(partHeight, height - partY * partHeight);
    }

    /** What a compression that is not decoded is called; empty: unknown. */
    static Optional<String> nameOf(int compression) {
        return switch (compression) {
            case 50001 -> Optional.of("WebP");
            case 34712 -> Optional.of("JPEG 2000");
            case 34887 -> Optional.of("LERC");
            case 32809 -> Optional.of("ThunderScan");
            case 34676, 34677 -> Optional.of("SGI LogLuv");
            default -> Optional.empty();
        };
    }

    static CodecException corrupt(String what) {
        return new CodecException("corrupt TIFF: " + what);
    }

    static CodecException truncated(String what) {
        return new CodecException("truncated TIFF: " + what);
    }

    static CodecException unsupported(String what) {
        return new CodecException("TIFF: " + what + "; convert it to PNG first");
    }
}
