package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.clipjava.backend.Backends;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.error.BackendUnavailableException;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which backend runs, where {@link FakeBackend}'s two are on the class path. */
class BackendsTest {
    @TempDir
    private static Path folder;

    private static Path tiny;

    @BeforeAll
    static void writeTheModel() throws IOException {
        tiny = folder.resolve("tiny.safetensors");
        SyntheticModelFile.of(SyntheticCheckpoint.TINY).write(tiny);
    }

    @Test
    void listsTheCpuAndThenTheProviders() throws BackendUnavailableException {
        assertEquals(
                List.of("cpu", "broken", "ones"),
                Clip.backends(ClipOptions.defaults()).stream()
                        .map(EncoderBackend::name)
                        .toList());
    }

    @Test
    void theDefaultIsTheCpu() throws IOException {
        assertEquals("cpu", ClipOptions.defaults().backend());
        try (Clip clip = Clip.open(tiny)) {
            assertEquals("cpu", clip.backend());
        }
    }

    @Test
    void thePropertySaysOtherwise() {
        System.setProperty(Backends.PROPERTY, "ones");
        try {
            assertEquals("ones", ClipOptions.defaults().backend());
        } finally {
            System.clearProperty(Backends.PROPERTY);
        }
    }

    @Test
    void aProviderIsChosenByName() throws IOException {
        try (Clip clip = Clip.open(tiny, ClipOptions.defaults().withBackend("ones"))) {
            assertEquals("ones", clip.backend());
            assertEquals("ones on a counter", clip.kernels());
            assertEquals(1, clip.encodeText("a cat").get(39));
        }
    }

    @Test
    void autoIsTheFirstProviderThatHasADevice() throws IOException {
        try (Clip clip = Clip.open(tiny, ClipOptions.defaults().withBackend("auto"))) {
            assertEquals("ones", clip.backend());
        }
    }

    @Test
    void autoIsTheCpuWhereNoProviderIsFound() throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try (Clip clip = Clip.open(tiny, ClipOptions.defaults().withBackend("auto"))) {
            assertEquals("cpu", clip.backend());
        } finally {
            thread.setContextClassLoader(usual);
        }
    }

    @Test
    void whatIsAskedForAndNotThereIsAnError() {
        assertEquals(
                "backend tornado: not on the class or module path, where there is cpu, broken, ones; see docs/gpu.md",
                refusal("tornado"));
        assertEquals("backend broken: no device; plug one in", refusal("broken"));
    }

    private static String refusal(String backend) {
        ClipOptions options = ClipOptions.defaults().withBackend(backend);
        return assertThrows(BackendUnavailableException.class, () -> Clip.open(tiny, options))
                .getMessage();
    }
}
