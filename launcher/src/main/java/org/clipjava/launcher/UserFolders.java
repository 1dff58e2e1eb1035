package org.clipjava.launcher;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A user's home and cache, by the rules of Python's {@code huggingface_hub}, which are the same on every system: hub's
 * {@code UserEnvironment} and {@code ./clip} have the same ones.
 */
public final class UserFolders {
    private final Map<String, String> environment;
    private final String userHome;
    private final String system;

    /**
     * With these variables.
     *
     * @param environment as {@link System#getenv()} has it
     * @param userHome as the property {@code user.home} has it; {@code ?} where the system knows none
     * @param system as the property {@code os.name} has it
     */
    public UserFolders(Map<String, String> environment, String userHome, String system) {
        this.environment = environment;
        this.userHome = userHome;
        this.system = system;
    }

    static UserFolders ofThisProcess() {
        return new UserFolders(System.getenv(), System.getProperty("user.home", ""), System.getProperty("os.name", ""));
    }

    /** {@code HOME} ({@code USERPROFILE} on Windows), else what Java takes for it; empty if neither is an absolute path. */
    public Optional<Path> home() {
        String variable = system.toLowerCase(Locale.ROOT).startsWith("windows") ? "USERPROFILE" : "HOME";
        Optional<Path> home = absolute(value(variable));
        return home.isPresent() ? home : absolute(userHome);
    }

    /** {@code XDG_CACHE_HOME}, else {@code .cache} in the home; empty if there is neither. */
    public Optional<Path> cache() {
        String asked = value("XDG_CACHE_HOME");
        if (asked.isEmpty()) {
            return home().map(home -> home.resolve(".cache"));
        }
        if (asked.equals("~") || asked.startsWith("~/")) {
            return home().map(home -> home.resolve(asked.substring(1).replaceFirst("^/+", "")));
        }
        return path(asked);
    }

    private static Optional<Path> absolute(String text) {
        return path(text).filter(Path::isAbsolute);
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Paths.get(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private String value(String name) {
        String value = environment.get(name);
        return value == null ? "" : value;
    }
}
