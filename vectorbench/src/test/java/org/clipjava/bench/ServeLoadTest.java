package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.clipjava.bench.Options.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Load on a server. */
class ServeLoadTest {
    @TempDir
    Path pictures;

    @Test
    void countsAnswersAndTimesThemFromWhenTheyWereDue() throws Exception {
        Files.write(pictures.resolve("a.jpg"), new byte[] {1, 2, 3});
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/embeddings", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
            boolean isRefused = asked.getAndIncrement() % 4 == 0 || !body.contains("\"AQID\"");
            exchange.sendResponseHeaders(isRefused ? 429 : 200, -1);
            exchange.close();
        });
        server.start();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            List<String> arguments =
                    List.of("--url", url, "--pictures", pictures.toString(), "--rate", "100", "--seconds", "0.2");
            ServeLoad.parse(arguments, new PrintStream(out, true, StandardCharsets.UTF_8))
                    .run();
        } finally {
            server.stop(0);
        }
        String report = out.toString(StandardCharsets.UTF_8);
        assertTrue(report.startsWith("20 requests at 100.0 a second, "), report);
        assertTrue(report.contains("statuses {200=15, 429=5}"), report);
        assertTrue(report.contains("pictures a second; from due to answered: median "), report);
    }

    @Test
    void quantilesAreOfTheValuesThemselves() {
        double[] values = {1, 2, 3, 4};

        assertEquals(2, Answers.quantile(values, 0.5));
        assertEquals(4, Answers.quantile(values, 0.99));
        assertEquals(1, Answers.quantile(new double[] {1}, 0.01));
    }

    @Test
    void refusesARateOfNothing() {
        List<String> arguments = List.of("--url", "http://localhost", "--pictures", "x", "--rate", "0");

        assertEquals(
                "--rate: expected requests a second, above 0, found '0'",
                assertThrows(UsageException.class, () -> ServeLoad.parse(arguments, System.out))
                        .getMessage());
    }
}
