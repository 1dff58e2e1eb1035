package org.clipjava.cli.output;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.clipjava.io.AtomicFile;

/**
 * A file that an option names, and that appears when it is complete.
 *
 * @param option as messages call it
 * @param name as the user gave it; {@code -} is stdout for those that can go there
 */
public record OutputFile(String option, String name) {
    /** What {@code -o} names. */
    public static OutputFile of(String name) {
        return new OutputFile("-o", name);
    }

    /** Writes everything. */
    public interface Content {
        ExitCode to(OutputStream out) throws IOException;
    }

    /** Writes everything under the name itself, as a whole or not at all. */
    public interface Saving {
        void to(Path target) throws IOException;
    }

    /** A file is not made where every input failed. */
    public ExitCode write(Terminal terminal, Content content) throws IOException {
        if (name.equals("-")) {
            OutputStream out = new BufferedOutputStream(terminal.out());
            ExitCode exitCode = content.to(out);
            out.flush();
            return exitCode;
        }
        return write(content);
    }

    /** Writes a text. */
    public void write(String text) {
        write(out -> {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            return ExitCode.OK;
        });
    }

    private ExitCode write(Content content) {
        Path path = path();
        if (isDeviceOrPipe(path)) {
            return write(path, content);
        }
        try (AtomicFile file = begin(path)) {
            ExitCode exitCode = write(file.path(), content);
            if (exitCode != ExitCode.ALL_INPUTS_FAILED) {
                file.commit();
            }
            return exitCode;
        } catch (IOException e) {
            throw failure(ExitCode.NO_ROOM, e);
        }
    }

    private ExitCode write(Path path, Content content) {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path, StandardOpenOption.WRITE))) {
            return content.to(out);
        } catch (IOException e) {
            throw failure(ExitCode.NO_ROOM, e);
        }
    }

    /** Complains before the work if the file can't be begun. */
    public void check() {
        Path path = path();
        if (!isDeviceOrPipe(path)) {
            try {
                begin(path).close();
            } catch (IOException e) {
                throw failure(ExitCode.NO_ROOM, e);
            }
        }
    }

    /** Has one write the file who makes it appear when it is complete. */
    public void save(Saving saving) {
        Path target = target();
        try {
            saving.to(target);
        } catch (IOException e) {
            throw failure(ExitCode.NO_ROOM, e);
        }
    }

    /** Its path, for {@link #save}; complains, before the work, of one that can't be written. */
    public Path target() {
        if (name.equals("-")) {
            throw usage(" -: this file can't go to stdout, name one");
        }
        Path target = path();
        Path folder = Optional.ofNullable(target.toAbsolutePath().getParent()).orElseThrow();
        String file = " " + name + ": ";
        if (Files.isDirectory(target)) {
            throw usage(file + "is a folder; name a file in it");
        }
        if (!Files.isDirectory(folder)) {
            throw usage(file + "no folder " + folder);
        }
        if (isDeviceOrPipe(target)) {
            throw usage(file + "is a device or pipe; name a file");
        }
        if (!Files.isWritable(folder)) {
            throw new CommandFailure(
                    takesFiles(target) ? ExitCode.USAGE : ExitCode.NO_ROOM,
                    option + file + "the folder " + folder + " is not writable");
        }
        return target;
    }

    /** It has no name to be renamed to: it is written to as it is. */
    private static boolean isDeviceOrPipe(Path path) {
        return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    }

    /** A file that can't be begun is the caller's mistake, unless its disk takes no file at all. */
    private AtomicFile begin(Path path) {
        try {
            return AtomicFile.begin(path);
        } catch (IOException e) {
            throw failure(takesFiles(path) ? ExitCode.USAGE : ExitCode.NO_ROOM, e);
        }
    }

    private static boolean takesFiles(Path path) {
        Path folder = Optional.ofNullable(path.toAbsolutePath().getParent()).orElseThrow();
        try {
            FileStore disk = Files.getFileStore(folder);
            return !disk.isReadOnly() && disk.getUsableSpace() > 0;
        } catch (IOException e) {
            return true; // there is no such folder
        }
    }

    private Path path() {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw CommandFailure.usage(option + " " + name + ": not a path", e);
        }
    }

    private CommandFailure usage(String problem) {
        return CommandFailure.usage(option + problem);
    }

    private CommandFailure failure(ExitCode exitCode, IOException e) {
        return CommandFailure.of(exitCode, option + " " + name, name, e);
    }
}
