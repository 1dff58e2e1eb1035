package org.clipjava.cli;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.TowerConfig;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.TensorInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code clip inspect}. */
@Command(name = "inspect", description = "Shows a model file's configuration, metadata, source hashes and tensors.")
final class InspectCommand implements Callable<Integer> {
    private static final String SOURCE = "clip.source.";

    @ParentCommand
    private ClipCommand clip;

    @Parameters(
            paramLabel = "MODEL",
            arity = "0..1",
            description = "A model file, or a pulled model's name; the built-in model unless given.")
    private Optional<String> model = Optional.empty();

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        ModelFile file = model.isPresent() ? read(model.get()) : readEmbedded();
        Writer out = clip.terminal().writer();
        out.write(json ? file.toJson() : file.toText());
        out.flush();
        return ExitCode.OK.code();
    }

    private ModelFile read(String name) {
        Path path = ModelOption.path(name, clip);
        return ModelOption.reading(path, () -> {
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                return ModelFile.of(file, Files.size(path));
            }
        });
    }

    private static ModelFile readEmbedded() throws IOException {
        EmbeddedModel embedded = EmbeddedModel.find().orElseThrow(ModelOption::noModel);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = embedded.read(arena);
            return ModelFile.of(SafetensorsFile.of(bytes, EmbeddedModel.NAME), bytes.byteSize());
        }
    }

    /** A model file's header. */
    record ModelFile(
            String name,
            long bytes,
            ClipConfig config,
            SequencedMap<String, String> metadata,
            Collection<TensorInfo> tensors) {

        static ModelFile of(SafetensorsFile file, long bytes) throws IOException {
            return new ModelFile(
                    file.name(),
                    bytes,
                    ClipConfig.parse(file.metadata(), file.name()),
                    file.metadata(),
                    file.tensors().values());
        }

        String toText() {
            StringBuilder text = new StringBuilder();
            line(text, "file", Terminal.oneLine(name));
            line(text, "bytes", "%,d".formatted(bytes));
            String about = metadata.get("clip.description");
            if (about != null) {
                line(text, "about", Terminal.oneLine(about));
            }
            line(text, "weights", metadata.getOrDefault("clip.weight_type", "unknown"));
            line(text, "projection", Integer.toString(config.projection()));
            line(text, "activation", config.activation().spelling());
            line(text, "layer norm eps", Float.toString(config.layerNormEps()));
            line(
                    text,
                    "image tower",
                    tower(config.vision().tower())
                            + ", %d pixels, patch %d, %d tokens"
                                    .formatted(
                                            config.vision().imageSize(),
                                            config.vision().patchSize(),
                                            config.vision().tokens()));
            line(
                    text,
                    "text tower",
                    tower(config.text().tower())
                            + ", context %d, vocabulary %d"
                                    .formatted(
                                            config.text().contextLength(),
                                            config.text().vocabularySize()));

            text.append("\nbytes by type\n");
            bytesByType().forEach((type, sum) -> text.append("  %-6s %,15d%n".formatted(type, sum)));

            text.append("\nsources (SHA-256)\n");
            metadata.forEach((key, value) -> {
                if (key.startsWith(SOURCE)) {
                    text.append("  ")
                            .append(Terminal.oneLine(value + "  " + key.substring(SOURCE.length())))
                            .append('\n');
                }
            });

            text.append("\nmetadata\n");
            metadata.forEach((key, value) -> {
                if (!key.startsWith(SOURCE)) {
                    text.append("  ")
                            .append(Terminal.oneLine(key + " = " + value))
                            .append('\n');
                }
            });

            text.append("\ntensors (").append(tensors.size()).append(")\n");
            int width = tensors.stream().mapToInt(t -> t.name().length()).max().orElse(1);
            for (TensorInfo tensor : tensors) {
                text.append("  ")
                        .append(Terminal.oneLine(tensor.name()))
                        .append(" ".repeat(width - tensor.name().length()))
                        .append("  %-4s  %-16s %,14d%n".formatted(tensor.dtype(), tensor.shape(), tensor.bytes()));
            }
            return text.toString().replace(System.lineSeparator(), "\n");
        }

        String toJson() {
            return Json.indentedObject(json -> {
                        json.name("file").value(name);
                        json.name("bytes").value(bytes);
                        json.name("weight_type").value(metadata.getOrDefault("clip.weight_type", "unknown"));
                        json.name("config").beginObject();
                        json.name("projection").value(config.projection());
                        json.name("activation").value(config.activation().spelling());
                        json.name("layer_norm_eps").value(config.layerNormEps());
                        json.name("vision").beginObject();
                        write(json, config.vision().tower());
                        json.name("image_size").value(config.vision().imageSize());
                        json.name("patch_size").value(config.vision().patchSize());
                        json.name("tokens").value(config.vision().tokens());
                        json.endObject();
                        json.name("text").beginObject();
                        write(json, config.text().tower());
                        json.name("context_length").value(config.text().contextLength());
                        json.name("vocabulary_size").value(config.text().vocabularySize());
                        json.name("start_token").value(config.text().startToken());
                        json.name("end_token").value(config.text().endToken());
                        json.endObject();
                        json.endObject();

                        json.name("bytes_by_type").beginObject();
                        for (Map.Entry<String, Long> entry : bytesByType().entrySet()) {
                            json.name(entry.getKey()).value(entry.getValue());
                        }
                        json.endObject();

                        json.name("sources").beginObject();
                        for (Map.Entry<String, String> entry : metadata.entrySet()) {
                            if (entry.getKey().startsWith(SOURCE)) {
                                json.name(entry.getKey().substring(SOURCE.length()))
                                        .value(entry.getValue());
                            }
                        }
                        json.endObject();

                        json.name("metadata").beginObject();
                        for (Map.Entry<String, String> entry : metadata.entrySet()) {
                            json.name(entry.getKey()).value(entry.getValue());
                        }
                        json.endObject();

                        json.name("tensors").beginArray();
                        for (TensorInfo tensor : tensors) {
                            json.beginObject();
                            json.name("name").value(tensor.name());
                            json.name("type").value(tensor.dtype().toString());
                            json.name("shape").beginArray();
                            for (long dimension : tensor.shape()) {
                                json.value(dimension);
                            }
                            json.endArray();
                            json.name("bytes").value(tensor.bytes());
                            json.endObject();
                        }
                        json.endArray();
                    })
                    + "\n";
        }

        private Map<String, Long> bytesByType() {
            Map<String, Long> sums = new TreeMap<>();
            for (TensorInfo tensor : tensors) {
                sums.merge(tensor.dtype().toString(), tensor.bytes(), Long::sum);
            }
            return sums;
        }

        private static void line(StringBuilder text, String name, String value) {
            text.append(String.format(Locale.ROOT, "%-15s %s%n", name, Terminal.oneLine(value)));
        }

        private static String tower(TowerConfig tower) {
            return "width %d, %d layers, %d heads, MLP %d"
                    .formatted(tower.width(), tower.layers(), tower.heads(), tower.mlpWidth());
        }

        private static void write(JsonWriter json, TowerConfig tower) throws IOException {
            json.name("width").value(tower.width());
            json.name("layers").value(tower.layers());
            json.name("heads").value(tower.heads());
            json.name("mlp_width").value(tower.mlpWidth());
        }
    }
}
