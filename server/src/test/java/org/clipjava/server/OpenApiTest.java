package org.clipjava.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description of the API: whole, and true of what the server says. */
class OpenApiTest {
    private static final Path GOAT = TestServer.picture("pictograms/goat.jpg");

    private static TestServer server;
    private static JsonObject document;

    @TempDir
    static Path folder;

    private static String picture = "";

    @BeforeAll
    static void open() throws IOException, InterruptedException {
        SmallIndex small = SmallIndex.in(folder);
        server = TestServer.start(builder -> builder.index(small.index()));
        picture = server.post("/v1/search", "{\"query\": \"path:snail\"}")
                .json()
                .getAsJsonArray("data")
                .get(0)
                .getAsJsonObject()
                .get("id")
                .getAsString();
        document = server.get("/openapi.json").json();
    }

    @AfterAll
    static void close() {
        server.close();
    }

    private static JsonElement at(String reference) {
        JsonElement element = document;
        for (String name : reference.substring(2).split("/", -1)) {
            element = element.getAsJsonObject().get(name.replace("~1", "/"));
            assertTrue(element != null, reference + " leads nowhere");
        }
        return element;
    }

    private static void references(JsonElement element, Set<String> found) {
        if (element.isJsonObject()) {
            for (Map.Entry<String, JsonElement> member :
                    element.getAsJsonObject().entrySet()) {
                if (member.getKey().equals("$ref")) {
                    found.add(member.getValue().getAsString());
                }
                references(member.getValue(), found);
            }
        } else if (element.isJsonArray()) {
            element.getAsJsonArray().forEach(each -> references(each, found));
        }
    }

    @Test
    void everyReferenceLeadsSomewhereAndEverySchemaIsUsed() {
        Set<String> references = new TreeSet<>();
        references(document, references);

        references.forEach(OpenApiTest::at);
        Set<String> schemas = new TreeSet<>();
        at("#/components/schemas")
                .getAsJsonObject()
                .keySet()
                .forEach(name -> schemas.add("#/components/schemas/" + name));
        schemas.removeAll(references);
        assertEquals(Set.of(), schemas);
    }

    @Test
    void everyOperationIsNamedOnceAndAnswered() {
        Set<String> names = new HashSet<>();
        for (Map.Entry<String, JsonElement> path :
                document.getAsJsonObject("paths").entrySet()) {
            for (Map.Entry<String, JsonElement> operation :
                    path.getValue().getAsJsonObject().entrySet()) {
                assertTrue(
                        names.add(operation
                                .getValue()
                                .getAsJsonObject()
                                .get("operationId")
                                .getAsString()),
                        path.getKey());
                String asked = path.getKey().replace("{model}", "pictogram").replace("{picture}", picture);
                TestServer.Reply reply =
                        operation.getKey().equals("get") ? server.get(asked) : server.post(asked, "{}");
                assertTrue(
                        reply.status() != 404 && reply.status() != 405 && reply.status() != 500, asked + reply.text());
            }
        }
    }

    @Test
    void answersAreAsDescribed() {
        String image = TestServer.base64(GOAT);
        check(
                "/v1/embeddings",
                "post",
                server.post("/v1/embeddings", "{\"input\": [\"a\", {\"image\": \"%s\"}]}".formatted(image)));
        check("/v1/embeddings", "post", server.post("/v1/embeddings", "{\"input\": 1}"));
        check("/v1/models", "get", server.get("/v1/models"));
        check("/v1/models/{model}", "get", server.get("/v1/models/pictogram"));
        check(
                "/v1/classify",
                "post",
                server.post("/v1/classify", "{\"image\": \"%s\", \"labels\": [\"a\", \"b\"]}".formatted(image)));
        check(
                "/v1/classify",
                "post",
                server.post(
                        "/v1/classify", "{\"image\": \"%s\", \"labels\": \"a\", \"min_cosine\": 1}".formatted(image)));
        String locate = "{\"image\": \"%s\", \"labels\": \"goat\", \"maps\": true, \"size\": 72}".formatted(image);
        check("/v1/locate", "post", server.post("/v1/locate", locate));
        check("/v1/locate", "post", server.post("/v1/locate", "{\"image\": \"%s\"}".formatted(image)));
        check(
                "/zero-shot-object-detection",
                "post",
                server.post(
                        "/zero-shot-object-detection",
                        "{\"inputs\": \"%s\", \"parameters\": {\"candidate_labels\": [\"goat\"]}}".formatted(image)));
        check("/v1/classifiers", "get", server.get("/v1/classifiers"));
        check("/v1/index", "get", server.get("/v1/index"));
        check("/v1/search", "post", server.post("/v1/search", "{\"query\": \"a snail\"}"));
        check("/v1/search", "post", server.post("/v1/search", "{}"));
        check("/v1/search", "post", server.post("/v1/search", "{\"limit\": 0}"));
        check("/v1/duplicates", "post", server.post("/v1/duplicates", "{}"));
        check("/v1/pictures/{picture}", "get", server.get("/v1/pictures/" + picture));
        check("/v1/pictures/{picture}/original", "get", server.get("/v1/pictures/0/original"));
        check("/embed", "post", server.post("/embed", "{\"inputs\": \"a\"}"));
        check(
                "/zero-shot-image-classification",
                "post",
                server.post(
                        "/zero-shot-image-classification",
                        "{\"inputs\": \"%s\", \"parameters\": {\"candidate_labels\": [\"a\"]}}".formatted(image)));
        check("/health", "get", server.get("/health"));
        check("/ready", "get", server.get("/ready"));
    }

    private static void check(String path, String method, TestServer.Reply reply) {
        JsonObject responses = document.getAsJsonObject("paths")
                .getAsJsonObject(path)
                .getAsJsonObject(method)
                .getAsJsonObject("responses");
        JsonObject response =
                responses.getAsJsonObject(responses.has("" + reply.status()) ? "" + reply.status() : "default");
        if (response.has("$ref")) {
            response = at(response.get("$ref").getAsString()).getAsJsonObject();
        }
        JsonObject schema = response.getAsJsonObject("content")
                .getAsJsonObject("application/json")
                .getAsJsonObject("schema");
        List<String> problems = new ArrayList<>();
        validate(schema, reply.element(), path, problems);
        assertEquals(List.of(), problems, reply.text());
    }

    /** As much of JSON Schema as the document uses; members that it does not know are problems too. */
    private static void validate(JsonObject schema, JsonElement value, String where, List<String> problems) {
        if (schema.has("$ref")) {
            validate(at(schema.get("$ref").getAsString()).getAsJsonObject(), value, where, problems);
            return;
        }
        if (schema.has("oneOf")) {
            long fitting = schema.getAsJsonArray("oneOf").asList().stream()
                    .filter(one -> {
                        List<String> own = new ArrayList<>();
                        validate(one.getAsJsonObject(), value, where, own);
                        return own.isEmpty();
                    })
                    .count();
            if (fitting != 1) {
                problems.add(where + ": fits " + fitting + " of several");
            }
            return;
        }
        if (schema.has("const") && !schema.get("const").equals(value)) {
            problems.add(where + ": is not " + schema.get("const"));
        }
        if (schema.has("enum") && !schema.getAsJsonArray("enum").contains(value)) {
            problems.add(where + ": is none of " + schema.get("enum"));
        }
        Set<String> types = new HashSet<>();
        if (schema.get("type").isJsonArray()) {
            schema.getAsJsonArray("type").forEach(type -> types.add(type.getAsString()));
        } else {
            types.add(schema.get("type").getAsString());
        }
        String type = type(value);
        if (!types.contains(type) && !(type.equals("integer") && types.contains("number"))) {
            problems.add(where + ": is of type " + type + ", not " + types);
            return;
        }
        if (value.isJsonArray() && schema.has("items")) {
            for (JsonElement item : value.getAsJsonArray()) {
                validate(schema.getAsJsonObject("items"), item, where + "[]", problems);
            }
        }
        if (value.isJsonObject() && schema.has("properties")) {
            JsonObject properties = schema.getAsJsonObject("properties");
            if (schema.has("required")) {
                schema.getAsJsonArray("required").forEach(name -> {
                    if (!value.getAsJsonObject().has(name.getAsString())) {
                        problems.add(where + ": has no " + name);
                    }
                });
            }
            value.getAsJsonObject().entrySet().forEach(member -> {
                if (properties.has(member.getKey())) {
                    validate(
                            properties.getAsJsonObject(member.getKey()),
                            member.getValue(),
                            where + "." + member.getKey(),
                            problems);
                } else {
                    problems.add(where + ": has " + member.getKey() + ", which is not described");
                }
            });
        }
    }

    private static String type(JsonElement value) {
        if (value.isJsonNull()) {
            return "null";
        }
        if (value.isJsonArray()) {
            return "array";
        }
        if (value.isJsonObject()) {
            return "object";
        }
        JsonPrimitive primitive = value.getAsJsonPrimitive();
        if (primitive.isString()) {
            return "string";
        }
        if (primitive.isBoolean()) {
            return "boolean";
        }
        return primitive.getAsString().matches("-?\\d+") ? "integer" : "number";
    }
}
