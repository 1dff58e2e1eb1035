package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server under load: that all is measured, not what comes out of it. */
class ServeRatesTest {
    @TempDir
    Path folder;

    private String run(String... arguments) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ServeRates(ServeOptions.parse(List.of(arguments)), new PrintStream(out, true, StandardCharsets.UTF_8))
                .run();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Tag("thorough")
    @Test
    void measuresAllOfIt() throws Exception {
        Path json = folder.resolve("serve.json");
        String table = run(
                "--model=" + TestData.builtInModel(),
                "--repetitions=1",
                "--seconds=0.3",
                "--warm-up=0.1",
                "--steady=0.3",
                "--overload=0.3",
                "--queue=16",
                "--idle=0.1",
                // soon compiled
                "--java-options=-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dclip.kernels=scalar",
                "--json=" + json);

        assertTrue(table.contains("| what | found | goal | reached |\n|---|---|---|---|\n| bare engine, "), table);
        JsonObject values = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        for (String key : List.of(
                "bare_pictures_a_second",
                "server_pictures_a_second",
                "server_by_bare",
                "alone_seconds",
                "even_p99_by_alone",
                "clients_p99_by_alone",
                "strangers_p99_by_alone",
                "recovered_seconds",
                "newcomer_seconds",
                "after_idle_seconds")) {
            assertTrue(values.get(key).getAsDouble() >= 0, key + values);
        }
        assertTrue(values.get("server_pictures_a_second").getAsDouble() > 0);
        assertEquals(1, values.get("overload_known_share").getAsDouble());
        assertEquals(1, values.get("overload_retry_after").getAsDouble());
    }

    @Test
    void tellsWhatAProcessCanNotDo() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.safetensors"), "no model");

        String message =
                assertThrows(IOException.class, () -> run("--model=" + broken)).getMessage();
        assertTrue(message.startsWith(broken.toString()), message);
        assertThrows(NoSuchFileException.class, () -> run("--model=none.safetensors"));
        assertEquals(
                "export it: python3 vectorbench/export_onnx.py CHECKPOINT_FOLDER",
                assertThrows(NoSuchFileException.class, () -> run("--model=" + broken, "--onnx=" + folder))
                        .getReason());
    }
}
