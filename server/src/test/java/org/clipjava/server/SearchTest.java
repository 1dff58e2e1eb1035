package org.clipjava.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import javax.imageio.ImageIO;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.index.IndexException;
import org.clipjava.index.IndexModel;
import org.clipjava.index.IndexOptions;
import org.clipjava.index.PictureIndex;
import org.clipjava.index.PictureQuery;
import org.clipjava.index.PictureSearch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Search over HTTP, and the pictures that it gives out. */
class SearchTest {
    @TempDir
    static Path folder;

    private static SmallIndex small;
    private static TestServer server;

    @BeforeAll
    static void serves() throws IOException, InterruptedException {
        small = SmallIndex.in(folder);
        server = TestServer.start(builder -> builder.index(small.index()));
    }

    @AfterAll
    static void closes() {
        server.close();
    }

    private static List<String> names(TestServer.Reply reply) {
        assertEquals(200, reply.status(), reply.text());
        return names(reply.json().getAsJsonArray("data"));
    }

    private static List<String> names(JsonArray pictures) {
        List<String> names = new ArrayList<>();
        for (JsonElement picture : pictures) {
            names.add(picture.getAsJsonObject().get("name").getAsString());
        }
        return names;
    }

    private static JsonObject first(String query) {
        return server.post("/v1/search", "{\"query\": \"%s\", \"limit\": 1, \"min_probability\": 0}".formatted(query))
                .json()
                .getAsJsonArray("data")
                .get(0)
                .getAsJsonObject();
    }

    private static String id(String name) {
        return first("path:" + name).get("id").getAsString();
    }

    @Test
    void findsByWordsAsTheLibraryDoes() throws IOException {
        JsonObject found = first("a snail");
        assertEquals("snail.png", found.get("name").getAsString());
        assertEquals("Pictures/snail.png", found.get("path").getAsString().replace('\\', '/'));
        try (Clip clip = Clip.open(TestServer.MODEL);
                PictureIndex index = PictureIndex.read(small.index())) {
            PictureSearch.Found expected = PictureSearch.of(index, clip)
                    .withCutOff(0)
                    .page(PictureQuery.parse("a snail"), 0, 1)
                    .found()
                    .getFirst();
            assertEquals(expected.cosine(), found.get("cosine").getAsFloat(), 1e-6f);
            assertEquals(
                    expected.probability().orElseThrow(),
                    found.get("probability").getAsDouble(),
                    1e-4);
            assertEquals(expected.picture().id(), found.get("id").getAsString());
        }
    }

    @Test
    void keepsBackWhatIsUnlikelyUnlessAskedFor() {
        TestServer.Reply some = server.post("/v1/search", "{\"query\": \"a tax report of the second quarter\"}");
        assertEquals(List.of(), names(some));
        assertTrue(some.json().get("cut_off").getAsBoolean());
        assertEquals(
                9,
                names(server.post(
                                "/v1/search",
                                "{\"query\": \"a tax report of the second quarter\", \"min_probability\": 0}"))
                        .size());
    }

    @Test
    void pagesAreOfOneOrder() {
        List<String> parts = new ArrayList<>();
        boolean more = true;
        while (more) {
            TestServer.Reply reply = server.post(
                    "/v1/search",
                    "{\"query\": \"animal\", \"min_probability\": 0, \"limit\": 4, \"offset\": %d}"
                            .formatted(parts.size()));
            parts.addAll(names(reply));
            more = reply.json().get("more").getAsBoolean();
        }
        assertEquals(names(server.post("/v1/search", "{\"query\": \"animal\", \"min_probability\": 0}")), parts);
        assertEquals(9, names(server.post("/v1/search", "{}")).size(), "without a query all are found");
    }

    @Test
    void findsByAPictureThatIsSentAndByOneOfTheIndex() throws IOException {
        String sent = "{\"image\": \"%s\", \"limit\": 2}"
                .formatted(TestServer.base64(TestServer.picture("pictograms/snail.png")));
        assertEquals("snail.png", names(server.post("/v1/search", sent)).getFirst());

        List<String> like = names(server.post("/v1/search", "{\"like\": \"%s\"}".formatted(id("snail.png"))));
        assertEquals(8, like.size());
        assertFalse(like.contains("snail.png"));

        String both = "{\"image\": \"%s\", \"query\": \"cactus\", \"min_probability\": 0}"
                .formatted(TestServer.base64(TestServer.picture("pictograms/snail.png")));
        List<String> fused = names(server.post("/v1/search", both));
        List<String> ofPicture = names(server.post("/v1/search", sent.replace("\"limit\": 2", "\"limit\": 9")));
        assertTrue(fused.indexOf("cactus.png") < ofPicture.indexOf("cactus.png"), fused + ", " + ofPicture);
    }

    @Test
    void findsDuplicates() {
        TestServer.Reply reply = server.post("/v1/duplicates", "{}");
        JsonArray groups = reply.json().getAsJsonArray("data");
        assertEquals(1, groups.size(), reply.text());
        JsonObject group = groups.get(0).getAsJsonObject();
        assertEquals("same_file", group.get("likeness").getAsString());
        assertEquals(2, names(group.getAsJsonArray("pictures")).size());
    }

    @Test
    void givesThumbnailsAndOriginalsByIdAlone() throws IOException {
        String id = id("snail.png");
        TestServer.Reply original = server.get("/v1/pictures/" + id + "/original");
        assertArrayEquals(Files.readAllBytes(TestServer.picture("pictograms/snail.png")), original.bytes());
        assertEquals("image/png", original.header("content-type"));
        assertEquals("default-src 'none'; sandbox", original.header("content-security-policy"));
        assertEquals("nosniff", original.header("x-content-type-options"));

        TestServer.Reply thumbnail = server.get("/v1/pictures/" + id + "/thumbnail");
        assertEquals("image/jpeg", thumbnail.header("content-type"));
        assertTrue(ImageIO.read(new ByteArrayInputStream(thumbnail.bytes())).getWidth() > 0);
        assertEquals(
                "snail.png", server.get("/v1/pictures/" + id).json().get("name").getAsString());
    }

    @Test
    void noPathLeadsOutOfTheIndex() throws IOException {
        String id = id("snail.png");
        for (String path : List.of(
                "0".repeat(24) + "/original",
                id + "0/original",
                id.substring(1) + "/original",
                id.toUpperCase(Locale.ROOT) + "/original",
                id + "/original/..%2f..%2fetc/passwd",
                id + "/..%2foriginal",
                "..%2f..%2f..%2f..%2fetc%2fpasswd/original",
                "%2e%2e/%2e%2e/etc/passwd",
                "snail.png/original",
                small.pictures().resolve("snail.png") + "/original",
                "*/original",
                "%00/original",
                "/original")) {
            String answer = server.raw(
                    "GET /v1/pictures/" + path + " HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
            assertTrue(answer.matches("(?s)HTTP/1.1 (400|404) .*"), path + ": " + answer);
            assertFalse(answer.contains("root:"), path);
        }
        assertFalse(server.post("/v1/search", "{}").text().contains(folder.toString()), "says where the folders lie");
        assertEquals(
                "400 invalid_value query: expected no file's name; send the picture as image, or name one of the index as like, by its id",
                server.post("/v1/search", "{\"query\": \"/etc/passwd\"}").error());
    }

    @Test
    void aFileThatIsAnotherNowIsNotGivenOut(@TempDir Path own) throws IOException, InterruptedException {
        SmallIndex index = SmallIndex.in(own);
        Path secret = Files.writeString(own.resolve("secret"), "secret");
        try (TestServer other = TestServer.start(builder -> builder.index(index.index()))) {
            String id = other.post("/v1/search", "{\"query\": \"path:snail\"}")
                    .json()
                    .getAsJsonArray("data")
                    .get(0)
                    .getAsJsonObject()
                    .get("id")
                    .getAsString();
            Files.delete(index.pictures().resolve("snail.png"));
            Files.createSymbolicLink(index.pictures().resolve("snail.png"), secret);
            assertEquals(
                    "404 picture_gone the file of " + id + " has changed or is gone; run clip index again",
                    other.get("/v1/pictures/" + id + "/original").error());
            Files.delete(index.pictures().resolve("snail.png"));
            assertEquals(404, other.get("/v1/pictures/" + id + "/original").status());
            assertEquals(200, other.get("/v1/pictures/" + id + "/thumbnail").status());

            index.update(); // another process, as it were
            Thread.sleep(1100);
            assertEquals(8, names(other.post("/v1/search", "{}")).size());
            assertEquals(404, other.get("/v1/pictures/" + id + "/thumbnail").status());
        }
    }

    @Test
    void wantsTheKey() {
        try (TestServer other =
                TestServer.start(builder -> builder.index(small.index()).apiKey("secret"))) {
            for (String path : List.of("/v1/index", "/v1/pictures/" + id("snail.png") + "/original")) {
                assertEquals(401, other.get(path).status());
                assertEquals(
                        200, other.get(path, "authorization", "Bearer secret").status());
            }
            assertEquals(401, other.post("/v1/search", "{}").status());
            assertEquals(401, other.post("/v1/duplicates", "{}").status());
        }
    }

    @Test
    void saysWhatIsWrongWithAQuery() {
        for (String[] wrong : new String[][] {
            {"{\"query\": \"date:tomorrow\"}", "400 invalid_value query: "},
            {"{\"query\": \"\\\"open\"}", "400 invalid_value query: "},
            {"{\"query\": 7}", "400 invalid_value query: expected a string"},
            {"{\"limit\": 501}", "400 invalid_value limit: "},
            {"{\"offset\": -1}", "400 invalid_value offset: "},
            {"{\"min_probability\": 2}", "400 invalid_value min_probability: "},
            {"{\"like\": \"../../etc/passwd\"}", "404 picture_not_found "},
            {"{\"image\": \"aGVsbG8=\"}", "400 invalid_value "},
            {
                "{\"query\": \"path:%s\"}".formatted("*a?????????????".repeat(8)),
                "400 invalid_value query: expected fewer"
            },
            {"{\"query\": \"%s\"}".formatted("a ".repeat(2000)), "413 too_large query: "},
        }) {
            String error = server.post("/v1/search", wrong[0]).error();
            assertTrue(error.startsWith(wrong[1]), wrong[0] + ": " + error);
        }
        assertEquals(405, server.get("/v1/search").status());
    }

    @Test
    void refusesAnIndexThatIsNotThereOrOfAnotherModel(@TempDir Path empty) throws IOException {
        assertThrows(
                IndexException.class,
                () -> ClipServer.builder()
                        .model("pictogram", () -> Clip.open(TestServer.MODEL))
                        .index(empty)
                        .port(0)
                        .start());
        PictureIndex.open(empty, new IndexModel("another's", 512, "another"), IndexOptions.defaults())
                .close();
        try (ClipServer wrong = ClipServer.builder()
                .model("pictogram", () -> Clip.open(TestServer.MODEL))
                .index(empty)
                .port(0)
                .start()) {
            CompletionException failure =
                    assertThrows(CompletionException.class, () -> wrong.loaded().join());
            assertEquals(IndexException.Kind.OTHER_MODEL, ((IndexException) failure.getCause()).kind());
        }
    }

    @Test
    void refusesAnIndexWhosePicturesWereNotDraftedIfItDrafts() throws IOException {
        try (ClipServer wrong = ClipServer.builder()
                .model(
                        "pictogram",
                        () -> Clip.open(TestServer.MODEL, ClipOptions.defaults().withDraft(true)))
                .index(small.index())
                .port(0)
                .start()) {
            CompletionException failure =
                    assertThrows(CompletionException.class, () -> wrong.loaded().join());
            assertEquals(IndexException.Kind.OTHER_DRAFT, ((IndexException) failure.getCause()).kind());
        }
    }
}
