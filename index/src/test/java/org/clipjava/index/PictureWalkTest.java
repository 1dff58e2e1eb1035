package org.clipjava.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureWalkTest {
    @TempDir
    Path root;

    private void file(String name) throws IOException {
        file(name, "");
    }

    private void file(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private List<String> found(PictureWalk walk) {
        return walk.pictures().stream()
                .map(stamp -> root.relativize(stamp.file()).toString())
                .sorted()
                .toList();
    }

    @Test
    void takesPicturesAtAnyDepthAndNoHiddenOnes() throws IOException {
        for (String name :
                List.of("a.jpg", "b/c/d.PNG", "b/notes.txt", ".hidden.jpg", ".cache/x.png", "lost+found/y.jpg")) {
            file(name, "x");
        }
        assertEquals(List.of("a.jpg", "b/c/d.PNG"), found(PictureWalk.of(List.of(root), false)));
        assertEquals(
                List.of(".cache/x.png", ".hidden.jpg", "a.jpg", "b/c/d.PNG"),
                found(PictureWalk.of(List.of(root), true)));
        assertEquals(
                1, PictureWalk.of(List.of(root), false).pictures().getFirst().bytes());
    }

    @Test
    void leavesOutWhatAClipignoreNames() throws IOException {
        for (String name :
                List.of("a.jpg", "raw/a.jpg", "b/raw/a.jpg", "b/x.gif", "b/keep.gif", "c/top.png", "top.png")) {
            file(name);
        }
        file(".clipignore", "# folders of raw files\nraw/\n*.gif\n!keep.gif\n/top.png\n");
        file("c/.clipignore", "*\n");
        assertEquals(List.of("a.jpg", "b/keep.gif"), found(PictureWalk.of(List.of(root), false)));
    }

    @Test
    void namesTheLineOfAClipignoreThatIsNoPattern() throws IOException {
        file("a.jpg");
        file(".clipignore", "*.gif\n[a\n");
        PictureWalk walk = PictureWalk.of(List.of(root), false);
        assertEquals(List.of("a.jpg"), found(walk));
        assertTrue(
                walk.remarks().getFirst().contains("line 2 is no pattern"),
                walk.remarks().toString());
    }

    @Test
    void entersNoFolderTwice() throws IOException {
        file("a/one.jpg");
        file("z/two.jpg");
        Files.createSymbolicLink(root.resolve("a/up"), root);
        Files.createSymbolicLink(root.resolve("b"), root.resolve("z"));
        Files.createSymbolicLink(root.resolve("a/nothing.jpg"), root.resolve("gone"));
        Files.createSymbolicLink(root.resolve("a/itself.jpg"), root.resolve("a/itself.jpg"));
        Files.createSymbolicLink(root.resolve("a/linked.jpg"), root.resolve("z/two.jpg"));
        PictureWalk walk = PictureWalk.of(List.of(root, root.resolve("a")), false);
        assertEquals(List.of("a/linked.jpg", "a/one.jpg", "z/two.jpg"), found(walk));
        assertEquals(4, walk.remarks().size(), walk.remarks().toString());
    }

    @Test
    void goesOnBehindAFolderThatItMayNotRead() throws IOException {
        file("a/one.jpg");
        file("b/two.jpg");
        Path closed = root.resolve("a");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        try {
            assumeFalse(Files.isReadable(closed), "the super user reads everything");
            PictureWalk walk = PictureWalk.of(List.of(root), false);
            assertEquals(List.of("b/two.jpg"), found(walk));
            assertEquals(List.of(closed), walk.unread());
            assertEquals(
                    closed + ": passed over: permission denied", walk.remarks().getFirst());
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void knowsThatAFolderIsNotThere() {
        Path gone = root.resolve("gone");
        PictureWalk walk = PictureWalk.of(List.of(gone), false);
        assertEquals(List.of(gone), walk.unread());
    }
}
