package org.clipjava.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
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
    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "A model file, a pulled model as openai/clip-vit-base-patch32[@REVISION][:TYPE], or a "
                    + "checkpoint's folder, which is converted once; $CLIP_MODEL unless given.")
    private Optional<String> model = Optional.empty();

    /** What {@link #open} opens, for people. */
    String name(ClipCommand clip) {
        return model.filter(name -> !name.isEmpty())
                .or(() -> clip.variable("CLIP_MODEL"))
                .orElse(EmbeddedModel.NAME);
    }

    /** Returns when the model is open and the kernels are compiled; a folder is converted first. */
    Clip open(ClipOptions options, ClipCommand clip) {
        KernelWarmUp warmUp = clip.warmUp();
        if (model.isPresent()) {
            if (model.get().isEmpty()) {
                throw new CommandFailure(
                        ExitCode.MODEL_MISSING, "--model: expected a file or a pulled model's name, found nothing");
            }
            return open(path(model.get(), clip), options, warmUp);
        }
        Optional<String> variable = clip.variable("CLIP_MODEL");
        if (model.isEmpty() && variable.isPresent()) {
            try {
                return open(path(variable.get(), clip), options, warmUp);
            } catch (CommandFailure e) {
                throw new CommandFailure(e.exitCode(), "CLIP_MODEL: " + e.getMessage(), e);
            }
        }
        EmbeddedModel embedded = EmbeddedModel.find().orElseThrow(ModelOption::noModel);
        clip.terminal()
                .say("using the built-in model, which knows pictograms; for photographs: "
                        + "clip pull openai/clip-vit-base-patch32, then --model");
        try (Arena arena = Arena.ofShared()) {
            Clip opened = Clip.open(embedded.read(arena), options);
            warmUp.forModel(opened);
            warmUp.await();
            return opened;
        } catch (UnsupportedOperationException e) {
            throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e); // as for a file
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.BAD_MODEL, EmbeddedModel.NAME + ": " + e.getMessage(), e);
        }
    }

    static CommandFailure noModel() {
        return new CommandFailure(
                ExitCode.MODEL_MISSING,
                "no model: give --model or set CLIP_MODEL; 'clip pull openai/clip-vit-base-patch32' downloads one, "
                        + "'clip convert HUGGING_FACE_FOLDER -o FILE' makes one");
    }

    /**
     * The model file that a name means: a file of that name, else a pulled model, else what is made of a checkpoint's folder.
     * What is neither a folder nor a pulled model's name is taken for a file that may not exist.
     */
    static Path path(String name, ClipCommand clip) {
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException e) {
            throw new CommandFailure(ExitCode.MODEL_MISSING, name + ": not a path", e);
        }
        if (Files.isDirectory(path)) {
            return ofFolder(path, clip);
        }
        Optional<ModelName> pulled = ModelName.of(name);
        return Files.exists(path) || pulled.isEmpty() ? path : ofPulled(pulled.get(), clip);
    }

    private static Path ofPulled(ModelName name, ClipCommand clip) {
        ModelStore store = clip.modelStore();
        try {
            return store.find(name)
                    .orElseThrow(() -> new CommandFailure(
                            ExitCode.MODEL_MISSING,
                            name + ": no such file, and no model of that name has been pulled; " + name.cure()))
                    .file();
        } catch (IOException e) {
            throw ModelStoreFailure.of(store, e);
        }
    }

    private static Path ofFolder(Path folder, ClipCommand clip) {
        boolean checkpoint = Files.isRegularFile(folder.resolve("config.json"))
                || Files.isRegularFile(folder.resolve("open_clip_config.json"));
        if (!checkpoint) {
            throw new CommandFailure(
                    ExitCode.BAD_MODEL,
                    folder
                            + ": is a folder without a checkpoint's config.json; name a model file, or a folder to convert "
                            + "as for clip convert");
        }
        ModelStore store = clip.modelStore();
        try {
            return store.ofFolder(folder, clip.terminal());
        } catch (IOException e) {
            throw ModelStoreFailure.of(store, e);
        }
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
            throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e); // kernels or a backend that can't be had here
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.BAD_MODEL, path + ": " + Reason.of(e, path.toString()), e);
        }
    }

    /** Reads a model file. */
    interface Reading<T> {
        T read() throws IOException;
    }

    private static Clip open(Path path, ClipOptions options, KernelWarmUp warmUp) {
        warmUp.forModel(path);
        Clip clip = reading(path, () -> Clip.open(path, options));
        warmUp.await();
        return clip;
    }
}
