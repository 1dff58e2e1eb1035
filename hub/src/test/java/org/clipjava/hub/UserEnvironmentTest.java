package org.clipjava.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserEnvironmentTest {
    @Test
    void takesTheHomeOfTheEnvironmentBeforeJavas() {
        Map<String, String> variables = Map.of("HOME", "/home/env", "USERPROFILE", "/users/env");
        assertEquals(
                Optional.of(Path.of("/home/env")),
                linux(variables, "/home/java").home());
        assertEquals(
                Optional.of(Path.of("/users/env")),
                UserEnvironment.of(variables, "/home/java", "Windows 11").home());
        assertEquals(
                Optional.of(Path.of("/home/java")),
                linux(Map.of(), "/home/java").home());
        assertEquals(
                Optional.of(Path.of("/home/java")),
                linux(Map.of("HOME", ""), "/home/java").home());
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "", "relative", "."})
    void takesWhatIsNoPlaceForNoHome(String home) {
        assertEquals(Optional.empty(), linux(Map.of("HOME", home), home).home());
    }

    @Test
    void namesTheVariableToSetWhereThereIsNoHome() {
        UserEnvironment homeless = linux(Map.of(), "?");
        assertEquals(
                "expected a home folder, found none for this user; set CLIP_HOME to a folder, or HOME",
                refusal(() -> homeless.cache("CLIP_HOME")));
        assertEquals(
                "expected a home folder, found none for this user; set HF_HUB_CACHE to a folder, or HOME",
                refusal(() -> HubSettings.of(homeless)));
        UserEnvironment tilde = linux(Map.of("HF_HOME", "~/hf"), "?");
        assertEquals(
                "expected a home folder, found none for this user; set HF_HOME to a folder, or HOME",
                refusal(() -> HubSettings.of(tilde)));
    }

    @Test
    void needsNoHomeWhereTheFolderItselfIsNamed() {
        for (String variable : new String[] {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
            HubSettings settings = HubSettings.of(linux(Map.of(variable, "/hub"), "?"));
            assertEquals(Path.of("/hub"), settings.cache());
            assertEquals(Optional.empty(), settings.token());
        }
        assertEquals(
                Path.of("/hf/hub"),
                HubSettings.of(linux(Map.of("HF_HOME", "/hf"), "?")).cache());
        assertEquals(
                Path.of("/xdg"), linux(Map.of("XDG_CACHE_HOME", "/xdg"), "?").cache("CLIP_HOME"));
    }

    @Test
    void readsTextYesAndNo() {
        UserEnvironment environment = linux(Map.of("A", " b ", "B", "  ", "C", "yes", "D", "0"), "/home");
        assertEquals(Optional.of("b"), environment.text("A"));
        assertEquals(Optional.empty(), environment.text("B"));
        assertEquals(Optional.empty(), environment.text("Z"));
        assertTrue(environment.yes("C"));
        assertFalse(environment.yes("D"));
    }

    @Test
    void readsATildeAsAShellWould() {
        UserEnvironment environment = linux(Map.of("A", "~", "B", "~//b", "C", "~c", "D", "/d", "E", ""), "/home/java");
        assertEquals(Optional.of(Path.of("/home/java")), environment.path("A"));
        assertEquals(Optional.of(Path.of("/home/java/b")), environment.path("B"));
        assertEquals(Optional.of(Path.of("~c")), environment.path("C"));
        assertEquals(Optional.of(Path.of("/d")), environment.path("D"));
        assertEquals(Optional.empty(), environment.path("E"));
    }

    @Test
    void namesAVariableThatIsNoPath() {
        assertEquals(
                "CLIP_HOME: expected a path, found 'a\\u0000b'",
                refusal(() -> linux(Map.of("CLIP_HOME", "a\0b"), "/home").path("CLIP_HOME")));
    }

    @Test
    void isThatOfThisProcess() {
        UserEnvironment environment = UserEnvironment.ofThisProcess();
        assertEquals(System.getenv(), environment.variables());
        assertEquals(
                environment.home(),
                UserEnvironment.of(System.getenv(), System.getProperty("user.home"), System.getProperty("os.name"))
                        .home());
    }

    private static UserEnvironment linux(Map<String, String> variables, String userHome) {
        return UserEnvironment.of(variables, userHome, "Linux");
    }

    private static String refusal(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }
}
