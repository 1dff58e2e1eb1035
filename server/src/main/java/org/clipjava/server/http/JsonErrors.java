package org.clipjava.server.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What never reaches a route - a malformed request, headers that are too long, a request while the server stops - is answered alike. */
public final class JsonErrors extends ErrorHandler {
    private final Routes routes;

    public JsonErrors(Routes routes) {
        this.routes = routes;
        setShowStacks(false);
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request, Response response, int code, String message, Throwable cause, Callback callback) {
        Answer answer = routes.shape(Request.getPathInContext(request)).answer(error(code));
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
    }

    private static ApiException error(int code) {
        if (code == HttpStatus.SERVICE_UNAVAILABLE_503) {
            return ApiException.unavailable("the server is being stopped", Duration.ofSeconds(1));
        }
        String reason = HttpStatus.getMessage(code);
        return ApiException.of(code, reason.toLowerCase(Locale.ROOT).replace(' ', '_'), reason);
    }
}
