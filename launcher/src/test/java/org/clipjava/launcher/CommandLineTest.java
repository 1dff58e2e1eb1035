package org.clipjava.launcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;

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
    void encodesAnyWordInAsciiAndBack() {
        for (String word : List.of("", "plain", "a b+c%20", "café ☕", "-o", "a\nb", "\uD83D\uDE00")) {
            String encoded = CommandLine.encode(word);
            assertEquals(word, CommandLine.decode(encoded));
            assertFalse(encoded.chars().anyMatch(c -> c > 126 || c < 32), encoded);
        }
    }
}
