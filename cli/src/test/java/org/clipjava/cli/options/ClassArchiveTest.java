package org.clipjava.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassArchiveTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "0, classify --labels a x.png, true",
        "5, classify --labels a x.png y.png, true",
        "0, classify --help, false",
        "0, classify -h, false",
        "2, classify x.png, false",
        "6, classify --labels a nowhere.png, false",
        "70, eval x.csv, false",
    })
    void isWholeAfterARunThatEncoded(int exitCode, String line, boolean whole) {
        Path note = folder.resolve("classes.jsa.whole");
        ClassArchive archive = new ClassArchive(note);

        archive.noteEnd(exitCode, line.split(" "));
        archive.noteEnd(exitCode, line.split(" "));

        assertEquals(whole, Files.exists(note));
    }

    @Test
    void isWholeWhenAServerIsReady() {
        Path note = folder.resolve("server.jsa.whole");

        new ClassArchive(note).noteReady();

        assertTrue(Files.exists(note));
    }
}
