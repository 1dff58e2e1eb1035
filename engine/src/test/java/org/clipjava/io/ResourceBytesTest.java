package org.clipjava.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceBytesTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 500_000})
    void readsToTheEndWhetherTheStreamKnowsHowFarThatIsOrNot(int length) throws IOException {
        byte[] expected = new byte[length];
        new Random(length).nextBytes(expected);
        for (boolean known : new boolean[] {true, false}) {
            ByteArrayInputStream in = new ByteArrayInputStream(expected) {
                @Override
                public synchronized int available() {
                    return known ? super.available() : 1;
                }
            };
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment bytes = ResourceBytes.read(in, arena);
                assertArrayEquals(expected, bytes.toArray(ValueLayout.JAVA_BYTE));
                assertEquals(0, bytes.address() % 64);
            }
        }
    }
}
