package org.clipjava.server.api;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.clipjava.io.Shown;
import org.clipjava.models.ModelName;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.work.ServedModel;

/** The models that are served, by every name that means one. Thread-safe; there are none until they are loaded. */
public final class Models {
    private static final Duration SOON = Duration.ofSeconds(1);

    private volatile Named named = new Named(List.of(), Map.of());

    private record Named(List<ServedModel> all, Map<String, ServedModel> byName) {}

    /**
     * From now on these are served.
     *
     * @param all the first is taken where a request names none
     * @param aliases other names, and which model's name or alias each means
     */
    public void loaded(List<ServedModel> all, Map<String, String> aliases) {
        Map<String, ServedModel> byName = new HashMap<>();
        for (ServedModel model : all) {
            byName.put(model.name(), model);
            model.clip().info().id().ifPresent(id -> byName.putIfAbsent(id, model));
            repository(model.name()).ifPresent(repository -> byName.putIfAbsent(repository, model));
        }
        aliases.forEach((alias, name) -> byName.put(
                alias,
                find(byName, name)
                        .orElseThrow(() ->
                                new IllegalArgumentException("alias " + alias + ": no model is served as " + name))));
        named = new Named(List.copyOf(all), Map.copyOf(byName));
    }

    public boolean areLoaded() {
        return !named.all.isEmpty();
    }

    /** All, in the order that they were named. */
    public List<ServedModel> all() {
        checkLoaded();
        return named.all;
    }

    /** Every name and alias that was said or is in the model's file. */
    public Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        named.byName.forEach((name, model) -> names.put(name, model.name()));
        return names;
    }

    /** The model of this name, or the first. */
    public ServedModel get(Optional<String> name) {
        checkLoaded();
        Named now = named;
        if (name.isEmpty() || name.get().isEmpty()) {
            return now.all.getFirst();
        }
        return find(now.byName, name.get())
                .orElseThrow(() -> ApiException.of(
                        404,
                        "model_not_found",
                        "model " + Shown.quoted(name.get()) + " is not served; there is "
                                + String.join(
                                        ", ",
                                        now.all.stream().map(ServedModel::name).toList())));
    }

    private void checkLoaded() {
        if (!areLoaded()) {
            throw ApiException.unavailable("the models are being loaded", SOON);
        }
    }

    private static Optional<ServedModel> find(Map<String, ServedModel> byName, String name) {
        return Optional.ofNullable(byName.get(name))
                .or(() -> repository(name).flatMap(known -> Optional.ofNullable(byName.get(known))));
    }

    /**
     * The hub's repository that a name means: {@code ViT-B/32}, OpenCLIP's {@code ViT-B-32/openai}, and immich's {@code
     * ViT-B-32__laion2b-s34b-b79k}, which is OpenCLIP's with other signs in it.
     */
    private static Optional<String> repository(String name) {
        int gap = name.indexOf("__");
        Stream<String> spellings = gap < 0
                ? Stream.of(name)
                : Stream.of(
                        name.substring(0, gap) + "/" + name.substring(gap + 2),
                        name.substring(0, gap) + "/" + name.substring(gap + 2).replace('-', '_'));
        return spellings
                .flatMap(spelling -> ModelName.of(spelling).stream())
                .map(known -> known.reference().repo().toString())
                .filter(repository -> !repository.equals(name))
                .reduce((plain, underscored) -> underscored);
    }
}
