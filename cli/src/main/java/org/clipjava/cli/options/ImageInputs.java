package org.clipjava.cli.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.input.Lines;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.Terminal;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The pictures of a command line, in order: arguments first, then those of {@code --files-from}. */
public final class ImageInputs {
    @Parameters(paramLabel = "IMAGE", arity = "0..*", description = "Pictures; - reads one from stdin.")
    private List<String> arguments = new ArrayList<>();

    @Option(
            names = "--files-from",
            paramLabel = "FILE",
            description = "A file with one picture's path a line, UTF-8; - reads the paths from stdin.")
    private String filesFrom = "";

    @Option(
            names = {"-0", "--null"},
            description = "Paths of --files-from end in a NUL, as find -print0 writes them.")
    private boolean nulTerminated;

    /** Every picture; reads the list of paths, but no picture. */
    public List<ImageInput> inputs(Terminal terminal) {
        if (arguments.isEmpty() && filesFrom.isEmpty()) {
            throw CommandFailure.usage("no picture given; name at least one IMAGE, - for stdin, or --files-from");
        }
        if (nulTerminated && filesFrom.isEmpty()) {
            throw CommandFailure.usage("--null says how --files-from is read; give that too");
        }
        boolean listFromStdin = filesFrom.equals("-");
        if (arguments.stream().filter("-"::equals).count() + (listFromStdin ? 1 : 0) > 1) {
            throw CommandFailure.usage("stdin (-) can be read once only");
        }
        List<ImageInput> inputs = new ArrayList<>();
        for (String argument : arguments) {
            inputs.add(ImageInput.of(argument, terminal));
        }
        if (!filesFrom.isEmpty()) {
            for (String path : paths(listFromStdin, terminal)) {
                if (!path.isEmpty()) {
                    inputs.add(new ImageInput.File(path));
                }
            }
        }
        return inputs;
    }

    private List<String> paths(boolean fromStdin, Terminal terminal) {
        try {
            byte[] bytes = fromStdin ? terminal.in().readAllBytes() : Files.readAllBytes(Path.of(filesFrom));
            return nulTerminated ? Lines.ofNulTerminated(bytes) : Lines.of(bytes);
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.USAGE, "--files-from " + filesFrom, filesFrom, e);
        } catch (InvalidPathException e) {
            throw CommandFailure.usage("--files-from " + filesFrom + ": not a path", e);
        }
    }
}
