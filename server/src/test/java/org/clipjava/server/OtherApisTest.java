package org.clipjava.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.clipjava.Classification;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;
import org.clipjava.text.PromptTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shapes of Hugging Face, TEI, Cohere, Voyage and immich; their errors too. */
class OtherApisTest {
    private static final Path GOAT = TestServer.picture("pictograms/goat.jpg");

    private static TestServer server;
    private static Clip clip;

    @BeforeAll
    static void open() throws IOException {
        server = TestServer.start();
        clip = Clip.open(TestServer.MODEL);
    }

    @AfterAll
    static void close() {
        server.close();
        clip.close();
    }

    private static JsonElement post(String path, String body) {
        TestServer.Reply reply = server.post(path, body.replace('\'', '"'));
        assertEquals(200, reply.status(), reply.text());
        return reply.element();
    }

    private static float[] floats(JsonElement element) {
        JsonArray array = element.getAsJsonArray();
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).getAsFloat();
        }
        return values;
    }

    private static float[] text(String text) {
        return clip.encodeText(text).normalized().toArray();
    }

    private static float[] goat() throws IOException {
        return clip.encodeImage(GOAT).normalized().toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/zero-shot-image-classification", "/models/pictogram", "/hf-inference/models/pictogram"})
    void huggingFaceGetsTheScoresOfItsOwnTemplate(String path) throws IOException {
        List<String> labels = List.of("fire", "goat");
        Classification expected = ZeroShotClassifier.of(
                        clip, labels, List.of(PromptTemplate.of("This is a photo of {}.")))
                .classify(clip.encodeImage(GOAT));

        JsonArray scores = post(
                        path,
                        "{'inputs': '%s', 'parameters': {'candidate_labels': ['fire', 'goat']}}"
                                .formatted(TestServer.base64(GOAT)))
                .getAsJsonArray();

        assertEquals(2, scores.size());
        for (int i = 0; i < 2; i++) {
            JsonObject score = scores.get(i).getAsJsonObject();
            assertEquals(expected.scores().get(i).label(), score.get("label").getAsString());
            assertEquals(expected.scores().get(i).score(), score.get("score").getAsFloat());
        }
    }

    @Test
    void huggingFacesOtherFormAndTemplate() {
        JsonArray scores = post("/models/pictogram", """
                {'inputs': {'image': '%s'},
                 'parameters': {'candidate_labels': ['fire', 'goat'], 'hypothesis_template': 'a {}'}}""".formatted(TestServer.base64(GOAT)))
                .getAsJsonArray();

        assertEquals("goat", scores.get(0).getAsJsonObject().get("label").getAsString());
    }

    @Test
    void huggingFacesErrors() {
        TestServer.Reply reply = server.post("/models/other/model", "{\"inputs\": \"\", \"parameters\": {}}");

        assertEquals(404, reply.status());
        assertEquals("{\"error\":\"model \\\"other/model\\\" is not served; there is pictogram\"}", reply.text());
    }

    @Test
    void teiEmbedsOneTextOrSeveral() {
        assertArrayEquals(
                text("a dog"),
                floats(post("/embed", "{'inputs': 'a dog'}").getAsJsonArray().get(0)));
        JsonArray two = post("/embed", "{'inputs': ['a dog', 'a cat'], 'normalize': false}")
                .getAsJsonArray();
        assertArrayEquals(clip.encodeText("a cat").toArray(), floats(two.get(1)));
        assertEquals(
                7,
                post("/embed", "{'inputs': 'a dog', 'dimensions': 7}")
                        .getAsJsonArray()
                        .get(0)
                        .getAsJsonArray()
                        .size());
    }

    @Test
    void teiRefusesWhatIsTooLongUnlessItMayCut() {
        String text = "dog ".repeat(100);
        TestServer.Reply refused = server.post("/embed", "{\"inputs\": \"%s\"}".formatted(text));

        assertEquals(413, refused.status());
        assertEquals("validation", refused.json().get("error_type").getAsString());
        assertTrue(refused.json().get("error").getAsString().startsWith("inputs[0]: expected at most"), refused.text());
        assertArrayEquals(
                text(text),
                floats(post("/embed", "{'inputs': '%s', 'truncate': true}".formatted(text))
                        .getAsJsonArray()
                        .get(0)));
        JsonObject info = server.get("/info").json();
        assertEquals(
                clip.tokenizer().contextLength(), info.get("max_input_length").getAsInt());
    }

    @Test
    void cohereGetsTextsThenPicturesThenMixed() throws IOException {
        JsonObject embeddings = post("/v2/embed", """
                {'model': 'pictogram', 'input_type': 'search_document', 'embedding_types': ['float', 'base64'],
                 'texts': ['a dog'], 'images': ['data:image/jpeg;base64,%s'],
                 'inputs': [{'content': [{'type': 'text', 'text': 'a cat'}]}]}""".formatted(TestServer.base64(GOAT)))
                .getAsJsonObject()
                .getAsJsonObject("embeddings");

        JsonArray floats = embeddings.getAsJsonArray("float");
        assertArrayEquals(text("a dog"), floats(floats.get(0)));
        assertArrayEquals(goat(), floats(floats.get(1)));
        assertArrayEquals(text("a cat"), floats(floats.get(2)));
        assertEquals(3, embeddings.getAsJsonArray("base64").size());
        TestServer.Reply refused = server.post("/v2/embed", "{\"texts\": [\"a\"], \"embedding_types\": [\"int8\"]}");
        assertEquals("{\"message\":\"embedding_types: expected float or base64, found \\\"int8\\\"\"}", refused.text());
    }

    @Test
    void voyageGetsItsUsage() throws IOException {
        JsonObject answer = post("/v1/multimodalembeddings", """
                {'model': 'pictogram', 'inputs': [{'content': [{'type': 'text', 'text': 'a dog'}]},
                 {'content': [{'type': 'image_base64', 'image_base64': 'data:image/jpeg;base64,%s'}]}]}""".formatted(TestServer.base64(GOAT)))
                .getAsJsonObject();

        assertArrayEquals(
                text("a dog"),
                floats(answer.getAsJsonArray("data").get(0).getAsJsonObject().get("embedding")));
        assertArrayEquals(
                goat(),
                floats(answer.getAsJsonArray("data").get(1).getAsJsonObject().get("embedding")));
        JsonObject usage = answer.getAsJsonObject("usage");
        assertTrue(usage.get("image_pixels").getAsLong() > 0);
        assertEquals(
                clip.tokenizer().encode("a dog").length(),
                usage.get("text_tokens").getAsInt());
        TestServer.Reply refused = server.post("/v1/multimodalembeddings", """
                {"inputs": [{"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}]}""");
        assertEquals(400, refused.status());
        assertTrue(
                refused.json().get("detail").getAsString().startsWith("inputs[0].content: expected one part"),
                refused.text());
    }

    /** A form as immich's client writes it: the picture's part has no type. */
    private static byte[] form(String entries, String name, byte[] content) {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes(("--x\r\nContent-Disposition: form-data; name=\"entries\"\r\n\r\n" + entries
                        + "\r\n--x\r\nContent-Disposition: form-data; name=\"" + name + "\""
                        + (name.equals("image") ? "; filename=\"blob\"\r\nContent-Type: application/octet-stream" : "")
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        form.writeBytes(content);
        form.writeBytes("\r\n--x--\r\n".getBytes(StandardCharsets.UTF_8));
        return form.toByteArray();
    }

    private static TestServer.Reply predict(TestServer asked, String entries, String name, byte[] content) {
        return asked.post("/predict", form(entries, name, content), "content-type", "multipart/form-data; boundary=x");
    }

    @Test
    void immichGetsVectorsInAString() throws IOException {
        assertEquals("pong", server.get("/ping").text());

        JsonObject picture = predict(
                        server,
                        "{\"clip\": {\"visual\": {\"modelName\": \"pictogram\"}}}",
                        "image",
                        Files.readAllBytes(TestServer.picture("images/coffee_exif6.jpg")))
                .json();
        JsonObject text = predict(
                        server,
                        "{\"clip\": {\"textual\": {\"modelName\": \"pictogram\", \"options\": {\"language\": \"en\"}}}}",
                        "text",
                        "ein Hund ä".getBytes(StandardCharsets.UTF_8))
                .json();

        assertArrayEquals(
                clip.encodeImage(TestServer.picture("images/coffee_exif6.jpg"))
                        .normalized()
                        .toArray(),
                floats(JsonParser.parseString(picture.get("clip").getAsString())));
        assertTrue(picture.get("imageHeight").getAsInt() > 0);
        assertTrue(picture.get("imageWidth").getAsInt() > 0);
        assertArrayEquals(
                text("ein Hund ä"),
                floats(JsonParser.parseString(text.get("clip").getAsString())));
        assertEquals(1, text.size());
    }

    @Test
    void draftsIfItsModelDoes() throws IOException {
        Path photo = TestServer.picture("images/coffee_exif6.jpg");
        RgbImage whole = ImageDecoder.standard().decode(photo);
        try (TestServer drafting = TestServer.of(builder -> builder.model(
                        "pictogram",
                        () -> Clip.open(TestServer.MODEL, ClipOptions.defaults().withDraft(true))));
                Clip same = Clip.open(TestServer.MODEL, ClipOptions.defaults().withDraft(true))) {
            drafting.server().loaded().join();
            JsonObject answer = predict(
                            drafting,
                            "{\"clip\": {\"visual\": {\"modelName\": \"pictogram\"}}}",
                            "image",
                            Files.readAllBytes(photo))
                    .json();
            float[] expected = same.encodeImage(photo).normalized().toArray();
            assertArrayEquals(
                    expected, floats(JsonParser.parseString(answer.get("clip").getAsString())));
            assertEquals(whole.width(), answer.get("imageWidth").getAsInt());
            assertEquals(whole.height(), answer.get("imageHeight").getAsInt());
            assertFalse(Arrays.equals(clip.encodeImage(photo).normalized().toArray(), expected));
            JsonObject embedded = drafting.post(
                            "/v1/embeddings",
                            "{\"model\": \"pictogram\", \"input\": [{\"image\": \"" + TestServer.base64(photo)
                                    + "\"}]}")
                    .json();
            assertArrayEquals(
                    expected,
                    floats(embedded.getAsJsonArray("data")
                            .get(0)
                            .getAsJsonObject()
                            .get("embedding")));
            assertTrue(drafting.get("/v1/models/pictogram").json().get("draft").getAsBoolean());
        }
        assertFalse(server.get("/v1/models/pictogram").json().get("draft").getAsBoolean());
    }

    @Test
    void immichsOtherTasksAreRefusedWithTheCure() {
        TestServer.Reply refused = predict(
                server,
                "{\"facial-recognition\": {\"detection\": {\"modelName\": \"buffalo_l\"}}}",
                "image",
                new byte[] {1});

        assertEquals(422, refused.status());
        assertTrue(refused.json().get("detail").getAsString().contains("--immich-upstream"), refused.text());
        assertEquals(400, server.post("/predict", "no form").status());
        assertEquals(
                400,
                server.post("/predict", "no form", "content-type", "multipart/form-data; boundary=x")
                        .status());
        TestServer.Reply unknown = predict(
                server, "{\"clip\": {\"visual\": {\"modelName\": \"ViT-B-32__openai\"}}}", "image", new byte[] {1});
        assertEquals(404, unknown.status());
    }

    @Test
    void immichsOtherTasksGoToTheOtherServer() throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/predict", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            byte[] answer = "{\"length\": %d}".formatted(body.length).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        other.start();
        URI address = URI.create("http://127.0.0.1:" + other.getAddress().getPort() + "/");
        String entries = "{\"ocr\": {}}";
        try (TestServer proxy = TestServer.start(builder -> builder.immichUpstream(address))) {
            JsonObject answer = predict(proxy, entries, "image", new byte[100]).json();
            assertEquals(
                    form(entries, "image", new byte[100]).length,
                    answer.get("length").getAsInt());
            other.stop(0);
            assertEquals(502, predict(proxy, entries, "image", new byte[100]).status());
        } finally {
            other.stop(0);
        }
    }

    @Test
    void immichsNameOfAModelMeansItsRepository() {
        try (TestServer aliased = TestServer.start(builder -> builder.alias("openai/clip-vit-base-patch32", "pictogram")
                .alias("laion/CLIP-ViT-B-32-laion2B-s34B-b79K", "pictogram"))) {
            for (String name : List.of(
                    "ViT-B-32__openai",
                    "ViT-B/32",
                    "ViT-B-32/openai",
                    "ViT-B-32__laion2b-s34b-b79k",
                    "ViT-B-32__laion2b_s34b_b79k")) {
                assertEquals(
                        200,
                        aliased.post("/v1/embeddings", "{\"model\": \"%s\", \"input\": \"a\"}".formatted(name))
                                .status(),
                        name);
            }
            assertEquals(
                    404,
                    aliased.post("/v1/embeddings", "{\"model\": \"ViT-L-14__openai\", \"input\": \"a\"}")
                            .status());
        }
    }
}
