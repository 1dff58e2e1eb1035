package org.clipjava.server.remote;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.clipjava.io.Shown;
import org.clipjava.server.api.RemotePictures;
import org.clipjava.server.http.ApiException;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Fetches pictures from hosts that were named, and from nowhere else. A name is resolved once for a connection; all its addresses have to be
 * on the internet, and the connection goes to one of these. Each redirect is checked like the first address.
 */
public final class FetchedPictures implements RemotePictures {
    private static final int REDIRECTS = 3;
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final Set<String> hosts;
    private final long largest;
    private final HttpClient client;

    /** What a name means; several addresses maybe. */
    interface Names {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /** No address that a name has may be asked. */
    private static final class ForbiddenAddressException extends IOException {
        private static final long serialVersionUID = 1L;

        ForbiddenAddressException(String message) {
            super(message);
        }
    }

    /**
     * From these hosts.
     *
     * @param hosts names, without port
     * @param largest bytes of a picture
     * @throws IOException if it can't be set up
     */
    public static FetchedPictures from(List<String> hosts, long largest) throws IOException {
        return new FetchedPictures(hosts, largest, InetAddress::getAllByName, PublicAddresses::contains);
    }

    FetchedPictures(List<String> hosts, long largest, Names names, Predicate<InetAddress> isAllowed)
            throws IOException {
        this.hosts = new HashSet<>(hosts.stream().map(FetchedPictures::plain).toList());
        this.largest = largest;
        this.client = new HttpClient();
        QueuedThreadPool threads = new QueuedThreadPool(16, 1);
        threads.setName("clip-server-fetch");
        threads.setDaemon(true);
        client.setExecutor(threads);
        client.setFollowRedirects(false);
        client.setConnectTimeout(LONGEST.toMillis());
        client.setUserAgentField(null);
        client.setSocketAddressResolver(checked(names, isAllowed));
        try {
            client.start();
        } catch (Exception e) {
            throw new IOException("the client for pictures: " + e.getMessage(), e);
        }
        client.getContentDecoderFactories().clear(); // a picture is small enough as it is, and a bomb is not
    }

    private static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static SocketAddressResolver checked(Names names, Predicate<InetAddress> isAllowed) {
        return (host, port, context, promise) -> {
            try {
                InetAddress[] addresses = names.resolve(host);
                if (!Arrays.stream(addresses).allMatch(isAllowed)) {
                    promise.failed(new ForbiddenAddressException(
                            host + " has an address that is not on the internet: " + PublicAddresses.shown(addresses)));
                    return;
                }
                promise.succeeded(Arrays.stream(addresses)
                        .map(address -> new InetSocketAddress(address, port))
                        .toList());
            } catch (UnknownHostException e) {
                promise.failed(e);
            }
        };
    }

    @Override
    public byte[] fetch(String name, String address) {
        long end = System.nanoTime() + LONGEST.toNanos();
        URI uri = checked(name, parsed(name, address));
        for (int i = 0; i <= REDIRECTS; i++) {
            Answered answered = get(name, uri, end);
            if (answered.redirect.isEmpty()) {
                return answered.body;
            }
            try {
                uri = checked(name, uri.resolve(answered.redirect.get()));
            } catch (IllegalArgumentException e) {
                throw refused(name, uri, "it leads to what is no address");
            }
        }
        throw refused(name, uri, "expected at most " + REDIRECTS + " redirects, found more");
    }

    /** A body, or where else to look. */
    private record Answered(byte[] body, Optional<String> redirect) {}

    private static URI parsed(String name, String address) {
        try {
            return new URI(address);
        } catch (URISyntaxException e) {
            throw ApiException.invalid(name, name + ": expected an address, found " + Shown.quoted(address));
        }
    }

    private URI checked(String name, URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        Optional<String> host = Optional.ofNullable(uri.getHost());
        if ((!scheme.equals("http") && !scheme.equals("https")) || host.isEmpty() || uri.getRawUserInfo() != null) {
            throw refused(name, uri, "expected an address as https://images.example.org/photo.jpg");
        }
        if (!hosts.contains(plain(host.get()))) {
            throw refused(
                    name,
                    uri,
                    "the server fetches from hosts alone that it is started with, as --allow-urls "
                            + Shown.text(host.get()));
        }
        return uri;
    }

    private Answered get(String name, URI uri, long end) {
        InputStreamResponseListener listener = new InputStreamResponseListener();
        client.newRequest(uri)
                .timeout(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS)
                .headers(headers -> headers.put(HttpHeader.ACCEPT, "image/*").remove(HttpHeader.ACCEPT_ENCODING))
                .send(listener);
        try (InputStream body = listener.getInputStream()) {
            Response response = listener.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
            int status = response.getStatus();
            Optional<String> location =
                    Optional.ofNullable(response.getHeaders().get(HttpHeader.LOCATION));
            if (status / 100 == 3 && location.isPresent()) {
                return new Answered(new byte[0], location);
            }
            if (status != 200) {
                throw refused(name, uri, "expected a picture, found an answer of status " + status);
            }
            byte[] bytes = body.readNBytes((int) largest + 1);
            if (bytes.length > largest) {
                throw refused(name, uri, "expected at most " + largest + " bytes, found more");
            }
            return new Answered(bytes, Optional.empty());
        } catch (ExecutionException e) {
            throw refused(name, uri, reason(Optional.ofNullable(e.getCause()).orElse(e)));
        } catch (IOException e) {
            throw refused(name, uri, reason(Optional.ofNullable(e.getCause()).orElse(e)));
        } catch (TimeoutException e) {
            throw refused(name, uri, "no answer within " + LONGEST.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(name, uri, "interrupted");
        }
    }

    private static String reason(Throwable cause) {
        return switch (cause) {
            case ForbiddenAddressException e -> String.valueOf(e.getMessage());
            case UnknownHostException e -> "no such host";
            case TimeoutException e -> "no answer within " + LONGEST.toSeconds() + " s";
            default -> "can't be had: " + cause.getClass().getSimpleName();
        };
    }

    private static ApiException refused(String name, URI uri, String why) {
        return ApiException.invalid(name, name + ": " + Shown.text(uri.toString()) + ": " + why);
    }

    @Override
    public void close() {
        try {
            client.stop();
        } catch (Exception e) {
            System.getLogger(FetchedPictures.class.getName())
                    .log(System.Logger.Level.WARNING, "the client for pictures did not stop", e);
        }
    }
}
