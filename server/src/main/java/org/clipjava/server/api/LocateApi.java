package org.clipjava.server.api;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.clipjava.Clip;
import org.clipjava.NoDirectionException;
import org.clipjava.PatchOptions;
import org.clipjava.PatchReader;
import org.clipjava.config.PatchMethod;
import org.clipjava.config.VisionConfig;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.locate.Box;
import org.clipjava.locate.Detection;
import org.clipjava.locate.HeatMap;
import org.clipjava.locate.Location;
import org.clipjava.locate.Locator;
import org.clipjava.server.http.Answer;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.http.ErrorShape;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.http.JsonBody;
import org.clipjava.server.http.Route;
import org.clipjava.server.work.ServedModel;
import org.clipjava.text.PromptTemplate;

/** Where in a picture labels are: in a shape of our own, with maps, and as Hugging Face's zero-shot object detection. */
public final class LocateApi implements Api {
    private static final String WINDOWS = "windows";

    private static final List<String> METHODS = Stream.concat(
                    Stream.of(WINDOWS), Stream.of(PatchMethod.values()).map(LocateApi::name))
            .toList();

    /** Of a picture of ViT-B/32 in the shape of 4:1. */
    private static final int MOST_PASSES = 512;

    /** A picture that is read at once keeps all others waiting. */
    private static final int MOST_CELLS_AT_ONCE = 2048;

    /** A grid of large cells takes some hundred megabytes. */
    private static final int PICTURES_AT_ONCE = 2;

    private final Models models;
    private final Encodings encodings;
    private final Inputs inputs;
    private final Labels labels;
    private final Semaphore rooms = new Semaphore(PICTURES_AT_ONCE, true);

    public LocateApi(Models models, Service service) {
        this.models = models;
        this.encodings = service.encodings();
        this.inputs = service.inputs();
        this.labels = new Labels(encodings);
    }

    private static String name(PatchMethod method) {
        return method.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/v1/locate", ErrorShape.OPENAI, this::locate),
                Route.post("/zero-shot-object-detection", ErrorShape.HUGGING_FACE, this::detect),
                Route.post("/zero-shot-object-detection/*", ErrorShape.HUGGING_FACE, this::detect));
    }

    private record Size(int height, int width) {}

    /** A picture that is ready to be read. */
    private record Resized(PixelTensor pixels, Size size) {}

    private record Found(List<Location> locations, Size size) {}

    private Answer locate(Exchange exchange) {
        encodings.checkRoom();
        JsonBody body = exchange.json();
        ServedModel model = models.get(body.string("model"));
        Inputs.Image image = inputs.picture("image", body.need("image"));
        List<String> wanted = body.strings("labels")
                .orElseThrow(() -> ApiException.invalid("labels", "labels: expected labels, found nothing"));
        List<PromptTemplate> templates = Labels.templates("templates", body.strings("templates"))
                .orElse(List.of(model.clip().defaultTemplate()));
        PatchOptions options = options(model.clip(), body);
        double threshold = body.number("threshold", 0, Math.nextDown(1.0)).orElse(Locator.DEFAULT_THRESHOLD);
        boolean withMaps = body.bool("maps", false);
        Locator locator = labels.locator(exchange, model, "labels", wanted, templates)
                .withOptions(options)
                .withThreshold(threshold);
        Found found = find(exchange, model, image, locator, "ask for a smaller size");
        return Answer.json(json -> {
            json.beginObject();
            json.name("object").value("list");
            json.name("data").beginArray();
            for (Location location : found.locations) {
                write(json, location, withMaps);
            }
            json.endArray();
            json.name("width").value(found.size.width);
            json.name("height").value(found.size.height);
            json.name("model").value(model.name());
            json.endObject();
        });
    }

    private static PatchOptions options(Clip clip, JsonBody body) {
        String method = body.oneOf("method", WINDOWS, METHODS);
        boolean tiles = body.bool("tiles", false);
        if (tiles && method.equals(WINDOWS)) {
            throw ApiException.invalid("tiles", "tiles: windows are tiles already; name another method with it");
        }
        VisionConfig vision = clip.config().vision();
        PatchOptions options = Locator.defaultOptions(clip);
        if (!method.equals(WINDOWS)) {
            PatchMethod form = PatchMethod.valueOf(method.replace('-', '_').toUpperCase(Locale.ROOT));
            options = PatchOptions.defaults().withMethod(form);
        }
        if (tiles) {
            options = options.withShortSide(3 * vision.imageSize()).withTiles(Math.max(1, vision.grid() / 2));
        }
        Optional<Integer> size = body.integer("size", 1, Integer.MAX_VALUE);
        return size.isPresent() ? options.withShortSide(size.get()) : options;
    }

    private Found find(Exchange exchange, ServedModel model, Inputs.Image image, Locator locator, String cure) {
        String name = image.picture().name();
        PatchReader reader = model.clip()
                .patchReader(locator.options())
                .through(own -> encodings.inTurn(exchange, model, name, own));
        exchange.note(model.name(), 1);
        Encodings.acquire(exchange, rooms);
        try {
            Resized resized = encodings.decoded(exchange, image, picture -> resized(name, reader, picture, cure));
            Size size = resized.size;
            return new Found(locator.locate(reader.read(resized.pixels), size.height, size.width), size);
        } catch (NoDirectionException e) {
            throw ApiException.of(500, "model_error", name + ": " + e.getMessage());
        } finally {
            rooms.release();
        }
    }

    private static Resized resized(String name, PatchReader reader, RgbImage picture, String cure) {
        PatchReader.Cost cost;
        try {
            cost = reader.cost(picture.height(), picture.width());
        } catch (IllegalArgumentException e) {
            throw ApiException.tooLarge(name + ": " + e.getMessage());
        }
        if (cost.passes() > MOST_PASSES) {
            throw ApiException.tooLarge(name + ": expected a picture of at most " + MOST_PASSES
                    + " windows or tiles, found " + cost.passes() + "; " + cure);
        }
        if (cost.passes() == 1 && cost.rows() * cost.columns() > MOST_CELLS_AT_ONCE) {
            throw ApiException.tooLarge(name + ": expected at most " + MOST_CELLS_AT_ONCE + " cells at once, found "
                    + cost.rows() + " x " + cost.columns() + "; ask for a smaller size, or for tiles");
        }
        return new Resized(reader.resize(picture), new Size(picture.height(), picture.width()));
    }

    private static void write(JsonWriter json, Location location, boolean withMap) throws IOException {
        json.beginObject();
        json.name("label").value(location.label());
        json.name("there").value(location.isThere());
        json.name("rank").value(location.rank());
        json.name("boxes").beginArray();
        for (Detection detection : location.detections()) {
            json.beginObject();
            json.name("score").value(detection.score());
            write(json, detection.box());
            json.endObject();
        }
        json.endArray();
        if (withMap) {
            json.name("map").beginArray();
            HeatMap map = location.map();
            double[] values = map.toArray();
            for (int row = 0; row < map.rows(); row++) {
                json.beginArray();
                for (int column = 0; column < map.columns(); column++) {
                    json.value((float) values[row * map.columns() + column]);
                }
                json.endArray();
            }
            json.endArray();
        }
        json.endObject();
    }

    private static void write(JsonWriter json, Box box) throws IOException {
        json.name("box").beginObject();
        json.name("xmin").value(box.xmin());
        json.name("ymin").value(box.ymin());
        json.name("xmax").value(box.xmax());
        json.name("ymax").value(box.ymax());
        json.endObject();
    }

    /** As {@code transformers} has it: all boxes, the best first; those of labels that are not there are left out. */
    private Answer detect(Exchange exchange) {
        encodings.checkRoom();
        ZeroShotRequest request = ZeroShotRequest.of(
                exchange, models, inputs, model -> model.clip().defaultTemplate());
        double least = request.parameters().number("threshold", 0, 1).orElse(0.0);
        int top = request.parameters().integer("top_k", 1, Integer.MAX_VALUE).orElse(Integer.MAX_VALUE);
        Locator locator = labels.locator(
                exchange, request.model(), ZeroShotRequest.LABELS, request.labels(), request.templates());
        List<Detection> detections = new ArrayList<>();
        for (Location location :
                find(exchange, request.model(), request.image(), locator, "send it in parts").locations) {
            detections.addAll(location.detections());
        }
        List<Detection> best = detections.stream()
                .filter(detection -> detection.score() >= least)
                .sorted(Comparator.comparingDouble(Detection::score).reversed())
                .limit(top)
                .toList();
        return Answer.json(json -> {
            json.beginArray();
            for (Detection detection : best) {
                json.beginObject();
                json.name("score").value(detection.score());
                json.name("label").value(detection.label());
                write(json, detection.box());
                json.endObject();
            }
            json.endArray();
        });
    }
}
