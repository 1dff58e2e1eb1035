package org.clipjava.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
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
 * ones are scaled to 8 bits. A file that ends before its picture does is an error; data that libjpeg reads with a warning
 * are read, as in Pillow. No temporary files, no global settings.
 */
final class ImageIoDecoder implements ImageDecoder {

    @Override
    public RgbImage decode(byte[] encoded, String name) throws IOException {
        ImageFormat format = ImageFormat.of(encoded);
        try {
            return switch (format) {
                case PNG -> PngDecoder.decode(encoded, name);
                case GIF -> GifDecoder.decode(encoded, name);
                case JPEG -> decodeJpeg(encoded, name);
                case TIFF -> {
                    RgbImage stored = decodeWith(jdkReader("tiff"), encoded, name);
                    yield Orientation.of(Orientation.read(encoded).orElse(1)).apply(stored);
                }
                case BMP -> decodeWith(jdkReader("bmp"), encoded, name);
                case WEBP -> {
                    WebpFile webp = WebpFile.read(encoded);
                    if (webp.lossy()) {
                        throw new ImageFormatException(name + ": lossy WebP is not supported; " + format.cure());
                    }
                    yield webp.orientation().apply(decodeWithPlugin(format, encoded, name));
                }
                default -> decodeWithPlugin(format, encoded, name);
            };
        } catch (ImageFormatException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // ImageIO's readers throw all kinds of things on corrupt data.
            throw new ImageFormatException(
                    name + ": corrupt or truncated picture (" + format.label() + "): " + oneLine(e), e);
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
            if (raster.getWidth() != jpeg.width()
                    || raster.getHeight() != jpeg.height()
                    || raster.getNumBands() != components) {
                throw new ImageFormatException(name + ": corrupt JPEG: expected " + jpeg.width() + "x" + jpeg.height()
                        + " with " + components + " components, found " + raster.getWidth() + "x" + raster.getHeight()
                        + " with " + raster.getNumBands());
            }
            return jpeg.orientation().apply(jpeg.toRgb(bytes(raster)));
        } finally {
            reader.dispose();
        }
    }

    private static RgbImage decodeWithPlugin(ImageFormat format, byte[] encoded, String name) throws IOException {
        try (ImageInputStream in = new ByteArrayInput(encoded)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (encoded.length > 0 && readers.hasNext()) {
                return decodeWith(readers.next(), encoded, name);
            }
        }
        throw new ImageFormatException(name + ": expected a picture (" + ImageFormat.supported() + "), found "
                + format.label() + (format.cure().isEmpty() ? "" : "; " + format.cure()));
    }

    private static RgbImage decodeWith(ImageReader reader, byte[] encoded, String name) throws IOException {
        try (ImageInputStream in = new ByteArrayInput(encoded)) {
            reader.setInput(in, true, true);
            ImageSize.check(reader.getWidth(0), reader.getHeight(0), name);
            return toRgb(reader.read(0), name);
        } finally {
            reader.dispose();
        }
    }

    /** The reader that is part of the JDK. */
    private static ImageReader jdkReader(String formatName) throws IOException {
        Module desktop = ImageIO.class.getModule();
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(formatName);
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (reader.getClass().getModule().equals(desktop)) {
                return reader;
            }
        }
        throw new IOException("this Java has no reader for " + formatName + " in the module java.desktop");
    }

    private static byte[] bytes(Raster raster) {
        if (raster.getDataBuffer() instanceof DataBufferByte buffer
                && raster.getSampleModel() instanceof PixelInterleavedSampleModel layout
                && buffer.getNumBanks() == 1
                && layout.getPixelStride() == raster.getNumBands()
                && layout.getScanlineStride() == raster.getWidth() * raster.getNumBands()
                && inOrder(layout.getBandOffsets())
                && buffer.getData().length == raster.getHeight() * layout.getScanlineStride()) {
            return buffer.getData();
        }
        int width = raster.getWidth();
        int stride = width * raster.getNumBands();
        byte[] bytes = new byte[stride * raster.getHeight()];
        int[] row = new int[stride];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int i = 0; i < stride; i++) {
                bytes[y * stride + i] = (byte) row[i];
            }
        }
        return bytes;
    }

    private static boolean inOrder(int[] bandOffsets) {
        for (int i = 0; i < bandOffsets.length; i++) {
            if (bandOffsets[i] != i) {
                return false;
            }
        }
        return true;
    }

    /** The raster's samples as they are, without the colour management of {@code getRGB}. */
    private static RgbImage toRgb(BufferedImage image, String name) throws ImageFormatException {
        ColorModel model = image.getColorModel();
        Raster raster = image.getRaster();
        SampleModel samples = raster.getSampleModel();
        int width = image.getWidth();
        int height = image.getHeight();
        int bands = samples.getNumBands();
        int type = model.getColorSpace().getType();
        boolean gray = type == ColorSpace.TYPE_GRAY && bands <= 2;
        boolean rgb = type == ColorSpace.TYPE_RGB && (bands == 3 || bands == 4);
        boolean cmyk = type == ColorSpace.TYPE_CMYK && bands == 4;
        boolean palette = model instanceof IndexColorModel;
        if (!(gray || rgb || cmyk || palette)
                || samples.getDataType() == DataBuffer.TYPE_FLOAT
                || samples.getDataType() == DataBuffer.TYPE_DOUBLE
                || Arrays.stream(samples.getSampleSize()).anyMatch(bits -> bits > 16)) {
            throw new ImageFormatException(name + ": expected gray, RGB, CMYK or a palette of at most 16 bits, found "
                    + bands + " bands of " + samples.getSampleSize(0) + " bits; convert it to PNG first");
        }
        byte[] out = new byte[3 * width * height];
        int[] row = new int[width * bands];
        byte[] ink = new byte[4 * width];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            if (model instanceof IndexColorModel colors) {
                for (int x = 0; x < width; x++) {
                    // An index beyond the palette is its own gray, as in Pillow.
                    int color = row[x] < colors.getMapSize() ? colors.getRGB(row[x]) : row[x] * 0x010101;
                    put(out, y * width + x, color >> 16, color >> 8, color);
                }
                continue;
            }
            for (int i = 0; i < row.length; i++) {
                row[i] = toEightBits(row[i], samples.getSampleSize(i % bands));
            }
            if (cmyk) {
                for (int i = 0; i < row.length; i++) {
                    ink[i] = (byte) row[i];
                }
                System.arraycopy(Cmyk.toRgb(ink, false), 0, out, 3 * y * width, 3 * width);
                continue;
            }
            if (model.isAlphaPremultiplied()) {
                divideByAlpha(row, bands);
            }
            for (int x = 0; x < width; x++) {
                int at = x * bands;
                int second = gray ? at : at + 1;
                put(out, y * width + x, row[at], row[second], row[gray ? at : at + 2]);
            }
        }
        return RgbImage.of(width, height, out);
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
            for (int c = 0; c < bands - 1 && alpha > 0; c++) {
                row[at + c] = Math.min(row[at + c] * 255 / alpha, 255);
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
