package org.clipjava.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.cli.Streams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir
    Path folder;

    @Test
    void appearsWhenItIsComplete() throws IOException {
        Path target = Files.writeString(folder.resolve("result"), "old");
        ExitCode exitCode = file(target).write(new Streams("").terminal(), out -> {
            out.write("new".getBytes(UTF_8));
            out.flush();
            assertEquals("old", Files.readString(target));
            return ExitCode.SOME_INPUTS_FAILED;
        });
        assertEquals(ExitCode.SOME_INPUTS_FAILED, exitCode);
        assertEquals("new", Files.readString(target));
        assertEquals(List.of("result"), names());
    }

    @Test
    void isNotMadeWhereEveryInputFailed() throws IOException {
        file(folder.resolve("result")).write(new Streams("").terminal(), out -> ExitCode.ALL_INPUTS_FAILED);
        assertEquals(List.of(), names());
    }

    @Test
    void isNotMadeWhereItIsOnlyChecked() throws IOException {
        file(folder.resolve("result")).check();
        assertEquals(List.of(), names());
    }

    @Test
    void holdsAText() throws IOException {
        file(folder.resolve("result")).write("é\n");
        assertEquals("é\n", Files.readString(folder.resolve("result")));
    }

    /** As {@code -o >(gzip)} and {@code -o /dev/stdout} are. */
    @Test
    void isWrittenToAsItIsWhereItIsADevice() throws IOException {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device), "no /dev/null");
        file(device).check();
        file(device).write("gone");
        assertFalse(Files.isRegularFile(device));
    }

    @Test
    void namesWhatCannotBeBegun() {
        Path missing = folder.resolve("missing");
        assertUsage("-o " + folder + ": expected a file's name, found a folder", file(folder));
        assertUsage(
                "-o " + missing.resolve("result") + ": no folder " + missing.toAbsolutePath(),
                file(missing.resolve("result")));
    }

    private static void assertUsage(String expected, OutputFile file) {
        for (CommandFailure failure : List.of(
                assertThrows(CommandFailure.class, file::check),
                assertThrows(CommandFailure.class, () -> file.write("text")))) {
            assertEquals(expected, failure.getMessage());
            assertEquals(ExitCode.USAGE, failure.exitCode());
        }
    }

    private static OutputFile file(Path path) {
        return OutputFile.of(path.toString());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
