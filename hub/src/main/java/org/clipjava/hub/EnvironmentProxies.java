package org.clipjava.hub;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Java's own settings ({@code -Dhttps.proxyHost} and its like) where there are any, else the variables that other programs
 * read: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, in either case.
 */
final class EnvironmentProxies extends ProxySelector {
    private final Optional<ProxySelector> ofJava;
    private final Optional<Variable> forHttps;
    private final Optional<Variable> forHttp;
    private final List<String> without;

    /** Read when it is needed: most programs have variables for others that never are. */
    private record Variable(String name, String value) {

        /** @throws IllegalArgumentException if it is no address of a proxy; says nothing of it, for a password may be in it */
        URI address() {
            String scheme = value.contains("://")
                    ? value.substring(0, value.indexOf("://")).toLowerCase(Locale.ROOT)
                    : "http";
            if (scheme.startsWith("socks")) {
                throw new IllegalArgumentException(name
                        + ": SOCKS is not supported; set HTTPS_PROXY to an address like http://proxy.example:3128");
            }
            try {
                URI uri = new URI(value.contains("://") ? value : "http://" + value);
                if (scheme.equals("http") && uri.getHost() != null) {
                    return uri;
                }
            } catch (URISyntaxException e) {
                // its message has the value, so it is no cause
                throw unexpected();
            }
            throw unexpected();
        }

        private IllegalArgumentException unexpected() {
            return new IllegalArgumentException(
                    name + ": expected an address like http://proxy.example:3128, found another");
        }
    }

    private EnvironmentProxies(
            Optional<ProxySelector> ofJava,
            Optional<Variable> forHttps,
            Optional<Variable> forHttp,
            List<String> without) {
        this.ofJava = ofJava;
        this.forHttps = forHttps;
        this.forHttp = forHttp;
        this.without = without;
    }

    static EnvironmentProxies of(Map<String, String> environment) {
        Optional<ProxySelector> ofJava = Optional.of("")
                .filter(none -> System.getProperty("https.proxyHost") != null
                        || System.getProperty("http.proxyHost") != null
                        || Boolean.getBoolean("java.net.useSystemProxies"))
                .map(none -> ProxySelector.getDefault());
        Optional<Variable> all = variable(environment, "ALL_PROXY");
        return new EnvironmentProxies(
                ofJava,
                variable(environment, "HTTPS_PROXY").or(() -> all),
                variable(environment, "HTTP_PROXY").or(() -> all),
                value(environment, "NO_PROXY")
                        .map(list -> Arrays.stream(list.split("[,\\s]+"))
                                .map(host -> host.toLowerCase(Locale.ROOT))
                                .filter(host -> !host.isEmpty())
                                .toList())
                        .orElse(List.of()));
    }

    private static Optional<Variable> variable(Map<String, String> environment, String name) {
        return value(environment, name).map(value -> new Variable(name, value));
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .or(() -> Optional.ofNullable(environment.get(name.toLowerCase(Locale.ROOT))))
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    private Optional<Variable> variableFor(URI uri) {
        return ofJava.isPresent() || goesWithout(uri)
                ? Optional.empty()
                : "https".equals(uri.getScheme()) ? forHttps : forHttp;
    }

    /**
     * Before anything is asked for there.
     *
     * @throws IllegalArgumentException if the variable that leads there holds no address of a proxy
     */
    void check(URI uri) {
        variableFor(uri).ifPresent(variable -> Objects.requireNonNull(variable.address()));
    }

    /** What a proxy's address says before its {@code @}. */
    Optional<Authenticator> login() {
        return forHttps.or(() -> forHttp)
                .flatMap(EnvironmentProxies::userInfo)
                .map(login -> login.split(":", 2))
                .map(parts -> new Login(decoded(parts[0]), parts.length > 1 ? decoded(parts[1]) : ""));
    }

    /** Of one that is no address there is none; it is refused when it is needed. */
    private static Optional<String> userInfo(Variable variable) {
        try {
            return Optional.ofNullable(variable.address().getRawUserInfo());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
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
        Optional<URI> proxy = variableFor(uri).map(Variable::address);
        return List.of(
                proxy.isEmpty()
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
