package org.clipjava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.cli.options.KernelWarmUp;
import org.clipjava.cli.output.StandardOutput;
import org.clipjava.cli.output.Terminal;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

class MainTest {
    @TempDir
    Path folder;

    /** Messages to their end, or to where they would list everything. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "bogus | unknown command 'bogus'; expected classify, labels, locate, rank, index, search, similar, duplicates, tag,"
                        + " embed, serve, pull, models, convert, inspect,",
                "classify | give one of --labels=A,B,C, --labels-file=FILE, --classifier=FILE; see clip classify"
                        + " --help",
                "classify --labels a | no picture given; name at least one IMAGE, - for stdin, or --files-from",
                "classify --labels a --labels-file b x | give only one of --labels=A,B,C, --labels-file=FILE; see",
                "classify --labels a --labels b x | give one of --labels=A,B,C, --labels-file=FILE, --classifier=FILE,"
                        + " and once only; see",
                "classify --labels a,,b x | --labels: label 2 of 3 is blank; expected a,b,c",
                "classify --labels a,a x | --labels: the label 'a' is there twice; remove one",
                "classify --labels a --top-k 0 x | --top-k: expected at least 1, found 0",
                "classify --labels a --top-k many x | --top-k: expected a whole number, found 'many'; see clip"
                        + " classify --help",
                "classify --labels a --template photo x | --template 'photo': expected one slot for the label, {} or"
                        + " {label}, found 0",
                "classify --labels a --format xml x | --format: expected one of table, json, jsonl, csv, found 'xml';"
                        + " see",
                "classify --labels a --null x | --null says how --files-from is read; give that too",
                "classify --labels a - - | stdin (-) can be read once only",
                "classify --labels a --files-from - - | stdin (-) can be read once only",
                "classify --labels a --files-from /nowhere/list | --files-from /nowhere/list: no such file",
                "classify --labels-file /nowhere/labels x | --labels-file /nowhere/labels: no such file",
                "classify --labels a --threads 0 x | --threads: expected at least 1, found 0",
                "classify --labels a --threads 1,2 x | --threads: expected one number, found 2",
                "classify --labels a --kernels fast x | --kernels: expected one of auto, scalar, vector, found 'fast';"
                        + " see",
                "classify --labels a --classifier b x | give only one of --labels=A,B,C, --classifier=FILE; see",
                "classify --classifier b --template {} x | --template goes into the classifier: give it to 'clip"
                        + " labels'",
                "classify --labels a --unknown x | --unknown needs thresholds: give the --classifier that 'clip"
                        + " calibrate' made",
                "classify --labels a --scores sigmoid x | --scores sigmoid: give --threshold, the cosine whose score"
                        + " is 50 %,",
                "classify --labels a --scores best x | --scores: expected one of softmax, cosine, sigmoid, found"
                        + " 'best'; see",
                "classify --labels a --threshold 2 x | --threshold: expected a cosine, -1 to 1, found 2.0",
                "classify --labels a --threshold 0.2 --unknown x | --threshold and --unknown: give one of the two",
                "classify --labels a --dry-run x | --dry-run says what --copy-to or --move-to would do; give one of"
                        + " them",
                "classify --labels a --copy-to b --move-to c x | --copy-to and --move-to: give one of the two",
                "rank x | give --text=TEXT; see clip rank --help",
                "rank --text a --top-k 0 x | --top-k: expected at least 1, found 0",
                "eval . -o x | -o: nothing is fitted; give --linear-probe or --few-shot",
                "eval . --few-shot 0 | --few-shot: expected ascending numbers from 1 on, found 0",
                "eval . --few-shot 2,2 | --few-shot: expected ascending numbers from 1 on, found 2",
                "eval . --few-shot x | --few-shot: expected a whole number, found 'x'; see clip eval --help",
                "calibrate | give --output=FILE, DIR; see clip calibrate --help",
                "calibrate x | give --output=FILE; see clip calibrate --help",
                "calibrate /nowhere -o y | /nowhere: no such file",
                "calibrate . -o /nowhere/y | -o /nowhere/y: no folder /nowhere",
                "calibrate . -o y --false-accept 0 | --false-accept: expected a share above 0 and below 1, found 0.0",
                "calibrate . -o y --false-accept 1.5 | --false-accept: expected a share above 0 and below 1, found 1.5",
                "calibrate . -o y --false-accept few | --false-accept: expected a number, found 'few'; see",
                "calibrate . -o y --labels a,b --classifier z | give only one of --labels=A,B,C, --classifier=FILE;"
                        + " see",
                "calibrate . -o y --classifier z --template {} | --template goes into the classifier: give it to 'clip"
                        + " labels'",
                "labels -o x | give one of --labels=A,B,C, --labels-file=FILE; see clip labels --help",
                "labels --labels a | give --output=FILE; see clip labels --help",
                "labels --labels a --template photo -o x | --template 'photo': expected one slot for the label, {} or"
                        + " {label}, found 0",
                "labels --labels a -o /nowhere/x | -o /nowhere/x: no folder /nowhere",
                "labels --labels a -o . | -o .: is a folder; name a file in it",
                "embed | embed what? name image or text; see clip embed --help",
                "embed sound | unknown command 'sound'; expected image, text; see clip embed --help",
                "embed image | no picture given; name at least one IMAGE, - for stdin, or --files-from",
                "embed text | give TEXT; see clip embed text --help",
                "embed image --format xml x | --format: expected one of jsonl, csv, npy, found 'xml'; see",
                "tokenize | give TEXT; see clip tokenize --help",
                "tokenize --bogus x | unknown option '--bogus' (after -- it would be a name and no option); see clip"
                        + " tokenize --help",
                "preprocess x | give --output=CROP.png; see clip preprocess --help",
                "preprocess x y -o z | unexpected argument 'y'; see clip preprocess --help",
                "convert x | give --output=MODEL; see clip convert --help",
                "convert -o y | give SRC; see clip convert --help",
                "convert . -o y --dtype f64 | --dtype: expected one of f32, f16, bf16, q8, int8, found 'f64'; see",
                "convert . -o /nowhere/y | -o /nowhere/y: no folder /nowhere",
                "convert . -o . | -o .: is a folder; name a file in it",
                "convert . -o - | -o -: this file can't go to stdout, name one",
                "inspect --bogus x | unknown option '--bogus' (after -- it would be a name and no option); see",
                "pull | give REPO[@REVISION]; see clip pull --help",
                "pull openai | 'openai': expected a repository like openai/clip-vit-base-patch32",
                "pull a/b c/d | unexpected argument 'c/d'; see clip pull --help",
                "pull a/b@../c | '../c': expected a revision: the name of a branch or tag, or a commit of 40 digits",
                "pull a/b --dtype f64 | --dtype: expected one of f32, f16, bf16, q8, int8, found 'f64'; see",
                "models | name a command: list, show, path, rm; see clip models --help",
                "models bogus | unknown command 'bogus'; expected list, show, path, rm; see",
                "models show | give NAME; see clip models show --help",
                "models path ../x | '../x': expected a repository like openai/clip-vit-base-patch32",
                "models rm a/b:f64 | 'a/b:f64': expected f32, f16, bf16, q8 or int8 behind the colon, found 'f64'",
                "explain x | give one of --labels=A,B,C, --labels-file=FILE; see clip explain --help",
                "explain --labels a | give IMAGE; see clip explain --help",
                "explain --labels a x y | unexpected argument 'y'; see clip explain --help",
                "verify a b | unexpected argument 'b'; see clip verify --help",
                "verify --as nobody/knows x | --as nobody/knows: nothing is published of it; expected one of"
                        + " openai/clip-vit-base-patch32,",
                "bench --repetitions 0 | --repetitions: expected at least 1, found 0",
                "bench --batch 0 | --batch: expected 1 to 4096, found 0",
                "bench --batch 1,,2 | --batch: expected a whole number, found ''; see",
                "bench --warmup -1 | --warmup: expected seconds from 0 to 3600, found -1.0",
                "bench --warmup NaN | --warmup: expected seconds from 0 to 3600, found NaN",
                "bench --threads 1,0 | --threads: expected at least 1, found 0",
                "bench --format table | --format: expected one of md, csv, json, jsonl, found 'table'; see",
                "bench x y | unexpected argument 'y'; see clip bench --help",
                "classfy --labels a x | unknown command 'classfy'; did you mean classify?; expected classify, ",
                "classify --label a x | unknown option '--label'; did you mean --labels? (after -- it would be",
                "classify --lables=a x | unknown option '--lables=a'; did you mean --labels? (after -- it would be",
                "models lsit | unknown command 'lsit'; did you mean list?; expected list, show, path, rm; see",
                "--threads | --threads: expected N behind it; see clip --help"
            })
    void aUsageErrorIsOneLineAndExitsWith2(String line, String message) {
        fails(2, words(line), message);
    }

    @Test
    void helpIsACommandToo() {
        assertHelp(new String[] {"--help"}, "help");
        assertHelp(new String[] {"classify", "--help"}, "help", "classify");
        assertHelp(new String[] {"embed", "image", "--help"}, "help", "embed", "image");
    }

    private static void assertHelp(String[] option, String... command) {
        Streams expected = new Streams("");
        assertEquals(0, Main.run(option, expected.terminal()));
        Streams found = new Streams("");
        assertEquals(0, Main.run(command, found.terminal()), found.err());
        assertEquals(expected.out(), found.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V", "--debug --version"})
    void theVersionIsTheSameWithAndWithoutPicocli(String line) {
        Streams streams = new Streams("");
        assertEquals(0, Main.run(words(line), streams.terminal()));
        assertEquals(ClipCommand.version() + System.lineSeparator(), streams.out());
    }

    @Test
    void noCommandIsAUsageError() {
        fails(
                2,
                new String[0],
                "name a command: classify, labels, locate, rank, index, search, similar, duplicates, tag, embed, ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "classify --help",
                "labels --help",
                "rank --help",
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
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "classify --labels a --model /nowhere/m x | /nowhere/m: no such model file",
                "classify --classifier b --model /nowhere/m x | /nowhere/m: no such model file",
                "labels --labels a -m /nowhere/m -o x | /nowhere/m: no such model file",
                "embed text -m /nowhere/m x | /nowhere/m: no such model file",
                "tokenize -m /nowhere/m x | /nowhere/m: no such model file",
                "tokenize --model= x | --model: expected a file or a pulled model's name, found nothing",
                "preprocess -m /nowhere/m x -o y | /nowhere/m: no such model file",
                "inspect /nowhere/m | /nowhere/m: no such model file",
                "inspect nowhere/m | nowhere/m: no such file, and no model of that name has been pulled; clip pull"
                        + " nowhere/m",
                "verify /nowhere/m | /nowhere/m: no such model file",
                "explain -m /nowhere/m --labels a x | /nowhere/m: no such model file",
                "models path nowhere/m | nowhere/m: has not been pulled; clip pull nowhere/m, or see clip models list",
                "models rm nowhere/m@v1:q8 | nowhere/m@v1:q8: has not been pulled; clip pull nowhere/m@v1 --dtype q8,"
                        + " or see",
                "bench -m /nowhere/m | /nowhere/m: no such model file",
                "convert /nowhere/checkpoint -o y | /nowhere/checkpoint: no such file or folder; expected a checkpoint"
            })
    void aMissingModelExitsWith3(String line, String message) {
        fails(3, words(line), message);
    }

    private static void fails(int exitCode, String[] args, String message) {
        Streams streams = new Streams("");
        assertEquals(exitCode, Main.run(args, streams.terminal()), streams.err());
        assertEquals("", streams.out());
        assertOneLine(streams.err());
        assertTrue(streams.err().startsWith("clip: " + message), streams.err());
    }

    /** One that its options allow: it is read as if it had been typed. */
    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandsHelpHasAnExample(String command) {
        Streams streams = new Streams("");
        assertEquals(0, Main.run(words(command + " --help"), streams.terminal()), streams.err());
        Matcher example =
                Pattern.compile("\nExample: clip (.*)", Pattern.DOTALL).matcher(streams.out());
        assertTrue(example.find(), streams.out());
        String typed = example.group(1).strip().replaceAll("\\s+", " ").replace("\"", "");
        assertTrue(typed.startsWith(command), typed);
        ClipCommand clip = new ClipCommand(streams.terminal(), Map.of(), KernelWarmUp.none());
        Main.commandLine(clip).parseArgs(words(typed));
        assertFalse(streams.out().contains("DEFAULT-VALUE"), streams.out());
    }

    static List<String> commands() {
        List<String> names = new ArrayList<>();
        for (Class<?> command : ClipCommand.commands()) {
            Command annotation = command.getAnnotation(Command.class);
            names.add(annotation.name());
            for (Class<?> sub : annotation.subcommands()) {
                names.add(annotation.name() + " "
                        + sub.getAnnotation(Command.class).name());
            }
        }
        assertTrue(names.size() > 20, names.toString());
        return names;
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
    void tellsAPersonOnceADayThatTheModelIsTheBuiltInOne() throws IOException {
        Map<String, String> environment =
                Map.of("CLIP_HOME", folder.resolve("home").toString());
        String[] bench = {"bench", "--threads", "1,2", "--batch", "1", "--repetitions", "1", "--warmup", "0"};
        String[] embed = {"embed", "text", "a"};
        assertEquals(1, notices(bench, environment));
        assertEquals(0, notices(embed, environment));

        Path note = folder.resolve("home/told-of-built-in-model");
        Files.setLastModifiedTime(note, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
        assertEquals(1, notices(embed, environment));
        assertEquals(0, notices(embed, environment));
        Files.setLastModifiedTime(note, FileTime.from(Instant.now().plus(Duration.ofHours(2))));
        assertEquals(1, notices(embed, environment), "a clock that was wrong");

        Path file = Files.writeString(folder.resolve("no folder"), "");
        Map<String, String> nowhere = Map.of("CLIP_HOME", file.toString());
        assertEquals(1, notices(embed, nowhere));
        assertEquals(1, notices(embed, nowhere));
        Streams script = new Streams("");
        assertEquals(0, Main.run(embed, script.terminal(), nowhere), script.err());
        assertEquals("", script.err());
    }

    private static int notices(String[] command, Map<String, String> environment) {
        Streams person = new Streams(new byte[0], true);
        assertEquals(0, Main.run(command, person.terminal(), environment), person.err());
        String notice =
                "using the built-in model, which knows pictograms, by nouns and not by phrases as 'red car'; for"
                        + " photographs: clip pull openai/clip-vit-base-patch32, then --model";
        return person.err().split(notice, -1).length - 1;
    }

    @Test
    void aMachineWithoutRoomIsNoInternalError() throws IOException {
        Path folder = Files.createDirectory(this.folder.resolve("kept"));
        for (String label : List.of("a", "b")) {
            Files.createDirectories(folder.resolve(label));
            Files.copy(
                    TestData.committed().path("pictograms/snail.png"),
                    folder.resolve(label).resolve("x.png"));
        }
        Streams streams = new Streams("");
        Path none = Files.writeString(this.folder.resolve("file"), "");
        String[] command = {
            "eval",
            folder.toString(),
            "--resume",
            "--cache",
            none.resolve("cache").toString()
        };
        assertEquals(8, Main.run(command, streams.terminal(), Map.of()), streams.err());
        assertTrue(streams.err().contains("--resume: " + none.resolve("cache") + ": "), streams.err());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDiskThatTakesNoFileIsNoWrongUse() {
        // the kernel's own, which has no room
        for (String command : List.of("embed text a -o /proc/e.jsonl", "embed text a --format npy -o /proc/e.npy")) {
            fails(8, words(command), "-o /proc/e.");
        }
        fails(2, words("embed text a -o /nowhere/e.jsonl"), "-o /nowhere/e.jsonl: ");
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
        assertEquals(8, Main.run(new String[] {"--help"}, failing("No space left on device", err)));
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
