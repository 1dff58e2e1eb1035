package org.clipjava.cli.output;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

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
        try (PendingFile pending = pending()) {
            ExitCode exitCode;
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(pending.path(), StandardOpenOption.WRITE))) {
                exitCode = content.to(out);
            } catch (IOException e) {
                throw failure(ExitCode.INTERNAL, e);
            }
            if (exitCode != ExitCode.ALL_INPUTS_FAILED) {
                pending.commit();
            }
            return exitCode;
        }
    }

    /** Writes a text. */
    public void write(String text) {
        try (PendingFile pending = pending()) {
            Files.writeString(pending.path(), text, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
            pending.commit();
        } catch (IOException e) {
            throw failure(ExitCode.INTERNAL, e);
        }
    }

    /** Complains before the work if the file can't be begun. */
    public void check() {
        pending().close();
    }

    /** Has one write the file who makes it appear when it is complete. */
    public void save(Saving saving) {
        Path target = target();
        try {
            saving.to(target);
        } catch (IOException e) {
            throw failure(ExitCode.INTERNAL, e);
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
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw usage(file + "is a device or pipe; name a file");
        }
        if (!Files.isWritable(folder)) {
            throw usage(file + "the folder " + folder + " is not writable");
        }
        return target;
    }

    /** A file that can't be begun is the caller's mistake. */
    private PendingFile pending() {
        try {
            return new PendingFile(path());
        } catch (IOException e) {
            throw failure(ExitCode.USAGE, e);
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
