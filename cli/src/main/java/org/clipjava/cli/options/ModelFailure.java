package org.clipjava.cli.options;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.function.Supplier;
import org.clipjava.Clip;
import org.clipjava.MissingTowerException;
import org.clipjava.Tower;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.config.WeightType;
import org.clipjava.error.BackendUnavailableException;
import org.clipjava.hub.HubException;
import org.clipjava.models.ModelName;
import org.clipjava.models.ModelStore;
import org.clipjava.models.UnresolvedModelException;

/** Why there is no model, as the command's end: the exit code, and what to type instead. */
public final class ModelFailure {
    private ModelFailure() {}

    /** Reads a model file, or what is told of it. */
    public interface Reading<T> {
        T read() throws IOException;
    }

    /** No model is named, and the jar carries none. */
    public static CommandFailure noModel() {
        return new CommandFailure(
                ExitCode.MODEL_MISSING,
                "no model: give --model or set CLIP_MODEL; 'clip pull openai/clip-vit-base-patch32' downloads one, "
                        + "'clip convert HUGGING_FACE_FOLDER -o FILE' makes one");
    }

    /** What {@code action} throws while a model is looked for, pulled or removed. */
    public static <T> T resolving(Supplier<ModelStore> store, Reading<T> action) {
        try {
            return action.read();
        } catch (UnresolvedModelException e) {
            throw unresolved(e);
        } catch (HubException e) {
            throw new CommandFailure(
                    switch (e.kind()) {
                        case NOT_FOUND, OFFLINE -> ExitCode.MODEL_MISSING;
                        case DENIED, NETWORK, RATE_LIMITED, SERVER, CORRUPT -> ExitCode.HUB_FAILED;
                        case DISK -> ExitCode.NO_ROOM;
                    },
                    String.valueOf(e.getMessage()),
                    e);
        } catch (FileSystemException e) {
            String file = Optional.ofNullable(e.getFile())
                    .orElseGet(() -> store.get().root().toString());
            CommandFailure failure = CommandFailure.of(ExitCode.NO_ROOM, file, file, e);
            throw new CommandFailure(
                    ExitCode.NO_ROOM, failure.getMessage() + "; CLIP_HOME names another model folder", e);
        } catch (IOException e) {
            String root = store.get().root().toString();
            throw CommandFailure.of(ExitCode.NO_ROOM, root, root, e);
        }
    }

    private static CommandFailure unresolved(UnresolvedModelException e) {
        return switch (e.kind()) {
            case NOT_FOUND -> new CommandFailure(ExitCode.MODEL_MISSING, String.valueOf(e.getMessage()), e);
            case NOT_PULLED ->
                new CommandFailure(
                        ExitCode.MODEL_MISSING, e.getMessage() + "; " + cure(ModelName.parse(e.subject())), e);
            case NOT_A_CHECKPOINT -> new CommandFailure(ExitCode.BAD_MODEL, e.getMessage() + " as for clip convert", e);
            case NO_STORE -> CommandFailure.usage(String.valueOf(e.getMessage()), e);
            case OPTIONS_NEEDED ->
                CommandFailure.usage(
                        e.getMessage() + "; convert it yourself and tell what is missing: clip convert " + e.subject()
                                + " -o FILE",
                        e);
            case BAD_CHECKPOINT -> new CommandFailure(ExitCode.BAD_MODEL, String.valueOf(e.getMessage()), e);
        };
    }

    /** What to type to have a model. */
    public static String cure(ModelName name) {
        return "clip pull " + name.reference()
                + name.type()
                        .filter(wanted -> wanted != WeightType.F32)
                        .map(wanted -> " --dtype " + wanted.spelling())
                        .orElse("");
    }

    /** The command's end, if the model has not this tower. */
    public static void require(Clip clip, Tower tower) {
        try {
            clip.require(tower);
        } catch (MissingTowerException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), e);
        }
    }

    /** What {@code action} throws about a model file of this name. */
    public static <T> T reading(String file, Reading<T> action) {
        try {
            return action.read();
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.MODEL_MISSING, file + ": no such model file", e);
        } catch (AccessDeniedException e) {
            throw CommandFailure.of(ExitCode.MODEL_MISSING, file, file, e);
        } catch (BackendUnavailableException | MissingTowerException e) {
            // kernels or a backend that can't be had here; a model that can't do what the command does
            throw CommandFailure.usage(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.BAD_MODEL, file, file, e);
        }
    }
}
