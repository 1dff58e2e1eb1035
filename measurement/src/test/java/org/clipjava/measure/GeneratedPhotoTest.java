package org.clipjava.measure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class GeneratedPhotoTest {
    @Test
    void isTheSameJpegEachTimeAndAsLargeAsAPhoto() throws Exception {
        byte[] jpeg = GeneratedPhoto.jpeg(300, 200);
        assertArrayEquals(jpeg, GeneratedPhoto.jpeg(300, 200));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
        assertEquals(300, image.getWidth());
        assertEquals(200, image.getHeight());
        double bitsPerPixel = 8.0 * jpeg.length / (300 * 200);
        assertTrue(bitsPerPixel > 0.5 && bitsPerPixel < 4, bitsPerPixel + " bits a pixel");
    }
}
