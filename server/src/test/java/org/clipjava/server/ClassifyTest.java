package org.clipjava.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.clipjava.Classification;
import org.clipjava.Clip;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.text.PromptTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our own API for classification. */
class ClassifyTest {
    private static final Path FIRE = TestServer.picture("pictograms/fire.png");
    private static final List<String> LABELS = List.of("church", "fire", "pencil");
    private static final List<PromptTemplate> TEMPLATES =
            List.of(PromptTemplate.of("a photo of a {}"), PromptTemplate.of("an icon of {label}"));

    @TempDir
    Path temporary;

    private static void assertScores(Classification expected, JsonObject found) {
        JsonArray scores = found.getAsJsonArray("scores");
        for (int i = 0; i < scores.size(); i++) {
            JsonObject score = scores.get(i).getAsJsonObject();
            Classification.Score wanted = expected.scores().get(i);
            assertEquals(wanted.label(), score.get("label").getAsString());
            assertEquals(wanted.score(), score.get("score").getAsFloat());
            assertEquals(wanted.cosine(), score.get("cosine").getAsFloat());
            assertEquals(wanted.logit(), score.get("logit").getAsFloat());
        }
    }

    @Test
    void scoresAreTheEngines() throws IOException {
        try (TestServer server = TestServer.start();
                Clip clip = Clip.open(TestServer.MODEL)) {
            Classification expected =
                    ZeroShotClassifier.of(clip, LABELS, TEMPLATES).classify(clip.encodeImage(FIRE));

            JsonObject answer = server.post("/v1/classify", """
                    {"image": "%s", "labels": ["church", "fire", "pencil"],
                     "templates": ["a photo of a {}", "an icon of {label}"], "top_k": 2}""".formatted(TestServer.base64(FIRE)))
                    .json();

            JsonObject first = answer.getAsJsonArray("data").get(0).getAsJsonObject();
            assertEquals("fire", first.get("label").getAsString());
            assertEquals(2, first.getAsJsonArray("scores").size());
            assertScores(expected, first);
        }
    }

    @Test
    void aSavedClassifierTellsNoneOfThese() throws IOException {
        Path file = temporary.resolve("labels.safetensors");
        Classification expected;
        try (Clip clip = Clip.open(TestServer.MODEL)) {
            ZeroShotClassifier zeroShot = ZeroShotClassifier.of(clip, LABELS);
            zeroShot.linear().withThresholds(0.99f, 0.99f, 0.99f).save(file, clip);
            expected = zeroShot.classify(clip.encodeImage(FIRE));
        }
        try (TestServer server = TestServer.start(builder -> builder.classifier("mine", file))) {
            String body = "{\"image\": [\"%s\"], \"classifier\": \"mine\"}".formatted(TestServer.base64(FIRE));

            JsonObject first = server.post("/v1/classify", body)
                    .json()
                    .getAsJsonArray("data")
                    .get(0)
                    .getAsJsonObject();

            assertTrue(first.get("label").isJsonNull());
            assertScores(expected, first);
            JsonObject listed = server.get("/v1/classifiers")
                    .json()
                    .getAsJsonArray("data")
                    .get(0)
                    .getAsJsonObject();
            assertEquals("mine", listed.get("id").getAsString());
            assertTrue(listed.get("thresholds").getAsBoolean());
        }
    }

    @Test
    void tellsWhatIsWrong() {
        try (TestServer server = TestServer.start()) {
            String image = TestServer.base64(FIRE);
            assertEquals(
                    "400 invalid_value expected either labels or the name of a classifier, found neither",
                    server.post("/v1/classify", "{\"image\": \"%s\"}".formatted(image))
                            .error());
            assertEquals(
                    "400 invalid_value labels: the label 'a' is there twice; remove one",
                    server.post("/v1/classify", "{\"image\": \"%s\", \"labels\": [\"a\", \"a\"]}".formatted(image))
                            .error());
            assertEquals(
                    "400 invalid_value templates: template 'x': expected one slot for the label, {} or {label}, found 0",
                    server.post(
                                    "/v1/classify",
                                    "{\"image\": \"%s\", \"labels\": [\"a\"], \"templates\": [\"x\"]}".formatted(image))
                            .error());
            assertEquals(
                    "404 classifier_not_found classifier \"x\" is not served; there is none",
                    server.post("/v1/classify", "{\"image\": \"%s\", \"classifier\": \"x\"}".formatted(image))
                            .error());
            assertTrue(server.post("/v1/classify", "{\"image\": \"AAAA\", \"labels\": \"a\"}")
                    .error()
                    .startsWith("400 invalid_value image: "));
        }
    }
}
