package org.clipjava.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --decoder}, with the built-in model and a shell in place of a decoder. */
@DisabledOnOs(OS.WINDOWS)
class DecoderOptionTest {
    private static final String PNG =
            TestData.committed().path("images/coffee_small_150x100.png").toString();

    /** Writes that picture, whatever it is given. */
    private static final String WRITES_PNG = "sh -c \"cat '" + PNG + "'\" {}";

    @TempDir
    Path folder;

    private String heic;

    @BeforeEach
    void writesThatWhichHasNoCodec() throws IOException {
        heic = Files.write(folder.resolve("-a photo.heic"), "\0\0\0\30ftypheic with pixels".getBytes(ISO_8859_1))
                .toString();
    }

    private static Streams run(int exitCode, String... arguments) {
        Streams streams = new Streams("");
        assertEquals(exitCode, Main.run(arguments, streams.terminal(), Map.of()), streams.err());
        return streams;
    }

    private static String vector(String... arguments) {
        List<String> all = new ArrayList<>(List.of("embed", "image"));
        all.addAll(List.of(arguments));
        String line = run(0, all.toArray(String[]::new)).out();
        return JsonParser.parseString(line).getAsJsonObject().get("embedding").toString();
    }

    @Test
    void whatIsNotReadIsWhatTheProgramWrites() {
        assertTrue(run(6, "embed", "image", heic).err().contains("HEIC"));
        assertEquals(vector(PNG), vector(heic, "--decoder", WRITES_PNG));
    }

    @Test
    void theProgramIsGivenTheBytes() {
        String same = "sh -c 'cmp -s \"$1\" \"$0\" && cat \"$2\"' {} '" + heic + "' '" + PNG + "'";
        assertEquals(vector(PNG), vector(heic, "--decoder", same));
    }

    @Test
    void aPictureInAUriIsAFileToTheProgram() throws IOException {
        String uri = "data:image/heic;base64," + Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(heic)));
        assertEquals(vector(PNG), vector(uri, "--decoder", WRITES_PNG));
    }

    @Test
    void whatIsReadNeedsNoProgram() {
        assertEquals(vector(PNG), vector(PNG, "--decoder", "false {}"));
    }

    @Test
    void whatTheProgramWritesIsLaidOverTheBackground() {
        String transparent = TestData.committed().path("decoding/rgba.png").toString();
        String writes = "sh -c \"cat '" + transparent + "'\" {}";
        String white = vector(heic, "--decoder", writes, "--background", "white");
        assertEquals(vector(transparent, "--background", "white"), white);
        assertNotEquals(vector(transparent), white);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sh -c 'echo first >&2; echo no such codec >&2; exit 3' {} | sh ended with exit code 3: no such codec
            true {} | true wrote EMPTY, not a PNG or PPM, to stdout
            echo {} | echo wrote TEXT, not a PNG or PPM, to stdout
            """)
    void aFailureIsThePicturesError(String command, String message) {
        Streams some = run(5, "embed", "image", PNG, heic, "--decoder", command);
        assertTrue(some.err().contains("-a photo.heic: the decoder " + message), some.err());
        assertTrue(some.out().contains(PNG), some.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cat | expected a program, and {} where the picture's file goes, as in 'magick {} png:-'; found "cat"
            no-such-program {} | found no program "no-such-program" in the folders of PATH; install it, or give its path
            /nowhere/at-all {} | found no program "/nowhere/at-all"
            """)
    void refusesACommandThatCanNotWork(String command, String message) {
        String error = run(2, "embed", "image", heic, "--decoder", command).err();
        assertTrue(error.contains("--decoder: " + message), error);
    }

    @Test
    void everyCommandOnPicturesTakesIt() throws IOException {
        Path labelled = Files.createDirectories(folder.resolve("pictures/snail"));
        Files.createDirectories(folder.resolve("pictures/dog"));
        Files.copy(Path.of(heic), labelled.resolve("a.heic"));
        Files.copy(Path.of(PNG), folder.resolve("pictures/dog/b.png"));
        for (String[] command : new String[][] {
            {"classify", "--labels", "snail,dog", heic},
            {"rank", "--text", "snail", heic},
            {"locate", "--labels", "snail,dog", "--method", "naclip", heic},
            {"explain", "--labels", "snail,dog", heic},
            {"preprocess", heic, "-o", folder.resolve("crop.png").toString()},
            {"eval", folder.resolve("pictures").toString()}
        }) {
            List<String> with = new ArrayList<>(List.of(command));
            with.addAll(List.of("--decoder", WRITES_PNG));
            run(0, with.toArray(String[]::new));
        }
    }

    @Tag("thorough")
    @Test
    void anIndexTriesBrokenPicturesAgainWithIt() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        Files.copy(Path.of(heic), pictures.resolve("a.heic"));
        Files.copy(Path.of(PNG), pictures.resolve("b.png"));
        String[] command = {
            "index", pictures.toString(), "-i", folder.resolve("index").toString()
        };
        assertTrue(run(5, command).err().contains("1 picture in the index"));
        List<String> with = new ArrayList<>(List.of(command));
        with.addAll(List.of("--decoder", WRITES_PNG));
        assertTrue(run(0, with.toArray(String[]::new)).err().contains("2 pictures in the index: 1 changed"));
    }

    @Test
    void whatIsKeptOfOneProgramIsNotTakenForAnothers() {
        String other = "sh -c \"cat '" + TestData.committed().path("decoding/rgba.png") + "'\" {}";
        String cache = folder.resolve("kept").toString();
        String first = vector(heic, "--decoder", WRITES_PNG, "--resume", "--cache", cache);
        String second = vector(heic, "--decoder", other, "--resume", "--cache", cache);
        assertEquals(vector(heic, "--decoder", other), second);
        assertNotEquals(first, second);
        assertEquals(first, vector(heic, "--decoder", WRITES_PNG, "--resume", "--cache", cache));
    }

    @Test
    void whatNeedsNoProgramIsKeptForAll() throws IOException {
        Path cache = folder.resolve("kept");
        vector(PNG, "--resume", "--cache", cache.toString());
        Path kept;
        try (Stream<Path> files = Files.list(cache)) {
            kept = files.findFirst().orElseThrow();
        }
        long before = Files.size(kept);
        vector(PNG, "--decoder", WRITES_PNG, "--resume", "--cache", cache.toString());
        assertEquals(before, Files.size(kept));
    }

    @Test
    void anIndexDecodesAgainWhatAnotherProgramDecoded() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        Files.copy(Path.of(heic), pictures.resolve("a.heic"));
        Files.copy(Path.of(PNG), pictures.resolve("b.png"));
        Path copied = folder.resolve("picture.png");
        Files.copy(Path.of(PNG), copied);
        String copies = "sh -c \"cat '" + copied + "'\" {}";
        assertTrue(indexed(pictures, "--decoder", WRITES_PNG).contains("2 new"));
        assertTrue(indexed(pictures, "--decoder", WRITES_PNG).contains("nothing changed"));
        Files.copy(Path.of(heic), pictures.resolve("c.heic"));
        assertTrue(indexed(pictures, "--decoder", copies).contains("1 new, 1 changed"));
        assertTrue(indexed(pictures).contains("nothing changed"));
    }

    private String indexed(Path pictures, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "index", pictures.toString(), "-i", folder.resolve("index").toString()));
        command.addAll(List.of(more));
        return run(0, command.toArray(String[]::new)).err();
    }
}
