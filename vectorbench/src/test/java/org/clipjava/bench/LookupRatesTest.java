package org.clipjava.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookupRatesTest {
    private static final String MODEL =
            "../pictogram/src/main/resources/META-INF/clip-java/models/pictogram.safetensors";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) throws Exception {
        return VectorBench.run(
                List.of(arguments), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    @Tag("thorough")
    @Test
    void showsWhatEachSettingCostsAndHowExactTheTowerIs(@TempDir Path pictures) throws Exception {
        try (Stream<Path> all = Files.list(Path.of("../src-test-data/pictograms"))) {
            for (Path picture : all.filter(file -> file.toString().endsWith(".png"))
                    .sorted()
                    .limit(3)
                    .toList()) {
                Files.copy(picture, pictures.resolve(picture.getFileName()));
            }
        }

        int code = run(
                "lookup",
                "--model=" + MODEL,
                "--settings=8/12,4/5",
                "--batch=1",
                "--repetitions=6",
                "--warm-up=0.001",
                "--pictures=" + pictures);

        assertEquals(0, code, err.toString(UTF_8));
        String text = out.toString(UTF_8);
        for (String setting : List.of("8/12", "4/5")) {
            String times = setting + " +%s +[\\d.]+ ms +[\\d.]+ ms [\\d.]+ \\([\\d.]+ to [\\d.]+\\)%s";
            assertEquals(4, count(times.formatted("\\S+", " +[\\d.]+ % +[\\d.]+"), text), text);
            assertEquals(1, count(times.formatted("all of a block, \\d+ rows", " *"), text), text);
        }
        assertTrue(cosine("8/12", text) > 0.9995, text);
        assertTrue(cosine("4/5", text) < cosine("8/12", text), text);
    }

    private static long count(String line, String text) {
        return text.lines().filter(Pattern.compile(line).asMatchPredicate()).count();
    }

    private static double cosine(String setting, String text) {
        String last = text.lines()
                .filter(line -> line.matches(setting + " +-?\\d\\.\\d{6}"))
                .findFirst()
                .orElseThrow();
        return Double.parseDouble(last.substring(last.lastIndexOf(' ')));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--settings=8 | --settings: expected bits of a weight and of an entry as in 8/7, found '8'",
                "--settings=8/7,8/9 | --settings: expected entries of 4 to 8, 10, 12, 14 or 16 bits, found 9",
                "--pictures=. | --pictures: expected --model MODEL besides, whose tower is to see them",
            })
    void refusesWhatItCannotMeasure(String argument, String message) throws Exception {
        assertEquals(2, run("lookup", argument));
        assertEquals("vectorbench: " + message, err.toString(UTF_8).strip());
    }
}
