package org.clipjava.image.codec;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * TIFF, by the JDK's own reader. Colours and the kind of samples come from the tags: a colour profile can make ImageIO's model say
 * otherwise. It is turned by its orientation once, where Pillow 9.4 turns it twice.
 */
public final class TiffCodec implements Codec {
    private static final int WHITE_IS_ZERO = 0;
    private static final int BLACK_IS_ZERO = 1;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int SEPARATED = 5;
    private static final int YCBCR = 6;

    private static final int UNCOMPRESSED = 1;
    private static final int LZW = 5;
    private static final int OLD_JPEG = 6;
    private static final int JPEG = 7;
    private static final int DEFLATE = 8;
    private static final int PACKBITS = 32773;
    private static final int OLD_DEFLATE = 32946;

    /** What a byte stands for at most: of LZW a code of 9 bits for less than a table of 4,096. */
    private static final long MAX_LZW = 4096;

    private static final long MAX_PACKBITS = 64;

    @Override
    public void decode(byte[] file, PictureConsumer picture) throws IOException {
        TiffDirectory tags = TiffDirectory.read(file);
        check(file, tags);
        int photometric = tags.first(TiffDirectory.PHOTOMETRIC).orElse(-1);
        Desktop.check(ImageFormat.TIFF);
        int[] colors = ImageIoRaster.PALETTE_OF_THE_MODEL;
        if (photometric == PALETTE) {
            colors = tags.shorts(TiffDirectory.COLOR_MAP);
            if (colors.length == 0) {
                throw new CodecException("corrupt TIFF: expected a colour map, found none");
            }
        }
        UnaryOperator<Samples> kind = samplesOfTheModel -> switch (photometric) {
            case WHITE_IS_ZERO, BLACK_IS_ZERO -> samplesOfTheModel == Samples.PALETTE ? Samples.PALETTE : Samples.GRAY;
            case RGB, YCBCR -> Samples.RGB;
            case PALETTE -> Samples.PALETTE;
            case SEPARATED -> Samples.CMYK;
            default -> Samples.OTHER;
        };
        picture.whole(orientation(tags).apply(ImageIoReader.decodeWithJdk("tiff", file, kind, colors)));
    }

    @Override
    public Orientation orientation(byte[] file) {
        return orientation(TiffDirectory.read(file));
    }

    private static Orientation orientation(TiffDirectory tags) {
        return Orientation.of(tags.first(TiffDirectory.ORIENTATION).orElse(1));
    }

    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        return TiffDirectory.pixels(file);
    }

    /** Checked before ImageIO's reader sees them: it makes tables of 2^bits entries. */
    private static void check(byte[] file, TiffDirectory tags) throws CodecException {
        long bits = 1;
        for (int i = 0; i < tags.count(TiffDirectory.BITS_PER_SAMPLE); i++) {
            bits = Math.max(bits, tags.unsigned(TiffDirectory.BITS_PER_SAMPLE, i));
        }
        int samples = tags.first(TiffDirectory.SAMPLES_PER_PIXEL).orElse(1);
        if (samples > 4 || bits > 16) {
            throw new CodecException("TIFF: expected at most 4 samples of 16 bits a pixel, found " + samples + " of "
                    + bits + " bits; convert it to PNG first");
        }
        boolean subsampled = tags.first(TiffDirectory.PHOTOMETRIC).orElse(-1) == YCBCR;
        checkData(file, tags, bits * (subsampled ? 1 : samples));
    }

    /** ImageIO's reader makes room for all pixels before it looks at their data, and decodes whatever a JPEG in it asks for. */
    private static void checkData(byte[] file, TiffDirectory tags, long bitsPerPixel) throws CodecException {
        long width = tags.count(TiffDirectory.WIDTH) == 0 ? 0 : tags.unsigned(TiffDirectory.WIDTH, 0);
        long height = tags.count(TiffDirectory.HEIGHT) == 0 ? 0 : tags.unsigned(TiffDirectory.HEIGHT, 0);
        if (width > 0 && height > 0) { // else the reader says what is missing
            ImageSize.check(width, height);
        }
        int compression = tags.first(TiffDirectory.COMPRESSION).orElse(UNCOMPRESSED);
        long most = switch (compression) {
            case UNCOMPRESSED -> 1;
            case LZW -> MAX_LZW;
            case DEFLATE, OLD_DEFLATE -> PngDecoder.MAX_DEFLATION;
            case PACKBITS -> MAX_PACKBITS;
            default -> Long.MAX_VALUE / file.length;
        };
        if (width * height * bitsPerPixel / 8 > most * file.length) {
            throw new CodecException("truncated TIFF: expected " + width + "x" + height
                    + " pixels, the file ends after " + file.length + " bytes");
        }
        if (compression == JPEG || compression == OLD_JPEG) {
            checkScans(file, tags, width * height);
        }
    }

    private static void checkScans(byte[] file, TiffDirectory tags, long pixels) throws CodecException {
        long work = tags.count(TiffDirectory.JPEG_OFFSET) == 0
                ? 0
                : JpegScans.work(file, tags.unsigned(TiffDirectory.JPEG_OFFSET, 0), pixels);
        for (int tag : new int[] {TiffDirectory.STRIP_OFFSETS, TiffDirectory.TILE_OFFSETS}) {
            int parts = tags.count(tag);
            for (int i = 0; i < parts && work <= JpegScans.MAX_PIXELS; i++) {
                work += JpegScans.work(file, tags.unsigned(tag, i), pixels / parts);
            }
        }
        if (work > JpegScans.MAX_PIXELS) {
            throw new CodecException("TIFF: expected JPEGs of at most " + JpegScans.MAX_PIXELS
                    + " pixels, times their scans, found more; convert it to PNG first");
        }
    }
}
