package org.clipjava.hub;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Java's own settings ({@code -Dhttps.proxyHost} and its like) where there are any, else the variables that other programs
 * read: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, in either case.
 */
final class EnvironmentProxies extends ProxySelector {
    private final Optional<ProxySelector> ofJava;
    private final Optional<URI> forHttps;
    private final Optional<URI> forHttp;
    private final List<String> without;

    private EnvironmentProxies(
            Optional<ProxySelector> ofJava, Optional<URI> forHttps, Optional<URI> forHttp, List<String> without) {
        this.ofJava = ofJava;
        this.forHttps = forHttps;
        this.forHttp = forHttp;
        this.without = without;
    }

    /** @throws IllegalArgumentException if a variable holds no address */
    static EnvironmentProxies of(Map<String, String> environment) {
        Optional<ProxySelector> ofJava = Optional.of("")
                .filter(none -> System.getProperty("https.proxyHost") != null
                        || System.getProperty("http.proxyHost") != null
                        || Boolean.getBoolean("java.net.useSystemProxies"))
                .map(none -> ProxySelector.getDefault());
        Optional<URI> all = address(environment, "ALL_PROXY");
        return new EnvironmentProxies(
                ofJava,
                address(environment, "HTTPS_PROXY").or(() -> all),
                address(environment, "HTTP_PROXY").or(() -> all),
                value(environment, "NO_PROXY")
                        .map(list -> Arrays.stream(list.split("[,\\s]+"))
                                .map(host -> host.toLowerCase(Locale.ROOT))
                                .filter(host -> !host.isEmpty())
                                .toList())
                        .orElse(List.of()));
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .or(() -> Optional.ofNullable(environment.get(name.toLowerCase(Locale.ROOT))))
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    private static Optional<URI> address(Map<String, String> environment, String name) {
        return value(environment, name).map(text -> {
            try {
                URI uri = URI.create(text.contains("://") ? text : "http://" + text);
                if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
                    return uri;
                }
            } catch (IllegalArgumentException e) {
                throw unexpected(name, e);
            }
            throw unexpected(name, new IllegalArgumentException(name));
        });
    }

    /** Says nothing of the value: a password may be in it. */
    private static IllegalArgumentException unexpected(String name, Throwable cause) {
        return new IllegalArgumentException(
                name + ": expected an address like http://proxy.example:3128, found another", cause);
    }

    /** What a proxy's address says before its {@code @}. */
    Optional<Authenticator> login() {
        return forHttps.or(() -> forHttp)
                .map(URI::getRawUserInfo)
                .map(login -> login.split(":", 2))
                .map(parts -> new Login(decoded(parts[0]), parts.length > 1 ? decoded(parts[1]) : ""));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static final class Login extends Authenticator {
        private final String user;
        private final String password;

        Login(String user, String password) {
            this.user = user;
            this.password = password;
        }

        @Override
        protected PasswordAuthentication getPasswordAuthentication() {
            return getRequestorType() == RequestorType.PROXY
                    ? new PasswordAuthentication(user, password.toCharArray())
                    : super.getPasswordAuthentication();
        }
    }

    @Override
    public List<Proxy> select(URI uri) {
        if (ofJava.isPresent()) {
            return ofJava.get().select(uri);
        }
        Optional<URI> proxy = "https".equals(uri.getScheme()) ? forHttps : forHttp;
        return List.of(
                proxy.isEmpty() || goesWithout(uri)
                        ? Proxy.NO_PROXY
                        : new Proxy(
                                Proxy.Type.HTTP,
                                new InetSocketAddress(
                                        proxy.get().getHost(),
                                        proxy.get().getPort() < 0
                                                ? 80
                                                : proxy.get().getPort())));
    }

    private boolean goesWithout(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        for (String entry : without) {
            String name = entry.replaceFirst("^\\*?\\.", "");
            if (entry.equals("*")
                    || host.equals(name)
                    || host.endsWith("." + name)
                    || (host + ":" + uri.getPort()).equals(name)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        System.getLogger(EnvironmentProxies.class.getName())
                .log(System.Logger.Level.DEBUG, "proxy " + address + " failed", failure);
    }
}
