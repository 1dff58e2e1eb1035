package org.clipjava.cli.options;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.ClipOptions;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.input.Lines;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.Terminal;
import org.clipjava.eval.PictureFolder;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The pictures of a command line, in order: arguments first, then those of {@code --files-from}. */
public final class ImageInputs {
    @Parameters(
            paramLabel = "IMAGE",
            arity = "0..*",
            description = "Pictures; a folder is the pictures in it, data:image/png;base64,... the picture itself; "
                    + "- reads one from stdin.")
    private List<String> arguments = new ArrayList<>();

    @Option(
            names = {"-r", "--recursive"},
            description = "Of folders take the pictures at any depth.")
    private boolean recursive;

    @Option(
            names = "--files-from",
            paramLabel = "FILE",
            description = "A file with one picture's path a line, UTF-8; - reads the paths from stdin.")
    private String filesFrom = "";

    @Option(
            names = {"-0", "--null"},
            description = "Paths of --files-from end in a NUL, as find -print0 writes them.")
    private boolean nulTerminated;

    @Mixin
    private BackgroundOption background = new BackgroundOption();

    @Mixin
    private DecoderOption decoder = new DecoderOption();

    /** The same options with what is seen through transparent pictures. */
    public ClipOptions in(ClipOptions options) {
        return decoder.in(background.in(options));
    }

    /** Every picture; reads the list of paths and folders, but no picture. */
    public List<ImageInput> inputs(Terminal terminal) {
        return inputs(terminal, false);
    }

    /**
     * Every picture; reads the list of paths and folders, but no picture.
     *
     * @param stdinIsTaken whether something else is read from it already
     */
    public List<ImageInput> inputs(Terminal terminal, boolean stdinIsTaken) {
        if (arguments.isEmpty() && filesFrom.isEmpty()) {
            throw CommandFailure.usage("no picture given; name at least one IMAGE, - for stdin, or --files-from");
        }
        if (nulTerminated && filesFrom.isEmpty()) {
            throw CommandFailure.usage("--null says how --files-from is read; give that too");
        }
        boolean listFromStdin = filesFrom.equals("-");
        long readers =
                arguments.stream().filter("-"::equals).count() + (listFromStdin ? 1 : 0) + (stdinIsTaken ? 1 : 0);
        if (readers > 1) {
            throw CommandFailure.usage("stdin (-) can be read once only");
        }
        List<ImageInput> inputs = new ArrayList<>();
        for (String argument : arguments) {
            add(argument, ImageInput.of(argument, terminal), inputs, terminal);
        }
        if (!filesFrom.isEmpty()) {
            for (String path : paths(listFromStdin, terminal)) {
                if (!path.isEmpty()) {
                    add(path, ImageInput.named(path), inputs, terminal);
                }
            }
        }
        return inputs;
    }

    /** A picture, or those of a folder. */
    private void add(String argument, ImageInput input, List<ImageInput> inputs, Terminal terminal) {
        Optional<Path> folder = input instanceof ImageInput.File file ? file.folder() : Optional.empty();
        if (folder.isEmpty()) {
            inputs.add(input);
            return;
        }
        PictureFolder found;
        try {
            found = recursive ? PictureFolder.deep(folder.get()) : PictureFolder.flat(folder.get());
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.USAGE, argument, argument, e);
        }
        found.leftOut()
                .ifPresent(files ->
                        terminal.say(argument + ": left out " + files + " that are no pictures by their names"));
        found.loops()
                .forEach(link -> terminal.say(link + ": left out, a link that leads back to a folder that it is in"));
        if (found.pictures().isEmpty()) {
            inputs.add(input); // which says that there is none
        }
        found.pictures().forEach(picture -> inputs.add(new ImageInput.Found(picture)));
    }

    private List<String> paths(boolean fromStdin, Terminal terminal) {
        try {
            byte[] bytes = fromStdin ? terminal.in().readAllBytes() : Files.readAllBytes(Path.of(filesFrom));
            return nulTerminated ? Lines.ofNulTerminatedPaths(bytes) : Lines.ofPaths(bytes);
        } catch (CharacterCodingException e) {
            throw CommandFailure.usage(
                    "--files-from " + filesFrom
                            + ": has zero characters in it; for paths that end in one give --null too",
                    e);
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.USAGE, "--files-from " + filesFrom, filesFrom, e);
        } catch (InvalidPathException e) {
            throw CommandFailure.usage("--files-from " + filesFrom + ": not a path", e);
        }
    }
}
