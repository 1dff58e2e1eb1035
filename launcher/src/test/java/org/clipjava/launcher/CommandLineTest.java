package org.clipjava.launcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
    @Test
    void takesTheOptionsBeforeTheJar() {
        CommandLine line = new CommandLine(
                List.of("java", "-Xmx1g", "-Dclip.kernels=scalar", "-jar", "clip.jar", "embed", "-jar"),
                new String[] {"embed", "-jar"});
        assertEquals(List.of("-Xmx1g", "-Dclip.kernels=scalar"), line.jvmOptions());
    }

    @Test
    void leavesTheDebuggerToTheFirstJvm() {
        CommandLine line = new CommandLine(
                List.of("java", "-agentlib:jdwp=transport=dt_socket", "-Xss2m", "-jar", "clip.jar"), new String[0]);
        assertEquals(List.of("-Xss2m"), line.jvmOptions());
    }

    @Test
    void asksTheJvmWhereTheKernelDoesNotSay() {
        assertFalse(new CommandLine(List.of(), new String[0]).jvmOptions().isEmpty(), "tests run with options");
    }

    @Test
    void takesTheArgumentsAsTyped() {
        CommandLine line = new CommandLine(
                List.of("java", "-jar", "clip.jar", "tokenize", "café", ""),
                new String[] {"tokenize", "caf\uFFFD\uFFFD", ""});
        assertArrayEquals(new String[] {"tokenize", "café", ""}, line.arguments());
        assertArrayEquals(new String[] {"a"}, new CommandLine(List.of(), new String[] {"a"}).arguments());
    }

    @Test
    void namesWhatTheShellOpenedByTheProcessThatHasItOpen(@TempDir Path folder) throws IOException {
        Path process = Files.createDirectories(folder.resolve("4711/fd"));
        Files.createFile(process.resolve("63"));
        Files.createFile(process.resolve("0"));
        Path self = Files.createSymbolicLink(folder.resolve("self"), folder.resolve("4711"));
        String open = process.toRealPath().resolve("63").toString();
        assertEquals(open, CommandLine.reachable("/dev/fd/63", self));
        assertEquals(open, CommandLine.reachable("/proc/self/fd/63", self));
        assertEquals("--labels-file=" + open, CommandLine.reachable("--labels-file=/dev/fd/63", self));
        for (String other : List.of("/dev/fd/0", "/dev/fd/62", "/dev/fd/x", "a=/dev/fd/63", "/dev/fd/63/x", "63", "")) {
            assertEquals(other, CommandLine.reachable(other, self));
        }
    }

    @Test
    void encodesAnyWordInAsciiAndBack() {
        for (String word : List.of("", "plain", "a b+c%20", "café ☕", "-o", "a\nb", "\uD83D\uDE00")) {
            String encoded = CommandLine.encode(word);
            assertEquals(word, CommandLine.decode(encoded));
            assertFalse(encoded.chars().anyMatch(c -> c > 126 || c < 32), encoded);
        }
    }
}
