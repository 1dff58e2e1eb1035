package org.clipjava.image.codec;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Arrays;
import java.util.Optional;

/** The samples of a {@link BufferedImage}: those of 16 bits become their high byte, smaller ones are scaled to 8 bits. */
public final class ImageIoRaster {
    private ImageIoRaster() {}

    /** The image as it is: no colour management. */
    public static PixelRows rows(BufferedImage image, Background background) throws CodecException {
        return rows(image, samples(image), background);
    }

    /** Why an image can't be taken as it is; empty if it can. */
    public static Optional<String> refusal(BufferedImage image) {
        return refusal(image, samples(image));
    }

    private static Optional<String> refusal(BufferedImage image, Samples kind) {
        int[] bits = image.getSampleModel().getSampleSize();
        boolean fits = kind.fit(bits.length) && Arrays.stream(bits).allMatch(b -> b <= 16);
        return fits
                ? Optional.empty()
                : Optional.of("expected gray, RGB, CMYK or a palette of at most 16 bits, found " + bits.length
                        + " samples of " + bits[0] + " bits a pixel");
    }

    /** What the model takes the samples for. */
    private static Samples samples(BufferedImage image) {
        ColorModel model = image.getColorModel();
        if (model instanceof IndexColorModel) {
            return Samples.PALETTE;
        }
        return switch (model.getColorSpace().getType()) {
            case ColorSpace.TYPE_GRAY -> Samples.GRAY;
            case ColorSpace.TYPE_RGB -> Samples.RGB;
            case ColorSpace.TYPE_CMYK -> Samples.CMYK;
            default -> Samples.OTHER;
        };
    }

    /** The raster's samples as they are, without the colour management of {@code getRGB}. */
    private static PixelRows rows(BufferedImage image, Samples kind, Background background) throws CodecException {
        ColorModel model = image.getColorModel();
        Raster raster = image.getRaster();
        int[] bits = raster.getSampleModel().getSampleSize();
        int bands = bits.length;
        Optional<String> refusal = refusal(image, kind);
        if (refusal.isPresent()) {
            throw new CodecException(refusal.get() + "; convert it to PNG first");
        }
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] palette = kind == Samples.PALETTE ? palette(model) : new byte[0];
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
            if (model.hasAlpha() && background.shows()) {
                for (int x = 0; x < width; x++) {
                    int alpha = kind == Samples.PALETTE ? model.getAlpha(row[x * bands]) : row[x * bands + bands - 1];
                    background.blend(rgb, 3 * (y * width + x), alpha);
                }
            }
            if (kind == Samples.CMYK) {
                System.arraycopy(Cmyk.toRgb(ink, false), 0, rgb, 3 * y * width, 3 * width);
            }
        }
        return new PixelRows(width, height, rgb);
    }

    /** 65,536 x RGB, so that no index is beyond it; one without a colour is its own gray. */
    private static byte[] palette(ColorModel model) {
        byte[] palette = new byte[3 << 16];
        for (int i = 0; i < 1 << 16; i++) {
            if (model instanceof IndexColorModel indexed && i < indexed.getMapSize()) {
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
}
