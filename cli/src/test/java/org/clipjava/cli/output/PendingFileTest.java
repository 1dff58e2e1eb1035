package org.clipjava.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingFileTest {
    @TempDir
    Path folder;

    @Test
    void appearsWhenCommitted() throws IOException {
        Path target = Files.writeString(folder.resolve("model"), "old");
        try (PendingFile pending = new PendingFile(target)) {
            Files.writeString(pending.path(), "new");
            assertEquals("old", Files.readString(target));
            pending.commit();
        }
        assertEquals("new", Files.readString(target));
        assertEquals(List.of("model"), names());
    }

    @Test
    void leavesNothingWhenNotCommitted() throws IOException {
        try (PendingFile pending = new PendingFile(folder.resolve("model"))) {
            Files.writeString(pending.path(), "half");
        }
        assertEquals(List.of(), names());
    }

    @Test
    void writesToADeviceAsItIs() throws IOException {
        Path device = Path.of("/dev/null");
        if (!Files.exists(device)) {
            return;
        }
        try (PendingFile pending = new PendingFile(device)) {
            assertEquals(device, pending.path());
            Files.writeString(pending.path(), "gone");
            pending.commit();
        }
        assertFalse(Files.isRegularFile(device));
    }

    @Test
    void replacesTheFileBehindALinkAndKeepsTheLink() throws IOException {
        Path target = Files.writeString(folder.resolve("model"), "old");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), Path.of("../model"));
        try (PendingFile pending = new PendingFile(link)) {
            Files.writeString(pending.path(), "new");
            pending.commit();
        }
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(target));
    }

    @Test
    void refusesAFolderAndAMissingFolder() {
        assertEquals(
                "is a folder", Reason.of(assertThrows(IOException.class, () -> new PendingFile(folder).close()), "x"));
        Path missing = folder.resolve("missing");
        assertEquals(
                "no folder " + missing.toAbsolutePath(),
                Reason.of(
                        assertThrows(IOException.class, () -> new PendingFile(missing.resolve("model")).close()), "x"));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
