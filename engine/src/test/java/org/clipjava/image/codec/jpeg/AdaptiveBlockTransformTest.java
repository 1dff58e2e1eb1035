package org.clipjava.image.codec.jpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import org.clipjava.testdata.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AdaptiveBlockTransformTest extends BlockTransformContract {
    AdaptiveBlockTransformTest() {
        super(new AdaptiveBlockTransform());
    }

    @Tag("thorough")
    @Test
    void usesVectorsOnceThereWereManyBlocks() throws Exception {
        String out = ChildJvm.onThisClassPath("--add-modules", "jdk.incubator.vector")
                .run(ManyBlocks.class.getName(), String.valueOf(VectorBlockTransform.isSupported()))
                .out();

        assertEquals("vectors " + VectorBlockTransform.isSupported(), out.strip());
    }

    @Test
    void staysScalarWithoutTheVectorApi() throws Exception {
        String out = ChildJvm.onThisClassPath()
                .run(ManyBlocks.class.getName(), "false")
                .expectSilentSuccess()
                .out();

        assertEquals("vectors false", out.strip());
    }

    /** Says what transforms after many blocks. */
    static final class ManyBlocks {
        private static final int BLOCKS = 1 << 10;
        private static final Duration MOST = Duration.ofMinutes(5);

        private ManyBlocks() {}

        public static void main(String[] expected) throws InterruptedException {
            BlockTransform transform = new AdaptiveBlockTransform();
            short[] coefficients = new short[64 * BLOCKS];
            byte[] samples = new byte[64 * BLOCKS];
            for (int i = 0; i < AdaptiveBlockTransform.BLOCKS_BEFORE / BLOCKS; i++) {
                assertFalse(AdaptiveBlockTransform.usesVectors(), "too early");
                transform.transform(coefficients, 0, BLOCKS, new short[64], samples, 0, 8 * BLOCKS);
            }
            long end = System.nanoTime() + MOST.toNanos();
            if (!Boolean.parseBoolean(expected[0])) {
                Thread.sleep(1000); // it must not come
            }
            while (Boolean.parseBoolean(expected[0])
                    && !AdaptiveBlockTransform.usesVectors()
                    && System.nanoTime() < end) {
                Thread.sleep(10);
            }
            System.out.println("vectors " + AdaptiveBlockTransform.usesVectors());
        }
    }
}
