package org.clipjava.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.testdata.ChildJvm;
import org.clipjava.testdata.FaultyFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    @Test
    void appearsWhenCommitted() throws IOException {
        Path target = Files.writeString(folder.resolve("model"), "old");
        try (AtomicFile file = AtomicFile.begin(target)) {
            Files.writeString(file.path(), "new", StandardOpenOption.WRITE);
            assertEquals("old", Files.readString(target));
            file.commit();
        }
        assertEquals("new", Files.readString(target));
        assertEquals(List.of("model"), names());
    }

    @Test
    void isWrittenInTheSameFolderUnderAHiddenName() throws IOException {
        try (AtomicFile file = AtomicFile.begin(folder.resolve("model"))) {
            assertEquals(folder.toAbsolutePath(), file.path().getParent());
            String name = file.path().getFileName().toString();
            assertTrue(name.startsWith(".model.") && name.endsWith(".tmp"), name);
            assertEquals(List.of(name), names());
        }
    }

    @Test
    void leavesNothingWhenNotCommitted() throws IOException {
        Path target = Files.writeString(folder.resolve("model"), "old");
        try (AtomicFile file = AtomicFile.begin(target)) {
            Files.writeString(file.path(), "half");
        }
        assertEquals("old", Files.readString(target));
        assertEquals(List.of("model"), names());
    }

    @Test
    void writesAWholeFile() throws IOException {
        Path target = folder.resolve("model");
        AtomicFile.write(target, "old".getBytes(StandardCharsets.US_ASCII));
        AtomicFile.write(target, channel -> {
            channel.write(ByteBuffer.wrap(new byte[] {'n', 'e'}));
            channel.write(ByteBuffer.wrap(new byte[] {'w'}));
        });
        assertEquals("new", Files.readString(target));
        assertEquals(List.of("model"), names());
    }

    @Test
    void leavesTheOldFileAndNoOtherWhenWritingFails() throws IOException {
        Path target = Files.writeString(folder.resolve("model"), "old");
        IOException gone = new IOException("source gone");
        assertEquals(
                gone,
                assertThrows(
                        IOException.class,
                        () -> AtomicFile.write(target, channel -> {
                            channel.write(ByteBuffer.allocate(1));
                            throw gone;
                        })));
        assertEquals("old", Files.readString(target));
        assertEquals(List.of("model"), names());
    }

    @Test
    void bringsTheFileToTheDiskBeforeItsNameAndThenTheName() throws IOException {
        FaultyFiles files = FaultyFiles.with((n, bytes) -> bytes);
        Path target = files.path(folder.resolve("model"));
        AtomicFile.write(target, new byte[3]);
        assertLasting(files.steps());
        try (AtomicFile file = AtomicFile.begin(target)) {
            file.commit();
        }
        assertLasting(files.steps().subList(3, files.steps().size()));
    }

    private void assertLasting(List<String> steps) {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "folders can't be forced");
        String temporary = steps.getFirst().substring("force ".length());
        assertTrue(temporary.endsWith(".tmp"), temporary);
        assertEquals(
                List.of("force " + temporary, "move " + temporary + " model", "force " + folder.getFileName()), steps);
    }

    @Test
    void staysAwayOnADiskThatFails() throws IOException {
        for (int n = 1; n <= 2; n++) {
            Path target = FaultyFiles.failingAt(n).path(folder.resolve("model"));
            assertThrows(
                    IOException.class,
                    () -> AtomicFile.write(target, channel -> {
                        channel.write(ByteBuffer.allocate(5));
                        channel.write(ByteBuffer.allocate(5));
                    }));
            assertEquals(List.of(), names());
        }
    }

    @Test
    void writesOnWhereADiskTakesLess() throws IOException {
        Path target = FaultyFiles.with((n, bytes) -> 1).path(folder.resolve("model"));
        AtomicFile.write(target, "whole".getBytes(StandardCharsets.US_ASCII));
        assertEquals("whole", Files.readString(folder.resolve("model")));
    }

    @Test
    void isReadableAsOtherNewFilesAre() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "no permissions");
        Path target = folder.resolve("model");
        AtomicFile.write(target, new byte[0]);
        assertEquals(
                Files.getPosixFilePermissions(Files.createFile(folder.resolve("other"))),
                Files.getPosixFilePermissions(target));
    }

    @Test
    void replacesTheFileBehindALinkAndKeepsTheLink() throws IOException {
        Path target = Files.writeString(folder.resolve("model"), "old");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), Path.of("../model"));
        AtomicFile.write(link, "new".getBytes(StandardCharsets.US_ASCII));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(target));
    }

    @Test
    void refusesAFolder() {
        FileAlreadyExistsException e = assertThrows(
                FileAlreadyExistsException.class, () -> AtomicFile.begin(folder).close());
        assertEquals("expected a file's name, found a folder", e.getReason());
        assertEquals(folder.toString(), e.getFile());
    }

    @Test
    void refusesAPipeAndLeavesIt() throws IOException, InterruptedException {
        Path pipe = SizeLimitTest.pipe(folder.resolve("pipe"));
        FileAlreadyExistsException e =
                assertThrows(FileAlreadyExistsException.class, () -> AtomicFile.write(pipe, new byte[1]));
        assertEquals("expected a file's name, found a device or pipe", e.getReason());
        assertFalse(Files.isRegularFile(pipe));
        assertEquals(List.of("pipe"), names());
    }

    @Test
    void namesTheFolderThatIsMissing() {
        Path target = folder.resolve("missing").resolve("model");
        NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> AtomicFile.write(target, new byte[1]));
        assertEquals("no folder " + target.getParent(), e.getReason());
        assertEquals(target.toString(), e.getFile());
    }

    @Test
    void namesTheFolderThatIsNotWritable() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "no permissions");
        Path locked = Files.createDirectory(
                folder.resolve("locked"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
        assumeTrue(!Files.isWritable(locked), "root may write anywhere");
        Path target = locked.resolve("model");
        AccessDeniedException e =
                assertThrows(AccessDeniedException.class, () -> AtomicFile.write(target, new byte[1]));
        assertEquals("the folder " + locked + " is not writable", e.getReason());
        assertEquals(target.toString(), e.getFile());
    }

    @Test
    void takesANameAsLongAsTheFileSystemDoes() throws IOException {
        Path target = folder.resolve("é".repeat(49) + "😀" + "x".repeat(150));
        AtomicFile.write(target, new byte[1]);
        assertEquals(List.of(target.getFileName().toString()), names());
    }

    @Test
    void isCommittedOnce() throws IOException {
        try (AtomicFile file = AtomicFile.begin(folder.resolve("model"))) {
            file.commit();
            assertThrows(IllegalStateException.class, file::commit);
        }
        AtomicFile closed = AtomicFile.begin(folder.resolve("other"));
        closed.close();
        closed.close();
        assertThrows(IllegalStateException.class, closed::commit);
        assertEquals(List.of("model"), names());
    }

    @Test
    void renamesWhatIsCompleteInPlaceOfAnother() throws IOException {
        FaultyFiles files = FaultyFiles.with((n, bytes) -> bytes);
        Files.writeString(folder.resolve("part"), "new");
        Files.writeString(folder.resolve("model"), "old");
        AtomicFile.rename(files.path(folder.resolve("part")), files.path(folder.resolve("model")));
        assertEquals("new", Files.readString(folder.resolve("model")));
        assertEquals(List.of("model"), names());
        assertEquals("move part model", files.steps().getFirst());
    }

    @Test
    void waitsWhereAnotherProgramHasTheTargetOpen() throws IOException {
        Files.writeString(folder.resolve("part"), "new");
        Files.writeString(folder.resolve("model"), "old");
        FaultyFiles files = FaultyFiles.asOnWindows(2);

        AtomicFile.rename(files.path(folder.resolve("part")), files.path(folder.resolve("model")));

        assertEquals("new", Files.readString(folder.resolve("model")));
        Files.writeString(folder.resolve("part"), "newer");
        FaultyFiles held = FaultyFiles.asOnWindows(1000);
        assertThrows(
                AccessDeniedException.class,
                () -> AtomicFile.rename(held.path(folder.resolve("part")), held.path(folder.resolve("model"))));
    }

    @Test
    void isDeletedWhenTheProgramEnds() throws IOException, InterruptedException {
        ChildJvm.Run run = ChildJvm.onThisClassPath()
                .run(Interrupted.class.getName(), folder.resolve("model").toString());
        assertEquals(130, run.exitCode(), run.err());
        assertEquals(".model.", run.out().strip(), "there was one");
        assertEquals(List.of(), names());
    }

    /** Ends in the midst of writing a file. */
    static final class Interrupted {
        private Interrupted() {}

        public static void main(String[] args) throws IOException {
            AtomicFile.write(Path.of(args[0]), channel -> {
                channel.write(ByteBuffer.allocate(5));
                try (Stream<Path> files = Files.list(Path.of(args[0]).getParent())) {
                    String name = files.findFirst().orElseThrow().getFileName().toString();
                    System.out.println(name.substring(0, 7));
                }
                System.exit(130);
            });
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
