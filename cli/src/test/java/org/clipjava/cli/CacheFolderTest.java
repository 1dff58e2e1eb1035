package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.hub.UserEnvironment;
import org.clipjava.launcher.UserFolders;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One rule for where the user's cache is, in the program, its launcher and its script. */
class CacheFolderTest {
    private static final Path SCRIPT = Path.of("..", "clip");

    /** What the system says of this user. */
    private static final String USER_HOME = System.getProperty("user.home");

    private static String function = "";

    @BeforeAll
    static void takesTheRuleOutOfTheScript() throws IOException {
        Matcher matcher = Pattern.compile("^cache_folder\\(\\) \\{$.*?^}$", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(Files.readString(SCRIPT));
        assertTrue(matcher.find(), SCRIPT + ": no function cache_folder");
        function = matcher.group();
    }

    /** A variable of {@code -} is not set. */
    @ParameterizedTest
    @CsvSource({
        "/home/someone, -, /home/someone/.cache",
        "/home/someone, '', /home/someone/.cache",
        "/home/someone, /xdg, /xdg",
        "/home/someone, /xdg/, /xdg",
        "/home/someone, relative/xdg, relative/xdg",
        "/home/someone, ~, /home/someone",
        "/home/someone, ~/xdg, /home/someone/xdg",
        "/home/someone, ~other/xdg, ~other/xdg",
        "'/home/some one', -, '/home/some one/.cache'",
        "/, -, /.cache",
        "-, /xdg, /xdg",
        "?, /xdg, /xdg",
    })
    void isTheSameForAllThree(String home, String xdg, String expected) throws IOException, InterruptedException {
        check(home, xdg, USER_HOME, Optional.of(Path.of(expected)));
    }

    @ParameterizedTest
    @CsvSource({"-, -, .cache", "'', -, .cache", "?, -, .cache", "relative, -, .cache", "-, ~/xdg, xdg"})
    void isInTheHomeThatTheSystemKnows(String home, String xdg, String expected)
            throws IOException, InterruptedException {
        assumeTrue(Path.of(USER_HOME).isAbsolute(), "this user has no home");
        check(home, xdg, USER_HOME, Optional.of(Path.of(USER_HOME, expected)));
    }

    /** As in a container that runs under a number of no user. */
    @ParameterizedTest
    @CsvSource({"-, -", "'', ''", "?, -", "-, ~", "-, ~/xdg"})
    void isNowhereForAUserWithoutAHome(String home, String xdg) throws IOException, InterruptedException {
        check(home, xdg, "?", Optional.empty());
    }

    private static void check(String home, String xdg, String userHome, Optional<Path> expected)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>();
        Map.of("HOME", home, "XDG_CACHE_HOME", xdg).forEach((name, value) -> {
            if (!value.equals("-")) {
                environment.put(name, value);
            }
        });
        assertEquals(expected, program(UserEnvironment.of(environment, userHome, "Linux")), "the program");
        for (String system : new String[] {"Linux", "Mac OS X"}) {
            assertEquals(expected, new UserFolders(environment, userHome, system).cache(), "the launcher, " + system);
        }
        assertEquals(expected, script(environment, userHome), "the script");
    }

    private static Optional<Path> program(UserEnvironment environment) {
        try {
            return Optional.of(environment.cache("CLIP_HOME"));
        } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().contains("; set "), e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Path> script(Map<String, String> environment, String userHome)
            throws IOException, InterruptedException {
        // The system's answer can't be changed; that it has none can be.
        String system = userHome.equals("?") ? "id() { return 1; }\n" : "";
        ProcessBuilder builder = new ProcessBuilder("sh", "-uc", system + function + "\ncache_folder");
        builder.environment().keySet().removeAll(Set.of("HOME", "XDG_CACHE_HOME"));
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "no shell: " + e.getMessage());
            throw e;
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            assertEquals("", out);
            return Optional.empty();
        }
        return Optional.of(Path.of(out.strip()));
    }
}
