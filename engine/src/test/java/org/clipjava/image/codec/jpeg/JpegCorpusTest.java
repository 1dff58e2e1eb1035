package org.clipjava.image.codec.jpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clipjava.image.codec.jpeg.Verdicts.Recorded;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Pillow makes of JPEG files of every kind, to the byte. */
class JpegCorpusTest {
    private static final String CORPUS = "clip.jpeg.corpus";

    /** Of damaged files. */
    private static final double SAME_VERDICT = 0.99;

    static List<Recorded> committed() {
        return Verdicts.recorded(TestData.committed().path("jpeg"));
    }

    @ParameterizedTest
    @MethodSource("committed")
    void decodesToPillowsBytesOrIsAnErrorToBoth(Recorded file) {
        assertEquals(file.verdict(), Verdicts.of(file.bytes()));
    }

    @Test
    void theCommittedPartIsOfEveryKind() {
        List<String> names = committed().stream().map(Recorded::name).toList();
        for (String kind :
                List.of("progressive", "arithmetic", "restart", "cmyk", "gray", "scans_", "smoothed_", "odd_", "~")) {
            assertTrue(names.stream().anyMatch(name -> name.contains(kind)), "none of " + kind);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = CORPUS, matches = ".+")
    void theWholeCorpusIsAsPillowDecodesIt() {
        List<String> differing = new ArrayList<>();
        List<String> otherVerdict = new ArrayList<>();
        int damaged = 0;
        List<Recorded> files = Verdicts.recorded(Path.of(System.getProperty(CORPUS)));
        for (Recorded file : files) {
            String found = Verdicts.of(file.bytes());
            damaged += file.damaged() ? 1 : 0;
            if (!found.equals(file.verdict())) {
                boolean verdict = found.equals(Verdicts.ERROR) || file.verdict().equals(Verdicts.ERROR);
                String line = file + ": expected " + file.verdict() + ", found " + found;
                (file.damaged() && verdict ? otherVerdict : differing).add(line);
            }
        }
        System.out.printf(
                "%d JPEGs, %d of them damaged; %d differ, %d damaged ones have another verdict %s%n",
                files.size(), damaged, differing.size(), otherVerdict.size(), otherVerdict);
        assertEquals(List.of(), differing);
        assertTrue(otherVerdict.size() <= (1 - SAME_VERDICT) * damaged, () -> String.join("\n", otherVerdict));
    }

    @Test
    void theReadmeHasEveryFileAndItsHash() {
        String readme = TestData.committed().text("README.md");
        List<String> missing = new ArrayList<>();
        for (Recorded file : committed()) {
            if (!file.name().startsWith("../")) {
                String line = "| `" + file.name() + ".jpg` | `" + Verdicts.sha256(file.bytes()) + "` |";
                if (!readme.contains(line)) {
                    missing.add(line);
                }
            }
        }
        assertEquals(List.of(), missing);
    }
}
