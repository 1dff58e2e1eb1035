package org.clipjava.spark;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.clipjava.hub.UserEnvironment;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.models.Models;
import org.clipjava.models.UnresolvedModelException;
import org.clipjava.safetensors.ModelFormatException;

/** A model that this machine sees: its file, and what that says of it. */
record LocalModel(Path file, ModelInfo info) {

    /**
     * A model as clip takes it, which is looked at before anything is started or sent.
     *
     * @throws JobFailure if there is none, or it is bad
     */
    static LocalModel resolve(String model) throws IOException {
        try {
            Path file = Models.of(UserEnvironment.ofThisProcess()).resolve(model);
            ModelInfo info = ModelFile.info(file);
            System.getLogger(LocalModel.class.getName()).log(System.Logger.Level.DEBUG, "model {0}", info.id());
            return new LocalModel(file, info);
        } catch (UnresolvedModelException e) {
            throw unresolved(e);
        } catch (NoSuchFileException e) {
            throw new JobFailure(JobFailure.ExitCode.MODEL_MISSING, model + ": no such model file", e);
        } catch (ModelFormatException e) {
            throw new JobFailure(JobFailure.ExitCode.BAD_MODEL, e.getMessage(), e);
        }
    }

    private static JobFailure unresolved(UnresolvedModelException e) {
        return switch (e.kind()) {
            case NOT_FOUND -> new JobFailure(JobFailure.ExitCode.MODEL_MISSING, e.getMessage(), e);
            case NOT_PULLED ->
                new JobFailure(
                        JobFailure.ExitCode.MODEL_MISSING,
                        e.getMessage() + "; clip pull " + e.subject() + " does it",
                        e);
            case NOT_A_CHECKPOINT, BAD_CHECKPOINT -> new JobFailure(JobFailure.ExitCode.BAD_MODEL, e.getMessage(), e);
            case NO_STORE -> new JobFailure(JobFailure.ExitCode.USAGE, e.getMessage(), e);
            case OPTIONS_NEEDED ->
                new JobFailure(
                        JobFailure.ExitCode.USAGE,
                        e.getMessage() + "; convert it and tell what is missing: clip convert " + e.subject()
                                + " -o FILE",
                        e);
        };
    }
}
