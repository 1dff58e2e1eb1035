package org.clipjava.hub;

import java.io.IOException;
import java.net.Authenticator;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where the hub is, where its cache is, and how patient to be. Immutable and thread-safe; more properties may be added.
 *
 * {@snippet :
 * HubSettings settings = HubSettings.of(UserEnvironment.ofThisProcess()).withoutNetwork();
 * }
 */
public final class HubSettings {
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

        /**
         * A patience.
         *
         * @throws IllegalArgumentException if there is no attempt
         */
        public Patience {
            if (attempts < 1) {
                throw new IllegalArgumentException("expected at least one attempt, found " + attempts);
            }
        }
    }

    /** Written to before it becomes a part of its settings, and not afterwards. */
    private static final class Parts {
        private final URI endpoint;
        private final Path cache;
        private Optional<String> token = Optional.empty();
        private boolean offline;
        private boolean symlinks = true;
        private ProxySelector proxies = ProxySelector.of(null);
        private Optional<Authenticator> proxyLogin = Optional.empty();
        private Patience patience = Patience.DEFAULT;
        private Optional<CertificateFile> certificates = Optional.empty();

        private Parts(URI endpoint, Path cache) {
            this.endpoint = endpoint;
            this.cache = cache;
        }

        private Parts copy() {
            Parts copy = new Parts(endpoint, cache);
            copy.token = token;
            copy.offline = offline;
            copy.symlinks = symlinks;
            copy.proxies = proxies;
            copy.proxyLogin = proxyLogin;
            copy.patience = patience;
            copy.certificates = certificates;
            return copy;
        }
    }

    private final Parts parts;

    private HubSettings(Parts parts) {
        this.parts = parts;
    }

    private HubSettings with(Consumer<Parts> change) {
        Parts copy = parts.copy();
        change.accept(copy);
        return new HubSettings(copy);
    }

    /**
     * A hub without a token, reached without a proxy.
     *
     * @param endpoint the hub's address, without a slash at its end
     * @param cache the folder that holds {@code models--…}
     * @throws IllegalArgumentException if the endpoint is no address of http or https, or has more than that in it
     */
    public static HubSettings of(URI endpoint, Path cache) {
        String scheme = String.valueOf(endpoint.getScheme());
        boolean web = scheme.equals("https") || scheme.equals("http");
        if (!web || endpoint.getHost() == null) {
            throw noAddress(web ? "one without a host's name" : "one that begins otherwise");
        }
        if (endpoint.getRawUserInfo() != null || endpoint.getRawQuery() != null || endpoint.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "HF_ENDPOINT: expected an address alone, found a user, a query or a fragment in it");
        }
        return new HubSettings(new Parts(endpoint, Objects.requireNonNull(cache)));
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
        Optional<String> token = variables
                .text("HF_TOKEN")
                .or(() -> variables.text("HUGGING_FACE_HUB_TOKEN"))
                .or(() -> variables
                        .path("HF_TOKEN_PATH")
                        .or(() -> hugging.map(folder -> folder.resolve("token")))
                        .flatMap(HubSettings::token));
        return of(endpoint, cache).with(parts -> {
            parts.token = token.map(HubSettings::checkedToken);
            parts.offline = variables.yes("HF_HUB_OFFLINE") || variables.yes("TRANSFORMERS_OFFLINE");
            parts.symlinks = !variables.yes("HF_HUB_DISABLE_SYMLINKS");
            parts.proxies = proxies;
            parts.proxyLogin = proxies.login();
            parts.certificates = CertificateFile.of(variables);
        });
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
        return with(parts -> parts.offline = true);
    }

    /**
     * The same with a token, which is sent to the endpoint and to no other host.
     *
     * @throws IllegalArgumentException if it can't be one
     */
    public HubSettings withToken(String token) {
        String checked = checkedToken(token);
        return with(parts -> parts.token = Optional.of(checked));
    }

    /** The same where snapshots may, or may not, be made of symbolic links. */
    public HubSettings withSymlinks(boolean allowed) {
        return with(parts -> parts.symlinks = allowed);
    }

    /** The same through proxies that ask for no login. */
    public HubSettings withProxies(ProxySelector proxies) {
        return with(parts -> parts.proxies = Objects.requireNonNull(proxies));
    }

    /** The same with another patience. */
    public HubSettings withPatience(Patience patience) {
        return with(parts -> parts.patience = Objects.requireNonNull(patience));
    }

    /** The same that trusts these, too. */
    HubSettings withCertificates(CertificateFile certificates) {
        return with(parts -> parts.certificates = Optional.of(certificates));
    }

    /** The hub's address, without a slash at its end. */
    public URI endpoint() {
        return parts.endpoint;
    }

    /** The folder that holds {@code models--…}. */
    public Path cache() {
        return parts.cache;
    }

    /** Whether the network is not to be used. */
    public boolean offline() {
        return parts.offline;
    }

    /** Whether snapshots may be made of symbolic links. */
    public boolean symlinks() {
        return parts.symlinks;
    }

    /** How long to wait for what. */
    public Patience patience() {
        return parts.patience;
    }

    /** Sent to the endpoint and to no other host. */
    Optional<String> token() {
        return parts.token;
    }

    /** Which proxy leads where. */
    ProxySelector proxies() {
        return parts.proxies;
    }

    /** What proxies ask for. */
    Optional<Authenticator> proxyLogin() {
        return parts.proxyLogin;
    }

    /** Of whom to trust beside those that Java does. */
    Optional<CertificateFile> certificates() {
        return parts.certificates;
    }

    /** Never shows the token. */
    @Override
    public String toString() {
        return "HubSettings[" + parts.endpoint + ", " + parts.cache + (parts.token.isPresent() ? ", with a token" : "")
                + "]";
    }
}
