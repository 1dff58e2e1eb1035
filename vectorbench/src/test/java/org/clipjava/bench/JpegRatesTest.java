package org.clipjava.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JpegRatesTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run() throws Exception {
        return VectorBench.run(
                List.of("jpeg", "--pictures", folder.toString(), "--repetitions", "6", "--warm-up", "0.001"),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }

    @Test
    void givesARatioForEachJpeg() throws Exception {
        BufferedImage picture = new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB);
        assertTrue(ImageIO.write(picture, "jpg", folder.resolve("a.jpg").toFile()));
        Files.write(folder.resolve("b.txt"), new byte[1]);

        assertEquals(0, run(), err.toString(UTF_8));
        List<String> lines = out.toString(UTF_8).lines().toList();
        assertEquals(2, lines.size());
        assertTrue(
                lines.get(1).matches("a\\.jpg +[\\d.]+ ms +[\\d.]+ ms [\\d.]+ \\([\\d.]+ to [\\d.]+\\)"), lines.get(1));
    }

    @Test
    void saysWhereThereIsNoPicture() throws Exception {
        assertEquals(1, run());
        assertEquals("vectorbench: " + folder + "/*.jpg: no such file\n", err.toString(UTF_8));
    }
}
