package org.clipjava.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clipjava.config.WeightType;
import org.clipjava.hub.Hub;
import org.clipjava.hub.HubException;
import org.clipjava.hub.HubSettings;
import org.clipjava.hub.RepoReference;
import org.clipjava.hub.Snapshot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code clip pull}. */
@Command(
        name = "pull",
        description = "Downloads a CLIP checkpoint from the Hugging Face hub and makes a model of it.",
        footer = {
            "",
            "The checkpoint goes to the hub's cache, which Python's huggingface_hub uses too, and the model",
            "to the model folder; --model REPO then takes it. What was interrupted goes on where it stopped.",
            "",
            "Environment: HF_TOKEN, HF_ENDPOINT, HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE as for huggingface_hub;",
            "HTTPS_PROXY and NO_PROXY, or Java's https.proxyHost; CLIP_HOME names the model folder."
        })
final class PullCommand implements Callable<Integer> {
    @ParentCommand
    private ClipCommand clip;

    @Parameters(
            paramLabel = "REPO[@REVISION]",
            description = "As openai/clip-vit-base-patch32; a branch, a tag or a commit may follow, main unless given.")
    private String repo = "";

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description = "How matrices are stored: f32, f16, bf16 or q8; f32 unless given.")
    private WeightType weightType = WeightType.F32;

    @Option(names = "--offline", description = "Take the checkpoint from the hub's cache; no network.")
    private boolean offline;

    @Option(names = "--force", description = "Download and convert also what is there already.")
    private boolean force;

    @Override
    public Integer call() {
        Terminal terminal = clip.terminal();
        RepoReference reference = reference(repo);
        HubSettings settings = clip.hubSettings();
        StoredModel model = pull(reference, offline ? settings.withoutNetwork() : settings, terminal);
        terminal.say(String.format(
                Locale.ROOT,
                "%s is ready: %s, %,d bytes, commit %s; clip classify --model %s",
                reference,
                model.type().spelling(),
                model.bytes(),
                model.shortCommit(),
                new ModelName(reference, Optional.of(weightType).filter(type -> type != WeightType.F32))));
        return ExitCode.OK.code();
    }

    private StoredModel pull(RepoReference reference, HubSettings settings, Terminal terminal) {
        ModelStore store = clip.modelStore();
        DownloadProgress progress = new DownloadProgress(terminal, System::nanoTime);
        try {
            Hub hub = new Hub(settings, progress);
            Optional<StoredModel> there = force ? Optional.empty() : there(reference, settings, hub, store);
            if (there.isPresent()) {
                store.remember(reference, there.get().commit());
                return there.get();
            }
            Snapshot snapshot = hub.pull(reference, force && !settings.offline());
            return store.convert(snapshot, weightType, force, terminal);
        } catch (HubException e) {
            progress.clear();
            throw new CommandFailure(
                    switch (e.kind()) {
                        case NOT_FOUND, OFFLINE -> ExitCode.MODEL_MISSING;
                        case DENIED, NETWORK, RATE_LIMITED, SERVER, CORRUPT -> ExitCode.HUB_FAILED;
                        case DISK -> ExitCode.INTERNAL;
                    },
                    e.getMessage(),
                    e);
        } catch (IOException e) {
            progress.clear();
            throw ModelStoreFailure.of(store, e);
        }
    }

    /** A model needs no checkpoint once it is made: that may have been deleted. */
    private Optional<StoredModel> there(RepoReference reference, HubSettings settings, Hub hub, ModelStore store)
            throws IOException {
        RepoReference meant =
                settings.offline() ? reference : new RepoReference(reference.repo(), hub.commit(reference));
        return store.find(new ModelName(meant, Optional.of(weightType)));
    }

    private static RepoReference reference(String text) {
        try {
            return RepoReference.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
        }
    }
}
