package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;

/** What becomes of each kind of samples, {@link PluginImagesTest} tells: both go the same way. */
class BufferedImagesTest {
    @Test
    void takesTheSamplesThatADecoderFinds() throws IOException {
        byte[] png = TestData.committed().bytes("decoding/filters.png");
        RgbImage expected = ImageDecoder.standard().decode(png, "in");
        assertEquals(expected, BufferedImages.toRgb(ImageIO.read(new ByteArrayInputStream(png))));
    }

    @Test
    void takesAPartOfAnImageForAWhole() {
        BufferedImage image = new BufferedImage(4, 3, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(2, 1, 0x800102c8);
        RgbImage part = BufferedImages.toRgb(image.getSubimage(2, 1, 2, 2));
        assertEquals(2, part.width());
        assertArrayEquals(new byte[] {1, 2, (byte) 200, 0, 0, 0, 0, 0, 0, 0, 0, 0}, part.rgb());
    }

    @Test
    void copies() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_3BYTE_BGR);
        RgbImage rgb = BufferedImages.toRgb(image);
        image.setRGB(0, 0, 0xffffff);
        assertArrayEquals(new byte[3], rgb.rgb());
    }

    @Test
    void saysWhatToDoWithAKindThatItDoesNotTake() {
        ColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, ColorModel.OPAQUE, DataBuffer.TYPE_FLOAT);
        BufferedImage image = new BufferedImage(model, model.createCompatibleWritableRaster(1, 1), false, null);
        assertEquals(
                "expected gray, RGB, CMYK or a palette of at most 16 bits, found 3 samples of 32 bits a pixel; draw it"
                        + " into one of TYPE_INT_RGB first",
                assertThrows(IllegalArgumentException.class, () -> BufferedImages.toRgb(image))
                        .getMessage());
    }
}
