package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clipjava.image.codec.Background;
import org.clipjava.image.codec.ImageIoRaster;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;

/** Transparent pictures on a background. */
class BackgroundTest {
    /** That of make_background_goldens.py. */
    private static final int COLOR = 200 << 16 | 30 << 8 | 90;

    private static final ImageDecoder PLAIN = ImageDecoder.standard();
    private static final ImageDecoder BEFORE_COLOR = ImageDecoder.onBackground(COLOR);

    private static Map<String, String> goldens() {
        Map<String, String> goldens = new HashMap<>();
        for (String line :
                TestData.committed().text("golden/background.tsv").lines().toList()) {
            String[] fields = line.split("\t", 2);
            goldens.put(fields[0], fields[1]);
        }
        return goldens;
    }

    @Test
    void isWhatPillowMakesOfEveryTransparentPicture() throws IOException {
        List<String> differing = new ArrayList<>();
        Map<String, String> goldens = goldens();
        assertTrue(goldens.size() >= 90, "pictures: " + goldens.size());
        for (Map.Entry<String, String> golden : goldens.entrySet()) {
            RgbImage shown = BEFORE_COLOR.decode(TestData.committed().path(golden.getKey()));
            if (!Goldens.sha256(shown.rgb()).equals(golden.getValue())) {
                differing.add(golden.getKey());
            }
        }
        assertEquals(List.of(), differing.stream().sorted().toList());
    }

    @Test
    void changesNoOtherPicture() throws IOException {
        Map<String, String> goldens = goldens();
        List<String> changed = new ArrayList<>();
        for (String folder : List.of("decoding", "formats", "webp")) {
            try (Stream<Path> files = Files.list(TestData.committed().path(folder))) {
                for (Path file : files.sorted().toList()) {
                    String name = folder + "/" + file.getFileName();
                    if (goldens.containsKey(name) || name.contains("_ALPHA")) {
                        continue;
                    }
                    RgbImage plain;
                    try {
                        plain = PLAIN.decode(file);
                    } catch (ImageFormatException e) {
                        assertThrows(ImageFormatException.class, () -> BEFORE_COLOR.decode(file));
                        continue;
                    }
                    if (!plain.equals(BEFORE_COLOR.decode(file))) {
                        changed.add(name);
                    }
                }
            }
        }
        assertEquals(List.of(), changed);
    }

    private static byte[] pam(String type, int depth, int maxval, int... samples) {
        ByteArrayOutputStream pam = new ByteArrayOutputStream();
        pam.writeBytes(
                ("P7\nWIDTH 1\nHEIGHT 1\nDEPTH " + depth + "\nMAXVAL " + maxval + "\nTUPLTYPE " + type + "\nENDHDR\n")
                        .getBytes(StandardCharsets.US_ASCII));
        for (int sample : samples) {
            if (maxval > 255) {
                pam.write(sample >> 8);
            }
            pam.write(sample);
        }
        return pam.toByteArray();
    }

    @Test
    void blendsAPamByItsScaledAlpha() throws IOException {
        ImageDecoder onWhite = ImageDecoder.onBackground(0xffffff);
        assertArrayEquals(
                new byte[] {(byte) 255, (byte) 255, (byte) 255},
                onWhite.decode(pam("RGB_ALPHA", 4, 255, 1, 2, 3, 0), "in").rgb());
        assertArrayEquals(
                new byte[] {1, 2, 3},
                onWhite.decode(pam("RGB_ALPHA", 4, 255, 1, 2, 3, 255), "in").rgb());
        assertArrayEquals(
                new byte[] {127, 127, 127}, // black, half of the white behind it
                onWhite.decode(pam("GRAYSCALE_ALPHA", 2, 1000, 0, 502), "in").rgb());
    }

    /** Of 16 bits the one transparent colour has 16 bits, too; of fewer it is the sample as it is stored. */
    @Test
    void aPngsTransparentColourIsTheStoredOne() throws IOException {
        ImageDecoder onWhite = ImageDecoder.onBackground(0xffffff);
        // One row of two pixels: gray of 16 bits 0x1234 and 0x1235, of which the first is transparent.
        byte[] wide = HexFormat.of()
                .parseHex("89504e470d0a1a0a0000000d494844520000000200000001100000000081d9fc150000000274524e"
                        + "5312342fd3495e0000000d49444154789c631032113205000142008e3b08339a0000000049454e44ae426082");
        assertArrayEquals(
                new byte[] {-1, -1, -1, 0x12, 0x12, 0x12},
                onWhite.decode(wide, "in").rgb());
    }

    @Test
    void turnsWhatItBlends() throws IOException {
        Path turned = TestData.committed().path("webp/metadata-RGBA-lossless-exif-xmp-icc_profile.webp");
        assertEquals(PLAIN.decode(turned).width(), BEFORE_COLOR.decode(turned).width());
    }

    @Test
    void blendsWhatAPluginOfImageIoReads() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, new Color(10, 20, 30, 0).getRGB());
        image.setRGB(1, 0, new Color(10, 20, 30, 255).getRGB());
        assertArrayEquals(
                new byte[] {1, 2, 3, 10, 20, 30},
                ImageIoRaster.rows(image, Background.of(0x010203)).rgb());
        assertArrayEquals(
                new byte[] {10, 20, 30, 10, 20, 30},
                ImageIoRaster.rows(image, Background.NONE).rgb());
    }

    @Test
    void refusesAColourOfMoreThan24Bits() {
        assertThrows(IllegalArgumentException.class, () -> ImageDecoder.onBackground(0xff000000));
    }
}
