package org.clipjava.image.codec.jp2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagTreeTest {
    private static final int MOST = 999;

    /** That of T.800, B.10.2: a tree of 6x3 leaves, of which the first three are 1, 3 and 2. */
    @Test
    void readsTheExampleOfTheStandard() {
        PacketBits bits = bits(0b0111_1001, 0b1010_0000);
        TagTree tree = new TagTree(6, 3);

        assertEquals(1, tree.numberBelow(bits, 0, MOST));
        assertEquals(3, tree.numberBelow(bits, 1, MOST));
        assertEquals(2, tree.numberBelow(bits, 2, MOST));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "1, 9", "5, 3", "8, 8", "17, 2"})
    void readsTheSameAtOnceAndThresholdByThreshold(int width, int height) {
        byte[] noise = new byte[2000];
        new Random(12).nextBytes(noise);
        PacketBits atOnce = new PacketBits(new ByteInput(noise, 0, noise.length));
        PacketBits bySteps = new PacketBits(new ByteInput(noise, 0, noise.length));
        TagTree one = new TagTree(width, height);
        TagTree other = new TagTree(width, height);
        for (int leaf = 0; leaf < width * height; leaf++) {
            int number = 0;
            while (!other.isBelow(bySteps, leaf, number + 1)) {
                number++;
            }
            assertEquals(number, one.numberBelow(atOnce, leaf, MOST), "leaf " + leaf);
            assertEquals(bySteps.at(), atOnce.at());
        }
    }

    @Test
    void readsNoFurtherThanTheThreshold() {
        TagTree tree = new TagTree(3, 3);
        PacketBits bits = bits(new int[200]);

        assertEquals(MOST, tree.numberBelow(bits, 4, MOST));
        assertEquals(125, bits.at());
        for (int leaf = 0; leaf < 9; leaf++) {
            assertEquals(MOST, tree.numberBelow(bits, leaf, MOST));
        }
        assertEquals(125, bits.at());
    }

    private static PacketBits bits(int... bytes) {
        byte[] all = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            all[i] = (byte) bytes[i];
        }
        return new PacketBits(new ByteInput(all, 0, all.length));
    }
}
