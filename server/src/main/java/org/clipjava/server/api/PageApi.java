package org.clipjava.server.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.clipjava.server.http.Answer;
import org.clipjava.server.http.ErrorShape;
import org.clipjava.server.http.Route;

/** A page: one file, made of three, that loads nothing else. A browser runs no other script on it than its own. */
public final class PageApi implements Api {
    private static final String TYPE = "text/html; charset=utf-8";

    private final String path;
    private final Answer page;

    private PageApi(String path, String name) {
        this.path = path;
        String css = resource(name + ".css");
        String js = resource(name + ".js");
        String html = resource(name + ".html").replace("/*CSS*/", css).replace("/*JS*/", js);
        this.page = Answer.of(200, TYPE, html.getBytes(StandardCharsets.UTF_8))
                .with(
                        "content-security-policy",
                        "default-src 'none'; script-src '" + hash(js) + "'; style-src '" + hash(css)
                                + "'; img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
                                + " frame-ancestors 'none'")
                .with("referrer-policy", "no-referrer")
                .with("cache-control", "no-cache");
    }

    /** To try the models with. */
    public static PageApi ofModels() {
        return new PageApi("/", "page");
    }

    /** To look at the pictures of an index. */
    public static PageApi ofIndex() {
        return new PageApi("/gallery", "gallery");
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get(path, ErrorShape.OPENAI, exchange -> page).open());
    }

    private static String resource(String name) {
        return new String(Resources.read(name), StandardCharsets.UTF_8);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
