package org.clipjava.image.codec;

import java.awt.Point;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.stream.IntStream;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadUpdateListener;
import javax.imageio.stream.ImageInputStream;

/** The samples of a JPEG as the JDK's own reader decodes them, without a change of colours. */
final class ImageIoJpeg {
    private ImageIoJpeg() {}

    /**
     * Reads any number of components.
     *
     * @param file without anything that tells of colours
     * @return [height, width, components]
     */
    static byte[] samples(byte[] file, int width, int height, int components) throws IOException {
        ImageReader reader = ImageIoReader.jdkReader("jpeg");
        try (ImageInputStream in = new ImageIoInput(FileBytes.of(file))) {
            reader.setInput(in, true, true);
            Raster raster = reader.readRaster(0, reader.getDefaultReadParam());
            SampleModel inOrder = new PixelInterleavedSampleModel(
                    DataBuffer.TYPE_BYTE,
                    width,
                    height,
                    components,
                    components * width,
                    IntStream.range(0, components).toArray());
            if (!raster.getSampleModel().equals(inOrder)) {
                throw new CodecException("corrupt JPEG: expected " + width + "x" + height + " with " + components
                        + " components, found " + raster.getWidth() + "x" + raster.getHeight() + " with "
                        + raster.getNumBands());
            }
            return ((DataBufferByte) raster.getDataBuffer()).getData();
        } finally {
            reader.dispose();
        }
    }

    /**
     * Reads three components into the rows, which are told of each.
     *
     * @param file that says its components were RGB
     */
    static void readRowByRow(byte[] file, ArrivingRows rows) throws IOException {
        ImageReader reader = ImageIoReader.jdkReader("jpeg");
        reader.addIIOReadUpdateListener(new RowListener(rows));
        read(reader, file, rows);
    }

    /** The same without telling: with a listener ImageIO shows every scan of a progressive picture, all rows of each. */
    static void read(byte[] file, ArrivingRows rows) throws IOException {
        read(ImageIoReader.jdkReader("jpeg"), file, rows);
    }

    /** ImageIO reads a raster only into an array of its own; told that the samples are RGB, it reads them into any. */
    private static void read(ImageReader reader, byte[] file, ArrivingRows rows) throws IOException {
        int width = rows.width();
        int height = rows.height();
        try (ImageInputStream in = new ImageIoInput(FileBytes.of(file))) {
            reader.setInput(in, true, true);
            if (reader.getWidth(0) != width || reader.getHeight(0) != height) {
                throw new CodecException("corrupt JPEG: expected " + width + "x" + height + ", found "
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
}
