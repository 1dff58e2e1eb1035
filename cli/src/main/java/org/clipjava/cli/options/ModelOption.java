package org.clipjava.cli.options;

import java.nio.file.Path;
import java.util.Optional;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.ModelProgress;
import org.clipjava.cli.output.ProgressLine;
import org.clipjava.models.BuiltInModel;
import org.clipjava.models.ModelListener;
import org.clipjava.models.Models;
import picocli.CommandLine.Option;

/** {@code --model}, else the environment's {@code CLIP_MODEL}, else the model that the jar carries, if it does. */
public final class ModelOption {
    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "A model file, a pulled model as openai/clip-vit-base-patch32[@REVISION][:TYPE], or a "
                    + "checkpoint's folder, which is converted once. Default: $CLIP_MODEL, else the built-in model.")
    private Optional<String> model = Optional.empty();

    /** What {@link #open} opens, for people. */
    public String name(Session session) {
        return model.filter(name -> !name.isEmpty())
                .or(() -> session.variable("CLIP_MODEL"))
                .orElse(BuiltInModel.NAME);
    }

    /** Returns when the model is open and the kernels are compiled; a folder is converted first. */
    public Clip open(ClipOptions options, Session session) {
        if (model.isPresent()) {
            if (model.get().isEmpty()) {
                throw new CommandFailure(
                        ExitCode.MODEL_MISSING, "--model: expected a file or a pulled model's name, found nothing");
            }
            return open(resolve(model.get(), session), options, session);
        }
        Optional<String> variable = session.variable("CLIP_MODEL");
        if (variable.isPresent()) {
            try {
                return open(resolve(variable.get(), session), options, session);
            } catch (CommandFailure e) {
                throw new CommandFailure(e.exitCode(), "CLIP_MODEL: " + e.getMessage(), e);
            }
        }
        return openBuiltIn(options, session);
    }

    private static Clip open(Path path, ClipOptions options, Session session) {
        session.warmUp().forModel(path);
        try (ProgressLine progress = new ProgressLine(session.terminal())) {
            progress.show("opening " + path);
            Clip clip = ModelFailure.reading(path.toString(), () -> Clip.open(path, options));
            session.warmUp().await();
            return clip;
        }
    }

    /** Opens the model that the jar carries. */
    public static Clip openBuiltIn(ClipOptions options, Session session) {
        BuiltInModel builtIn = builtIn(session);
        session.sayOfBuiltIn();
        return ModelFailure.reading(BuiltInModel.NAME, () -> builtIn.open(options));
    }

    /** The model that the jar carries. */
    public static BuiltInModel builtIn(Session session) {
        return session.models(ModelListener.SILENT).builtIn().orElseThrow(ModelFailure::noModel);
    }

    /**
     * The model file that a name means: a file of that name, else a pulled model, else what is made of a checkpoint's folder.
     */
    public static Path resolve(String name, Session session) {
        try (ModelProgress progress = new ModelProgress(session.terminal())) {
            Models models = session.models(progress);
            return ModelFailure.resolving(models::store, () -> models.resolve(name));
        }
    }
}
