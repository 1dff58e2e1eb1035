package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clipjava.testdata.BadModelFile;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Those that ask for the most memory, through the jar, on a heap far smaller than what they ask for. */
@Tag("thorough")
class BadModelFilesIT {
    @TempDir
    private Path folder;

    static List<BadModelFile> files() {
        return BadModelFile.ofNoModel().stream()
                .filter(bad -> bad.name()
                        .matches("empty|header length.*|header beyond.*|header 10,000 deep|shape.*|a pickle|an HTML.*"))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void isOneLineAndExitsWith4OnASmallHeap(BadModelFile bad) throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("bad.safetensors"), bad.bytes());
        String picture =
                TestData.committed().path("images/coffee_small_150x100.png").toString();
        ClipJar.Run run = ClipJar.underThisJava()
                .with("CLIP_JAVA_OPTS", "-Xmx32m")
                .run("classify", "--model", file.toString(), "--labels", "a,b", picture)
                .expect(4)
                .oneLineWith(file + ": " + (bad.message().startsWith("the size") ? "byte " : ""));
        assertEquals("", run.out());
        run.oneLineWith(bad.message());
    }
}
