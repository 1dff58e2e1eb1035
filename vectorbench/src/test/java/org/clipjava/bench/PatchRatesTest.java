package org.clipjava.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PatchRatesTest {
    private static final Path MODEL =
            Path.of("..", "pictogram/src/main/resources/META-INF/clip-java/models/pictogram.safetensors");

    @Tag("thorough")
    @Test
    void timesEveryMethodAndALargePhoto() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> arguments = List.of(
                "patches", "--model", MODEL.toString(), "--repetitions", "6", "--warm-up", "0.001", "--side", "144");

        int code = VectorBench.run(arguments, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));

        assertEquals(0, code, err.toString(UTF_8));
        List<String> lines = out.toString(UTF_8).lines().toList();
        assertEquals(10, lines.size());
        assertTrue(
                lines.get(1).matches("last-layer +[\\d.]+ ms +[\\d.]+ ms [\\d.]+ \\([\\d.]+ to [\\d.]+\\)"),
                lines.get(1));
        assertTrue(lines.get(7).matches("tiles +12x18 +15 +[\\d.]+ \\([\\d.]+ to [\\d.]+\\)"), lines.get(7));
        assertTrue(lines.get(8).matches("windows +12x18 +15 .*"), lines.get(8));
        assertTrue(lines.get(9).matches("at once +12x18 +1 .*"), lines.get(9));
    }
}
