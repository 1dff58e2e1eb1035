package org.clipjava.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.clipjava.ClipOptions;
import org.clipjava.models.Models;
import org.clipjava.server.TestServer.Reply;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of one tower: what they can do is served, what they lack is the caller's mistake, and said. */
class OneTowerTest {
    private static final String NO_TEXT = "model pictures: has an image tower alone and reads no texts";
    private static final String NO_IMAGE = "model texts: has a text tower alone and reads no pictures";

    @TempDir
    private static Path folder;

    private static TestServer server;

    @BeforeAll
    static void servesBothTowers() {
        Path image = SyntheticFolder.ofVision(SyntheticCheckpoint.TINY).write(folder.resolve("image"));
        Path text = SyntheticFolder.ofText(SyntheticCheckpoint.TINY).write(folder.resolve("text"));
        Models models = Models.in(folder.resolve("store"));
        server = TestServer.of(builder -> builder.model(
                        "pictures", () -> models.open(image.toString(), ClipOptions.defaults()))
                .model("texts", () -> models.open(text.toString(), ClipOptions.defaults())));
        server.server().loaded().join();
    }

    @AfterAll
    static void ends() {
        server.close();
    }

    private static String picture() {
        return TestServer.base64(TestServer.picture("images/coffee_small_150x100.png"));
    }

    private static String embeddings(String model, String member, String value) {
        return "{\"model\": \"%s\", \"input\": [{\"%s\": \"%s\"}]}".formatted(model, member, value);
    }

    private static void assertRefused(String message, Reply reply) {
        String body = new String(reply.bytes(), StandardCharsets.UTF_8);
        assertEquals(400, reply.status(), body);
        assertTrue(body.contains(message), body);
    }

    @Test
    void eachEncodesWhatItReads() {
        assertEquals(
                200,
                server.post("/v1/embeddings", embeddings("pictures", "image", picture()))
                        .status());
        assertEquals(
                200,
                server.post("/v1/embeddings", embeddings("texts", "text", "a dog"))
                        .status());
        assertEquals(200, server.get("/health").status());
    }

    @Test
    void whatATowerLacksIsTheCallersMistake() {
        assertRefused(NO_TEXT, server.post("/v1/embeddings", embeddings("pictures", "text", "a dog")));
        assertRefused(NO_IMAGE, server.post("/v1/embeddings", embeddings("texts", "image", picture())));
        String classify = "{\"model\": \"%s\", \"labels\": [\"cat\", \"dog\"], \"image\": \"" + picture() + "\"}";
        assertRefused(NO_TEXT, server.post("/v1/classify", classify.formatted("pictures")));
        assertRefused(NO_IMAGE, server.post("/v1/classify", classify.formatted("texts")));
        assertRefused(NO_TEXT, server.post("/embed", "{\"inputs\": \"a dog\"}"));
        assertRefused(NO_TEXT, server.get("/info"));
    }

    @Test
    void aModelTellsWhatItHas() {
        JsonObject pictures = JsonParser.parseString(
                        new String(server.get("/v1/models/pictures").bytes(), StandardCharsets.UTF_8))
                .getAsJsonObject();
        assertEquals(64, pictures.get("image_size").getAsInt());
        assertFalse(pictures.has("context_length") || pictures.has("logit_scale"));
        JsonObject texts = JsonParser.parseString(
                        new String(server.get("/v1/models/texts").bytes(), StandardCharsets.UTF_8))
                .getAsJsonObject();
        assertEquals(77, texts.get("context_length").getAsInt());
        assertFalse(texts.has("image_size") || texts.has("logit_scale"));
    }
}
