package org.clipjava.hub;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.clipjava.io.Shown;

/**
 * The variables of a user's environment, and the folders that follow from them by the rules of Python's {@code huggingface_hub},
 * which are the same on every system. The launcher's {@code UserFolders} and {@code ./clip} have the same rules.
 *
 * <p>The home is {@code HOME} ({@code USERPROFILE} on Windows), else what Java takes for it. A relative one is none: Java says
 * {@code ?} where the system knows no home for the user, as in containers that run under a number.
 *
 * <p>Immutable and thread-safe.
 */
public final class UserEnvironment {
    private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");

    private final Map<String, String> variables;
    private final String userHome;
    private final String system;

    private UserEnvironment(Map<String, String> variables, String userHome, String system) {
        this.variables = Map.copyOf(variables);
        this.userHome = userHome;
        this.system = system;
    }

    /** That of this process. */
    public static UserEnvironment ofThisProcess() {
        return of(System.getenv(), System.getProperty("user.home", ""), System.getProperty("os.name", ""));
    }

    /**
     * With these variables.
     *
     * @param variables as {@link System#getenv()} has them
     * @param userHome as the property {@code user.home} has it
     * @param system as the property {@code os.name} has it
     */
    public static UserEnvironment of(Map<String, String> variables, String userHome, String system) {
        return new UserEnvironment(variables, userHome, system);
    }

    /** All variables. */
    public Map<String, String> variables() {
        return variables;
    }

    /** A variable without white space about it, if it is set and not blank. */
    public Optional<String> text(String name) {
        return value(name).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** Whether a variable says yes. */
    public boolean yes(String name) {
        return text(name)
                .filter(text -> YES.contains(text.toUpperCase(Locale.ROOT)))
                .isPresent();
    }

    /**
     * A variable that names a file or folder, with {@code ~} at its beginning read as a shell would; empty if it is not set, or
     * empty.
     *
     * @throws IllegalArgumentException if it is no path, or there is no home for {@code ~}
     */
    public Optional<Path> path(String name) {
        return value(name).map(text -> {
            if (text.equals("~") || text.startsWith("~/")) {
                return home().orElseThrow(() -> noHome(name))
                        .resolve(text.substring(1).replaceFirst("^/+", ""));
            }
            return toPath(name, text);
        });
    }

    /** The user's own folder; empty if nothing says which it is. */
    public Optional<Path> home() {
        String variable = system.toLowerCase(Locale.ROOT).startsWith("windows") ? "USERPROFILE" : "HOME";
        return value(variable)
                .map(text -> toPath(variable, text))
                .filter(Path::isAbsolute)
                .or(() -> Optional.of(toPath("user.home", userHome)).filter(Path::isAbsolute));
    }

    /**
     * The folder for caches, {@code XDG_CACHE_HOME} or {@code .cache} in the user's home.
     *
     * @param instead the variable that names the folder which is wanted itself, for the message
     * @throws IllegalArgumentException if there is neither; never a folder called {@code ?}
     */
    public Path cache(String instead) {
        return knownCache().orElseThrow(() -> noHome(instead));
    }

    /** The same; empty if there is neither. */
    Optional<Path> knownCache() {
        return path("XDG_CACHE_HOME").or(() -> home().map(home -> home.resolve(".cache")));
    }

    private static IllegalArgumentException noHome(String instead) {
        return new IllegalArgumentException(
                "expected a home folder, found none for this user; set " + instead + " to a folder, or HOME");
    }

    private static Path toPath(String name, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(name + ": expected a path, found '" + Shown.text(text) + "'", e);
        }
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(variables.get(name)).filter(text -> !text.isEmpty());
    }
}
