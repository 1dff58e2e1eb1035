package org.clipjava.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.clipjava.config.Activation;
import org.clipjava.image.Resampling;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;

/** Every configuration of open_clip 3.3.0 is read, or refused by the name of its family; docs/open-clip.md is the list. */
class OpenClipConfigurationsTest {
    /** Who wants another page writes it by {@code -Dclip.test.write=true}. */
    private static final boolean WRITE = Boolean.getBoolean("clip.test.write");

    /** What stands behind the activation. */
    private static final Map<CheckpointFamily, String> READ = Map.of(
            CheckpointFamily.CLIP, "",
            CheckpointFamily.META_CLIP_2, ", MetaCLIP 2",
            CheckpointFamily.MOBILE_CLIP, ", MobileCLIP",
            CheckpointFamily.PE_CORE, ", PE-Core",
            CheckpointFamily.ROBERTA, ", RoBERTa for texts",
            CheckpointFamily.XLM_ROBERTA, ", XLM-RoBERTa for texts");

    private static SequencedMap<String, String> configurations() throws IOException {
        SequencedMap<String, String> all = new LinkedHashMap<>();
        for (String line : Files.readAllLines(TestData.committed().path("golden/open_clip_configs.txt"))) {
            String[] parts = line.split("\t", -1);
            all.put(parts[0], parts[1]);
        }
        return all;
    }

    /** Whether it is read, and what it is then, or else the family. */
    private record Result(boolean read, String what) {}

    private static Result result(String name, String json) throws IOException {
        JsonFields config = JsonFields.parse(json.getBytes(UTF_8), name);
        try {
            CheckpointFamily family = CheckpointFamily.ofOpenClip(config);
            if (family == CheckpointFamily.SIGLIP) {
                OpenClipSiglip.checkFields(config);
                return new Result(true, "SigLIP");
            }
            if (family == CheckpointFamily.MOBILE_CLIP || family == CheckpointFamily.PE_CORE) {
                return new Result(true, timm(config) + READ.get(family));
            }
            OpenClipConfig read = OpenClipConfig.of(config, Optional.empty(), stated(json));
            String activation = read.model().visionLayers().activation().spelling();
            return new Result(true, activation + READ.get(family));
        } catch (ModelFormatException e) {
            String found = String.valueOf(e.getMessage());
            assertTrue(found.contains("see docs/models.md"), found);
            return new Result(
                    false,
                    found.replaceFirst(".*, found (an? )?", "")
                            .replaceFirst("; see docs/models.md.*", "")
                            .replaceFirst(", timm_model_name .*", ""));
        } catch (ConversionOptionException e) {
            throw new AssertionError(name, e);
        }
    }

    /** Of the texts; the image towers have their own. These configurations say nothing of how pictures are prepared. */
    private static String timm(JsonFields config) throws ModelFormatException, ConversionOptionException {
        ConversionOptions told = ConversionOptions.NONE
                .with(ConversionOptions.Resize.SHORTEST)
                .with(Resampling.BICUBIC)
                .withMean(ConversionOptions.CLIP_MEAN)
                .withStd(ConversionOptions.CLIP_STD);
        return OpenClipTimm.of(config, told).text().textLayers().activation().spelling();
    }

    /** Where a config does not tell its activation, people are asked. */
    private static ConversionOptions stated(String json) {
        JsonObject fields = JsonParser.parseString(json).getAsJsonObject();
        return fields.has("quick_gelu") ? ConversionOptions.NONE : ConversionOptions.NONE.with(Activation.GELU);
    }

    @Test
    void readsEachOrRefusesItByItsFamily() throws IOException {
        Map<String, List<String>> read = new TreeMap<>();
        Map<String, List<String>> refused = new TreeMap<>();
        for (Map.Entry<String, String> configuration : configurations().entrySet()) {
            Result result = result(configuration.getKey(), configuration.getValue());
            (result.read ? read : refused)
                    .computeIfAbsent(result.what, what -> new ArrayList<>())
                    .add(configuration.getKey());
        }
        StringBuilder page = new StringBuilder("""
                # open_clip's configurations

                Each of the %d configurations of open_clip 3.3.0, and whether clip-java reads it. `OpenClipConfigurationsTest`
                wrote this page, and fails where it is not true any more. Of a later version, 4.2.0.dev0, clip-java reads
                [two for pictures of any shape](models.md#which-architectures-work) too: ViT-B-16-SigLIP2-naflex and
                ViT-SO400M-16-SigLIP2-naflex.

                """.formatted(configurations().size()));
        readRows(page, read);
        refusedRows(page, refused);
        Path file = docs().resolve("open-clip.md");
        if (WRITE) {
            Files.writeString(file, page);
        }
        assertEquals(Files.readString(file), page.toString());
    }

    private static Path docs() {
        return TestData.committed()
                .path("README.md")
                .toAbsolutePath()
                .getParent()
                .resolveSibling("docs");
    }

    /** By name: the largest differences of a picture's embedding and of a text's. */
    private static Map<String, String> differences() throws IOException {
        Map<String, String> differences = new HashMap<>();
        for (String line : Files.readAllLines(TestData.committed().path("golden/open_clip_differences.txt"))) {
            String[] parts = line.split("\t", -1);
            assertTrue(Math.max(Double.parseDouble(parts[1]), Double.parseDouble(parts[2])) <= 2e-5, line);
            differences.put(parts[0], parts[1] + " | " + parts[2]);
        }
        return differences;
    }

    private static void readRows(StringBuilder page, Map<String, List<String>> rows) throws IOException {
        page.append("## ").append(count(rows)).append("""
                 are read

                The last two columns are what `src-test-data/tools/check_open_clip_configs.py` found: a tiny model of the
                configuration, with random weights, went through open_clip and through clip-java, from files and strings to
                embeddings of length 1. They are the largest differences of a component, of four pictures and of twelve texts.

                | configuration | activation, or family | pictures | texts |
                |---|---|---|---|
                """);
        Map<String, String> differences = differences();
        rows.forEach((what, names) -> names.forEach(name -> page.append("| ")
                .append(name)
                .append(" | ")
                .append(what)
                .append(" | ")
                .append(differences.getOrDefault(name, "not compared | not compared"))
                .append(" |\n")));
        page.append('\n');
        List<String> lacking = new ArrayList<>(differences.keySet());
        rows.values().forEach(lacking::removeAll);
        assertEquals(List.of(), lacking, "compared, but not read");
    }

    private static void refusedRows(StringBuilder page, Map<String, List<String>> rows) {
        page.append("## ").append(count(rows)).append("""
                 are refused

                | family | configurations |
                |---|---|
                """);
        rows.forEach((what, names) -> page.append("| ")
                .append(what)
                .append(" | ")
                .append(String.join(", ", names))
                .append(" |\n"));
        page.append('\n');
    }

    private static int count(Map<String, List<String>> rows) {
        return rows.values().stream().mapToInt(List::size).sum();
    }

    @Test
    void readsTheSigLipsAndThePlainTransformers() throws IOException {
        SequencedMap<String, String> all = configurations();
        for (String name : all.keySet()) {
            boolean siglip = name.contains("SigLIP");
            if (siglip) {
                assertEquals(new Result(true, "SigLIP"), result(name, all.get(name)), name);
            }
            if (name.startsWith("EVA") || name.startsWith("RN") || name.startsWith("convnext")) {
                assertFalse(result(name, all.get(name)).read, name);
            }
        }
    }
}
