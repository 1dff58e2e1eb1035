package org.clipjava.langchain4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Fetches pictures from named hosts by HTTP, and from no others. A redirect is not followed, for it may lead elsewhere. Immutable and
 * thread-safe.
 */
public final class AllowedHosts implements PictureAddresses {
    private static final int LARGEST = 64 << 20;
    private static final int OK = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Set<String> hosts;
    private final int largest;

    private AllowedHosts(Set<String> hosts, int largest) {
        this.hosts = hosts;
        this.largest = largest;
    }

    /**
     * These hosts, by https alone, and pictures of up to 64 MB.
     *
     * @param hosts as {@code images.example.com}; with a port, as {@code localhost:8080}, also by http
     */
    public static AllowedHosts of(String... hosts) {
        return new AllowedHosts(
                Set.of(hosts).stream()
                        .map(host -> host.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet()),
                LARGEST);
    }

    /** The same with another limit. */
    public AllowedHosts withLargest(int bytes) {
        return new AllowedHosts(hosts, bytes);
    }

    @Override
    public byte[] fetch(URI address) throws IOException {
        check(address);
        HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
        try (HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(PATIENCE)
                .build()) {
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != OK) {
                    throw new IOException(address + ": expected status 200, found " + response.statusCode());
                }
                byte[] bytes = body.readNBytes(largest + 1);
                if (bytes.length > largest) {
                    throw new IOException(address + ": more than " + largest + " bytes");
                }
                return bytes;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException(address + ": interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private void check(URI address) throws IOException {
        String scheme = Optional.ofNullable(address.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        String host = Optional.ofNullable(address.getHost()).orElse("").toLowerCase(Locale.ROOT);
        String withPort = host + ":" + address.getPort();
        boolean allowed = (scheme.equals("https") && hosts.contains(host) && address.getPort() < 0)
                || (scheme.matches("https?") && hosts.contains(withPort));
        if (!allowed) {
            throw new IOException(address + ": not allowed; allowed are " + hosts);
        }
    }
}
