package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clipjava.image.ImageDecoder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --draft}, with the built-in model, of 64 pixels. */
class DraftTest {
    private static final String PHOTO =
            TestData.committed().path("images/coffee_q75_420.jpg").toString();
    private static final String PNG =
            TestData.committed().path("images/coffee.png").toString();

    @TempDir
    Path folder;

    private static Streams run(int exitCode, String... arguments) {
        Streams streams = new Streams("");
        assertEquals(exitCode, Main.run(arguments, streams.terminal(), Map.of()), streams.err());
        return streams;
    }

    private static String out(String... arguments) {
        return run(0, arguments).out();
    }

    private static String[] drafting(String... command) {
        return Stream.concat(Stream.of(command), Stream.of("--draft")).toArray(String[]::new);
    }

    @Test
    void everyCommandThatEmbedsPicturesTakesIt() throws IOException {
        for (String label : List.of("snail", "dog")) {
            Path labelled = Files.createDirectories(folder.resolve("pictures").resolve(label));
            Files.copy(Path.of(PHOTO), labelled.resolve("a.jpg"));
        }
        String all = folder.resolve("pictures").toString();
        for (String[] command : new String[][] {
            {"classify", "--labels", "snail,dog", "--format", "json", PHOTO},
            {"rank", "--text", "snail", "--format", "json", PHOTO},
            {"embed", "image", PHOTO},
            {"explain", "--labels", "snail,dog", "--json", PHOTO},
            {"eval", all, "--format", "json"}
        }) {
            assertNotEquals(out(command), out(drafting(command)), command[0]);
        }
    }

    @Test
    void changesNoPictureThatHasNoDraft() {
        String[] png = {"embed", "image", PNG};
        assertEquals(out(png), out(drafting(png)));
    }

    @Test
    void theCropIsTheOneThatIsEmbedded() throws IOException {
        Path crop = folder.resolve("crop.png");
        Path whole = folder.resolve("whole.png");
        out("preprocess", PHOTO, "-o", whole.toString());
        out(drafting("preprocess", PHOTO, "-o", crop.toString()));
        assertNotEquals(
                ImageDecoder.standard().decode(whole), ImageDecoder.standard().decode(crop));
        assertEquals(vector(out("embed", "image", crop.toString())), vector(out(drafting("embed", "image", PHOTO))));
    }

    private static String vector(String line) {
        return JsonParser.parseString(line).getAsJsonObject().get("embedding").toString();
    }

    @Test
    void explainShowsTheDraft() {
        String[] command = {"explain", "--labels", "snail,dog", PHOTO};
        assertFalse(out(command).contains("draft"));
        String text = out(drafting(command));
        assertTrue(text.contains("JPEG, 150 x 100") && text.contains("draft"), text);
        JsonObject json = JsonParser.parseString(out(drafting("explain", "--labels", "snail,dog", "--json", PHOTO)))
                .getAsJsonObject();
        assertTrue(json.get("draft").getAsBoolean());
        assertEquals(150, json.getAsJsonObject("upright").get("width").getAsInt());
    }

    @Test
    void whatIsKeptWithoutIsNotTakenWithIt() {
        String cache = folder.resolve("kept").toString();
        String[] kept = {"embed", "image", PHOTO, "--resume", "--cache", cache};
        String first = out(kept);
        String draft = out(drafting(kept));
        assertNotEquals(first, draft);
        assertEquals(first, out(kept));
        assertEquals(draft, out(drafting(kept)));
        assertEquals(out(drafting("embed", "image", PHOTO)), draft);
    }

    @Test
    void anIndexHasOnlyDraftsOrNone() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        Files.copy(Path.of(PHOTO), pictures.resolve("a.jpg"));
        String index = folder.resolve("index").toString();
        String[] update = {"index", pictures.toString(), "-i", index};
        run(0, drafting(update));
        run(0, drafting(update));
        String refused = run(2, update).err();
        assertTrue(
                refused.contains(index + ": the index was made with --draft; give it too, or name another"), refused);

        String json = out("similar", PHOTO, "-i", index, "--format", "json");
        JsonObject found = JsonParser.parseString(json).getAsJsonArray().get(0).getAsJsonObject();
        assertEquals(1, found.get("cosine").getAsDouble(), 1e-6, "it is asked for as it was indexed");

        String whole = folder.resolve("whole").toString();
        run(0, "index", pictures.toString(), "-i", whole);
        assertTrue(run(2, drafting("index", "-i", whole)).err().contains("made without --draft; leave it out"));
    }

    @Test
    void benchSaysWhatItCosts() {
        String table = out("bench", "--draft", PHOTO, PNG);
        List<String> lines = table.lines().toList();
        assertEquals(6, lines.size(), table);
        assertTrue(lines.get(0).contains("best of whole") && lines.get(0).contains("best of draft"), table);
        double photo = Double.parseDouble(lines.get(1).substring(0, 8));
        assertTrue(photo > 0.9 && photo < 0.999999, table);
        assertEquals("1.000000", lines.get(2).substring(0, 8), table);
        assertTrue(lines.get(3).startsWith("cosine of draft to whole: mean 0.9"), table);
        assertTrue(lines.get(3).endsWith("(" + PHOTO + ")"), table);
        assertTrue(lines.get(5).startsWith("same best label: ") && lines.get(5).contains("of 2 pictures"), table);
    }

    @Test
    void theReportGoesOnAfterABadPicture() {
        String truncated = TestData.committed().path("images/truncated.jpg").toString();
        Streams some = run(5, "bench", "--draft", truncated, PNG);
        assertTrue(some.err().contains("truncated.jpg: ") && some.out().contains("of 1 pictures"), some.err());
        assertEquals("", run(6, "bench", "--draft", truncated).out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bench --batch 1 --draft a.jpg | --batch is of what is timed; leave it out with --draft
            bench --format csv --draft a.jpg | --format is of what is timed; leave it out with --draft
            bench b.jpg --draft a.jpg | --draft: give all pictures behind it, b.jpg too
            bench --draft | --draft
            locate --labels a,b --draft a.jpg | unknown option '--draft'
            explain --labels a,b --overlay o.png --draft a.jpg | --overlay is drawn on the whole picture; leave out --draft
            """)
    void refusesWhatWouldHaveNoEffect(String command, String message) {
        String error = run(2, command.strip().split(" ")).err();
        assertTrue(error.contains(message.strip()), error);
    }
}
