package org.clipjava.server.api;

import com.google.gson.JsonElement;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.clipjava.Embedding;
import org.clipjava.index.Duplicates;
import org.clipjava.index.IndexException;
import org.clipjava.index.IndexedPicture;
import org.clipjava.index.PictureFilter;
import org.clipjava.index.PictureIndex;
import org.clipjava.index.PictureIndex.Effort;
import org.clipjava.index.PictureQuery;
import org.clipjava.index.PictureQuery.Term;
import org.clipjava.index.PictureSearch;
import org.clipjava.index.PictureSearch.Found;
import org.clipjava.io.Shown;
import org.clipjava.server.http.Answer;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.http.ErrorShape;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.http.JsonBody;
import org.clipjava.server.http.Route;
import org.clipjava.server.work.ServedModel;
import org.clipjava.text.PromptTemplate;

/**
 * Finds pictures of an index, and gives them out. A picture is named by its id alone: no request has a path in it, and no answer has what is
 * not in the index.
 */
public final class SearchApi implements Api, AutoCloseable {
    private static final int LONGEST_QUERY = 2000;
    private static final int DEFAULT_PAGE = 50;
    private static final int LARGEST_PAGE = 500;
    private static final int FARTHEST = 1_000_000;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final PictureIndex index;
    private final Encodings encodings;
    private final Inputs inputs;
    private final PictureFiles files;
    private final DuplicateSearch duplicates;
    private volatile Optional<Served> served = Optional.empty();
    private volatile long lastLook = System.nanoTime();

    /** The model of the index, once it is loaded. */
    private record Served(ServedModel model, PictureSearch search) {}

    /**
     * Of an index.
     *
     * @param index closed with this
     */
    public SearchApi(PictureIndex index, Service service) {
        this.index = index;
        this.encodings = service.encodings();
        this.inputs = service.inputs();
        this.files = new PictureFiles(index);
        this.duplicates = new DuplicateSearch(index);
    }

    /**
     * From now on searches are answered, by that of the models that the index was made with.
     *
     * @throws IndexException if it was made with none of them, or with other drafts
     */
    public void loaded(List<ServedModel> models) throws IndexException {
        Optional<IndexException> refusal = Optional.empty();
        for (ServedModel model : models) {
            try {
                index.check(model.clip(), model.name());
                index.checkDraft(model.clip());
                served = Optional.of(new Served(model, PictureSearch.of(index, model.clip())));
                return;
            } catch (IndexException e) {
                refusal = Optional.of(e);
            }
        }
        throw refusal.orElseThrow();
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/v1/index", ErrorShape.OPENAI, exchange -> describe()),
                Route.post("/v1/search", ErrorShape.OPENAI, this::search),
                Route.post("/v1/duplicates", ErrorShape.OPENAI, this::duplicates),
                Route.get("/v1/pictures/*", ErrorShape.OPENAI, this::picture));
    }

    private Served served() {
        return served.orElseThrow(() -> ApiException.unavailable("the models are being loaded", SOON));
    }

    /** Sees what another process has written, though not for each of many requests anew. */
    private void refresh() throws IOException {
        long now = System.nanoTime();
        if (now - lastLook > FRESH.toNanos()) {
            lastLook = now;
            index.refresh();
        }
    }

    private interface Answering {
        Answer answer() throws IOException;
    }

    private Answer answered(Answering answering) {
        try {
            refresh();
            return answering.answer();
        } catch (IndexException e) {
            throw e.kind() == IndexException.Kind.QUERY
                    ? ApiException.invalid("query", String.valueOf(e.getMessage()))
                    : ApiException.of(500, "index_error", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer describe() {
        Served now = served();
        return answered(() -> {
            int pictures = index.count();
            int broken = index.broken().size();
            return Answer.json(json -> {
                json.beginObject();
                json.name("object").value("index");
                json.name("model").value(now.model.name());
                json.name("pictures").value(pictures);
                json.name("broken").value(broken);
                json.name("folders").beginArray();
                for (Path folder : index.folders()) {
                    json.value(String.valueOf(folder.getFileName()));
                }
                json.endArray();
                json.endObject();
            });
        });
    }

    private Answer search(Exchange exchange) {
        encodings.checkRoom();
        Served now = served();
        JsonBody body = exchange.json();
        int count = body.integer("limit", 1, LARGEST_PAGE).orElse(DEFAULT_PAGE);
        int offset = body.integer("offset", 0, FARTHEST).orElse(0);
        return answered(() -> {
            PictureSearch.Page page = search(exchange, now, body).page(query(exchange, now, body), offset, count);
            return Answer.json(json -> {
                json.beginObject();
                json.name("object").value("list");
                json.name("data").beginArray();
                for (Found found : page.found()) {
                    json.beginObject();
                    describe(json, found.picture());
                    json.name("cosine").value(found.cosine());
                    json.name("probability");
                    if (found.probability().isPresent()) {
                        json.value(found.probability().getAsDouble());
                    } else {
                        json.nullValue();
                    }
                    json.endObject();
                }
                json.endArray();
                json.name("more").value(page.more());
                json.name("cut_off").value(page.cutOff());
                json.name("model").value(now.model.name());
                json.endObject();
            });
        });
    }

    private PictureSearch search(Exchange exchange, Served now, JsonBody body) {
        PictureSearch search = now.search
                .withTextEncoder(texts -> encodings
                        .encode(
                                exchange,
                                now.model,
                                texts.stream()
                                        .map(text -> Inputs.text("query", text))
                                        .toList())
                        .units())
                .withEffort(body.bool("exact", false) ? Effort.EXACT : Effort.FAST);
        Optional<List<PromptTemplate>> templates = Labels.templates("templates", body.strings("templates"));
        PictureSearch templated = templates.isPresent() ? search.withTemplates(templates.get()) : search;
        Optional<Double> least = body.number("min_probability", 0, 1);
        return least.isPresent() ? templated.withCutOff(least.get()) : templated;
    }

    private PictureQuery query(Exchange exchange, Served now, JsonBody body) throws IOException {
        String text = body.string("query").orElse("").strip();
        if (text.length() > LONGEST_QUERY) {
            throw ApiException.tooLarge(
                    "query: expected at most " + LONGEST_QUERY + " characters, found " + text.length());
        }
        PictureQuery query =
                text.isEmpty() ? new PictureQuery(List.of(), PictureFilter.NONE) : PictureQuery.parse(text);
        if (query.terms().stream().anyMatch(Term.PictureFile.class::isInstance)) {
            throw ApiException.invalid(
                    "query",
                    "query: expected no file's name; send the picture as image, or name one of the index as like, by its id");
        }
        Optional<String> like = body.string("like");
        if (like.isPresent()) {
            query = query.with(new Term.IndexedPicture(files.known(like.get()).id(), false, 1));
        }
        Optional<JsonElement> image = body.get("image");
        if (image.isPresent()) {
            Embedding embedding = encodings
                    .encode(exchange, now.model, List.of(inputs.picture("image", image.get())))
                    .units()
                    .getFirst();
            query = query.with(new Term.EncodedPicture(embedding, false, 1));
        }
        return query;
    }

    private Answer duplicates(Exchange exchange) {
        served();
        JsonBody body = exchange.json();
        boolean scenes = body.bool("scenes", false);
        int count = body.integer("limit", 1, LARGEST_PAGE).orElse(DEFAULT_PAGE);
        int offset = body.integer("offset", 0, FARTHEST).orElse(0);
        return answered(() -> {
            List<Duplicates.Group> all = duplicates.groups(exchange, scenes);
            int begin = Math.min(offset, all.size());
            int end = Math.min(begin + count, all.size());
            return Answer.json(json -> {
                json.beginObject();
                json.name("object").value("list");
                json.name("data").beginArray();
                for (Duplicates.Group group : all.subList(begin, end)) {
                    json.beginObject();
                    json.name("likeness").value(group.likeness().name().toLowerCase(Locale.ROOT));
                    json.name("pictures").beginArray();
                    for (IndexedPicture picture : group.pictures()) {
                        json.beginObject();
                        describe(json, picture);
                        json.endObject();
                    }
                    json.endArray();
                    json.endObject();
                }
                json.endArray();
                json.name("more").value(end < all.size());
                json.name("total").value(all.size());
                json.endObject();
            });
        });
    }

    private Answer picture(Exchange exchange) {
        String[] parts = exchange.rest().split("/", -1);
        String part = parts.length == 2 ? parts[1] : parts.length == 1 ? "" : "?";
        return answered(() -> switch (part) {
            case "" -> {
                IndexedPicture picture = files.known(parts[0]);
                yield Answer.json(json -> {
                    json.beginObject();
                    describe(json, picture);
                    json.endObject();
                });
            }
            case "thumbnail" -> files.thumbnail(parts[0]);
            case "original" -> files.original(parts[0]);
            default ->
                throw ApiException.of(
                        404,
                        "not_found",
                        "expected /v1/pictures/ID, ID/thumbnail or ID/original, found "
                                + Shown.quoted("/v1/pictures/" + exchange.rest()));
        });
    }

    private void describe(JsonWriter json, IndexedPicture picture) throws IOException {
        Path file = picture.stamp().file();
        json.name("id").value(picture.id());
        json.name("name").value(String.valueOf(file.getFileName()));
        json.name("path").value(withinFolders(file));
        json.name("bytes").value(picture.stamp().bytes());
        json.name("modified").value(picture.stamp().modified().toString());
        json.name("width").value(picture.width());
        json.name("height").value(picture.height());
        json.name("taken").value(picture.shot().taken().map(Objects::toString).orElse(null));
        json.name("place");
        if (picture.shot().place().isPresent()) {
            json.beginObject();
            json.name("latitude").value(picture.shot().place().get().latitude());
            json.name("longitude").value(picture.shot().place().get().longitude());
            json.endObject();
        } else {
            json.nullValue();
        }
        json.name("camera").value(picture.shot().camera().orElse(null));
        json.name("tags").beginArray();
        for (String tag : picture.tags()) {
            json.value(tag);
        }
        json.endArray();
    }

    /** Where the folders lie is nobody's business. */
    private String withinFolders(Path file) {
        for (Path folder : index.folders()) {
            if (file.startsWith(folder)) {
                return Optional.ofNullable(folder.getParent())
                        .map(parent -> parent.relativize(file))
                        .orElse(file)
                        .toString();
            }
        }
        return String.valueOf(file.getFileName());
    }

    @Override
    public void close() throws IOException {
        duplicates.close();
        index.close();
    }
}
