package org.clipjava.cli;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URL;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import picocli.CommandLine.Option;

/** {@code --model}, else the environment's {@code CLIP_MODEL}, else the model that the jar carries, if it does. */
final class ModelOption {
    private static final String EMBEDDED = "/org/clipjava/cli/default-model.safetensors";

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "The model file, made by 'clip convert'; $CLIP_MODEL unless given.")
    private Optional<String> model = Optional.empty();

    /** What {@link #open} opens, for people. */
    String name() {
        String variable = System.getenv("CLIP_MODEL");
        return model.filter(name -> !name.isEmpty())
                .orElse(variable == null || variable.isEmpty() ? "the jar's own" : variable);
    }

    Clip open(ClipOptions options) {
        if (model.isPresent() && !model.get().isEmpty()) {
            return open(path(model.get()), options);
        }
        String variable = System.getenv("CLIP_MODEL");
        if (model.isEmpty() && variable != null && !variable.isEmpty()) {
            try {
                return open(path(variable), options);
            } catch (CommandFailure e) {
                throw new CommandFailure(e.exitCode(), "CLIP_MODEL: " + e.getMessage(), e);
            }
        }
        URL embedded = ModelOption.class.getResource(EMBEDDED);
        if (embedded == null) {
            throw new CommandFailure(
                    ExitCode.MODEL_MISSING,
                    "no model: give --model FILE or set CLIP_MODEL; "
                            + "'clip convert HUGGING_FACE_FOLDER -o FILE' makes one");
        }
        try {
            return openEmbedded(embedded, options);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.BAD_MODEL, "the jar's own model: " + e.getMessage(), e);
        }
    }

    /** A path to an existing model file; other answers end the command. */
    static Path path(String name) {
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException e) {
            throw new CommandFailure(ExitCode.MODEL_MISSING, name + ": not a path", e);
        }
        if (Files.isDirectory(path)) {
            throw new CommandFailure(
                    ExitCode.BAD_MODEL,
                    name + ": is a folder; make a model file of it: clip convert " + name + " -o FILE");
        }
        return path;
    }

    /** What {@code action} throws about a model file, as the command's end. */
    static <T> T reading(Path path, Reading<T> action) {
        try {
            return action.read();
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.MODEL_MISSING, path + ": no such model file", e);
        } catch (AccessDeniedException e) {
            throw new CommandFailure(ExitCode.MODEL_MISSING, path + ": permission denied", e);
        } catch (UnsupportedOperationException e) {
            throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e); // kernels that this Java hasn't got
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.BAD_MODEL, path + ": " + Reason.of(e, path.toString()), e);
        }
    }

    /** Reads a model file. */
    interface Reading<T> {
        T read() throws IOException;
    }

    private static Clip open(Path path, ClipOptions options) {
        return reading(path, () -> Clip.open(path, options));
    }

    private static Clip openEmbedded(URL resource, ClipOptions options) throws IOException {
        long size = resource.openConnection().getContentLengthLong();
        try (InputStream in = resource.openStream();
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(size, 64);
            byte[] buffer = new byte[1 << 16];
            long offset = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                MemorySegment.copy(MemorySegment.ofArray(buffer), 0, bytes, offset, n);
                offset += n;
            }
            return Clip.open(bytes, options);
        }
    }
}
