package org.clipjava.image;

import java.awt.Point;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadUpdateListener;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Decodes with ImageIO what this package does not decode itself; the only class that touches {@code java.desktop}.
 *
 * <ul>
 *   <li>JPEG, BMP and TIFF always go to the JDK's own readers, whatever plugins are installed. Of JPEG only the raster is
 *       taken, in the file's own colour space, so that ImageIO converts nothing; {@link JpegFile} does.
 *   <li>PNG and GIF are decoded by {@link PngDecoder} and {@link GifDecoder}.
 *   <li>Everything else goes to the first reader that claims it, lossy WebP excepted: the pure-Java decoder for it that
 *       is about gives wrong pixels.
 * </ul>
 *
 * <p>Colour profiles are ignored and alpha is dropped, not blended; samples of 16 bits become their high byte, smaller
 * ones are scaled to 8 bits. A TIFF is turned by its orientation once, where Pillow 9.4 turns it twice. A file that ends
 * before its picture does is an error; data that libjpeg reads with a warning are read, as in Pillow. No temporary
 * files, no global settings.
 */
final class ImageIoDecoder implements ImageDecoder {
    private static final long PNG_SIGNATURE = 0x89504e470d0a1a0aL;

    /** The signature, and the header chunk up to width and height. */
    private static final int PNG_HEAD_BYTES = 24;

    private static final System.Logger LOGGER = System.getLogger(ImageIoDecoder.class.getName());

    private static final int[] PALETTE_OF_THE_MODEL = {};

    private static final int TIFF_YCBCR = 6;

    private static final int TIFF_UNCOMPRESSED = 1;
    private static final int TIFF_LZW = 5;
    private static final int TIFF_OLD_JPEG = 6;
    private static final int TIFF_JPEG = 7;
    private static final int TIFF_DEFLATE = 8;
    private static final int TIFF_PACKBITS = 32773;
    private static final int TIFF_OLD_DEFLATE = 32946;

    /** What a byte stands for at most: of LZW a code of 9 bits for less than a table of 4,096. */
    private static final long MAX_LZW = 4096;

    private static final long MAX_PACKBITS = 64;

    @Override
    public RgbImage decode(byte[] encoded, String name) throws IOException {
        ImageFormat format = ImageFormat.of(encoded);
        return decoding(format, name, () -> switch (format) {
            case PNG -> PngDecoder.decode(encoded, name);
            case GIF -> GifDecoder.decode(encoded, name);
            case JPEG -> decodeJpeg(encoded, name);
            case TIFF -> decodeTiff(encoded, name);
            case BMP -> {
                checkBmpSize(encoded, name);
                BufferedImage image = read(jdkReader("bmp"), encoded, name);
                yield toRgb(image, Samples.of(image.getColorModel()), PALETTE_OF_THE_MODEL, name);
            }
            case WEBP -> {
                WebpFile webp = WebpFile.read(encoded);
                if (webp.lossy()) {
                    throw new ImageFormatException(name + ": lossy WebP is not supported; " + format.cure());
                }
                yield webp.orientation().apply(decodeWithPlugin(format, encoded, name));
            }
            default -> decodeWithPlugin(format, encoded, name);
        });
    }

    @Override
    public PixelTensor decodePixels(byte[] encoded, String name, ImagePreprocessor preprocessor, Executor helper)
            throws IOException {
        if (ImageFormat.of(encoded) == ImageFormat.JPEG) {
            JpegFile jpeg = JpegFile.read(encoded, name);
            if (jpeg.canBeRelabelled() && jpeg.orientation() == Orientation.NORMAL) {
                return decodePixels(jpeg, name, preprocessor, helper);
            }
        }
        return preprocessor.preprocess(decode(encoded, name));
    }

    @Override
    public long pixels(Path file) {
        if (!Files.isRegularFile(file)) {
            return Long.MAX_VALUE; // of a pipe nothing may be taken
        }
        try (InputStream in = Files.newInputStream(file)) {
            // PNG's size is at one place, and found in a hundredth of the time that ImageIO takes.
            ByteBuffer head = ByteBuffer.wrap(in.readNBytes(PNG_HEAD_BYTES));
            if (head.remaining() == PNG_HEAD_BYTES && head.getLong(0) == PNG_SIGNATURE) {
                long pixels = (long) head.getInt(16) * head.getInt(20);
                return head.getInt(16) > 0 && pixels > 0 ? pixels : Long.MAX_VALUE;
            }
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "can't read " + file, e);
            return Long.MAX_VALUE;
        }
        try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
            return pixels(in);
        } catch (IOException | RuntimeException e) {
            // ImageIO throws all kinds of things on damaged files; what they are is for the decoder to say.
            LOGGER.log(System.Logger.Level.DEBUG, "no size in the header of " + file, e);
            return Long.MAX_VALUE;
        }
    }

    @Override
    public long pixels(byte[] encoded) {
        try (ImageInputStream in = new ByteArrayInput(encoded)) {
            return pixels(in);
        } catch (IOException | RuntimeException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "no size in the header", e); // as above
            return Long.MAX_VALUE;
        }
    }

    private static long pixels(ImageInputStream in) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
        if (!readers.hasNext()) {
            return Long.MAX_VALUE;
        }
        ImageReader reader = readers.next();
        try {
            reader.setInput(in, true, true);
            return (long) reader.getWidth(0) * reader.getHeight(0);
        } finally {
            reader.dispose();
        }
    }

    private static PixelTensor decodePixels(JpegFile jpeg, String name, ImagePreprocessor preprocessor, Executor helper)
            throws IOException {
        ArrivingRows rows = new ArrivingRows(
                jpeg.width(),
                jpeg.height(),
                new byte[3 * jpeg.width() * jpeg.height()],
                jpeg.colorSpace() == JpegFile.ColorSpace.YCBCR);
        FutureTask<PixelTensor> preprocessing = new FutureTask<>(() -> preprocessor.preprocess(rows));
        if (!jpeg.isProgressive()) {
            Thread caller = Thread.currentThread();
            try {
                // Run here and now it would wait for rows that this thread is to decode.
                helper.execute(() -> {
                    if (Thread.currentThread() != caller) {
                        preprocessing.run();
                    }
                });
            } catch (RejectedExecutionException e) {
                LOGGER.log(System.Logger.Level.DEBUG, "no helper to preprocess with", e);
            }
        }
        try {
            decoding(ImageFormat.JPEG, name, () -> {
                readSamples(jpeg, rows, name);
                return rows;
            });
            rows.complete();
        } catch (Throwable e) {
            preprocessing.cancel(false);
            rows.cancel();
            throw e;
        }
        preprocessing.run(); // unless a helper has begun
        return result(preprocessing);
    }

    private static <T> T result(FutureTask<T> task) {
        boolean interrupted = false;
        while (true) {
            try {
                T result = task.get();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return result;
            } catch (InterruptedException e) {
                interrupted = true; // it ends soon
            } catch (ExecutionException e) {
                switch (Objects.requireNonNullElse(e.getCause(), e)) {
                    case Error error -> throw error;
                    case RuntimeException exception -> throw exception;
                    default -> throw new IllegalStateException(e.getCause());
                }
            }
        }
    }

    /**
     * Reads three components as they are into the rows' own array, and tells of each row. ImageIO reads a raster only into an
     * array of its own; told that the samples are RGB, it reads them into any.
     */
    private static void readSamples(JpegFile jpeg, ArrivingRows rows, String name) throws IOException {
        int width = jpeg.width();
        int height = jpeg.height();
        ImageReader reader = jdkReader("jpeg");
        try (ImageInputStream in = new ByteArrayInput(jpeg.withoutColorSpace())) {
            reader.setInput(in, true, true);
            if (reader.getWidth(0) != width || reader.getHeight(0) != height) {
                throw new ImageFormatException(name + ": corrupt JPEG: expected " + width + "x" + height + ", found "
                        + reader.getWidth(0) + "x" + reader.getHeight(0));
            }
            WritableRaster raster = Raster.createInterleavedRaster(
                    new DataBufferByte(rows.samples(), rows.samples().length),
                    width,
                    height,
                    3 * width,
                    3,
                    new int[] {0, 1, 2},
                    new Point());
            ColorModel rgb = new ComponentColorModel(
                    ColorSpace.getInstance(ColorSpace.CS_sRGB),
                    false,
                    false,
                    Transparency.OPAQUE,
                    DataBuffer.TYPE_BYTE);
            ImageReadParam into = reader.getDefaultReadParam();
            into.setDestination(new BufferedImage(rgb, raster, false, null));
            if (!jpeg.isProgressive()) {
                // With a listener ImageIO shows every scan of a progressive picture, all rows of each.
                reader.addIIOReadUpdateListener(new RowListener(rows));
            }
            reader.read(0, into);
        } finally {
            reader.dispose();
        }
    }

    /** Hears of each row as soon as ImageIO has decoded it. */
    private record RowListener(ArrivingRows rows) implements IIOReadUpdateListener {
        @Override
        public void imageUpdate(
                ImageReader source,
                BufferedImage image,
                int minX,
                int minY,
                int width,
                int height,
                int periodX,
                int periodY,
                int[] bands) {
            rows.arrived(minY);
        }

        @Override
        public void passStarted(
                ImageReader source,
                BufferedImage image,
                int pass,
                int minPass,
                int maxPass,
                int minX,
                int minY,
                int periodX,
                int periodY,
                int[] bands) {}

        @Override
        public void passComplete(ImageReader source, BufferedImage image) {}

        @Override
        public void thumbnailPassStarted(
                ImageReader source,
                BufferedImage thumbnail,
                int pass,
                int minPass,
                int maxPass,
                int minX,
                int minY,
                int periodX,
                int periodY,
                int[] bands) {}

        @Override
        public void thumbnailUpdate(
                ImageReader source,
                BufferedImage thumbnail,
                int minX,
                int minY,
                int width,
                int height,
                int periodX,
                int periodY,
                int[] bands) {}

        @Override
        public void thumbnailPassComplete(ImageReader source, BufferedImage thumbnail) {}
    }

    /** What decodes. */
    private interface Decoding<T> {
        T run() throws IOException;
    }

    private static <T> T decoding(ImageFormat format, String name, Decoding<T> action) throws IOException {
        try {
            return action.run();
        } catch (ImageFormatException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // ImageIO's readers throw all kinds of things on data that are corrupt, cut off or of an unusual kind.
            throw new ImageFormatException(name + ": can't decode this as " + format.label() + ": " + oneLine(e), e);
        }
    }

    private static String oneLine(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse("").strip();
    }

    private static RgbImage decodeJpeg(byte[] encoded, String name) throws IOException {
        JpegFile jpeg = JpegFile.read(encoded, name);
        int components = jpeg.colorSpace().components();
        ImageReader reader = jdkReader("jpeg");
        try (ImageInputStream in = new ByteArrayInput(jpeg.withoutApplicationSegments())) {
            reader.setInput(in, true, true);
            Raster raster = reader.readRaster(0, reader.getDefaultReadParam());
            SampleModel inOrder = new PixelInterleavedSampleModel(
                    DataBuffer.TYPE_BYTE,
                    jpeg.width(),
                    jpeg.height(),
                    components,
                    components * jpeg.width(),
                    IntStream.range(0, components).toArray());
            if (!raster.getSampleModel().equals(inOrder)) {
                throw new ImageFormatException(name + ": corrupt JPEG: expected " + jpeg.width() + "x" + jpeg.height()
                        + " with " + components + " components, found " + raster.getWidth() + "x" + raster.getHeight()
                        + " with " + raster.getNumBands());
            }
            byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
            return jpeg.orientation().apply(jpeg.toRgb(samples));
        } finally {
            reader.dispose();
        }
    }

    private static RgbImage decodeWithPlugin(ImageFormat format, byte[] encoded, String name) throws IOException {
        try (ImageInputStream in = new ByteArrayInput(encoded)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (encoded.length > 0 && readers.hasNext()) {
                BufferedImage image = read(readers.next(), encoded, name);
                return toRgb(image, Samples.of(image.getColorModel()), PALETTE_OF_THE_MODEL, name);
            }
        }
        throw new ImageFormatException(name + ": expected a picture (" + ImageFormat.supported() + "), found "
                + format.label() + (format.cure().isEmpty() ? "" : "; " + format.cure()));
    }

    /** ImageIO's reader refuses some sizes itself, but without saying them. */
    private static void checkBmpSize(byte[] encoded, String name) throws ImageFormatException {
        if (encoded.length >= 26) {
            ByteBuffer header = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
            if (header.getInt(14) == 12) {
                ImageSize.check(header.getShort(18) & 0xffff, header.getShort(20) & 0xffff, name);
            } else {
                // A negative height means that rows go down.
                ImageSize.check(header.getInt(18), Math.abs((long) header.getInt(22)), name);
            }
        }
    }

    /** Colours and the kind of samples come from the tags: a colour profile can make ImageIO's model say otherwise. */
    private static RgbImage decodeTiff(byte[] encoded, String name) throws IOException {
        TiffDirectory tags = TiffDirectory.read(encoded);
        // Checked before ImageIO's reader sees them: it makes tables of 2^bits entries.
        long bits = 1;
        for (int i = 0; i < tags.count(TiffDirectory.BITS_PER_SAMPLE); i++) {
            bits = Math.max(bits, tags.unsigned(TiffDirectory.BITS_PER_SAMPLE, i));
        }
        int samples = tags.first(TiffDirectory.SAMPLES_PER_PIXEL).orElse(1);
        if (samples > 4 || bits > 16) {
            throw new ImageFormatException(name + ": TIFF: expected at most 4 samples of 16 bits a pixel, found "
                    + samples + " of " + bits + " bits; convert it to PNG first");
        }
        boolean subsampled = tags.first(TiffDirectory.PHOTOMETRIC).orElse(-1) == TIFF_YCBCR;
        checkTiffData(encoded, tags, bits * (subsampled ? 1 : samples), name);
        BufferedImage image = read(jdkReader("tiff"), encoded, name);
        int[] colors = PALETTE_OF_THE_MODEL;
        Samples kind = Samples.of(image.getColorModel());
        switch (tags.first(TiffDirectory.PHOTOMETRIC).orElse(-1)) {
            case 0, 1 -> kind = kind == Samples.PALETTE ? kind : Samples.GRAY;
            case 2, 6 -> kind = Samples.RGB;
            case 3 -> {
                kind = Samples.PALETTE;
                colors = tags.shorts(TiffDirectory.COLOR_MAP);
                if (colors.length == 0) {
                    throw new ImageFormatException(name + ": corrupt TIFF: expected a colour map, found none");
                }
            }
            case 5 -> kind = Samples.CMYK;
            default -> kind = Samples.OTHER;
        }
        RgbImage stored = toRgb(image, kind, colors, name);
        return Orientation.of(tags.first(TiffDirectory.ORIENTATION).orElse(1)).apply(stored);
    }

    /** ImageIO's reader makes room for all pixels before it looks at their data, and decodes whatever a JPEG in it asks for. */
    private static void checkTiffData(byte[] encoded, TiffDirectory tags, long bitsPerPixel, String name)
            throws ImageFormatException {
        long width = tags.count(TiffDirectory.WIDTH) == 0 ? 0 : tags.unsigned(TiffDirectory.WIDTH, 0);
        long height = tags.count(TiffDirectory.HEIGHT) == 0 ? 0 : tags.unsigned(TiffDirectory.HEIGHT, 0);
        if (width > 0 && height > 0) { // else the reader says what is missing
            ImageSize.check(width, height, name);
        }
        int compression = tags.first(TiffDirectory.COMPRESSION).orElse(TIFF_UNCOMPRESSED);
        long most = switch (compression) {
            case TIFF_UNCOMPRESSED -> 1;
            case TIFF_LZW -> MAX_LZW;
            case TIFF_DEFLATE, TIFF_OLD_DEFLATE -> PngDecoder.MAX_DEFLATION;
            case TIFF_PACKBITS -> MAX_PACKBITS;
            default -> Long.MAX_VALUE / encoded.length;
        };
        if (width * height * bitsPerPixel / 8 > most * encoded.length) {
            throw new ImageFormatException(name + ": truncated TIFF: expected " + width + "x" + height
                    + " pixels, the file ends after " + encoded.length + " bytes");
        }
        if (compression == TIFF_JPEG || compression == TIFF_OLD_JPEG) {
            checkTiffScans(encoded, tags, width * height, name);
        }
    }

    private static void checkTiffScans(byte[] encoded, TiffDirectory tags, long pixels, String name)
            throws ImageFormatException {
        long work = tags.count(TiffDirectory.JPEG_OFFSET) == 0
                ? 0
                : JpegScans.work(encoded, tags.unsigned(TiffDirectory.JPEG_OFFSET, 0), pixels);
        for (int tag : new int[] {TiffDirectory.STRIP_OFFSETS, TiffDirectory.TILE_OFFSETS}) {
            int parts = tags.count(tag);
            for (int i = 0; i < parts && work <= JpegScans.MAX_PIXELS; i++) {
                work += JpegScans.work(encoded, tags.unsigned(tag, i), pixels / parts);
            }
        }
        if (work > JpegScans.MAX_PIXELS) {
            throw new ImageFormatException(name + ": TIFF: expected JPEGs of at most " + JpegScans.MAX_PIXELS
                    + " pixels, times their scans, found more; convert it to PNG first");
        }
    }

    private static BufferedImage read(ImageReader reader, byte[] encoded, String name) throws IOException {
        try (ImageInputStream in = new ByteArrayInput(encoded)) {
            reader.setInput(in, true, true);
            ImageSize.check(reader.getWidth(0), reader.getHeight(0), name);
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }

    /** The reader that is part of the JDK. */
    private static ImageReader jdkReader(String formatName) throws IOException {
        Module desktop = ImageIO.class.getModule();
        // By provider: asking ImageIO for readers would make one of every plugin.
        Iterator<ImageReaderSpi> providers =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
        while (providers.hasNext()) {
            ImageReaderSpi provider = providers.next();
            if (provider.getClass().getModule().equals(desktop)
                    && Arrays.asList(provider.getFormatNames()).contains(formatName)) {
                return provider.createReaderInstance();
            }
        }
        throw new IOException("this Java has no reader for " + formatName + " in the module java.desktop");
    }

    /** What a raster's samples are. */
    private enum Samples {
        GRAY,
        RGB,
        CMYK,
        PALETTE,
        OTHER;

        static Samples of(ColorModel model) {
            if (model instanceof IndexColorModel) {
                return PALETTE;
            }
            return switch (model.getColorSpace().getType()) {
                case ColorSpace.TYPE_GRAY -> GRAY;
                case ColorSpace.TYPE_RGB -> RGB;
                case ColorSpace.TYPE_CMYK -> CMYK;
                default -> OTHER;
            };
        }

        boolean fit(int bands) {
            return switch (this) {
                case GRAY, PALETTE -> bands == 1 || bands == 2;
                case RGB -> bands == 3 || bands == 4;
                case CMYK -> bands == 4;
                case OTHER -> false;
            };
        }
    }

    /**
     * The raster's samples as they are, without the colour management of {@code getRGB}.
     *
     * @param colors of a palette, 16 bits: all red, all green, all blue; or {@link #PALETTE_OF_THE_MODEL}
     */
    private static RgbImage toRgb(BufferedImage image, Samples kind, int[] colors, String name)
            throws ImageFormatException {
        ColorModel model = image.getColorModel();
        Raster raster = image.getRaster();
        int[] bits = raster.getSampleModel().getSampleSize();
        int bands = bits.length;
        if (!kind.fit(bands) || Arrays.stream(bits).anyMatch(b -> b > 16)) {
            throw new ImageFormatException(name + ": expected gray, RGB, CMYK or a palette of at most 16 bits, found "
                    + bands + " samples of " + bits[0] + " bits a pixel; convert it to PNG first");
        }
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] palette = kind == Samples.PALETTE ? palette(model, colors) : new byte[0];
        byte[] rgb = new byte[3 * width * height];
        int[] row = new int[width * bands];
        byte[] ink = new byte[4 * width];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int i = 0; i < row.length && kind != Samples.PALETTE; i++) {
                row[i] = toEightBits(row[i], bits[i % bands]);
            }
            if (model.isAlphaPremultiplied() && kind == Samples.RGB) {
                divideByAlpha(row, bands);
            }
            for (int x = 0; x < width; x++) {
                int at = x * bands;
                int pixel = y * width + x;
                switch (kind) {
                    case PALETTE -> System.arraycopy(palette, 3 * row[at], rgb, 3 * pixel, 3);
                    case GRAY -> put(rgb, pixel, row[at], row[at], row[at]);
                    case RGB -> put(rgb, pixel, row[at], row[at + 1], row[at + 2]);
                    default -> {
                        for (int c = 0; c < 4; c++) {
                            ink[at + c] = (byte) row[at + c];
                        }
                    }
                }
            }
            if (kind == Samples.CMYK) {
                System.arraycopy(Cmyk.toRgb(ink, false), 0, rgb, 3 * y * width, 3 * width);
            }
        }
        return RgbImage.of(width, height, rgb);
    }

    /** 65,536 x RGB, so that no index is beyond it; where no colour is given an index is its own gray, as in Pillow. */
    private static byte[] palette(ColorModel model, int[] colors) {
        byte[] palette = new byte[3 << 16];
        int n = colors.length / 3;
        for (int i = 0; i < 1 << 16; i++) {
            if (i < n) {
                put(palette, i, colors[i] >> 8, colors[n + i] >> 8, colors[2 * n + i] >> 8);
            } else if (model instanceof IndexColorModel indexed && n == 0 && i < indexed.getMapSize()) {
                put(palette, i, indexed.getRed(i), indexed.getGreen(i), indexed.getBlue(i));
            } else {
                put(palette, i, i, i, i);
            }
        }
        return palette;
    }

    private static void put(byte[] rgb, int pixel, int red, int green, int blue) {
        rgb[3 * pixel] = (byte) red;
        rgb[3 * pixel + 1] = (byte) green;
        rgb[3 * pixel + 2] = (byte) blue;
    }

    private static int toEightBits(int sample, int bits) {
        return bits >= 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1);
    }

    private static void divideByAlpha(int[] row, int bands) {
        for (int at = 0; at < row.length; at += bands) {
            int alpha = row[at + bands - 1];
            for (int c = 0; c < bands - 1; c++) {
                row[at + c] = alpha == 0 ? 0 : Math.min(row[at + c] * 255 / alpha, 255);
            }
        }
    }

    /** ImageIO's own streams over bytes copy them into a cache first. */
    private static final class ByteArrayInput extends ImageInputStreamImpl {
        private final byte[] bytes;

        ByteArrayInput(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() throws IOException {
            checkClosed();
            bitOffset = 0;
            return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            checkClosed();
            bitOffset = 0;
            if (length == 0) {
                return 0;
            }
            if (streamPos >= bytes.length) {
                return -1;
            }
            int n = (int) Math.min(length, bytes.length - streamPos);
            System.arraycopy(bytes, (int) streamPos, target, offset, n);
            streamPos += n;
            return n;
        }

        @Override
        public long length() {
            return bytes.length;
        }
    }
}
