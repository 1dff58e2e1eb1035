package org.clipjava.cli.report;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.cli.output.Json;
import org.clipjava.cli.output.Version;
import org.clipjava.encoder.Availability;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.error.BackendUnavailableException;
import org.clipjava.measure.Machine;

/**
 * What clip runs on.
 *
 * @param facts by the names that text and JSON give them
 * @param backends by name
 */
public record Diagnosis(SequencedMap<String, String> facts, SequencedMap<String, Availability> backends) {
    /** The provider that the project has; where it is not on the class path, nothing else would tell of it. */
    private static final String TORNADO = "tornado";

    private static final int NAMES = 13;

    private static final String PROCESSORS = "processors";
    private static final String MEMORY = "memory";

    public static Diagnosis of(ClipOptions options) throws BackendUnavailableException {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("version", Version.ofJar());
        facts.put("java", Machine.java());
        facts.put("java_home", System.getProperty("java.home"));
        facts.put("system", Machine.system());
        facts.put("processor", Machine.processor());
        facts.put(PROCESSORS, Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put(MEMORY, Memory.ofThisProcess().toString());
        facts.put("vector_api", vectorApi());
        facts.put("backend", options.backend());
        return new Diagnosis(facts, backends(options));
    }

    private static String vectorApi() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                ? "there"
                : "missing; start Java with --add-modules jdk.incubator.vector";
    }

    private static SequencedMap<String, Availability> backends(ClipOptions options) throws BackendUnavailableException {
        SequencedMap<String, Availability> backends = new LinkedHashMap<>();
        for (EncoderBackend backend : Clip.backends(options)) {
            backends.put(backend.name(), backend.availability());
        }
        backends.putIfAbsent(
                TORNADO, new Availability.Missing("clip-tornado is not on the class or module path; see docs/gpu.md"));
        return backends;
    }

    public String toText() {
        NamedLines text = new NamedLines(NAMES);
        facts.forEach((name, fact) -> text.line(name.replace('_', ' '), fact));
        text.heading("backends");
        backends.forEach((name, availability) -> {
            switch (availability) {
                case Availability.Ready ready -> ready.devices().forEach(device -> text.line("  " + name, device));
                case Availability.Missing missing -> text.line("  " + name, "missing: " + missing.what());
            }
        });
        return text.toString();
    }

    public String toJson() {
        return Json.document(json -> {
            for (Map.Entry<String, String> fact : facts.entrySet()) {
                json.name(fact.getKey());
                switch (fact.getKey()) {
                    case PROCESSORS -> json.value(Runtime.getRuntime().availableProcessors());
                    case MEMORY -> write(json, Memory.ofThisProcess());
                    default -> json.value(fact.getValue());
                }
            }
            json.name("backends").beginArray();
            for (Map.Entry<String, Availability> backend : backends.entrySet()) {
                json.beginObject().name("name").value(backend.getKey());
                write(json, backend.getValue());
                json.endObject();
            }
            json.endArray();
        });
    }

    private static void write(JsonWriter json, Memory memory) throws IOException {
        json.beginObject().name("heap_bytes").value(memory.heap());
        write(json, "physical_bytes", memory.physical());
        write(json, "cgroup_bytes", memory.limit());
        json.endObject();
    }

    private static void write(JsonWriter json, String name, OptionalLong bytes) throws IOException {
        json.name(name);
        if (bytes.isPresent()) {
            json.value(bytes.getAsLong());
        } else {
            json.nullValue();
        }
    }

    private static void write(JsonWriter json, Availability availability) throws IOException {
        List<String> devices = availability instanceof Availability.Ready ready ? ready.devices() : List.of();
        json.name("ready").value(!devices.isEmpty());
        Json.array(json, "devices", devices);
        if (availability instanceof Availability.Missing missing) {
            json.name("missing").value(missing.what());
        }
    }
}
