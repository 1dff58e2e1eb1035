package org.clipjava.cli.commands;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clipjava.cli.options.ModelFailure;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.WeightTypeOption;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.ModelProgress;
import org.clipjava.cli.output.OutputFile;
import org.clipjava.config.WeightType;
import org.clipjava.hub.HubSettings;
import org.clipjava.hub.RepoReference;
import org.clipjava.models.ModelJar;
import org.clipjava.models.ModelName;
import org.clipjava.models.Models;
import org.clipjava.models.StoredModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clip pull}. */
@Command(
        name = "pull",
        description = "Downloads a CLIP checkpoint from the Hugging Face hub and makes a model of it.",
        footer = {
            "",
            "The checkpoint goes to the hub's cache, which Python's huggingface_hub uses too, and the model "
                    + "to the model folder; --model REPO then takes it. What was interrupted goes on where it stopped.",
            "",
            "Environment: HF_TOKEN, HF_ENDPOINT, HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE as for "
                    + "huggingface_hub; HTTPS_PROXY and NO_PROXY, or Java's https.proxyHost; CLIP_HOME names the model "
                    + "folder.",
            "",
            "Example: clip pull openai/clip-vit-base-patch32"
        })
public final class PullCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            paramLabel = "REPO[@REVISION]",
            description = "As openai/clip-vit-base-patch32; a branch, a tag or a commit may follow. Default: main.")
    private String repo = "";

    @Mixin
    private WeightTypeOption weights = new WeightTypeOption();

    @Option(names = "--offline", description = "Take the checkpoint from the hub's cache; no network.")
    private boolean offline;

    @Option(names = "--force", description = "Download and convert also what is there already.")
    private boolean force;

    @Option(
            names = "--as-jar",
            paramLabel = "GROUP:ARTIFACT:VERSION",
            description = "Also make a library of the model: a jar for a Maven repository of your own.")
    private Optional<String> coordinates = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where --as-jar writes. Default: ARTIFACT-VERSION.jar.")
    private Optional<String> output = Optional.empty();

    public PullCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        RepoReference reference;
        try {
            reference = RepoReference.parse(repo);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), e);
        }
        Optional<ModelJar> jar = coordinates.map(PullCommand::coordinates);
        HubSettings settings = session.hubSettings();
        StoredModel model = pull(
                new ModelName(reference, Optional.of(weights.type())), offline ? settings.withoutNetwork() : settings);
        session.terminal()
                .say(String.format(
                        Locale.ROOT,
                        "%s is ready: %s, %,d bytes, commit %s; clip classify --model %s",
                        reference,
                        model.type().spelling(),
                        model.bytes(),
                        model.shortCommit(),
                        new ModelName(reference, Optional.of(weights.type()).filter(type -> type != WeightType.F32))));
        jar.ifPresent(library -> write(library, reference, model));
        return ExitCode.OK.code();
    }

    private static ModelJar coordinates(String text) {
        try {
            return ModelJar.of(text);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--as-jar: " + e.getMessage(), e);
        }
    }

    private void write(ModelJar jar, RepoReference reference, StoredModel model) {
        String name = reference.repo().toString();
        String file = output.orElse(jar.fileName());
        new OutputFile(output.isPresent() ? "-o" : "--as-jar", file)
                .save(target -> jar.write(model.file(), name, target));
        session.terminal()
                .say(String.format(
                        Locale.ROOT,
                        "%s: ClipModels.load(\"%s\"); into your repository: mvn deploy:deploy-file -Dfile=%1$s"
                                + " -DrepositoryId=ID -Durl=URL",
                        file,
                        name));
    }

    private StoredModel pull(ModelName name, HubSettings settings) {
        try (ModelProgress progress = new ModelProgress(session.terminal())) {
            Models models = session.models(progress);
            return ModelFailure.resolving(models::store, () -> models.pull(name, settings, force));
        }
    }
}
