package org.clipjava.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Where {@code -o} points: a file that appears when it is complete, or stdout for {@code -}. */
final class Output {
    /** Writes everything. */
    interface Content {
        ExitCode to(OutputStream out) throws IOException;
    }

    private Output() {}

    /** A file is not made where every input failed. */
    static ExitCode write(String file, Terminal terminal, Content content) throws IOException {
        if (file.equals("-")) {
            OutputStream out = new BufferedOutputStream(terminal.out());
            ExitCode exitCode = content.to(out);
            out.flush();
            return exitCode;
        }
        try (PendingFile pending = pending(file)) {
            ExitCode exitCode;
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(pending.path(), StandardOpenOption.WRITE))) {
                exitCode = content.to(out);
            } catch (IOException e) {
                throw new CommandFailure(ExitCode.INTERNAL, "-o " + file + ": " + Reason.of(e, file), e);
            }
            if (exitCode != ExitCode.ALL_INPUTS_FAILED) {
                pending.commit();
            }
            return exitCode;
        }
    }

    /** The path of a file that whoever writes it makes appear when it is complete. */
    static Path target(String file) {
        if (file.equals("-")) {
            throw CommandFailure.usage("-o -: this file can't go to stdout, name one");
        }
        Path target;
        try {
            target = Path.of(file);
        } catch (InvalidPathException e) {
            throw new CommandFailure(ExitCode.USAGE, "-o " + file + ": not a path", e);
        }
        Path folder = Optional.ofNullable(target.toAbsolutePath().getParent()).orElseThrow();
        if (Files.isDirectory(target)) {
            throw CommandFailure.usage("-o " + file + ": is a folder; name a file in it");
        }
        if (!Files.isDirectory(folder)) {
            throw CommandFailure.usage("-o " + file + ": no folder " + folder);
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw CommandFailure.usage("-o " + file + ": is a device or pipe; name a file");
        }
        if (!Files.isWritable(folder)) {
            throw CommandFailure.usage("-o " + file + ": the folder " + folder + " is not writable");
        }
        return target;
    }

    /** A file that can't be begun is the caller's mistake. */
    private static PendingFile pending(String file) {
        try {
            return new PendingFile(Path.of(file));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.USAGE, "-o " + file + ": " + Reason.of(e, file), e);
        } catch (InvalidPathException e) {
            throw new CommandFailure(ExitCode.USAGE, "-o " + file + ": not a path", e);
        }
    }
}
