package org.clipjava.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTest {
    private static HubSettings settings(Map<String, String> variables) {
        return HubSettings.of(UserEnvironment.of(variables, "/home/someone", "Linux"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', '', /home/someone/.cache/huggingface/hub",
        "/xdg, '', '', /xdg/huggingface/hub",
        "/xdg, /hf, '', /hf/hub",
        "/xdg, ~/hf, '', /home/someone/hf/hub",
        "/xdg, /hf, /cache, /cache",
        "'', '', ~, /home/someone",
    })
    void findsTheCacheWherePythonDoes(String xdg, String home, String cache, String expected) {
        Map<String, String> environment = Map.of("XDG_CACHE_HOME", xdg, "HF_HOME", home, "HF_HUB_CACHE", cache);
        assertEquals(Path.of(expected), settings(environment).cache());
    }

    @Test
    void readsTheTokenFromTheEnvironmentOrTheFile(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("token"), "hf_file\n");
        Map<String, String> file = Map.of("HF_HOME", folder.toString());
        assertEquals(Optional.of("hf_file"), settings(file).token());
        assertEquals(
                Optional.of("hf_variable"),
                settings(Map.of("HF_HOME", folder.toString(), "HF_TOKEN", " hf_variable "))
                        .token());
        assertEquals(Optional.empty(), settings(Map.of()).token());
    }

    @Test
    void neverShowsTheToken() {
        String message = assertThrows(IllegalArgumentException.class, () -> settings(Map.of("HF_TOKEN", "hf secret")))
                .getMessage();
        assertFalse(message.contains("secret"), message);
    }

    @Test
    void readsTheEndpoint() {
        assertEquals(URI.create("https://huggingface.co"), settings(Map.of()).endpoint());
        assertEquals(
                URI.create("https://hub.example/mirror"),
                settings(Map.of("HF_ENDPOINT", "https://hub.example/mirror//")).endpoint());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"hub.example", "ftp://hub.example", "https://user:password@hub.example", "https://h/?q", "::"})
    void refusesAnEndpointThatIsNone(String endpoint) {
        String message = assertThrows(IllegalArgumentException.class, () -> settings(Map.of("HF_ENDPOINT", endpoint)))
                .getMessage();
        assertTrue(message.startsWith("HF_ENDPOINT: expected an address"), message);
        assertFalse(message.contains("password"), message);
    }

    @Test
    void knowsWhenTheNetworkIsSwitchedOff() {
        assertTrue(settings(Map.of("HF_HUB_OFFLINE", "1")).offline());
        assertTrue(settings(Map.of("TRANSFORMERS_OFFLINE", "yes")).offline());
        assertFalse(settings(Map.of("HF_HUB_OFFLINE", "0")).offline());
    }

    @ParameterizedTest
    @CsvSource({
        "https://huggingface.co, proxy:3128",
        "http://huggingface.co, plain:80",
        "https://inner.example, ''",
        "https://a.inner.example, ''",
        "https://dinner.example, proxy:3128",
        "https://localhost:8080, ''",
        "https://localhost:9090, proxy:3128",
    })
    void choosesTheProxy(String uri, String expected) {
        Map<String, String> environment = Map.of(
                "HTTPS_PROXY", "http://user:pass@proxy:3128",
                "http_proxy", "plain",
                "NO_PROXY", ".inner.example, localhost:8080");
        Proxy proxy = EnvironmentProxies.of(environment).select(URI.create(uri)).getFirst();
        String found = proxy.type() == Proxy.Type.DIRECT
                ? ""
                : proxy.address().toString().replaceFirst("/<unresolved>", "").replaceFirst("/.*:", ":");
        assertEquals(expected, found);
    }

    @Test
    void aProxysPasswordIsNotShown() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> EnvironmentProxies.of(Map.of("HTTPS_PROXY", "socks5://user:secret@proxy")))
                .getMessage();
        assertFalse(message.contains("secret"), message);
    }
}
