package org.clipjava.server.remote;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.clipjava.server.api.ImmichApi;
import org.clipjava.server.http.Answer;
import org.clipjava.server.http.ApiException;

/** Another server of immich's machine learning, which is asked for what this one can't do. */
public final class ImmichUpstream implements ImmichApi.Upstream {
    /** Its first request may have it load a model. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final URI predict;
    private final HttpClient client;

    /**
     * The server at this address.
     *
     * @throws IllegalArgumentException if it is none of http or https
     */
    public ImmichUpstream(URI address) {
        String scheme = String.valueOf(address.getScheme());
        if ((!scheme.equals("http") && !scheme.equals("https")) || address.getHost() == null) {
            throw new IllegalArgumentException(
                    "immich's other server: expected an address as http://immich-ml:3003, found " + address);
        }
        this.predict = URI.create(address.toString().replaceAll("/+$", "") + "/predict");
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
    }

    @Override
    public Answer ask(String contentType, byte[] body) {
        HttpRequest request = HttpRequest.newBuilder(predict)
                .timeout(LONGEST)
                .header("content-type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            String type = response.headers().firstValue("content-type").orElse("application/json");
            return Answer.of(response.statusCode(), type, response.body());
        } catch (IOException e) {
            throw ApiException.of(
                    502,
                    "upstream_failed",
                    predict + ": no answer: " + e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("the server is being stopped", Duration.ofSeconds(1));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
