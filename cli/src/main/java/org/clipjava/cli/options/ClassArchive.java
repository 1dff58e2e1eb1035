package org.clipjava.cli.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clipjava.cli.output.ExitCode;

/**
 * The archive that the JVM makes of the classes it has loaded, as it ends. No class is added to it later. So the launcher and the script
 * have it made anew until a run that encoded has noted here that it came to its end.
 *
 * @param note the file whose presence says so
 */
public record ClassArchive(Path note) {
    /** The archive that this JVM was told to make, if any. */
    public static Optional<ClassArchive> ofThisProcess() {
        return Optional.ofNullable(System.getProperty("clip.launcher.whole"))
                .map(note -> new ClassArchive(Path.of(note)));
    }

    /** Notes that a server is ready: what it loads later are few classes, and how it ends is not its own choice. */
    public void noteReady() {
        noteEnd(ExitCode.OK.code());
    }

    /** Notes that the archive is whole, if this is how such a run ends. */
    public void noteEnd(int exitCode, String... args) {
        boolean encoded = exitCode == ExitCode.OK.code() || exitCode == ExitCode.SOME_INPUTS_FAILED.code();
        boolean asksForHelp = List.of(args).contains("--help") || List.of(args).contains("-h");
        if (!encoded || asksForHelp || Files.exists(note)) {
            return;
        }
        try {
            Files.createFile(note);
        } catch (IOException e) {
            // Where this can't be written, neither can the archive: each start goes without.
            return;
        }
    }
}
