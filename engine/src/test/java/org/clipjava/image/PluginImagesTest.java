package org.clipjava.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.color.ColorSpace;
import java.awt.image.BandedSampleModel;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.function.Supplier;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;

/** What readers that others installed hand over: one pixel of each kind, and what becomes of it. */
class PluginImagesTest {
    private static final byte[] FILE = "a format of its own".getBytes(US_ASCII);

    private static RgbImage decode(BufferedImage image) throws IOException {
        return decode(() -> image);
    }

    private static RgbImage decode(Supplier<BufferedImage> images) throws IOException {
        IIORegistry registry = IIORegistry.getDefaultInstance();
        Plugin plugin = new Plugin(images);
        registry.registerServiceProvider(plugin, ImageReaderSpi.class);
        try {
            return ImageDecoder.standard().decode(FILE, "in");
        } finally {
            registry.deregisterServiceProvider(plugin);
            assertEquals(plugin.readers, plugin.disposed, "readers that were disposed of");
        }
    }

    private static BufferedImage of(int type, int pixel) {
        BufferedImage image = new BufferedImage(1, 1, type);
        image.getRaster().setDataElements(0, 0, image.getColorModel().getDataElements(pixel, null));
        return image;
    }

    /** One pixel of given samples, in planes. */
    private static BufferedImage of(int space, boolean alpha, boolean associated, int dataType, int... samples) {
        ColorModel model = new ComponentColorModel(
                space == ColorSpace.TYPE_CMYK ? new Cmyk4() : ColorSpace.getInstance(space),
                alpha,
                associated,
                alpha ? ColorModel.TRANSLUCENT : ColorModel.OPAQUE,
                dataType);
        WritableRaster raster =
                Raster.createWritableRaster(new BandedSampleModel(dataType, 1, 1, samples.length), null);
        raster.setPixel(0, 0, samples);
        return new BufferedImage(model, raster, associated, null);
    }

    private static void assertPixel(int red, int green, int blue, BufferedImage image) throws IOException {
        assertArrayEquals(
                new byte[] {(byte) red, (byte) green, (byte) blue},
                decode(image).rgb());
    }

    @Test
    void takesColoursInWhateverOrderTheyLie() throws IOException {
        assertPixel(1, 2, 200, of(BufferedImage.TYPE_INT_RGB, 0xff0102c8));
        assertPixel(1, 2, 200, of(BufferedImage.TYPE_INT_BGR, 0xff0102c8));
        assertPixel(1, 2, 200, of(BufferedImage.TYPE_3BYTE_BGR, 0xff0102c8));
        assertPixel(1, 2, 200, of(ColorSpace.CS_sRGB, false, false, DataBuffer.TYPE_BYTE, 1, 2, 200));
    }

    @Test
    void scalesSamplesToEightBits() throws IOException {
        assertPixel(255, 0, 255, of(BufferedImage.TYPE_USHORT_565_RGB, 0xffff00ff));
        assertPixel(0x12, 0xff, 0, of(ColorSpace.CS_sRGB, false, false, DataBuffer.TYPE_USHORT, 0x12ff, 0xff00, 0xff));
        assertPixel(0x12, 0x12, 0x12, of(ColorSpace.CS_GRAY, false, false, DataBuffer.TYPE_USHORT, 0x12ff));
    }

    @Test
    void dropsAlphaAndUndoesWhatItWasMultipliedWith() throws IOException {
        assertPixel(1, 2, 200, of(BufferedImage.TYPE_4BYTE_ABGR, 0x400102c8));
        assertPixel(7, 7, 7, of(ColorSpace.CS_GRAY, true, false, DataBuffer.TYPE_BYTE, 7, 90));
        assertPixel(127, 255, 0, of(ColorSpace.CS_sRGB, true, true, DataBuffer.TYPE_BYTE, 20, 40, 0, 40));
        assertPixel(255, 255, 255, of(ColorSpace.CS_sRGB, true, true, DataBuffer.TYPE_BYTE, 60, 70, 80, 40));
        assertPixel(0, 0, 0, of(ColorSpace.CS_sRGB, true, true, DataBuffer.TYPE_BYTE, 60, 70, 80, 0));
    }

    @Test
    void looksColoursUp() throws IOException {
        byte[] red = {0, 9};
        byte[] green = {0, 8};
        byte[] blue = {0, 7};
        BufferedImage image =
                new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 2, red, green, blue));
        image.getRaster().setSample(0, 0, 0, 1);
        assertPixel(9, 8, 7, image);
        // Beyond the palette, which the model itself answers with an exception.
        image.getRaster().setSample(0, 0, 0, 100);
        assertPixel(100, 100, 100, image);
    }

    @Test
    void mixesInk() throws IOException {
        assertPixel(255, 255, 255, of(ColorSpace.TYPE_CMYK, false, false, DataBuffer.TYPE_BYTE, 0, 0, 0, 0));
        assertPixel(0, 255, 255, of(ColorSpace.TYPE_CMYK, false, false, DataBuffer.TYPE_BYTE, 255, 0, 0, 0));
        assertPixel(0, 0, 0, of(ColorSpace.TYPE_CMYK, false, false, DataBuffer.TYPE_BYTE, 0, 0, 0, 255));
    }

    @Test
    void refusesWhatItCanNotTellTheColoursOf() {
        for (BufferedImage image : new BufferedImage[] {
            of(ColorSpace.CS_sRGB, false, false, DataBuffer.TYPE_FLOAT, 1, 1, 1),
            of(ColorSpace.CS_GRAY, false, false, DataBuffer.TYPE_DOUBLE, 1),
            of(ColorSpace.CS_GRAY, false, false, DataBuffer.TYPE_INT, 1),
            of(ColorSpace.CS_CIEXYZ, false, false, DataBuffer.TYPE_BYTE, 1, 1, 1),
            of(ColorSpace.TYPE_CMYK, true, false, DataBuffer.TYPE_BYTE, 1, 1, 1, 1, 1)
        }) {
            String message = assertThrows(ImageFormatException.class, () -> decode(image))
                    .getMessage();
            assertTrue(message.startsWith("in: expected gray, RGB, CMYK or a palette of at most 16 bits"), message);
        }
    }

    @Test
    void saysWhatAPluginSays() {
        String message = assertThrows(
                        ImageFormatException.class,
                        () -> decode(() -> {
                            throw new IllegalStateException("broken\nin two lines");
                        }))
                .getMessage();
        assertTrue(message.startsWith("in: can't decode this as ") && message.endsWith(": broken"), message);
        String silent = assertThrows(
                        ImageFormatException.class,
                        () -> decode(() -> {
                            throw new IllegalStateException();
                        }))
                .getMessage();
        assertTrue(silent.endsWith(": IllegalStateException"), silent);
    }

    /** As many numbers as ink has; nothing is converted with it. */
    private static final class Cmyk4 extends ColorSpace {
        private static final long serialVersionUID = 1L;

        Cmyk4() {
            super(TYPE_CMYK, 4);
        }

        @Override
        public float[] toRGB(float[] colour) {
            throw new UnsupportedOperationException();
        }

        @Override
        public float[] fromRGB(float[] rgb) {
            throw new UnsupportedOperationException();
        }

        @Override
        public float[] toCIEXYZ(float[] colour) {
            throw new UnsupportedOperationException();
        }

        @Override
        public float[] fromCIEXYZ(float[] xyz) {
            throw new UnsupportedOperationException();
        }
    }

    /** Claims {@link #FILE}, and reads from it what it is told to. */
    private static final class Plugin extends TestReaderSpi {
        private final Supplier<BufferedImage> images;
        private int readers;
        private int disposed;

        Plugin(Supplier<BufferedImage> images) {
            super("own");
            this.images = images;
        }

        @Override
        public boolean canDecodeInput(Object source) throws IOException {
            ImageInputStream in = (ImageInputStream) source;
            in.mark();
            byte[] head = new byte[FILE.length];
            int read = in.read(head);
            in.reset();
            return read == FILE.length && Arrays.equals(FILE, head);
        }

        @Override
        public ImageReader createReaderInstance(Object extension) {
            readers++;
            return new ImageReader(this) {
                @Override
                public int getNumImages(boolean allowSearch) {
                    return 1;
                }

                @Override
                public int getWidth(int index) {
                    return 1;
                }

                @Override
                public int getHeight(int index) {
                    return 1;
                }

                @Override
                public Iterator<ImageTypeSpecifier> getImageTypes(int index) {
                    return Collections.emptyIterator();
                }

                @Override
                public IIOMetadata getStreamMetadata() {
                    return null;
                }

                @Override
                public IIOMetadata getImageMetadata(int index) {
                    return null;
                }

                @Override
                public BufferedImage read(int index, ImageReadParam param) {
                    return images.get();
                }

                @Override
                public void dispose() {
                    disposed++;
                }
            };
        }
    }
}
