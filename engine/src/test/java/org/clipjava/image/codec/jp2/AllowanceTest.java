package org.clipjava.image.codec.jp2;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.clipjava.image.codec.CodecException;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    @Test
    void bytesPayForCodeBlocks() {
        Allowance allowance = new Allowance();
        allowance.add(100_000);

        assertDoesNotThrow(() -> allowance.look(300_000, 1, false));
        assertThrows(CodecException.class, () -> allowance.look(100_000, 1, false));
    }

    @Test
    void roomIsPaidForOnce() {
        Allowance allowance = new Allowance();

        assertDoesNotThrow(() -> allowance.look(200_000, 1, false));
        assertDoesNotThrow(() -> allowance.look(200_000, 1, true));
        assertThrows(CodecException.class, () -> allowance.look(200_000, 1, false));
    }

    @Test
    void looksArePaidForEachTime() {
        Allowance allowance = new Allowance();
        for (int i = 0; i < 40; i++) {
            assertDoesNotThrow(() -> allowance.look(100_000, 1, true));
        }

        assertThrows(CodecException.class, () -> allowance.look(200_000, 1, true));
    }

    @Test
    void aPrecinctHasToBePaidForHoweverFewCodeBlocksItHas() {
        Allowance allowance = new Allowance();
        allowance.add(82_000);

        assertThrows(CodecException.class, () -> {
            for (int i = 0; i < 82_000; i++) {
                allowance.look(0, 3, false);
            }
        });
    }
}
