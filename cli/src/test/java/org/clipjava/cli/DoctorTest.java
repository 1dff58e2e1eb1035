package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorTest {
    @Test
    void tellsWhatThereIsAndWhatIsMissing() {
        String text = doctor();
        assertTrue(text.matches("(?s).*\njava +\\S.*\nprocessors +\\d+\n.*\nbackend +cpu\n.*"), text);
        assertTrue(text.contains("  cpu         vector, "), text);
        assertTrue(text.contains("  machinecode "), text);
        assertTrue(
                text.contains(
                        "  tornado     missing: clip-tornado is not on the class or module path; see docs/gpu.md\n"),
                text);
    }

    @Test
    void isJsonForPrograms() {
        JsonObject json = JsonParser.parseString(
                        doctor("--format", "json", "--kernels", "scalar", "--threads", "3", "--backend", "auto"))
                .getAsJsonObject();
        assertEquals("auto", json.get("backend").getAsString());
        assertEquals(
                Runtime.getRuntime().availableProcessors(),
                json.getAsJsonPrimitive("processors").getAsNumber().intValue());
        assertTrue(json.getAsJsonPrimitive("processors").isNumber());
        JsonObject memory = json.getAsJsonObject("memory");
        assertEquals(Runtime.getRuntime().maxMemory(), memory.get("heap_bytes").getAsLong());
        assertEquals(
                Files.exists(Path.of("/proc/meminfo")),
                memory.get("physical_bytes").isJsonPrimitive(),
                memory.toString());
        assertTrue(memory.has("cgroup_bytes"), memory.toString());
        JsonArray backends = json.getAsJsonArray("backends");
        JsonObject cpu = backends.get(0).getAsJsonObject();
        assertEquals("cpu", cpu.get("name").getAsString());
        assertTrue(cpu.get("ready").getAsBoolean());
        assertEquals("scalar, threads: 3", cpu.getAsJsonArray("devices").get(0).getAsString());
        assertEquals(
                "machinecode", backends.get(1).getAsJsonObject().get("name").getAsString());
        JsonObject tornado = backends.get(2).getAsJsonObject();
        assertFalse(tornado.get("ready").getAsBoolean());
        assertTrue(tornado.get("missing").getAsString().contains("clip-tornado"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"classify --labels a x.png", "embed text hello", "tokenize hello"})
    void aBackendThatIsNotThereIsOneLine(String command) {
        Streams streams = new Streams("");
        assertEquals(2, Main.run(("--backend tornado " + command).split(" "), streams.terminal()));
        assertEquals("", streams.out());
        assertTrue(
                streams.err()
                        .endsWith(
                                "clip: backend tornado: not on the class or module path, where there is cpu, machinecode; "
                                        + "see docs/gpu.md\n"),
                streams.err());
    }

    private static String doctor(String... options) {
        Streams streams = new Streams("");
        String[] arguments = new String[options.length + 1];
        arguments[0] = "doctor";
        System.arraycopy(options, 0, arguments, 1, options.length);
        assertEquals(0, Main.run(arguments, streams.terminal()), streams.err());
        assertEquals("", streams.err());
        return streams.out();
    }
}
