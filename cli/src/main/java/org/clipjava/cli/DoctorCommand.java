package org.clipjava.cli;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.clipjava.ClipOptions;
import org.clipjava.backend.Backends;
import org.clipjava.encoder.Availability;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.measure.Machine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code clip doctor}. */
@Command(
        name = "doctor",
        description = "Shows what clip runs on: Java, processor, memory, and each backend's devices or what it misses.")
final class DoctorCommand implements Callable<Integer> {
    /** The provider that the project has; where it is not on the class path, nothing else would tell of it. */
    private static final String TORNADO = "tornado";

    @ParentCommand
    private ClipCommand clip;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json; text unless given.")
    private Format format = Format.TEXT;

    enum Format {
        TEXT,
        JSON
    }

    @Override
    public Integer call() throws IOException {
        Diagnosis diagnosis = Diagnosis.of(clip.globalOptions().clipOptions());
        Writer out = clip.terminal().writer();
        out.write(
                switch (format) {
                    case TEXT -> diagnosis.toText();
                    case JSON -> diagnosis.toJson();
                });
        out.flush();
        return ExitCode.OK.code();
    }

    /**
     * What there is.
     *
     * @param facts by the names that text and JSON give them
     * @param backends by name
     */
    record Diagnosis(SequencedMap<String, String> facts, SequencedMap<String, Availability> backends) {

        static Diagnosis of(ClipOptions options) {
            SequencedMap<String, String> facts = new LinkedHashMap<>();
            facts.put("version", ClipCommand.Version.ofJar());
            facts.put("java", Machine.java());
            facts.put("java_home", System.getProperty("java.home"));
            facts.put("system", Machine.system());
            facts.put("processor", Machine.processor());
            facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
            facts.put(
                    "memory",
                    "%,d MiB of heap at the most".formatted(Runtime.getRuntime().maxMemory() >> 20));
            facts.put("vector_api", vectorApi());
            facts.put("backend", options.backend());
            return new Diagnosis(facts, backends(options));
        }

        private static String vectorApi() {
            return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                    ? "there"
                    : "missing; start Java with --add-modules jdk.incubator.vector";
        }

        private static SequencedMap<String, Availability> backends(ClipOptions options) {
            SequencedMap<String, Availability> backends = new LinkedHashMap<>();
            for (EncoderBackend backend : Backends.all(options)) {
                backends.put(backend.name(), backend.availability());
            }
            backends.putIfAbsent(
                    TORNADO,
                    new Availability.Missing("clip-tornado is not on the class or module path; see docs/gpu.md"));
            return backends;
        }

        String toText() {
            StringBuilder text = new StringBuilder();
            facts.forEach((name, fact) -> line(text, name.replace('_', ' '), fact));
            text.append("\nbackends\n");
            backends.forEach((name, availability) -> {
                switch (availability) {
                    case Availability.Ready ready -> ready.devices().forEach(device -> line(text, "  " + name, device));
                    case Availability.Missing missing -> line(text, "  " + name, "missing: " + missing.what());
                }
            });
            return text.toString();
        }

        private static void line(StringBuilder text, String name, String value) {
            text.append("%-13s ".formatted(name))
                    .append(Terminal.oneLine(value))
                    .append('\n');
        }

        String toJson() {
            return Json.indentedObject(json -> {
                        for (Map.Entry<String, String> fact : facts.entrySet()) {
                            json.name(fact.getKey()).value(fact.getValue());
                        }
                        json.name("backends").beginArray();
                        for (Map.Entry<String, Availability> backend : backends.entrySet()) {
                            json.beginObject().name("name").value(backend.getKey());
                            List<String> devices = new ArrayList<>();
                            if (backend.getValue() instanceof Availability.Ready ready) {
                                devices.addAll(ready.devices());
                            }
                            json.name("ready")
                                    .value(!devices.isEmpty())
                                    .name("devices")
                                    .beginArray();
                            for (String device : devices) {
                                json.value(device);
                            }
                            json.endArray();
                            if (backend.getValue() instanceof Availability.Missing missing) {
                                json.name("missing").value(missing.what());
                            }
                            json.endObject();
                        }
                        json.endArray();
                    })
                    + "\n";
        }
    }
}
