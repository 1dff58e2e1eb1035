package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;

class TestDataReadmeTest {
    private static final TestData DATA = TestData.committed();

    @Test
    void recordsEveryPictureAndGoldenWithItsHash() {
        String readme = DATA.text("README.md");
        for (String folder : List.of("images", "golden", "golden/crops", "decoding", "torch", "pictograms")) {
            String prefix = folder.equals("golden/crops") ? "crops/" : "";
            for (String file : files(folder)) {
                String line = readme.lines()
                        .filter(l -> l.startsWith("| `" + prefix + file + "` |"))
                        .findFirst()
                        .orElse("");
                assertTrue(
                        line.contains(Goldens.sha256(DATA.bytes(folder + "/" + file))),
                        () -> "src-test-data/README.md lacks " + folder + "/" + file
                                + " or has another SHA-256 for it");
            }
        }
    }

    @Test
    void goldensCoverEveryFileOfDecoding() {
        assertEquals(
                files("decoding"),
                Goldens.parse(DATA.text("golden/decoding.json")).keySet().stream()
                        .sorted()
                        .toList());
    }

    private static List<String> files(String folder) {
        try (Stream<Path> files = Files.list(DATA.path(folder))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
