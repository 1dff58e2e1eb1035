package org.clipjava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bogus",
                "classify",
                "classify --labels a",
                "classify --labels a --labels-file b x",
                "classify --labels a,,b x",
                "classify --labels a,a x",
                "classify --labels a --top-k 0 x",
                "classify --labels a --top-k many x",
                "classify --labels a --template photo x",
                "classify --labels a --format xml x",
                "classify --labels a --null x",
                "classify --labels a - -",
                "classify --labels a --files-from - -",
                "classify --labels a --files-from /nowhere/list",
                "classify --labels-file /nowhere/labels x",
                "classify --labels a --threads 0 x",
                "classify --labels a --kernels fast x",
                "classify --labels a --classifier b x",
                "classify --classifier b --template {} x",
                "classify --labels a --unknown x",
                "eval . -o x",
                "eval . --few-shot 0",
                "eval . --few-shot 2,2",
                "eval . --few-shot x",
                "calibrate",
                "calibrate x",
                "calibrate /nowhere -o y",
                "calibrate . -o /nowhere/y",
                "calibrate . -o y --false-accept 0",
                "calibrate . -o y --false-accept 1.5",
                "calibrate . -o y --labels a,b --classifier z",
                "calibrate . -o y --classifier z --template {}",
                "calibrate . -o y --negatives /nowhere",
                "labels -o x",
                "labels --labels a",
                "labels --labels a --template photo -o x",
                "labels --labels a -o /nowhere/x",
                "labels --labels a -o .",
                "embed",
                "embed image",
                "embed text",
                "embed image --format xml x",
                "tokenize",
                "tokenize --bogus x",
                "preprocess x",
                "preprocess x y -o z",
                "convert x",
                "convert -o y",
                "convert . -o y --dtype f64",
                "convert . -o /nowhere/y",
                "convert . -o .",
                "convert . -o -",
                "pull",
                "pull openai",
                "pull a/b c/d",
                "pull a/b@../c",
                "pull a/b --dtype f64",
                "models",
                "models bogus",
                "models show",
                "models path ../x",
                "models rm a/b:f64",
                "explain x",
                "explain --labels a",
                "explain --labels a x y",
                "verify a b",
                "verify --as nobody/knows x",
                "bench --repetitions 0",
                "bench --batch 0",
                "bench --batch 1,,2",
                "bench --warmup -1",
                "bench --warmup NaN",
                "bench --threads 1,0",
                "bench --format table",
                "bench x y",
                "classify --labels a --threads 1,2 x",
                "--threads"
            })
    void aUsageErrorIsOneLineAndExitsWith2(String line) {
        Streams streams = new Streams("");
        String[] args = words(line);
        assertEquals(2, Main.run(args, streams.terminal()), streams.err());
        assertEquals("", streams.out());
        assertOneLine(streams.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "classify --help",
                "labels --help",
                "embed --help",
                "embed image --help",
                "embed text --help",
                "convert --help",
                "inspect --help",
                "pull --help",
                "explain --help",
                "verify --help",
                "models --help",
                "models list --help",
                "tokenize -h",
                "preprocess --help",
                "bench --help",
                "--version"
            })
    void helpAndVersionAreDataOnStdout(String line) {
        Streams streams = new Streams("");
        assertEquals(0, Main.run(words(line), streams.terminal()));
        assertEquals("", streams.err());
        assertTrue(streams.out().contains("clip"), streams.out());
        assertEquals(-1, streams.out().indexOf('\u001b'), "no colours in a file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "classify --labels a --model /nowhere/m x",
                "classify --classifier b --model /nowhere/m x",
                "labels --labels a -m /nowhere/m -o x",
                "embed text -m /nowhere/m x",
                "tokenize -m /nowhere/m x",
                "preprocess -m /nowhere/m x -o y",
                "inspect /nowhere/m",
                "inspect nowhere/m",
                "verify /nowhere/m",
                "explain -m /nowhere/m --labels a x",
                "models path nowhere/m",
                "models rm nowhere/m@v1:q8",
                "bench -m /nowhere/m",
                "convert /nowhere/checkpoint -o y"
            })
    void aMissingModelExitsWith3(String line) {
        Streams streams = new Streams("");
        assertEquals(3, Main.run(words(line), streams.terminal()), streams.err());
        assertEquals("", streams.out());
        assertOneLine(streams.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bogus | unknown command 'bogus'; expected classify, ",
                "embed sound | unknown command 'sound'; expected image, text; see clip embed --help",
                "preprocess x y -o z | unexpected argument 'y'; see clip preprocess --help",
                "inspect --bogus x | unknown option '--bogus' (after -- it would be a name and no option); see",
                "classify --labels a --labels b x | give one of --labels=A,B,C",
                "tokenize --model= x | --model: expected a file or a pulled model's name, found nothing"
            })
    void saysWhatIsWrongWithTheCommandLine(String line, String message) {
        Streams streams = new Streams("");
        Main.run(words(line), streams.terminal());
        assertTrue(streams.err().contains(message), streams.err());
        assertOneLine(streams.err());
    }

    @Test
    void aFolderIsABadModel() {
        Streams streams = new Streams("");
        assertEquals(4, Main.run(new String[] {"inspect", "."}, streams.terminal()));
        assertTrue(streams.err().contains("a folder without a checkpoint's config.json"), streams.err());
    }

    @Test
    void showsATraceOnlyWhenAsked() {
        Streams quiet = new Streams("");
        Main.run(new String[] {"inspect", "/nowhere/m"}, quiet.terminal());
        assertEquals(-1, quiet.err().indexOf("\tat "));

        Streams before = new Streams("");
        assertEquals(3, Main.run(new String[] {"--debug", "inspect", "/nowhere/m"}, before.terminal()));
        assertTrue(before.err().contains("\tat "), before.err());

        Streams after = new Streams("");
        assertEquals(3, Main.run(new String[] {"inspect", "/nowhere/m", "--debug"}, after.terminal()));
        assertTrue(after.err().contains("\tat "), after.err());
    }

    @Test
    void isQuietWhenTheReaderHasGone() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertEquals(0, Main.run(new String[] {"--help"}, failing("Broken pipe", err)));
        assertEquals("", err.toString(UTF_8));
    }

    @Test
    void complainsWhenTheDiskIsFull() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertEquals(70, Main.run(new String[] {"--help"}, failing("No space left on device", err)));
        assertEquals("clip: stdout: No space left on device\n", err.toString(UTF_8));
    }

    private static Terminal failing(String reason, OutputStream err) {
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
        return new Terminal(
                new ByteArrayInputStream(new byte[0]),
                new StandardOutput(out),
                new PrintStream(err, true, UTF_8),
                false);
    }

    private static String[] words(String line) {
        return line.isEmpty() ? new String[0] : line.split(" ", -1);
    }

    private static void assertOneLine(String err) {
        assertTrue(err.startsWith("clip: ") && err.indexOf('\n') == err.length() - 1, err);
    }
}
