package org.clipjava.server.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.clipjava.io.Shown;

/** All routes: an exact path first, then the longest that takes all below it. */
public final class Routes {
    private final Map<String, List<Route>> exact = new HashMap<>();
    private final Map<String, List<Route>> below = new HashMap<>();

    /** A route that was found. */
    public record Found(Route route, String rest) {}

    public Routes(List<Route> routes) {
        for (Route route : routes) {
            if (route.takesAllBelow()) {
                String prefix = route.path().substring(0, route.path().length() - 1);
                below.computeIfAbsent(prefix, path -> new ArrayList<>()).add(route);
            } else {
                exact.computeIfAbsent(route.path(), path -> new ArrayList<>()).add(route);
            }
        }
    }

    /** All paths, those with {@code *} too. */
    public SortedSet<String> paths() {
        SortedSet<String> paths = new TreeSet<>(exact.keySet());
        below.keySet().forEach(prefix -> paths.add(prefix + "*"));
        return paths;
    }

    /**
     * Who answers this.
     *
     * @throws ApiException 404 or 405
     */
    Found find(String method, String path) {
        String wanted = method.equals("HEAD") ? "GET" : method;
        List<Route> candidates = exact.getOrDefault(path, List.of());
        String rest = "";
        if (candidates.isEmpty()) {
            Optional<String> prefix = longestPrefix(path);
            candidates =
                    prefix.map(known -> below.getOrDefault(known, List.of())).orElse(List.of());
            rest = prefix.map(known -> path.substring(known.length())).orElse("");
        }
        if (candidates.isEmpty()) {
            throw ApiException.of(
                    404, "not_found", "no such path: " + Shown.text(path) + "; /openapi.json lists what there is");
        }
        for (Route route : candidates) {
            if (route.method().equals(wanted)) {
                return new Found(route, rest);
            }
        }
        throw ApiException.of(
                405,
                "method_not_allowed",
                Shown.text(path) + ": expected " + candidates.getFirst().method() + ", found " + Shown.text(method));
    }

    /** The shape of errors on this path. */
    ErrorShape shape(String path) {
        List<Route> candidates = exact.getOrDefault(path, List.of());
        if (candidates.isEmpty()) {
            candidates = longestPrefix(path)
                    .map(prefix -> below.getOrDefault(prefix, List.of()))
                    .orElse(List.of());
        }
        return candidates.isEmpty() ? ErrorShape.OPENAI : candidates.getFirst().shape();
    }

    private Optional<String> longestPrefix(String path) {
        for (int slash = path.lastIndexOf('/'); slash >= 0; slash = path.lastIndexOf('/', slash - 1)) {
            String prefix = path.substring(0, slash + 1);
            if (below.containsKey(prefix) && path.length() > prefix.length()) {
                return Optional.of(prefix);
            }
        }
        return Optional.empty();
    }
}
