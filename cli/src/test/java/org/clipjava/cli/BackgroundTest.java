package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --background}, with the built-in model. */
class BackgroundTest {
    private static final String TRANSPARENT =
            TestData.committed().path("decoding/rgba.png").toString();

    @TempDir
    Path folder;

    private static String out(String... arguments) {
        Streams streams = new Streams("");
        assertEquals(0, Main.run(arguments, streams.terminal(), Map.of()), streams.err());
        return streams.out();
    }

    private RgbImage crop(String... background) throws IOException {
        Path crop = folder.resolve("crop" + background.length + ".png");
        out(Stream.concat(Stream.of("preprocess", TRANSPARENT, "-o", crop.toString()), Stream.of(background))
                .toArray(String[]::new));
        return ImageDecoder.standard().decode(crop);
    }

    @Test
    void theCropHasTheBackground() throws IOException {
        RgbImage plain = crop();
        RgbImage white = crop("--background", "white");
        assertNotEquals(plain, white);
        int brighter = 0;
        for (int i = 0; i < plain.rgb().length; i++) {
            brighter += Integer.signum((white.rgb()[i] & 0xff) - (plain.rgb()[i] & 0xff));
        }
        assertTrue(brighter > plain.rgb().length / 2, brighter + " samples");
    }

    @ParameterizedTest
    @CsvSource({"WHITE, #fff", "gray, #808080", "'#f80', #FF8800"})
    void aColourHasSeveralSpellings(String one, String other) {
        assertEquals(
                out("embed", "image", TRANSPARENT, "--background", one),
                out("embed", "image", TRANSPARENT, "--background", other));
    }

    @Test
    void everyCommandOnPicturesTakesIt() throws IOException {
        Path labelled = Files.createDirectories(folder.resolve("pictures/snail"));
        Files.createDirectories(folder.resolve("pictures/dog"));
        Files.copy(Path.of(TRANSPARENT), labelled.resolve("a.png"));
        Files.copy(Path.of(TRANSPARENT), folder.resolve("pictures/dog/b.png"));
        String all = folder.resolve("pictures").toString();
        for (String[] command : new String[][] {
            {"classify", "--labels", "snail,dog", "--format", "json", TRANSPARENT},
            {"rank", "--text", "snail", "--format", "json", TRANSPARENT},
            {"embed", "image", TRANSPARENT},
            {"explain", "--labels", "snail,dog", "--json", TRANSPARENT},
            {"eval", all, "--format", "json"}
        }) {
            String[] with = Stream.concat(Stream.of(command), Stream.of("--background", "#ff00ff"))
                    .toArray(String[]::new);
            assertNotEquals(out(command), out(with), command[0]);
        }
    }

    @Test
    void locateReadsThePictureOnIt() throws IOException {
        Path plain = folder.resolve("plain.npy");
        Path onPink = folder.resolve("pink.npy");
        out("locate", "--labels", "snail", "--method", "last-layer", "--grid", plain.toString(), TRANSPARENT);
        out(
                "locate",
                "--labels",
                "snail",
                "--method",
                "last-layer",
                "--grid",
                onPink.toString(),
                "--background",
                "#ff00ff",
                TRANSPARENT);
        assertTrue(Files.mismatch(plain, onPink) >= 0);
    }

    @Test
    void explainNamesIt() {
        String json = out("explain", "--labels", "snail,dog", "--json", "--background", "white", TRANSPARENT);
        assertEquals(
                "#ffffff",
                JsonParser.parseString(json).getAsJsonObject().get("background").getAsString());
        assertTrue(out("explain", "--labels", "snail,dog", "--background", "white", TRANSPARENT)
                .contains("background"));
    }

    @Test
    void whatIsKeptForOneBackgroundIsNotTakenForAnother() {
        String cache = folder.resolve("kept").toString();
        String[] plain = {"embed", "image", TRANSPARENT, "--resume", "--cache", cache};
        String[] white = {"embed", "image", TRANSPARENT, "--resume", "--cache", cache, "--background", "white"};
        String first = out(plain);
        assertNotEquals(first, out(white));
        assertEquals(first, out(plain));
        assertEquals(out("embed", "image", TRANSPARENT, "--background", "white"), out(white));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "transparent", "#12345", "ffffff", "#gggggg"})
    void refusesWhatIsNoColour(String color) {
        Streams streams = new Streams("");
        String[] command = {"classify", "--labels", "a,b", "--background", color, TRANSPARENT};
        assertEquals(2, Main.run(command, streams.terminal(), Map.of()));
        assertTrue(streams.err().contains("--background: expected white, black, gray or a colour as #ff8000, found"));
    }
}
