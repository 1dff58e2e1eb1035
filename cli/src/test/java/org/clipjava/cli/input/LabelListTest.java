package org.clipjava.cli.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clipjava.cli.Streams;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class LabelListTest {
    @TempDir
    Path folder;

    @Test
    void splitsAtCommas() {
        assertEquals(List.of("cat", "a big dog", "Ä"), LabelList.split(" cat,a big dog , Ä"));
        assertEquals(List.of("cat"), LabelList.split("cat"));
    }

    @Test
    void refusesBlankLabels() {
        assertUsage("--labels: label 2 of 3 is blank; expected a,b,c", () -> LabelList.split("cat,,dog"));
        assertUsage("--labels: label 2 of 2 is blank; expected a,b,c", () -> LabelList.split("cat, "));
        assertUsage("--labels: label 1 of 1 is blank; expected a,b,c", () -> LabelList.split(""));
    }

    @Test
    void refusesALabelThatIsThereTwice() {
        assertUsage("--labels: the label 'cat' is there twice; remove one", () -> LabelList.split("cat,dog, cat"));
    }

    @Test
    void takesQuotesAndJson() {
        assertEquals(List.of("cat, tabby", "snail"), LabelList.split("\"cat, tabby\",snail"));
        assertEquals(List.of("snail", "say \"hi\""), LabelList.split("snail , \"say \"\"hi\"\"\" "));
        assertEquals(List.of("a 5\" disk", "snail"), LabelList.split("a 5\" disk,snail"), "not at the beginning");
        assertEquals(List.of("cat", "dog"), LabelList.split("[\"cat\", \"dog\"]"));
        assertUsage("--labels: a quote is opened and not closed in \"cat,dog", () -> LabelList.split("\"cat,dog"));
        assertUsage(
                "--labels: begins as JSON does and is none; expected one label a line, or a JSON list of texts",
                () -> LabelList.split("['cat','dog']"));
    }

    @Test
    void readsJson() throws IOException {
        for (String json : List.of(
                "[\"cat\",\n \"a, b\"]",
                "\uFEFF\n {\"0\": \"cat\", \"1\": \"a, b\"}",
                "{\"10\": [\"n2\", \"a, b\"], \"9\": [\"n1\", \"cat\"]}",
                "{\"n1\": \"cat\", \"n2\": \"a, b\"}",
                "{\"a, b\": 1, \"cat\": 0}",
                "{\"imagenet\": [\"cat\", \"a, b\"]}")) {
            assertEquals(
                    List.of("cat", "a, b"), LabelList.read(file(json).toString(), new Streams("").terminal()), json);
        }
        Path file = file("{\"imagenet1k\": [\"a\"], \"vtab/cifar10\": [\"b\"]}");
        assertUsage(
                "--labels-file " + file
                        + ": holds 2 lists, imagenet1k, vtab/cifar10; save the one that you mean as a file of its own",
                () -> LabelList.read(file.toString(), new Streams("").terminal()));
        file("['cat', 'dog']");
        assertUsage(
                "--labels-file " + file
                        + ": begins as JSON does and is none; expected one label a line, or a JSON list of texts",
                () -> LabelList.read(file.toString(), new Streams("").terminal()));
        file("[\"cat\", 3]");
        assertUsage(
                "--labels-file " + file + ": expected a list of texts, found 3 in place 2",
                () -> LabelList.read(file.toString(), new Streams("").terminal()));
        file("[\"cat\", \" \"]");
        assertUsage(
                "--labels-file " + file + ": label 2 of 2 is blank",
                () -> LabelList.read(file.toString(), new Streams("").terminal()));
    }

    @Test
    void readsStdin() {
        assertEquals(List.of("cat", "dog"), LabelList.read("-", new Streams("cat\ndog\n").terminal()));
        assertEquals(List.of("cat", "dog"), LabelList.read("-", new Streams("[\"cat\",\"dog\"]").terminal()));
    }

    @Test
    void readsTables() throws IOException {
        Path file = folder.resolve("labels.csv");
        for (String table : List.of(
                "id,label\n1,cat\n2,\"a, b\"\n",
                "Name\ncat\n\"a, b\"\n",
                "class;id\ncat;1\na, b;2\n".replace(", ", "\u00A0"))) {
            Files.writeString(file, table);
            assertEquals(
                    List.of("cat", table.contains(";") ? "a\u00A0b" : "a, b"),
                    LabelList.read(file.toString(), new Streams("").terminal()),
                    table);
        }
        Files.writeString(file, "cat\ndog\n");
        assertEquals(List.of("cat", "dog"), LabelList.read(file.toString(), new Streams("").terminal()));
        Files.writeString(file, "1,cat\n2,dog\n");
        assertUsage(
                "--labels-file " + file + ": expected one label a line, or a first line that names the columns, one of"
                        + " them label, class or name; found 1,cat",
                () -> LabelList.read(file.toString(), new Streams("").terminal()));
    }

    @Test
    void namesAllLabelsThatAreThereTwice() throws IOException {
        Path file = file("missile\nsunglasses\ntench\nmissile\nsunglasses\n");
        assertUsage(
                "--labels-file " + file + ": the labels 'missile', 'sunglasses' are there twice; remove one of each"
                        + " (eval takes such a list as --labels-map)",
                () -> LabelList.read(file.toString(), new Streams("").terminal()));
    }

    @Test
    void readsOneLabelALine() throws IOException {
        Path file = file("\uFEFFcat\r\n\r\n  \na, b\n Katze ☕ ");
        assertEquals(List.of("cat", "a, b", "Katze ☕"), LabelList.read(file.toString(), new Streams("").terminal()));
    }

    @Test
    void refusesAFileWithoutLabels() throws IOException {
        Path file = file("\n \r\n");
        assertUsage(
                "--labels-file " + file + ": holds no label; expected one a line",
                () -> LabelList.read(file.toString(), new Streams("").terminal()));
    }

    @Test
    void refusesAFileThatIsNotUtf8() throws IOException {
        Path file = Files.write(folder.resolve("latin"), "café\n".getBytes(StandardCharsets.ISO_8859_1));
        assertUsage(
                "--labels-file " + file + ": not UTF-8",
                () -> LabelList.read(file.toString(), new Streams("").terminal()));
    }

    @Test
    void saysThatTheFileIsMissing() {
        Path file = folder.resolve("none");
        assertUsage(
                "--labels-file " + file + ": no such file",
                () -> LabelList.read(file.toString(), new Streams("").terminal()));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("labels.txt"), text);
    }

    private static void assertUsage(String message, Executable action) {
        CommandFailure failure = assertThrows(CommandFailure.class, action);
        assertEquals(message, failure.getMessage());
        assertEquals(ExitCode.USAGE, failure.exitCode());
    }
}
