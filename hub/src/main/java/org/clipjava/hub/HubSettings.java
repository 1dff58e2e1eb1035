package org.clipjava.hub;

import java.io.IOException;
import java.net.Authenticator;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the hub is, where its cache is, and how patient to be.
 *
 * @param endpoint the hub's address, without a slash at its end
 * @param cache the folder that holds {@code models--…}
 * @param token sent to the endpoint and to no other host
 * @param offline whether the network is not to be used
 * @param symlinks whether snapshots may be made of symbolic links
 * @param proxies which proxy leads where
 * @param proxyLogin what proxies ask for
 * @param patience how long to wait for what
 * @param certificates of whom to trust beside those that Java does
 */
public record HubSettings(
        URI endpoint,
        Path cache,
        Optional<String> token,
        boolean offline,
        boolean symlinks,
        ProxySelector proxies,
        Optional<Authenticator> proxyLogin,
        Patience patience,
        Optional<CertificateFile> certificates) {
    private static final String PUBLIC_HUB = "https://huggingface.co";

    /**
     * How long to wait.
     *
     * @param connect for a connection
     * @param silence for the next byte, header or body
     * @param attempts in a row that bring nothing, before giving up
     * @param pause before the second attempt; doubles with each
     * @param longestPause that a hub may ask for before that is an error
     */
    public record Patience(Duration connect, Duration silence, int attempts, Duration pause, Duration longestPause) {
        /** What suits the public hub. */
        public static final Patience DEFAULT = new Patience(
                Duration.ofSeconds(15), Duration.ofSeconds(30), 6, Duration.ofSeconds(1), Duration.ofMinutes(5));

        public Patience {
            if (attempts < 1) {
                throw new IllegalArgumentException("expected at least one attempt, found " + attempts);
            }
        }
    }

    /** Where Java's own certificates are enough. */
    public HubSettings(
            URI endpoint,
            Path cache,
            Optional<String> token,
            boolean offline,
            boolean symlinks,
            ProxySelector proxies,
            Optional<Authenticator> proxyLogin,
            Patience patience) {
        this(endpoint, cache, token, offline, symlinks, proxies, proxyLogin, patience, Optional.empty());
    }

    public HubSettings {
        String scheme = String.valueOf(endpoint.getScheme());
        if ((!scheme.equals("https") && !scheme.equals("http")) || endpoint.getHost() == null) {
            throw noAddress(
                    scheme.equals("https") || scheme.equals("http")
                            ? "one without a host's name"
                            : "one that begins otherwise");
        }
        if (endpoint.getRawUserInfo() != null || endpoint.getRawQuery() != null || endpoint.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "HF_ENDPOINT: expected an address alone, found a user, a query or a fragment in it");
        }
    }

    /**
     * What the environment says, by the same names as for Python's {@code huggingface_hub}.
     *
     * @throws IllegalArgumentException if a variable's value makes no sense, or nothing says where the cache is
     */
    public static HubSettings of(UserEnvironment variables) {
        Optional<Path> hugging =
                variables.path("HF_HOME").or(() -> variables.knownCache().map(cache -> cache.resolve("huggingface")));
        Path cache = variables
                .path("HF_HUB_CACHE")
                .or(() -> variables.path("HUGGINGFACE_HUB_CACHE"))
                .or(() -> hugging.map(folder -> folder.resolve("hub")))
                .orElseGet(() -> variables.cache("HF_HUB_CACHE"));
        URI endpoint;
        String address = variables.text("HF_ENDPOINT").orElse(PUBLIC_HUB).replaceFirst("/+$", "");
        try {
            endpoint = new URI(address);
        } catch (URISyntaxException e) {
            // its message has the value, so it is no cause
            throw noAddress("what is none");
        }
        EnvironmentProxies proxies = EnvironmentProxies.of(variables.variables());
        return new HubSettings(
                endpoint,
                cache,
                variables
                        .text("HF_TOKEN")
                        .or(() -> variables.text("HUGGING_FACE_HUB_TOKEN"))
                        .or(() -> variables
                                .path("HF_TOKEN_PATH")
                                .or(() -> hugging.map(folder -> folder.resolve("token")))
                                .flatMap(HubSettings::token))
                        .map(HubSettings::checkedToken),
                variables.yes("HF_HUB_OFFLINE") || variables.yes("TRANSFORMERS_OFFLINE"),
                !variables.yes("HF_HUB_DISABLE_SYMLINKS"),
                proxies,
                proxies.login(),
                Patience.DEFAULT,
                CertificateFile.of(variables));
    }

    /** Says nothing of the value: a password may be in it. */
    private static IllegalArgumentException noAddress(String found) {
        return new IllegalArgumentException("HF_ENDPOINT: expected an address like " + PUBLIC_HUB + ", found " + found);
    }

    private static Optional<String> token(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file + ": expected a token, it can't be read; remove it or set HF_TOKEN", e);
        }
    }

    /** Never shows it. */
    private static String checkedToken(String token) {
        if (token.length() > 4096 || token.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new IllegalArgumentException(
                    "HF_TOKEN: expected a token of letters and digits, found other characters");
        }
        return token;
    }

    /** The same, with the network switched off. */
    public HubSettings withoutNetwork() {
        return new HubSettings(endpoint, cache, token, true, symlinks, proxies, proxyLogin, patience, certificates);
    }

    /** Never shows the token. */
    @Override
    public String toString() {
        return "HubSettings[" + endpoint + ", " + cache + (token.isPresent() ? ", with a token" : "") + "]";
    }
}
