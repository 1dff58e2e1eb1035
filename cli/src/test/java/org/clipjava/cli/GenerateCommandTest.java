package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCommandTest {
    @TempDir
    private static Path folder;

    @BeforeAll
    static void writesAll() {
        Streams streams = new Streams("");
        assertEquals(0, Main.run(new String[] {"generate", folder.toString()}, streams.terminal()), streams.err());
    }

    @Test
    void eachCommandHasAManualPage() throws IOException {
        String page = Files.readString(folder.resolve("man/man1/clip-classify.1"));

        assertTrue(page.startsWith(".TH \"CLIP-CLASSIFY\" 1"), page);
        assertTrue(page.contains(".SH NAME\nclip\\-classify \\- "), page);
        assertTrue(page.contains("\\-\\-labels"), page);
        assertTrue(Files.exists(folder.resolve("man/man1/clip-models-list.1")));
        assertFalse(Files.exists(folder.resolve("man/man1/clip-generate.1")));
        String all = Files.readString(folder.resolve("man/man1/clip.1"));
        assertTrue(all.contains(".SH EXIT STATUS\n.TP\n.B 0\ndone\n"), all);
    }

    @Test
    void noLineOfAManualIsTakenForAMacro() throws IOException {
        List<String> known = List.of(".TH ", ".SH ", ".TP", ".B ", ".nf", ".fi");
        try (Stream<Path> pages = Files.list(folder.resolve("man/man1"))) {
            for (Path page : pages.toList()) {
                for (String line : Files.readAllLines(page)) {
                    assertTrue(
                            (!line.startsWith(".") && !line.startsWith("'"))
                                    || known.stream().anyMatch(line::startsWith),
                            page + ": " + line);
                }
            }
        }
    }

    @Test
    void shellsProposeCommandsAndOptions() throws IOException {
        assertTrue(read("clip.fish").contains("complete -c clip -n '__fish_use_subcommand' -a classify -d '"));
        assertTrue(read("clip.fish")
                .contains("complete -c clip -n '__fish_seen_subcommand_from classify' -l labels -r -d"));
        assertTrue(read("_clip").startsWith("#compdef clip\n"));
        assertTrue(read("_clip").contains("'classify:"));
        assertFalse(read("_clip").contains("path="), "which is zsh's name for the PATH");
        assertTrue(read("clip.ps1").contains("    'models' = @('list', "));
        assertTrue(read("clip.bash").contains("classify"));
    }

    @Test
    void quotesAreClosed() throws IOException {
        for (String name : List.of("_clip", "clip.fish")) {
            for (String line : read(name).lines().toList()) {
                assertEquals(0, line.chars().filter(c -> c == '\'').count() % 2, line);
            }
        }
    }

    private static String read(String name) throws IOException {
        return Files.readString(folder.resolve("completions").resolve(name));
    }
}
