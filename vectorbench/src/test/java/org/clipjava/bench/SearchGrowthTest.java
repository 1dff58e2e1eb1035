package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clipjava.bench.Options.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchGrowthTest {
    @Test
    void measuresAndDraws(@TempDir Path folder) throws Exception {
        Path svg = folder.resolve("search.svg");
        Path json = folder.resolve("search.json");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SearchOptions options = new SearchOptions(List.of(1, 2), 8, false, 5, svg, Optional.of(json), Optional.empty());
        new SearchGrowth(options, new PrintStream(out, true, StandardCharsets.UTF_8)).run();

        assertTrue(Files.readString(svg).contains("A query for the ten nearest"));
        JsonObject second = JsonParser.parseString(Files.readString(json))
                .getAsJsonObject()
                .getAsJsonArray("searches")
                .get(1)
                .getAsJsonObject();
        assertEquals(2000, second.get("vectors").getAsInt());
        assertEquals(1, second.get("recall_at_10").getAsDouble(), "below 20,000 all are compared");
        assertTrue(second.get("bytes").getAsLong() > 2000 * 8 * Float.BYTES);
        assertTrue(
                out.toString(StandardCharsets.UTF_8).contains("2,000 vectors: recall@10 1.0000"),
                out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void readsAllOptions() throws Exception {
        assertEquals(
                new SearchOptions(
                        List.of(1, 1000),
                        64,
                        true,
                        7,
                        Path.of("s.svg"),
                        Optional.of(Path.of("s.json")),
                        Optional.of(new SearchOptions.Unchanged(100_000, Path.of("m")))),
                SearchOptions.parse(List.of(
                        "--thousands",
                        "1,1000",
                        "--components=64",
                        "--quantised",
                        "yes",
                        "--repetitions",
                        "7",
                        "-o",
                        "s.svg",
                        "--json",
                        "s.json",
                        "--unchanged",
                        "100000",
                        "--model",
                        "m")));
        assertThrows(UsageException.class, () -> SearchOptions.parse(List.of("-o", "s.svg", "--unchanged", "1")));
        assertThrows(UsageException.class, () -> SearchOptions.parse(List.of("-o", "s.svg", "--quantised", "8")));
    }
}
