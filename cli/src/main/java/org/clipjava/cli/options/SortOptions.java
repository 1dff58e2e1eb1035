package org.clipjava.cli.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.PictureSorter;
import org.clipjava.cli.output.Terminal;
import org.clipjava.io.FileFailure;
import picocli.CommandLine.Option;

/** {@code --copy-to} and {@code --move-to}: pictures into a folder for each label. */
public final class SortOptions {
    /** Where pictures go that are none of the labels. */
    private static final String UNKNOWN = "unknown";

    @Option(
            names = "--copy-to",
            paramLabel = "DIR",
            description =
                    "Copy each picture into a folder of DIR that is called as its best label; no file is replaced.")
    private Optional<Path> copyTo = Optional.empty();

    @Option(names = "--move-to", paramLabel = "DIR", description = "Move them there.")
    private Optional<Path> moveTo = Optional.empty();

    @Option(names = "--dry-run", description = "Say what --copy-to or --move-to would do, and do nothing.")
    private boolean dryRun;

    /** Complains before the work. */
    public void check() {
        if (copyTo.isPresent() && moveTo.isPresent()) {
            throw CommandFailure.usage("--copy-to and --move-to: give one of the two");
        }
        if (dryRun && folder().isEmpty()) {
            throw CommandFailure.usage("--dry-run says what --copy-to or --move-to would do; give one of them");
        }
        folder().filter(folder -> Files.exists(folder) && !Files.isDirectory(folder))
                .ifPresent(folder -> {
                    throw CommandFailure.usage(
                            (moveTo.isPresent() ? "--move-to " : "--copy-to ") + folder + ": is no folder");
                });
    }

    private Optional<Path> folder() {
        return copyTo.or(() -> moveTo);
    }

    /** What does it; empty if it is not asked for. */
    public Optional<Sorting> sorting(Terminal terminal) {
        return folder().map(folder -> new Sorting(new PictureSorter(folder, moveTo.isPresent(), dryRun), terminal));
    }

    /** Puts one picture after the other where it belongs, and says what can't be put. */
    public final class Sorting {
        private final PictureSorter sorter;
        private final Terminal terminal;
        private int failed;

        private Sorting(PictureSorter sorter, Terminal terminal) {
            this.sorter = sorter;
            this.terminal = terminal;
        }

        /** Puts a picture; empty is none of the labels. */
        public void put(ImageInput input, Optional<String> label) {
            Optional<Path> file = input.file();
            if (file.isEmpty()) {
                failed(input.name(), "is no file that can be copied or moved");
                return;
            }
            try {
                Path target = sorter.put(file.get(), label.orElse(UNKNOWN));
                if (dryRun) {
                    terminal.say("would " + (moveTo.isPresent() ? "move " : "copy ") + input.name() + " to " + target);
                }
            } catch (IOException e) {
                failed(input.name(), "not put into its folder: " + FileFailure.reason(e, input.name()));
            }
        }

        private void failed(String name, String problem) {
            failed++;
            terminal.say(name + ": " + problem);
        }

        /** Says what was done; how many could not be put. */
        public int end() {
            terminal.say(sorter.summary());
            return failed;
        }
    }
}
