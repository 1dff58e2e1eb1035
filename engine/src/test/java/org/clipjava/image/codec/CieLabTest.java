package org.clipjava.image.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.clipjava.io.Sha256;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Held to the sums that {@code src-test-data/tools/lab_sums.py} has of what Pillow converts. */
class CieLabTest {
    /** Of all colours whose levels are among those given, L changing last and b first. */
    private static String sum(int[] levels) {
        MessageDigest digest = Sha256.digest();
        byte[] pixels = new byte[3 * levels.length * levels.length];
        for (int l : levels) {
            int at = 0;
            for (int a : levels) {
                for (int b : levels) {
                    pixels[at++] = (byte) l;
                    pixels[at++] = (byte) a;
                    pixels[at++] = (byte) b;
                }
            }
            CieLab.toRgb(pixels, false);
            digest.update(pixels);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void convertsEveryFifthLevelAsPillow() {
        assertEquals(
                "6c973ac500dd38ac3c00e0ef5391c8b212a5e5d9a05ead37e6024a649f9184ee",
                sum(IntStream.iterate(0, i -> i < 256, i -> i + 5).toArray()));
    }

    @Test
    @Tag("thorough")
    void convertsAllColorsAsPillow() {
        assertEquals(
                "f1ae0609778284fb45d7ac0f0ab7e164dae97539e23c975eef6fd284ccf16101",
                sum(IntStream.range(0, 256).toArray()));
    }

    @Test
    void takesBytesWithASignForWhatIs128More() {
        byte[] signed = {0, 0, 0, -1, 127, -128, 100, 50, -50};
        byte[] shifted = {0, -128, -128, -1, -1, 0, 100, (byte) 178, 78};
        CieLab.toRgb(signed, true);
        CieLab.toRgb(shifted, false);
        assertArrayEquals(shifted, signed);
    }
}
