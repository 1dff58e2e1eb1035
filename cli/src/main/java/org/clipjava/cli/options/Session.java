package org.clipjava.cli.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.clipjava.PackagedModel;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.Terminal;
import org.clipjava.hub.HubSettings;
import org.clipjava.hub.UserEnvironment;
import org.clipjava.models.ModelListener;
import org.clipjava.models.ModelStore;
import org.clipjava.models.Models;

/** What every command has: the streams, the environment, the options that all share, and where models are. */
public final class Session {
    /** The model that the jar carries; {@code pictogram/} says how it came about. A jar may be built without. */
    private static final String BUILT_IN = "/" + PackagedModel.entry("pictogram");

    private static final int DEFAULT_COLUMNS = 80;
    private static final int FEWEST_COLUMNS = 40;
    private static final int MOST_COLUMNS = 120;

    private final Terminal terminal;
    private final UserEnvironment environment;
    private final KernelWarmUp warmUp;
    private final GlobalOptions global;
    private boolean hasSaidOfBuiltIn;

    public Session(Terminal terminal, Map<String, String> environment, KernelWarmUp warmUp, GlobalOptions global) {
        this.terminal = terminal;
        this.environment =
                UserEnvironment.of(environment, System.getProperty("user.home", ""), System.getProperty("os.name", ""));
        this.warmUp = warmUp;
        this.global = global;
    }

    public Terminal terminal() {
        return terminal;
    }

    /** The options that stand before or after the command's name. */
    public GlobalOptions global() {
        return global;
    }

    KernelWarmUp warmUp() {
        return warmUp;
    }

    /** How wide a help may be: what COLUMNS says, else the terminal that it goes to, else 80; at most what is still easy to read. */
    public int columns() {
        int columns = variable("COLUMNS")
                .filter(value -> value.matches("[1-9]\\d{0,4}"))
                .map(Integer::parseInt)
                .or(terminal::columns)
                .orElse(DEFAULT_COLUMNS);
        return Math.clamp(columns, FEWEST_COLUMNS, MOST_COLUMNS);
    }

    /** A variable of the environment, if it is set and not empty. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.variables().get(name)).filter(value -> !value.isEmpty());
    }

    /** The folder of what is kept between runs, {@code CLIP_HOME} or in the user's cache. */
    public Path store() {
        return orUsage(() -> Models.home(environment));
    }

    /** The models that can be named; nothing is downloaded for it. */
    public Models models(ModelListener listener) {
        Models models = Models.of(environment).withListener(listener);
        return Optional.ofNullable(Session.class.getResource(BUILT_IN))
                .map(models::withBuiltIn)
                .orElse(models);
    }

    /** Says, to a person and once a day, that the model which nobody named is no model of photographs. */
    void sayOfBuiltIn() {
        if (terminal.showsProgress() && !hasSaidOfBuiltIn) {
            hasSaidOfBuiltIn = true;
            if (isNewsToday()) {
                terminal.say(
                        "using the built-in model, which knows pictograms, by nouns and not by phrases as 'red car'; for"
                                + " photographs: clip pull openai/clip-vit-base-patch32, then --model");
            }
        }
    }

    private boolean isNewsToday() {
        try {
            Path note = store().resolve("told-of-built-in-model");
            Instant now = Instant.now();
            if (Files.exists(note)) {
                Instant told = Files.getLastModifiedTime(note).toInstant();
                if (!told.isAfter(now) && told.plus(Duration.ofDays(1)).isAfter(now)) {
                    return false;
                }
            }
            Files.createDirectories(store());
            Files.write(note, new byte[0]);
            Files.setLastModifiedTime(note, FileTime.from(now));
            return true;
        } catch (IOException | CommandFailure e) {
            return true; // there is no place to note it, so it is said each time
        }
    }

    /** The pulled models. */
    public ModelStore modelStore() {
        return orUsage(() -> models(ModelListener.SILENT).store());
    }

    /** What the environment says of the hub. */
    public HubSettings hubSettings() {
        return orUsage(() -> HubSettings.of(environment));
    }

    /** A variable that makes no sense, or that is missed, is for the user to set. */
    private static <T> T orUsage(Supplier<T> ofEnvironment) {
        try {
            return ofEnvironment.get();
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), e);
        }
    }
}
