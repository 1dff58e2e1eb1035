package org.clipjava.langchain4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ClipModels;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClipEmbeddingModelTest {
    private static final Path SNAIL = TestData.committed().path("pictograms/snail.png");

    private static Clip clip;
    private static ClipEmbeddingModel model;

    @BeforeAll
    static void opensTheModel() throws IOException {
        clip = ClipModels.load("pictogram");
        model = ClipEmbeddingModel.of(clip);
    }

    @AfterAll
    static void closesIt() {
        clip.close();
    }

    @Test
    void embedsTextsAndPicturesOfOneRequestInTheirOrder() throws IOException {
        EmbeddingRequest request = EmbeddingRequest.builder()
                .input("a snail")
                .input(ImageContent.from(SNAIL, "image/png"))
                .input("a dog")
                .inputType(EmbeddingInputType.QUERY)
                .build();

        List<Embedding> embeddings = model.embed(request).embeddings();

        assertArrayEquals(
                clip.encodeText("a snail").normalized().toArray(),
                embeddings.get(0).vector());
        assertArrayEquals(
                clip.encodeImage(SNAIL).normalized().toArray(),
                embeddings.get(1).vector());
        assertArrayEquals(
                clip.encodeText("a dog").normalized().toArray(),
                embeddings.get(2).vector());
        assertEquals(model.dimension(), embeddings.getFirst().dimension());
    }

    @Test
    void findsPicturesByWordsInAStore() throws IOException {
        InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
        for (String name : List.of("snail.png", "goat.jpg", "banana.jpg")) {
            Path file = TestData.committed().path("pictograms/" + name);
            EmbeddingRequest request = EmbeddingRequest.builder()
                    .input(ImageContent.from(file, name.endsWith("png") ? "image/png" : "image/jpeg"))
                    .build();
            store.add(model.embed(request).embeddings().getFirst(), TextSegment.from(name));
        }

        var found = store.search(EmbeddingSearchRequest.builder()
                .queryEmbedding(model.embed("a photo of a snail").content())
                .maxResults(1)
                .build());

        assertEquals("snail.png", found.matches().getFirst().embedded().text());
    }

    @Test
    void takesDataAddresses() throws IOException {
        String address = "data:image/png;base64," + Base64.getEncoder().encodeToString(Files.readAllBytes(SNAIL));

        EmbeddingRequest request = EmbeddingRequest.builder()
                .input(ImageContent.from(URI.create(address)))
                .build();

        assertArrayEquals(
                clip.encodeImage(SNAIL).normalized().toArray(),
                model.embed(request).embeddings().getFirst().vector());
    }

    @Test
    void refusesOtherAddressesUnlessTheirHostIsAllowed() throws IOException {
        byte[] picture = Files.readAllBytes(SNAIL);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            boolean elsewhere = exchange.getRequestURI().getPath().equals("/elsewhere");
            exchange.getResponseHeaders().add("Location", "/snail.png");
            exchange.sendResponseHeaders(elsewhere ? 302 : 200, elsewhere ? -1 : picture.length);
            if (!elsewhere) {
                exchange.getResponseBody().write(picture);
            }
            exchange.close();
        });
        server.start();
        try {
            String host = "localhost:" + server.getAddress().getPort();
            EmbeddingRequest request = ofAddress("http://" + host + "/snail.png");
            assertRefused("addresses of pictures are not fetched", model, request);
            assertRefused("not allowed", model.withAddresses(AllowedHosts.of("example.com")), request);
            ClipEmbeddingModel allowed = model.withAddresses(AllowedHosts.of(host));
            assertArrayEquals(
                    clip.encodeImage(SNAIL).normalized().toArray(),
                    allowed.embed(request).embeddings().getFirst().vector());
            assertRefused("found 302", allowed, ofAddress("http://" + host + "/elsewhere"));
            assertRefused("not allowed", allowed, ofAddress("file:///etc/passwd"));
            assertRefused(
                    "more than 10 bytes",
                    model.withAddresses(AllowedHosts.of(host).withLargest(10)),
                    request);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void saysWhichInputIsWrong() {
        assertRefused(
                "input 2: expected one text or one picture, found 2",
                model,
                EmbeddingRequest.builder()
                        .input("a cat")
                        .input(EmbeddingInput.from(TextContent.from("a"), TextContent.from("b")))
                        .build());
        assertRefused(
                "input 1: ",
                model,
                EmbeddingRequest.builder()
                        .input(ImageContent.from(Base64.getEncoder().encodeToString(new byte[100]), "image/png"))
                        .build());
    }

    @Test
    void refusesToShortenEmbeddings() {
        EmbeddingRequest request =
                EmbeddingRequest.builder().input("a cat").dimensions(64).build();

        assertThrows(UnsupportedFeatureException.class, () -> model.embed(request));
    }

    private static EmbeddingRequest ofAddress(String address) {
        return EmbeddingRequest.builder()
                .input(ImageContent.from(URI.create(address)))
                .build();
    }

    private static void assertRefused(String why, ClipEmbeddingModel model, EmbeddingRequest request) {
        InvalidRequestException e = assertThrows(InvalidRequestException.class, () -> model.embed(request));
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }
}
