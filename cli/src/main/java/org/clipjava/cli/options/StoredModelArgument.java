package org.clipjava.cli.options;

import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.models.ModelName;
import org.clipjava.models.ModelStore;
import org.clipjava.models.StoredModel;
import picocli.CommandLine.Parameters;

/** A pulled model, by its name. */
public final class StoredModelArgument {
    @Parameters(paramLabel = "NAME", description = "As openai/clip-vit-base-patch32[@REVISION][:TYPE].")
    private String text = "";

    public StoredModel find(Session session) {
        return find(text, session);
    }

    /** The model of this name; the command's end if there is none. */
    public static StoredModel find(String text, Session session) {
        ModelName name;
        try {
            name = ModelName.parse(text);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), e);
        }
        ModelStore store = session.modelStore();
        return ModelFailure.resolving(() -> store, () -> store.find(name))
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.MODEL_MISSING,
                        name + ": has not been pulled; " + ModelFailure.cure(name) + ", or see clip models list"));
    }
}
