package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import org.clipjava.testdata.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HorizontalVectorsTest {
    @Tag("thorough")
    @Test
    void areTakenOnceThereWereManyPictures() throws Exception {
        String expected = VectorHorizontalPass.isSupported() ? "VectorHorizontalPass" : "ScalarHorizontalPass";
        String out = ChildJvm.onThisClassPath("--add-modules", "jdk.incubator.vector")
                .run(ManyPictures.class.getName(), expected)
                .out();

        assertEquals(expected, out.strip());
    }

    @Test
    void smallPicturesDoNotBringThemAbout() {
        ResampleAxis columns = new ResampleAxis(Resampling.BICUBIC, 150, 50, 0, 50);
        HorizontalPass.Choice.QUICKEST.of(columns, 1, HorizontalVectors.BYTES_BEFORE);
        assertFalse(HorizontalVectors.SWITCH.isOn(0));
    }

    @Test
    void areNotTakenWithoutTheVectorApi() throws Exception {
        String out = ChildJvm.onThisClassPath()
                .run(ManyPictures.class.getName(), "none")
                .expectSilentSuccess()
                .out();

        assertEquals("ScalarHorizontalPass", out.strip());
    }

    /** Says which pass is taken after much work. */
    static final class ManyPictures {
        private static final long BYTES = 1 << 27;
        private static final Duration MOST = Duration.ofMinutes(5);

        private ManyPictures() {}

        public static void main(String[] expected) throws InterruptedException {
            for (long before = BYTES; before < HorizontalVectors.BYTES_BEFORE; before += BYTES) {
                assertEquals("ScalarHorizontalPass", pass(BYTES));
                assertFalse(HorizontalVectors.SWITCH.isOn(), "too early");
            }
            long end = System.nanoTime() + MOST.toNanos();
            pass(BYTES);
            if (expected[0].equals("none")) {
                Thread.sleep(500); // it must not come
            }
            while (expected[0].startsWith("Vector") && !HorizontalVectors.SWITCH.isOn() && System.nanoTime() < end) {
                Thread.sleep(10);
            }
            System.out.println(pass(BYTES));
        }

        private static String pass(long bytes) {
            ResampleAxis columns = new ResampleAxis(Resampling.BICUBIC, 500, 50, 0, 50);
            return HorizontalPass.Choice.QUICKEST
                    .of(columns, 1, bytes)
                    .getClass()
                    .getSimpleName();
        }
    }
}
