package org.clipjava.server.http;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.clipjava.io.Shown;
import org.eclipse.jetty.http.HttpFields;

/** Who may ask: by the name that the server is called by, by the page that a browser asks from, and by key. */
public final class Guard {
    private static final String BEARER = "bearer ";

    private final Optional<Set<String>> hosts;
    private final Set<String> origins;
    private final Keys keys;

    /**
     * A guard.
     *
     * @param hosts names that the server answers to, without port; empty for all
     * @param origins pages of other servers that may ask, as {@code https://example.org}; {@code *} for all
     */
    public Guard(Optional<Set<String>> hosts, List<String> origins, Keys keys) {
        this.hosts = hosts.map(Guard::lowerCase);
        this.origins = lowerCase(Set.copyOf(origins));
        this.keys = keys;
    }

    private static Set<String> lowerCase(Set<String> names) {
        Set<String> lower = new HashSet<>();
        names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
        return lower;
    }

    /**
     * A page that a browser was tricked into loading calls this server by its own name, if it has its name mean this machine.
     *
     * @throws ApiException 403
     */
    void checkHost(HttpFields headers) {
        String host = Optional.ofNullable(headers.get("host")).orElse("");
        if (hosts.isPresent() && !hosts.get().contains(withoutPort(host).toLowerCase(Locale.ROOT))) {
            throw ApiException.of(
                    403,
                    "host_not_allowed",
                    "host " + Shown.quoted(host)
                            + ": this server is not known by that name; start it with --allow-host "
                            + Shown.text(withoutPort(host)));
        }
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    /**
     * The origin that the answer is to be shown to, if it is another server's page that may ask.
     *
     * @throws ApiException 403 if it may not
     */
    Optional<String> checkOrigin(HttpFields headers) {
        Optional<String> origin = Optional.ofNullable(headers.get("origin"));
        if (origin.isEmpty() || isOwn(origin.get(), headers)) {
            return Optional.empty();
        }
        if (origins.contains("*") || origins.contains(origin.get().toLowerCase(Locale.ROOT))) {
            return origin;
        }
        throw ApiException.of(
                403,
                "origin_not_allowed",
                "origin " + Shown.quoted(origin.get())
                        + ": pages of other servers may not ask; start the server with --cors "
                        + Shown.text(origin.get()));
    }

    /** A page of this server's: by name and port, for a proxy may have taken the TLS off. */
    private static boolean isOwn(String origin, HttpFields headers) {
        int slashes = origin.indexOf("://");
        return slashes > 0
                && origin.substring(slashes + "://".length())
                        .equalsIgnoreCase(
                                Optional.ofNullable(headers.get("host")).orElse(""));
    }

    /**
     * Asks for a key, if there are any.
     *
     * @throws ApiException 401
     */
    void checkKey(HttpFields headers) {
        if (!keys.areAsked()) {
            return;
        }
        Optional<String> authorization = Optional.ofNullable(headers.get("authorization"));
        Optional<String> key = authorization
                .filter(value -> value.toLowerCase(Locale.ROOT).startsWith(BEARER))
                .map(value -> value.substring(BEARER.length()).strip())
                .or(() -> Optional.ofNullable(headers.get("x-api-key")));
        if (key.isEmpty()) {
            throw ApiException.of(
                    401, "missing_api_key", "expected a key in the header authorization, as 'Bearer KEY', found none");
        }
        if (!keys.knows(key.get())) {
            throw ApiException.of(401, "invalid_api_key", "the key is none of this server's");
        }
    }
}
