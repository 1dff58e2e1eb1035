package org.clipjava.cli.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    void readsOneLabelALine() throws IOException {
        Path file = file("\uFEFFcat\r\n\r\n  \na, b\n Katze ☕ ");
        assertEquals(List.of("cat", "a, b", "Katze ☕"), LabelList.read(file));
    }

    @Test
    void refusesAFileWithoutLabels() throws IOException {
        Path file = file("\n \r\n");
        assertUsage("--labels-file " + file + ": holds no label; expected one a line", () -> LabelList.read(file));
    }

    @Test
    void refusesAFileThatIsNotUtf8() throws IOException {
        Path file = Files.write(folder.resolve("latin"), "café\n".getBytes(StandardCharsets.ISO_8859_1));
        assertUsage("--labels-file " + file + ": not UTF-8", () -> LabelList.read(file));
    }

    @Test
    void saysThatTheFileIsMissing() {
        Path file = folder.resolve("none");
        assertUsage("--labels-file " + file + ": no such file", () -> LabelList.read(file));
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
