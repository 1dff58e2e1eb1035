package org.clipjava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.clipjava.testdata.CpuTime;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts that nobody would write, on the command line, on stdin and in files; with the built-in model. */
class BadTextTest {
    private static final int CONTEXT = 32;
    private static final String PICTURE =
            TestData.committed().path("pictograms/snail.png").toString();

    @TempDir
    private Path folder;

    /** The reference's strings are UTF-8 and hold no surrogates; U+FFFD is what its readers put there. */
    @ParameterizedTest
    @CsvSource({"\\ud83d, \\ufffd", "a\\ude00b, a\\ufffdb", "\\ude00\\ud83d, \\ufffd\\ufffd"})
    void anUnpairedSurrogateCountsAsAReplacementCharacter(String text, String same) {
        assertEquals(ids(unescaped(same)), ids(unescaped(text)));
    }

    @Test
    void theEndTokenInATextEndsItAsInTheReference() {
        // as in the goldens: written out it is the token, and what is behind it is tokens too
        String start = "<|startoftext|>";
        String end = "<|endoftext|>";
        assertEquals(List.of(start, "a</w>", end, "cat</w>", end), tokens("a<|endoftext|>cat"));
        assertEquals(List.of(start, end, end), tokens("<|endoftext|>"));
        assertEquals(1, tokens("<|ENDOFTEXT|>").stream().filter(end::equals).count(), "as written only");
    }

    @Tag("thorough")
    @Test
    void aTextOf10MegabytesIsCutInLittleTime() {
        double before = CpuTime.seconds();
        JsonObject words = tokenized("the quick brown fox ".repeat(500_000));
        JsonObject marks = tokenized("a" + "\u0301\u0323".repeat(50_000));
        JsonObject word = tokenized("x".repeat(10_000_000));
        assertTrue(CpuTime.seconds() - before < 60, "seconds: " + (CpuTime.seconds() - before));
        for (JsonObject text : List.of(words, marks, word)) {
            assertEquals(CONTEXT, text.getAsJsonArray("ids").size());
            assertTrue(text.get("truncated").getAsBoolean());
        }
    }

    @Test
    void nothingDependsOnTurkishSpelling() {
        List<Integer> expected = ids("TITLE I \u0130 \u0131");
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertEquals(expected, ids("TITLE I \u0130 \u0131"));
            Streams streams = new Streams("");
            assertEquals(0, run(streams, "classify", "--labels", "I,\u0130,\u0131,i", PICTURE), streams.err());
            assertEquals(5, streams.out().lines().count(), "four letters are four labels");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void linesMayEndAsOnWindowsAndBeginWithAByteOrderMark() {
        Streams streams = new Streams("\ufeffcat\r\n\r\ndog");
        assertEquals(0, run(streams, "tokenize", "-"), streams.err());
        List<String> texts = streams.out()
                .lines()
                .map(line -> JsonParser.parseString(line)
                        .getAsJsonObject()
                        .get("text")
                        .getAsString())
                .toList();
        assertEquals(List.of("cat", "", "dog"), texts);
    }

    @Test
    void aZeroCharacterIsTextToTheTokenizerAndNoLabel() throws IOException {
        assertEquals(ids("a\0b"), ids("a \0 b"), "a word of its own");
        Path labels = Files.writeString(folder.resolve("labels"), "cat\ndo\0g\n");
        assertUsage("--labels-file " + labels + ": the label 'do\\u0000g' has a zero character in it", labels);
    }

    @Test
    void whatIsNotUtf8IsRefused() throws IOException {
        Streams streams = new Streams(new byte[] {'a', (byte) 0xe9, '\n'}, false);
        assertEquals(2, run(streams, "tokenize", "-"));
        assertTrue(streams.err().contains("stdin: not UTF-8"), streams.err());
        assertUsage("not UTF-8", Files.write(folder.resolve("latin"), new byte[] {'a', (byte) 0xe9, '\n'}));
        // surrogates, as CESU-8 writes them
        assertUsage(
                "not UTF-8",
                Files.write(folder.resolve("cesu"), new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0xbd, '\n'}));
    }

    @Test
    void aLabelThatIsThereTwiceIsNamedInOneShortLine() throws IOException {
        String label = "\u001b[31m" + "x".repeat(5_000_000);
        assertUsage("is there twice; remove one", Files.writeString(folder.resolve("twice"), label + "\n" + label));
        assertUsage("holds no label; expected one a line", Files.writeString(folder.resolve("blank"), "\n \r\n\t\n"));
    }

    @ParameterizedTest
    @CsvSource({"a photo, found 0", "{} and {}, found 2", "{label} or {}, found 2"})
    void aTemplateHasOneSlot(String template, String found) {
        Streams streams = new Streams("");
        assertEquals(2, run(streams, "classify", "--labels", "a", "--template", template, PICTURE));
        assertTrue(streams.err().contains("expected one slot for the label, {} or {label}, " + found), streams.err());
        assertEquals("", streams.out());
    }

    private void assertUsage(String message, Path labels) {
        Streams streams = new Streams("");
        assertEquals(2, run(streams, "classify", "--labels-file", labels.toString(), PICTURE));
        assertEquals("", streams.out());
        assertTrue(streams.err().contains(message), streams.err());
        assertTrue(streams.err().length() < 1000, "length: " + streams.err().length());
        assertEquals(-1, streams.err().indexOf('\u001b'));
        assertEquals(streams.err().length() - 1, streams.err().indexOf('\n'));
    }

    private static JsonObject tokenized(String text) {
        Streams streams = new Streams(text.getBytes(UTF_8), false);
        assertEquals(0, run(streams, "tokenize", "-"), streams.err());
        return JsonParser.parseString(streams.out()).getAsJsonObject();
    }

    private static List<Integer> ids(String text) {
        return array(text, "ids").asList().stream().map(JsonElement::getAsInt).toList();
    }

    private static List<String> tokens(String text) {
        return array(text, "tokens").asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    private static JsonArray array(String text, String name) {
        Streams streams = new Streams("");
        assertEquals(0, run(streams, "tokenize", "--", text), streams.err());
        return JsonParser.parseString(streams.out()).getAsJsonObject().getAsJsonArray(name);
    }

    /** {@code \}{@code ud83d} by hand: a literal of half a pair would not survive the compiler's file. */
    private static String unescaped(String text) {
        StringBuilder unescaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                unescaped.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
                i += 5;
            } else {
                unescaped.append(text.charAt(i));
            }
        }
        return unescaped.toString();
    }

    private static int run(Streams streams, String... args) {
        return Main.run(args, streams.terminal(), Map.of());
    }
}
