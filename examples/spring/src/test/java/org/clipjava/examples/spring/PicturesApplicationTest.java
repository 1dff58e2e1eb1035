package org.clipjava.examples.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.core.env.Environment;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class PicturesApplicationTest {
    private static final String BOUNDARY = "between";

    private final String address;

    PicturesApplicationTest(@org.springframework.beans.factory.annotation.Autowired Environment environment) {
        address = "http://localhost:" + environment.getRequiredProperty("local.server.port");
    }

    @Test
    void labelsAPictureThatIsUploaded() throws Exception {
        HttpResponse<String> answer = post("/classify", picture("snail.png"), Map.of("labels", "cat,dog,snail"));

        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().startsWith("[{\"label\":\"snail\""), answer.body());
    }

    @Test
    void findsPicturesByWords() throws Exception {
        for (String name : new String[] {"snail.png", "banana.jpg"}) {
            assertEquals(
                    200, post("/pictures", picture(name), Map.of("name", name)).statusCode());
        }

        assertEquals("[\"banana.jpg\",\"snail.png\"]", get("/pictures?words=a%20photo%20of%20a%20banana"));
    }

    @Test
    void saysWhatIsWrongWithAPicture() throws Exception {
        HttpResponse<String> answer =
                post("/classify", "no picture".getBytes(StandardCharsets.US_ASCII), Map.of("labels", "cat,dog"));

        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("\"detail\":\"picture: "), answer.body());
    }

    @Test
    void isHealthyAndCounted() throws Exception {
        assertTrue(get("/actuator/health").contains("\"clip\":{"), get("/actuator/health"));
        assertTrue(get("/actuator/metrics/clip.model.parameters").contains("4902017"));
    }

    private String get(String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(address + path))).body();
    }

    private HttpResponse<String> post(String path, byte[] picture, Map<String, String> fields) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Map.Entry<String, String> field : fields.entrySet()) {
            part(body, "name=\"" + field.getKey() + "\"", field.getValue().getBytes(StandardCharsets.UTF_8));
        }
        part(body, "name=\"picture\"; filename=\"picture\"", picture);
        body.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return send(HttpRequest.newBuilder(URI.create(address + path))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.ofByteArray(body.toByteArray())));
    }

    private static void part(ByteArrayOutputStream to, String what, byte[] content) {
        String head = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + what + "\r\n\r\n";
        to.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        to.writeBytes(content);
        to.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    private static byte[] picture(String name) throws IOException {
        return Files.readAllBytes(TestData.committed().path("pictograms/" + name));
    }
}
