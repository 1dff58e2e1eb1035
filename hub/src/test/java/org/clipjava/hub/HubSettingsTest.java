package org.clipjava.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
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
            strings = {
                "hub.example/S3CRET",
                "ftp://user:S3CRET@hub.example",
                "HTTPS://user:S3CRET@my_hub.internal",
                "https://user:S3CRET@my_hub.internal",
                "https://user:S3CRET@hub.example",
                "https://hub.example/ S3CRET",
                "https://hub.example/%ZZS3CRET",
                "https://[S3CRET",
                "user:S3CRET@hub",
                "https://my_hub/?token=S3CRET",
                "https://h/?S3CRET",
                "https://h/#S3CRET",
                "::S3CRET"
            })
    void refusesAnEndpointThatIsNoneAndShowsNothingOfIt(String endpoint) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> settings(Map.of("HF_ENDPOINT", endpoint)));
        assertTrue(e.getMessage().startsWith("HF_ENDPOINT: expected an address"), e.getMessage());
        assertShowsNothing(e);
    }

    private static void assertShowsNothing(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        assertFalse(trace.toString().contains("S3C"), trace.toString());
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socks5://user:S3CRET@proxy",
                "https://user:S3CRET@proxy",
                "http://u:S3C%ZZRET@h",
                "http://u:S3CRET@my_proxy",
                "http://[S3CRET",
                "u:S3CRET@"
            })
    void nothingOfAProxysAddressIsShown(String address) {
        for (String variable : new String[] {"HTTPS_PROXY", "all_proxy"}) {
            EnvironmentProxies proxies = EnvironmentProxies.of(Map.of(variable, address));
            assertEquals(Optional.empty(), proxies.login());
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> proxies.check(URI.create("https://h")));
            assertShowsNothing(e);
            HubException ofHub =
                    assertThrows(HubException.class, () -> new Transport(settings(Map.of(variable, address))).close());
            assertEquals(HubException.Kind.NETWORK, ofHub.kind());
            assertShowsNothing(ofHub);
        }
    }

    @Test
    void readsAVariableForAllOnlyWhereTheSchemesOwnIsMissing() {
        Map<String, String> environment =
                Map.of("all_proxy", "socks5://127.0.0.1:7890", "https_proxy", "http://127.0.0.1:7891");
        EnvironmentProxies proxies = EnvironmentProxies.of(environment);
        proxies.check(URI.create("https://huggingface.co"));
        assertEquals(
                "127.0.0.1:7891",
                proxies.select(URI.create("https://huggingface.co"))
                        .getFirst()
                        .address()
                        .toString()
                        .replaceFirst("^/", ""));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> proxies.check(URI.create("http://huggingface.co")));
        assertEquals(
                "ALL_PROXY: SOCKS is not supported; set HTTPS_PROXY to an address like http://proxy.example:3128",
                e.getMessage());
        EnvironmentProxies.of(Map.of("ALL_PROXY", "socks5://127.0.0.1:7890", "no_proxy", "*"))
                .check(URI.create("https://huggingface.co"));
    }

    @Test
    void needsNoProxyWithoutTheNetwork() {
        HubSettings offline =
                settings(Map.of("ALL_PROXY", "socks5://127.0.0.1:7890")).withoutNetwork();
        assertTrue(offline.offline());
    }
}
