package org.clipjava.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.clipjava.Clip;
import org.clipjava.PatchOptions;
import org.clipjava.config.PatchMethod;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;
import org.clipjava.locate.Box;
import org.clipjava.locate.Detection;
import org.clipjava.locate.Location;
import org.clipjava.locate.Locator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where things are, over HTTP: a cactus to the left of a purse. */
@Timeout(120)
class LocateTest {
    private static final List<String> LABELS = List.of("violin", "cactus", "purse");

    private static final String PICTURES = "clip_batch_inputs_count{kind=\"picture\",model=\"pictogram\"}";

    private static TestServer server;
    private static Clip clip;
    private static String image;
    private static RgbImage picture;

    /** As the engine has it. */
    private static List<Location> expected;

    @BeforeAll
    static void open() throws IOException {
        server = TestServer.start();
        clip = Clip.open(TestServer.MODEL);
        Path file = TestServer.picture("scenes/cactus-purse.png");
        image = TestServer.base64(file);
        picture = ImageDecoder.standard().decode(file);
        expected = Locator.of(clip, LABELS).locate(picture);
    }

    @AfterAll
    static void close() {
        server.close();
        clip.close();
    }

    private static TestServer.Reply locate(String more) {
        return server.post(
                "/v1/locate",
                "{\"image\": \"%s\", \"labels\": [\"violin\", \"cactus\", \"purse\"]%s}".formatted(image, more));
    }

    private static String refusal(String more) {
        return locate(more).error();
    }

    private static Box box(JsonElement detection) {
        JsonObject box = detection.getAsJsonObject().getAsJsonObject("box");
        return new Box(
                box.get("xmin").getAsInt(),
                box.get("ymin").getAsInt(),
                box.get("xmax").getAsInt(),
                box.get("ymax").getAsInt());
    }

    private static void assertSame(List<Location> wanted, JsonObject answer) {
        JsonArray data = answer.getAsJsonArray("data");
        assertEquals(wanted.size(), data.size());
        for (int i = 0; i < wanted.size(); i++) {
            Location location = wanted.get(i);
            JsonObject found = data.get(i).getAsJsonObject();
            assertEquals(location.label(), found.get("label").getAsString());
            assertEquals(location.isThere(), found.get("there").getAsBoolean());
            assertEquals(location.rank(), found.get("rank").getAsDouble());
            List<Detection> detections = new ArrayList<>();
            for (JsonElement one : found.getAsJsonArray("boxes")) {
                float score = one.getAsJsonObject().get("score").getAsFloat();
                detections.add(new Detection(location.label(), score, box(one)));
            }
            assertEquals(location.detections(), detections);
        }
    }

    @Test
    void tellsWhatIsWhereAndWhatIsNotThere() {
        JsonObject answer = locate(", \"maps\": true").json();

        assertSame(expected, answer);
        assertFalse(expected.get(0).isThere());
        assertTrue(expected.get(1).isThere() && expected.get(2).isThere());
        assertEquals(480, answer.get("width").getAsInt());
        assertEquals(400, answer.get("height").getAsInt());
        for (int i = 0; i < 3; i++) {
            JsonArray rows =
                    answer.getAsJsonArray("data").get(i).getAsJsonObject().getAsJsonArray("map");
            assertEquals(expected.get(i).map().rows(), rows.size());
            int columns = rows.get(0).getAsJsonArray().size();
            double[] values = expected.get(i).map().toArray();
            assertEquals(values.length, rows.size() * columns);
            for (int j = 0; j < values.length; j++) {
                assertEquals(
                        (float) values[j],
                        rows.get(j / columns).getAsJsonArray().get(j % columns).getAsFloat());
            }
        }
    }

    @Tag("thorough")
    @ParameterizedTest
    @CsvSource({"naclip,false", "clearclip,true", "maskclip,false", "last-layer,true"})
    void everyMethodIsTheEngines(String method, boolean tiles) {
        PatchMethod form = PatchMethod.valueOf(method.replace('-', '_').toUpperCase(Locale.ROOT));
        int side = clip.config().vision().imageSize();
        PatchOptions options = PatchOptions.defaults().withMethod(form);
        if (tiles) {
            options = options.withShortSide(3 * side)
                    .withTiles(clip.config().vision().grid() / 2);
        }
        List<Location> wanted =
                Locator.of(clip, LABELS).withOptions(options).withThreshold(0.5).locate(picture);

        JsonObject answer = locate(", \"method\": \"%s\", \"tiles\": %s, \"threshold\": 0.5".formatted(method, tiles))
                .json();

        assertSame(wanted, answer);
        assertFalse(answer.getAsJsonArray("data").get(0).getAsJsonObject().has("map"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/zero-shot-object-detection", "/zero-shot-object-detection/pictogram"})
    void huggingFaceGetsBoxesTheBestFirst(String path) {
        List<Detection> best = expected.stream()
                .flatMap(location -> location.detections().stream())
                .sorted((a, b) -> Float.compare(b.score(), a.score()))
                .toList();

        JsonArray found = detect(path, "");

        assertEquals(2, best.size());
        assertEquals(best.size(), found.size());
        for (int i = 0; i < best.size(); i++) {
            JsonObject one = found.get(i).getAsJsonObject();
            assertEquals(List.of("score", "label", "box"), List.copyOf(one.keySet()));
            assertEquals(
                    best.get(i),
                    new Detection(
                            one.get("label").getAsString(), one.get("score").getAsFloat(), box(one)));
        }
    }

    @Test
    void huggingFaceMayLeaveOutTheWorse() {
        String path = "/zero-shot-object-detection";
        double score = expected.stream()
                .flatMap(location -> location.detections().stream())
                .mapToDouble(Detection::score)
                .min()
                .orElseThrow();

        assertEquals(1, detect(path, ", \"top_k\": 1").size());
        assertEquals(
                1,
                detect(path, ", \"threshold\": " + Math.nextUp((float) score)).size());
    }

    private static JsonArray detect(String path, String more) {
        return server.post(
                        path,
                        "{\"inputs\": {\"image\": \"%s\"}, \"parameters\": {\"candidate_labels\": [\"violin\", \"cactus\", \"purse\"]%s}}"
                                .formatted(image, more))
                .element()
                .getAsJsonArray();
    }

    @Test
    void tellsWhatIsWrong() {
        assertEquals(
                "400 invalid_value method: expected windows or last-layer or maskclip or clearclip or naclip, found \"gem\"",
                refusal(", \"method\": \"gem\""));
        assertEquals(
                "400 invalid_value tiles: windows are tiles already; name another method with it",
                refusal(", \"tiles\": true"));
        assertEquals(
                "413 too_large image: expected a picture of at most 512 windows or tiles, found 3276; ask for a smaller size",
                refusal(", \"size\": 1296"));
        assertEquals(
                "413 too_large image: expected at most 2048 cells at once, found 50 x 60; ask for a smaller size, or for tiles",
                refusal(", \"size\": 600, \"method\": \"naclip\""));
        assertTrue(refusal(", \"size\": 1000000").startsWith("413 too_large image: expected a grid of at most"));
        assertTrue(refusal(", \"threshold\": 1").startsWith("400 invalid_value threshold: "));
        assertEquals(
                "400 invalid_value labels: the label 'a' is there twice; remove one",
                server.post("/v1/locate", "{\"image\": \"%s\", \"labels\": [\"a\", \"a\"]}".formatted(image))
                        .error());
        assertTrue(server.post("/v1/locate", "{\"image\": \"AAAA\", \"labels\": \"a\"}")
                .error()
                .startsWith("400 invalid_value image: "));
        assertEquals(
                "{\"error\":\"parameters.candidate_labels: expected labels, found nothing\"}",
                server.post("/zero-shot-object-detection", "{\"inputs\": \"AAAA\", \"parameters\": {}}")
                        .text());
    }

    /** Windows wait their turn one by one, and those that nobody waits for are left out. */
    @Tag("thorough")
    @Test
    void aPictureOfManyWindowsKeepsNobodyWaiting() throws Exception {
        double dropped = metric("clip_dropped_inputs_total");
        // A fast machine may be through before it sees that the client has left.
        for (int round = 0; metric("clip_dropped_inputs_total") == dropped; round++) {
            assertTrue(round < 20, "nothing was left out in twenty rounds");
            leavesWhileItIsRead();
        }
    }

    private void leavesWhileItIsRead() throws Exception {
        double before = metric(PICTURES);
        String large = "{\"image\": \"%s\", \"labels\": \"a\", \"size\": 480}".formatted(image);
        try (HttpClient client = HttpClient.newHttpClient()) {
            CompletableFuture<HttpResponse<String>> answer = client.sendAsync(
                    server.request("/v1/locate")
                            .POST(BodyPublishers.ofString(large))
                            .build(),
                    BodyHandlers.ofString());
            while (metric(PICTURES) == before) {
                Thread.sleep(5);
            }
            assertEquals(
                    200,
                    server.post("/v1/embeddings", "{\"input\": \"a text\"}").status());
            assertFalse(answer.isDone());
            client.shutdownNow();
        }
        Thread.sleep(500);
    }

    private static double metric(String name) {
        return server.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }
}
