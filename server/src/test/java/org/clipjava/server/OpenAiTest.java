package org.clipjava.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's embeddings and models; the vectors are the engine's own. */
class OpenAiTest {
    private static final Path FIRE = TestServer.picture("pictograms/fire.png");

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

    private static float[] vector(TestServer.Reply reply, int index) {
        JsonObject data = reply.json().getAsJsonArray("data").get(index).getAsJsonObject();
        assertEquals(index, data.get("index").getAsInt());
        if (data.get("embedding").isJsonArray()) {
            JsonArray array = data.getAsJsonArray("embedding");
            float[] values = new float[array.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = array.get(i).getAsFloat();
            }
            return values;
        }
        byte[] bytes = Base64.getDecoder().decode(data.get("embedding").getAsString());
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    private static TestServer.Reply embed(String body) {
        TestServer.Reply reply = server.post("/v1/embeddings", body);
        assertEquals(200, reply.status(), reply.text());
        return reply;
    }

    @ParameterizedTest
    @ValueSource(strings = {"float", "base64"})
    void vectorsOfTextsAreTheEnginesBitForBit(String format) {
        TestServer.Reply reply = embed("""
                {"model": "pictogram", "input": ["a dog", "ein Hund \\u00e4"], "encoding_format": "%s"}""".formatted(format));

        assertArrayEquals(clip.encodeText("a dog").normalized().toArray(), vector(reply, 0));
        assertArrayEquals(clip.encodeText("ein Hund ä").normalized().toArray(), vector(reply, 1));
        assertEquals("list", reply.json().get("object").getAsString());
        assertEquals("pictogram", reply.json().get("model").getAsString());
        int tokens = clip.tokenizer().encode("a dog").length()
                + clip.tokenizer().encode("ein Hund ä").length();
        JsonObject usage = reply.json().getAsJsonObject("usage");
        assertEquals(tokens, usage.get("prompt_tokens").getAsInt());
        assertEquals(tokens, usage.get("total_tokens").getAsInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // infinity, one and a list, with and without the data URI's head
                "{'input': 'data:image/png;base64,%s', 'modality': 'image'}",
                "{'input': ['%s'], 'modality': 'image'}",
                // Jina
                "{'input': [{'image': 'data:image/png;base64,%s'}]}",
                "{'input': [{'image': '%s'}]}",
                // vLLM
                "{'messages': [{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {'url': 'data:image/png;base64,%s'}}]}]}"
            })
    void vectorsOfPicturesAreTheEnginesBitForBit(String body) throws IOException {
        TestServer.Reply reply = embed(body.replace('\'', '"').formatted(TestServer.base64(FIRE)));

        assertArrayEquals(clip.encodeImage(FIRE).normalized().toArray(), vector(reply, 0));
    }

    @Test
    void textsAndPicturesCanComeTogether() throws IOException {
        TestServer.Reply reply =
                embed("{\"input\": [{\"text\": \"fire\"}, {\"image\": \"%s\"}]}".formatted(TestServer.base64(FIRE)));

        assertArrayEquals(clip.encodeText("fire").normalized().toArray(), vector(reply, 0));
        assertArrayEquals(clip.encodeImage(FIRE).normalized().toArray(), vector(reply, 1));
    }

    @Test
    void aConversationOfOneTextIsThatText() {
        TestServer.Reply reply = embed("{\"messages\": [{\"role\": \"user\", \"content\": \"fire\"}]}");

        assertArrayEquals(clip.encodeText("fire").normalized().toArray(), vector(reply, 0));
    }

    @Test
    void fewerDimensionsAreOfLengthOneAgain() {
        float[] whole = clip.encodeText("a dog").toArray();
        Embedding first =
                Embedding.of(Arrays.copyOf(clip.encodeText("a dog").normalized().toArray(), 7));

        float[] vector = vector(embed("{\"input\": \"a dog\", \"dimensions\": 7}"), 0);

        assertTrue(whole.length > 7);
        assertArrayEquals(first.normalized().toArray(), vector);
    }

    @Test
    void tellsWhichTextsWereCutOff() {
        TestServer.Reply reply = embed("{\"input\": [\"a dog\", \"" + "dog ".repeat(200) + "\"]}");

        assertEquals("1", reply.header("x-truncated-inputs"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"input": [1, 2, 3]}                    | check_embedding_ctx_length=False
            {"input": [[1, 2], [3]]}                | check_embedding_ctx_length=False
            {"input": []}                           | input: expected at least one, found an empty array
            {"input": ""}                           | input: expected a text, found an empty one
            {"input": ["a", null]}                  | input[1]: expected a string, found null
            {"input": {"text": "a", "image": "b"}}  | input: expected a member text or a member image, found text, image
            {}                                      | input: expected a value, found nothing
            {"input": "a", "dimensions": 0}         | dimensions: expected a whole number, 1 to
            {"input": "a", "dimensions": 100000}    | dimensions: expected a whole number, 1 to
            {"input": "a", "dimensions": 1.5}       | found 1.5
            {"input": "a", "encoding_format": "x"}  | encoding_format: expected float or base64, found "x"
            {"input": "a!", "modality": "image"}    | input: expected a picture in base64, found "a!"
            {"input": "http://x/a.png", "modality": "image"} | --allow-urls
            {"input": "YWJj", "modality": "image"}  | input:
            {"input": "a", "input": "b"}            | the member "input" is there twice
            ["a"]                                   | the body: expected an object, found an array
            {"input": "a"} x                        | expected a JSON object, found what is none
            {"input": 'a'}                          | expected a JSON object, found what is none
            """)
    void aWrongRequestIsA400ThatNamesTheMember(String body, String expected) {
        TestServer.Reply reply = server.post("/v1/embeddings", body);

        assertEquals(400, reply.status(), reply.text());
        assertTrue(reply.error().contains(expected), reply.error());
        assertEquals("application/json", reply.header("content-type"));
        JsonObject error = reply.json().getAsJsonObject("error");
        assertEquals("invalid_request_error", error.get("type").getAsString());
        assertTrue(error.has("param"));
    }

    @Test
    void anUnknownModelIsA404ThatNamesTheKnown() {
        TestServer.Reply reply = server.post("/v1/embeddings", "{\"model\": \"gpt\", \"input\": \"a\"}");

        assertEquals("404 model_not_found model \"gpt\" is not served; there is pictogram", reply.error());
    }

    @Test
    void tooManyInputsAreRefused() {
        TestServer.Reply reply = server.post("/v1/embeddings", "{\"input\": [" + "\"a\",".repeat(2048) + "\"a\"]}");

        assertEquals("413 too_large input: expected at most 2048 inputs, found 2049", reply.error());
    }

    @Test
    void anArrayOfMillionsIsRefusedBeforeItIsATree() {
        TestServer.Reply reply = server.post("/v1/embeddings", "{\"input\": [" + "[],".repeat(5_000_000) + "[]]}");

        assertTrue(
                reply.error().startsWith("413 too_large the body: expected at most 200000 JSON values"), reply.error());
    }

    @Test
    void nestingWithoutEndIsRefused() {
        TestServer.Reply reply = server.post("/v1/embeddings", "{\"input\": " + "[".repeat(100_000));

        assertEquals(400, reply.status());
        assertTrue(reply.error().startsWith("400 invalid_json"), reply.error());
    }

    @Test
    void listsItsModels() {
        JsonObject model =
                server.get("/v1/models").json().getAsJsonArray("data").get(0).getAsJsonObject();

        assertEquals("pictogram", model.get("id").getAsString());
        assertEquals("model", model.get("object").getAsString());
        assertEquals(clip.config().embedDim(), model.get("dimensions").getAsInt());
        assertEquals(model, server.get("/v1/models/pictogram").json());
        assertEquals(404, server.get("/v1/models/other/one").status());
    }
}
