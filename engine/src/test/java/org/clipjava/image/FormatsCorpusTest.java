package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.clipjava.testdata.CpuTime;
import org.clipjava.testdata.Refusal;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Holds the decoders of the small formats to Pillow, to the byte; {@code -Dclip.formats.corpus=FOLDER} adds what
 * {@code formats_corpus.py FOLDER} has made to the few files of {@code src-test-data/formats}.
 */
class FormatsCorpusTest {
    private static final String CORPUS = "clip.formats.corpus";
    private static final String ERROR = "error";

    /** Of damaged files. */
    private static final double SAME_RESULT = 0.99;

    private static final double MAX_SECONDS = 2;

    private static final ImageDecoder DECODER = ImageDecoder.standard();

    /** A file, what is done to it, and what Pillow makes of that. */
    private record Case(Path file, String damage, String verdict) {
        String kind() {
            return file.getFileName().toString().split("_", 2)[0];
        }

        byte[] bytes() {
            byte[] whole = FormatsCorpusTest.bytes(file);
            if (damage.isEmpty()) {
                return whole;
            }
            String[] words = damage.split(" ", 2);
            if (words[0].equals("cut")) {
                return Arrays.copyOf(whole, Integer.parseInt(words[1]));
            }
            for (String place : words[1].split(",", -1)) {
                String[] set = place.split(":", 2);
                whole[Integer.parseInt(set[0])] = (byte) Integer.parseInt(set[1]);
            }
            return whole;
        }

        @Override
        public String toString() {
            return file.getFileName() + (damage.isEmpty() ? "" : " " + damage);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path committed() {
        return TestData.committed().path("formats");
    }

    private static List<Case> whole(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("pillow.tsv")).stream()
                .map(line -> line.split("\t", 2))
                .map(fields -> new Case(folder.resolve(fields[0]), "", fields[1]))
                .toList();
    }

    private static List<Case> damaged(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("damage.tsv")).stream()
                .map(line -> line.split("\t", 3))
                .map(fields -> new Case(folder.resolve(fields[0]), fields[1], fields[2]))
                .toList();
    }

    /** What we make of a file, in the words of {@code pillow.tsv}. */
    private static String verdict(Case of) {
        byte[] encoded = of.bytes();
        double start = CpuTime.seconds();
        String verdict;
        try {
            RgbImage image = DECODER.decode(encoded, "in");
            verdict = image.width() + "x" + image.height() + " " + Goldens.sha256(image.rgb());
        } catch (ImageFormatException e) {
            Refusal.check(e, "in: ");
            verdict = ERROR;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertTrue(CpuTime.seconds() - start <= MAX_SECONDS, () -> of + " took long");
        return verdict;
    }

    /** Where we differ. */
    private static List<String> differing(List<Case> cases, boolean verdictsOnly) {
        List<String> differing = new ArrayList<>();
        for (Case of : cases) {
            String found = verdict(of);
            boolean sameKind = found.equals(ERROR) == of.verdict.equals(ERROR);
            if (verdictsOnly ? !sameKind : sameKind && !found.equals(of.verdict)) {
                differing.add(of + ": expected " + of.verdict + ", found " + found);
            }
        }
        return differing;
    }

    private static void check(Path folder) throws IOException {
        List<Case> whole = whole(folder);
        List<Case> damaged = damaged(folder);
        List<String> pixels = differing(whole, false);
        List<String> verdicts = differing(whole, true);
        List<String> damagedPixels = differing(damaged, false);
        List<String> damagedVerdicts = differing(damaged, true);
        TreeMap<String, Integer> kinds = new TreeMap<>();
        whole.forEach(file -> kinds.merge(file.kind(), 1, Integer::sum));
        System.out.printf(
                "%d files %s, of which %d have other pixels, %d another verdict; %d damaged ones, %d other pixels, %d another"
                        + " verdict%n",
                whole.size(),
                kinds,
                pixels.size(),
                verdicts.size(),
                damaged.size(),
                damagedPixels.size(),
                damagedVerdicts.size());
        damagedPixels.forEach(System.out::println);
        damagedVerdicts.forEach(System.out::println);
        assertEquals(List.of(), pixels);
        assertEquals(List.of(), verdicts);
        // Other pixels are very few: Pillow reads a TIFF's tags itself, and libtiff does it once more, in another way.
        int others = damagedVerdicts.size() + damagedPixels.size();
        assertTrue(others <= (1 - SAME_RESULT) * damaged.size(), others + " damaged files");
    }

    @Test
    void decodesWhatPillowDecodesAndRefusesTheRest() throws IOException {
        assertTrue(whole(committed()).size() >= 300);
        check(committed());
    }

    @Test
    @EnabledIfSystemProperty(named = CORPUS, matches = ".+")
    void theWholeCorpusIsAsPillowDecodesIt() throws IOException {
        check(Path.of(System.getProperty(CORPUS)));
    }

    /** Their size is known before they are decoded, and is the right one. */
    @Test
    void countsThePixelsOfWhatItDecodes() throws IOException {
        for (Case of : whole(committed())) {
            if (!of.verdict.equals(ERROR) && !of.kind().equals("pam")) {
                String[] size = of.verdict.split("[x ]", 3);
                long expected = Long.parseLong(size[0]) * Long.parseLong(size[1]);
                assertEquals(
                        expected, EncodedImage.of(of.bytes(), "in").pixels().orElse(0), of.toString());
            }
        }
    }

    @Test
    void theReadmeNamesEveryFileWithItsSum() throws IOException {
        String readme = TestData.committed().text("README.md");
        try (Stream<Path> files = Files.list(committed())) {
            for (Path file : files.sorted().toList()) {
                String line = "| `" + file.getFileName() + "` | `" + Goldens.sha256(bytes(file)) + "` |";
                assertTrue(readme.contains(line), () -> "src-test-data/README.md lacks " + line);
            }
        }
    }
}
