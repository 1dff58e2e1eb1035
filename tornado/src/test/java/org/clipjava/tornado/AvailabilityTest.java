package org.clipjava.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ServiceLoader;
import org.clipjava.encoder.Availability;
import org.clipjava.encoder.EncoderBackend;
import org.junit.jupiter.api.Test;

class AvailabilityTest {
    @Test
    void theBackendIsFoundAsAService() {
        assertTrue(ServiceLoader.load(EncoderBackend.class).stream()
                .anyMatch(provider -> provider.type().equals(TornadoBackend.class)));
    }

    @Test
    void saysThatTheRuntimeIsMissing() {
        assumeTrue(System.getProperty("tornado.load.runtime.implementation") == null, "it is there");
        assertEquals(
                "TornadoVM's runtime is not loaded; start Java with @$TORNADOVM_HOME/tornado-argfile (docs/gpu.md)",
                missing());
    }

    @Test
    void refusesToFallBackSilently() {
        String runtime = System.setProperty("tornado.load.runtime.implementation", "any");
        String bailout = System.setProperty("tornado.recover.bailout", "True");
        try {
            assertTrue(missing().startsWith("-Dtornado.recover.bailout=True lets TornadoVM run on the CPU"), missing());
        } finally {
            restore("tornado.load.runtime.implementation", runtime);
            restore("tornado.recover.bailout", bailout);
        }
    }

    private static void restore(String property, String value) {
        if (value == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, value);
        }
    }

    private static String missing() {
        return assertInstanceOf(Availability.Missing.class, new TornadoBackend().availability())
                .what();
    }
}
