package org.clipjava.hub;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.security.InvalidAlgorithmParameterException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.clipjava.io.Shown;

/**
 * One request after another, with the two rules that the JDK's own redirects do not keep: the token goes to the endpoint and
 * nowhere else, and nothing leads from https to http.
 */
final class Transport implements Closeable {
    private static final int MOST_REDIRECTS = 5;

    private final HubSettings settings;
    private final HttpClient client;

    Transport(HubSettings settings) throws HubException {
        this.settings = settings;
        if (settings.proxies() instanceof EnvironmentProxies own) {
            try {
                own.check(settings.endpoint());
            } catch (IllegalArgumentException e) {
                throw new HubException(HubException.Kind.NETWORK, String.valueOf(e.getMessage()), e);
            }
        }
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.patience().connect())
                .proxy(settings.proxies());
        settings.proxyLogin().ifPresent(builder::authenticator);
        if (settings.certificates().isPresent()) {
            builder.sslContext(settings.certificates().get().context());
        }
        try {
            this.client = builder.build();
        } catch (UncheckedIOException e) {
            throw new HubException(HubException.Kind.NETWORK, trustStore("can't be read"), e);
        }
    }

    /** Of the one that Java was told of. */
    private static String trustStore(String problem) {
        return "javax.net.ssl.trustStore: " + Shown.text(System.getProperty("javax.net.ssl.trustStore", "Java's own"))
                + ": "
                + problem
                + "; expected a PKCS12 or JKS, with -Djavax.net.ssl.trustStorePassword; for certificates in PEM set"
                + " SSL_CERT_FILE instead";
    }

    /**
     * What a server answered.
     *
     * @param uri who answered, after redirects
     * @param headers of the answer
     * @param hubHeaders of the first answer, which is the hub's own
     */
    record Answer(int status, URI uri, HttpHeaders headers, HttpHeaders hubHeaders, ResponseBody body)
            implements Closeable {
        Optional<String> header(String name) {
            return headers.firstValue(name);
        }

        /** What the hub itself says of the file, whoever sends it. */
        Optional<String> hubHeader(String name) {
            return hubHeaders.firstValue(name);
        }

        @Override
        public void close() {
            body.close();
        }
    }

    /** The server can't be reached at all, for a reason that waiting does not mend. */
    static final class UnreachableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreachableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Asks, and follows redirects.
     *
     * @throws HubException if a redirect is refused
     * @throws UnreachableException if there is no such host, or it is not who it says
     * @throws IOException if nobody answers
     */
    Answer get(URI first, Map<String, String> headers) throws IOException {
        return send("GET", first, headers, true);
    }

    /** Asks for the headers; a redirect is an answer. */
    Answer head(URI uri) throws IOException {
        return send("HEAD", uri, Map.of(), false);
    }

    private Answer send(String method, URI first, Map<String, String> headers, boolean follow) throws IOException {
        URI uri = first;
        Optional<HttpHeaders> hubHeaders = Optional.empty();
        for (int redirects = 0; ; redirects++) {
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = send(request(method, uri, headers));
            ResponseBody body =
                    new ResponseBody(response.body(), settings.patience().silence());
            HttpHeaders own = hubHeaders.orElse(response.headers());
            Optional<String> location = response.headers().firstValue("Location");
            boolean redirected = switch (response.statusCode()) {
                case 301, 302, 303, 307, 308 -> location.isPresent();
                default -> false;
            };
            if (!redirected || !follow) {
                return new Answer(response.statusCode(), uri, response.headers(), own, body);
            }
            body.close();
            if (redirects == MOST_REDIRECTS) {
                throw new HubException(
                        HubException.Kind.SERVER, shown(first) + ": redirected more than " + MOST_REDIRECTS + " times");
            }
            uri = target(uri, location.get());
            // A hub's answer to where a file went by another name is still the hub's.
            hubHeaders = isEndpoint(uri) ? Optional.empty() : Optional.of(own);
        }
    }

    /** Where a redirect leads, if it may. */
    static URI target(URI from, String location) throws HubException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new HubException(
                    HubException.Kind.SERVER,
                    shown(from) + ": redirected to what is no address",
                    new IOException(
                            e.getClass().getSimpleName())); // its message has the address, and that may have a secret
        }
        String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
        boolean allowed = scheme.equals("https")
                || (scheme.equals("http") && from.getScheme().equals("http"));
        if (!allowed || to.getHost() == null || to.getRawUserInfo() != null) {
            throw new HubException(
                    HubException.Kind.SERVER,
                    shown(from) + ": redirected to '" + Shown.text(shown(to)) + "'; refused, expected an address with "
                            + from.getScheme());
        }
        return to;
    }

    private HttpRequest request(String method, URI uri, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("User-Agent", "clip-java");
        headers.forEach(request::header);
        if (isEndpoint(uri)) {
            settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        }
        return request.build();
    }

    private boolean isEndpoint(URI uri) {
        URI endpoint = settings.endpoint();
        return endpoint.getScheme().equalsIgnoreCase(uri.getScheme())
                && endpoint.getHost().equalsIgnoreCase(uri.getHost())
                && port(endpoint) == port(uri);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    /** An address without its user and its query, in which a CDN has its own secrets. */
    static String shown(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port + Objects.requireNonNullElse(uri.getRawPath(), "");
    }

    private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> answer =
                client.sendAsync(request, BodyHandlers.ofPublisher());
        long patience = settings.patience()
                .connect()
                .plus(settings.patience().silence())
                .toMillis();
        try {
            return answer.get(patience, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new SocketTimeoutException(
                    "no answer for " + Seconds.of(settings.patience().silence()));
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        } catch (ExecutionException e) {
            throw failure(request.uri(), Objects.requireNonNullElse(e.getCause(), e));
        }
    }

    private static IOException failure(URI uri, Throwable cause) {
        String host = uri.getHost();
        if (has(cause, UnresolvedAddressException.class) || has(cause, UnknownHostException.class)) {
            return new UnreachableException(host + ": no such host", cause);
        }
        if (has(cause, InvalidAlgorithmParameterException.class)) {
            // Java takes a store that is not there, or whose password it lacks, for one of nobody
            return new UnreachableException(trustStore("no certificate was read"), cause);
        }
        if (has(cause, SSLException.class)) {
            return new UnreachableException(
                    host + ": no secure connection (" + reason(cause)
                            + "); behind a proxy that opens them, name its certificates: "
                            + "SSL_CERT_FILE=FILE, in PEM",
                    cause);
        }
        if (has(cause, HttpConnectTimeoutException.class)) {
            return new IOException(host + ": no connection in time", cause);
        }
        if (has(cause, ConnectException.class)) {
            return new IOException(host + ": connection refused", cause);
        }
        return new IOException(host + ": " + reason(cause), cause);
    }

    private static boolean has(Throwable cause, Class<? extends Throwable> type) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    private static String reason(Throwable cause) {
        return Shown.text(
                Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName()));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
