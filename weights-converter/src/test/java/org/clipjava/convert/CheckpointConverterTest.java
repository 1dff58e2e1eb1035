package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.clipjava.Clip;
import org.clipjava.config.Activation;
import org.clipjava.config.TextPool;
import org.clipjava.config.WeightType;
import org.clipjava.io.Sha256;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.TensorInfo;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointConverterTest {
    /** As odd as the tiny one, and with a vocabulary that takes no time to write. */
    private static final SyntheticCheckpoint SMALL = new SyntheticCheckpoint(
            10,
            new SyntheticCheckpoint.Vision(24, 56, 2, 3, 24, 8),
            new SyntheticCheckpoint.Text(
                    14, 40, 3, 2, 7, TokenizerFiles.smallTokens().size()));

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @TempDir
    Path temporary;

    private Path source;
    private Path model;

    @BeforeEach
    void namePaths() {
        source = temporary.resolve("source");
        model = temporary.resolve("model.safetensors");
    }

    // What a model file holds.

    @Test
    void givesTheSameModelForEveryLayoutOfTheCheckpoint() throws IOException {
        ClipVocabulary clip = ClipVocabulary.builtin();
        SyntheticFolder tiny = SyntheticFolder.of(SyntheticCheckpoint.TINY);
        Path single = tiny.write(temporary.resolve("single"));
        Path withTokenizer = tiny.write(temporary.resolve("tokenizer"));
        TokenizerFiles.writeTokenizerJson(withTokenizer, TokenizerFiles.tokenizerJson(clip.tokens(), clip.merges()));
        Path sharded = tiny.shards(3).withoutPreprocessor().write(temporary.resolve("sharded"));
        TokenizerFiles.writeVocabAndMerges(sharded, clip.tokens(), clip.merges());

        Contents expected = convert(single, WeightType.F32);
        for (Path other : List.of(withTokenizer, sharded)) {
            Contents found = convert(other, WeightType.F32);
            assertEquals(expected.tensors(), found.tensors());
            assertEquals(withoutSources(expected.metadata()), withoutSources(found.metadata()));
            expected.data()
                    .forEach(
                            (name, data) -> assertArrayEquals(data, found.data().get(name), name));
        }
    }

    @Test
    void givesTheSameBytesAgain() throws IOException {
        writeSmall(folder -> folder);
        CheckpointConverter.convert(source, model, WeightType.Q8, ConversionListener.SILENT);
        byte[] first = Files.readAllBytes(model);
        CheckpointConverter.convert(source, model, WeightType.Q8, ConversionListener.SILENT);
        assertArrayEquals(first, Files.readAllBytes(model));
    }

    @Test
    void matchesATokenThatWasAdded() throws IOException {
        SyntheticCheckpoint extended = new SyntheticCheckpoint(
                10,
                SMALL.vision(),
                new SyntheticCheckpoint.Text(
                        14, 40, 3, 2, 7, TokenizerFiles.smallTokens().size() + 1));
        SyntheticFolder.of(extended).write(source);
        JsonObject tokenizer = TokenizerFiles.tokenizerJson(TokenizerFiles.smallTokens(), TokenizerFiles.smallMerges());
        tokenizer.getAsJsonArray("added_tokens").add(JsonParser.parseString("""
            {"id": 524, "content": "<my-cat>", "single_word": false, "lstrip": false, "rstrip": false,
             "normalized": true, "special": false}\
            """));
        TokenizerFiles.writeTokenizerJson(source, tokenizer);
        CheckpointConverter.convert(source, model, WeightType.F32, ConversionListener.SILENT);
        try (ModelFile file = ModelFile.open(model)) {
            // of the Rust library; 320 is "a</w>"
            assertEquals(
                    "[522, 320, 524, 320, 523]",
                    file.tokenizer().encode("a <MY-cat> A").toString());
            assertEquals(new TextPool.FirstOf(523), file.info().config().text().pool());
        }
    }

    @Test
    void writesTheMetadataOfTheSpecification() throws IOException {
        writeSmall(folder -> folder);
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("format", "pt");
        expected.put("clip.format_version", "2");
        expected.put("clip.weight_type", "bf16");
        for (String file :
                List.of("config.json", "merges.txt", "model.safetensors", "preprocessor_config.json", "vocab.json")) {
            expected.put("clip.source." + file, Sha256.of(Files.readAllBytes(source.resolve(file))));
        }
        expected.put("clip.family", "clip");
        expected.put("clip.embed_dim", "10");
        expected.put("clip.scoring", "softmax");
        expected.put("clip.vision.width", "24");
        expected.put("clip.vision.layers", "2");
        expected.put("clip.vision.heads", "3");
        expected.put("clip.vision.mlp_width", "56");
        expected.put("clip.vision.activation", "quick_gelu");
        expected.put("clip.vision.layer_norm_eps", "1.0E-5");
        expected.put("clip.vision.image_size", "24");
        expected.put("clip.vision.patch_size", "8");
        expected.put("clip.vision.class_token", "true");
        expected.put("clip.vision.ln_pre", "true");
        expected.put("clip.vision.pool", "class_token");
        expected.put("clip.vision.projection", "linear");
        expected.put("clip.text.width", "14");
        expected.put("clip.text.layers", "3");
        expected.put("clip.text.heads", "2");
        expected.put("clip.text.mlp_width", "40");
        expected.put("clip.text.activation", "quick_gelu");
        expected.put("clip.text.layer_norm_eps", "1.0E-5");
        expected.put("clip.text.context_length", "7");
        expected.put("clip.text.vocabulary_size", "524");
        expected.put("clip.text.mask", "causal");
        expected.put("clip.text.pool", "first:523");
        expected.put("clip.text.projection", "linear");
        expected.put("clip.tokenizer", "clip_bpe");
        expected.put("clip.tokenizer.start_token", "522");
        expected.put("clip.tokenizer.end_token", "523");
        expected.put("clip.image.resize", "shortest_edge:24");
        expected.put("clip.image.crop", "24x24");
        expected.put("clip.image.resample", "bicubic");
        expected.put("clip.image.mean", "0.48145467,0.4578275,0.40821072");
        expected.put("clip.image.std", "0.26862955,0.2613026,0.2757771");
        expected.put("clip.template", "a photo of a {}");

        Map<String, String> found = convert(source, WeightType.BF16).metadata();
        assertEquals(expected, found);
        assertEquals(List.copyOf(expected.keySet()), List.copyOf(found.keySet()));
    }

    @Test
    void recordsTheBuiltInVocabulary() throws IOException {
        SyntheticFolder.of(withClipsVocabulary()).write(source);
        assertEquals(
                "d308b7377a8ceaa9707a21614fe8c831b9196e197b7aeb69833359362907af02",
                convert(source, WeightType.F16).metadata().get("clip.source.builtin:clip-vocabulary"));
    }

    @ParameterizedTest
    @EnumSource
    void writesTheTensorsOfTheSpecification(WeightType type) throws IOException {
        writeSmall(folder -> folder);
        List<String> expected = new ArrayList<>();
        String matrix = type.dtype().name();
        class Names {
            void vector(String name, Object... shape) {
                expected.add(name + " F32 " + List.of(shape));
            }

            void matrix(String name, int outputs, int inputs) {
                expected.add(name + " " + matrix + " "
                        + (type == WeightType.INT8
                                ? List.of(Math.ceilDiv(outputs, 32), Math.ceilDiv(inputs, 64) * 64 * 32 + 128)
                                : List.of(Math.ceilDiv(outputs, 32), inputs, 32)));
                scales(name, outputs);
            }

            void table(String name, int rows, int columns) {
                expected.add(name + " " + matrix + " " + List.of(rows, columns));
                scales(name, rows);
            }

            void scales(String name, int outputs) {
                if (type == WeightType.Q8 || type == WeightType.INT8) {
                    vector(name + "_scale", outputs);
                }
            }

            void linear(String name, int outputs, int inputs) {
                matrix(name + ".weight", outputs, inputs);
                vector(name + ".bias", outputs);
            }

            void norm(String name, int width) {
                vector(name + ".weight", width);
                vector(name + ".bias", width);
            }

            void block(String name, int width, int mlpWidth) {
                norm(name + ".ln_1", width);
                linear(name + ".attention.qkv", 3 * width, width);
                linear(name + ".attention.out", width, width);
                norm(name + ".ln_2", width);
                linear(name + ".mlp.fc1", mlpWidth, width);
                linear(name + ".mlp.fc2", width, mlpWidth);
            }
        }
        Names names = new Names();
        names.vector("vision.class_embedding", 24);
        names.matrix("vision.patch_embedding", 24, 3 * 8 * 8);
        names.vector("vision.position_embedding", 10, 24);
        names.norm("vision.ln_pre", 24);
        names.block("vision.blocks.0", 24, 56);
        names.block("vision.blocks.1", 24, 56);
        names.norm("vision.ln_post", 24);
        names.matrix("vision.projection", 10, 24);
        names.table("text.token_embedding", 524, 14);
        names.vector("text.position_embedding", 7, 14);
        for (int i = 0; i < 3; i++) {
            names.block("text.blocks." + i, 14, 40);
        }
        names.norm("text.ln_final", 14);
        names.matrix("text.projection", 10, 14);
        names.vector("logit_scale");

        Contents contents = convert(source, type);
        List<String> found = contents.tensors().stream()
                .filter(tensor ->
                        !tensor.name().startsWith("padding.") && !tensor.name().startsWith("tokenizer."))
                .map(tensor -> tensor.name() + " " + tensor.typeAndShape())
                .toList();
        assertEquals(expected, found);
        for (TensorInfo tensor : contents.tensors()) {
            assertTrue(tensor.name().startsWith("padding.") || tensor.begin() % 64 == 0, tensor.toString());
        }
        assertEquals(
                String.join("\n", TokenizerFiles.smallTokens()) + "\n",
                new String(contents.data().get("tokenizer.tokens"), StandardCharsets.UTF_8));
        assertEquals(
                String.join("\n", TokenizerFiles.smallMerges()) + "\n",
                new String(contents.data().get("tokenizer.merges"), StandardCharsets.UTF_8));
    }

    @Test
    void keepsF32WeightsToTheLastBit() throws IOException {
        writeSmall(folder -> folder);
        assertWeights(convert(source, WeightType.F32), 0, 0);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16"})
    void widensF16WeightsExactly(WeightType type) throws IOException {
        writeSmall(folder -> folder.storedAs("F16"));
        // The source itself is off by half an ulp: 2^-11 of the value, or 2^-25 below the normal range.
        Contents contents = convert(source, type);
        assertWeights(contents, 0x1p-11, 0x1p-25);
        for (float weight : floats(contents, "vision.patch_embedding")) {
            assertEquals(weight, Float.float16ToFloat(Float.floatToFloat16(weight)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void widensBf16WeightsExactly(WeightType type) throws IOException {
        writeSmall(folder -> folder.storedAs("BF16"));
        // The folder cuts off: a whole ulp, 2^-7 of the value.
        Contents contents = convert(source, type);
        assertWeights(contents, 0x1p-7, 0);
        for (float weight : floats(contents, "vision.patch_embedding")) {
            assertEquals(0, Float.floatToRawIntBits(weight) & 0xffff);
        }
    }

    @Test
    void roundsToF16() throws IOException {
        writeSmall(folder -> folder);
        // 11 bits of significand: half of 2^-10, or half of 2^-24 below the normal range.
        assertWeights(convert(source, WeightType.F16), 0x1p-11, 0x1p-25);
    }

    @Test
    void roundsToBf16() throws IOException {
        writeSmall(folder -> folder);
        // 8 bits of significand: half of 2^-7.
        assertWeights(convert(source, WeightType.BF16), 0x1p-8, 0);
    }

    @Test
    void roundsTiesToEven() throws IOException {
        // Halfway between two f16, then between two bf16; each pair rounds down, then up.
        float[] f16 = {1 + 0x1p-11f, 1 + 0x3p-11f, -1 - 0x1p-11f, 65519, 0x1p-25f, 0x3p-25f};
        float[] bf16 = {1 + 0x1p-8f, 1 + 0x3p-8f, -1 - 0x1p-8f, 0x1p-149f};
        writeSmall(folder -> folder.with("visual_projection.weight", List.of(10, 24), start(f16, 240)));
        assertArrayEquals(
                new float[] {1, 1 + 0x1p-9f, -1, 65504, 0, 0x1p-23f},
                start(floats(convert(source, WeightType.F16), "vision.projection"), 6));
        writeSmall(folder -> folder.with("visual_projection.weight", List.of(10, 24), start(bf16, 240)));
        assertArrayEquals(
                new float[] {1, 1 + 0x1p-6f, -1, 0},
                start(floats(convert(source, WeightType.BF16), "vision.projection"), 4));
    }

    @Test
    void quantizesEachRowByItsLargestWeight() throws IOException {
        writeSmall(folder -> folder);
        Contents contents = convert(source, WeightType.Q8);
        List<String> matrices = contents.tensors().stream()
                .filter(tensor -> tensor.dtype() == WeightType.Q8.dtype())
                .map(TensorInfo::name)
                .toList();
        assertEquals(2 + 2 + 4 * (2 + 3), matrices.size());
        for (String name : matrices) {
            byte[] q = contents.rows(name);
            float[] scales = floats(contents, name + "_scale");
            float[] weights = expected(name);
            int inputs = q.length / scales.length;
            for (int row = 0; row < scales.length; row++) {
                float largest = 0;
                for (int i = row * inputs; i < (row + 1) * inputs; i++) {
                    largest = Math.max(largest, Math.abs(weights[i]));
                    // Half a step, and the rounding of the quotient.
                    assertEquals(weights[i], q[i] * scales[row], scales[row] * (0.5f + 1e-5f), name + " " + i);
                }
                assertEquals(largest / 127, scales[row], name + " row " + row);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = WeightType.class, names = "F32", mode = EnumSource.Mode.EXCLUDE)
    void keepsLayersWideThatAreToStaySo(WeightType type) throws IOException {
        writeSmall(folder -> folder);
        Contents exact = convert(source, WeightType.F32);
        Contents narrow = convert(source, type);
        ConversionOptions options = ConversionOptions.NONE.withKeptWide(
                List.of("vision.blocks.1.mlp.fc2", "*.attention.out.weight", "text.token*"));
        Contents mixed = convert(source, type, options);
        List<String> wide = new ArrayList<>();
        for (TensorInfo tensor : mixed.tensors()) {
            if (tensor.name().startsWith("padding.")) {
                continue;
            }
            byte[] data = mixed.data().get(tensor.name());
            boolean asExact = Arrays.equals(data, exact.data().get(tensor.name()));
            if (asExact && !Arrays.equals(data, narrow.data().get(tensor.name()))) {
                wide.add(tensor.name());
            } else {
                assertArrayEquals(narrow.data().get(tensor.name()), data, tensor.name());
            }
        }
        assertEquals(String.join(",", wide), mixed.metadata().get("clip.wide"));
        assertEquals(7, wide.size(), wide.toString());
        assertTrue(wide.contains("vision.blocks.1.mlp.fc2.weight") && wide.contains("text.token_embedding"));
        try (Clip clip = Clip.open(model)) {
            assertEquals(SMALL.projection(), clip.encodeText("a cat").dimension());
        }
    }

    /** Four inputs of an output side by side, filled up to 64 inputs, and behind a panel the sum of each output's weights. */
    @Test
    void laysInt8OutForIntegerMultiplies() throws IOException {
        writeSmall(folder -> folder);
        Contents q8 = convert(source, WeightType.Q8);
        Contents int8 = convert(source, WeightType.INT8);
        int compared = 0;
        for (TensorInfo tensor : int8.tensors()) {
            if (tensor.dtype() == WeightType.INT8.dtype() && tensor.name().contains("blocks")) {
                byte[] rows = q8.rows(tensor.name());
                int outputs = floats(q8, tensor.name() + "_scale").length;
                int inputs = rows.length / outputs;
                ByteBuffer data =
                        ByteBuffer.wrap(int8.data().get(tensor.name())).order(ByteOrder.LITTLE_ENDIAN);
                int panel = (inputs + 63) / 64 * 64 * 32 + 128;
                byte[] expected = new byte[(outputs + 31) / 32 * panel];
                for (int o = 0; o < outputs; o++) {
                    int sum = 0;
                    for (int k = 0; k < inputs; k++) {
                        expected[o / 32 * panel + k / 4 * 128 + o % 32 * 4 + k % 4] = rows[o * inputs + k];
                        sum += rows[o * inputs + k];
                    }
                    int at = (o / 32 + 1) * panel - 128 + o % 32 * 4;
                    assertEquals(sum, data.getInt(at), tensor.name() + ", sum of output " + o);
                    ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN).putInt(at, sum);
                }
                assertArrayEquals(expected, data.array(), tensor.name());
                assertArrayEquals(
                        floats(q8, tensor.name() + "_scale"), floats(int8, tensor.name() + "_scale"), tensor.name());
                compared++;
            }
        }
        assertEquals(4 * (2 + 3), compared);
    }

    /** Two inputs of an output side by side add up to 128 at the most, by a scale that is no larger than that needs. */
    @Test
    void reducesTheRangeOfInt8() throws IOException {
        writeSmall(folder -> folder);
        Contents full = convert(source, WeightType.INT8);
        Contents reduced = convert(source, WeightType.INT8, ConversionOptions.NONE.withRangeReduced(true));
        assertEquals(full.metadata(), reduced.metadata());
        int harmed = 0;
        for (TensorInfo tensor : full.tensors()) {
            String name = tensor.name();
            if (tensor.dtype() != WeightType.INT8.dtype() || !name.contains("blocks")) {
                continue;
            }
            float[] scales = floats(reduced, name + "_scale");
            float[] weights = expected(name);
            int inputs = weights.length / scales.length;
            int panel = (inputs + 63) / 64 * 64 * 32 + 128;
            ByteBuffer data = ByteBuffer.wrap(reduced.data().get(name)).order(ByteOrder.LITTLE_ENDIAN);
            byte[] before = full.data().get(name);
            for (int o = 0; o < scales.length; o++) {
                float largest = 0;
                int sum = 0;
                for (int k = 0; k < inputs; k++) {
                    int at = o / 32 * panel + k / 4 * 128 + o % 32 * 4 + k % 4;
                    int q = data.get(at);
                    sum += q;
                    float weight = weights[o * inputs + k];
                    assertEquals(weight, q * scales[o], scales[o] * (0.5f + 1e-5f), name + " " + o + " " + k);
                    largest = Math.max(largest, Math.abs(weight));
                    if (k % 2 == 1) {
                        int pair = q + data.get(at - 1);
                        assertTrue(Math.abs(pair) <= 128, name + ": " + pair);
                        harmed += Math.abs(before[at] + before[at - 1]) > 128 ? 1 : 0;
                        largest = Math.max(largest, Math.abs(weight + weights[o * inputs + k - 1]));
                    }
                }
                assertEquals(largest / 127, scales[o], 1e-6f * scales[o], name + " row " + o);
                assertEquals(sum, data.getInt((o / 32 + 1) * panel - 128 + o % 32 * 4), name + ", sum of " + o);
            }
        }
        assertTrue(harmed > 100, "pairs were larger before: " + harmed);
        assertArrayEquals(
                full.data().get("text.token_embedding"), reduced.data().get("text.token_embedding"), "a table");
    }

    @Test
    void reducesTheRangeOfRowsAtTheEndsOfFloats() throws IOException {
        float[] weights = new float[240];
        weights[24] = Float.MIN_VALUE;
        weights[25] = Float.MIN_VALUE;
        weights[48] = Float.MAX_VALUE;
        weights[49] = Float.MAX_VALUE;
        weights[72] = -Float.MAX_VALUE;
        weights[73] = Float.MAX_VALUE;
        weights[96] = Float.MAX_VALUE;
        writeSmall(folder -> folder.with("visual_projection.weight", List.of(10, 24), weights));
        Contents contents = convert(source, WeightType.INT8, ConversionOptions.NONE.withRangeReduced(true));
        byte[] q = contents.data().get("vision.projection");
        float[] scales = floats(contents, "vision.projection_scale");
        for (int o = 0; o < 10; o++) {
            assertTrue(scales[o] >= Float.MIN_NORMAL && Float.isFinite(scales[o]), "scale " + scales[o]);
            for (int k = 0; k < 24; k++) {
                int weight = q[k / 4 * 128 + o * 4 + k % 4];
                assertTrue(Float.isFinite(weight * scales[o]), "output " + o + ", input " + k);
                assertEquals(weights[o * 24 + k], weight * scales[o], 0.51 * scales[o], "output " + o + ", input " + k);
            }
        }
        assertEquals(63, q[8]);
        assertEquals(63, q[9]);
        assertEquals(127, q[16]);
        assertEquals(-127, q[12]);
        assertEquals(127, q[13]);
    }

    @Test
    void quantizesRowsOfNothingOrNextToIt() throws IOException {
        float[] weights = new float[240];
        weights[24] = Float.MIN_VALUE;
        weights[48] = Float.MIN_NORMAL;
        weights[72] = Float.MAX_VALUE;
        weights[73] = -Float.MAX_VALUE;
        writeSmall(folder -> folder.with("visual_projection.weight", List.of(10, 24), weights));
        Contents contents = convert(source, WeightType.Q8);
        byte[] q = contents.rows("vision.projection");
        float[] scales = floats(contents, "vision.projection_scale");
        for (int i = 0; i < weights.length; i++) {
            float scale = scales[i / 24];
            assertTrue(scale >= Float.MIN_NORMAL && Float.isFinite(scale), "scale " + scale);
            assertEquals(weights[i], q[i] * scale, 0.5f * scale, "weight " + i);
        }
        assertEquals(127, q[72]);
        assertEquals(-127, q[73]);
    }

    @Test
    void reportsWhatItMade() throws IOException {
        writeSmall(folder -> folder);
        List<Long> done = new ArrayList<>();
        List<Long> totals = new ArrayList<>();
        ConversionReport report = CheckpointConverter.convert(source, model, WeightType.F32, (bytes, total) -> {
            done.add(bytes);
            totals.add(total);
        });
        assertEquals(model, report.modelFile());
        assertEquals(Files.size(model), report.bytes());
        assertEquals(
                SMALL.tensors().stream()
                        .mapToLong(SyntheticCheckpoint.Tensor::size)
                        .sum(),
                report.parameters());
        assertEquals(WeightType.F32, report.weightType());
        assertEquals(Optional.empty(), report.modelId());
        assertEquals(5, report.sources().size());
        assertEquals(done.stream().sorted().toList(), done, "never falls");
        assertEquals(1, totals.stream().distinct().count());
        assertEquals(totals.getLast(), done.getLast());
    }

    // Where it comes from.

    @Test
    void takesTheModelsIdFromTheCachesFolders() throws IOException {
        String revision = "0123456789abcdef0123456789abcdef01234567";
        source = temporary.resolve("models--some--clip-small/snapshots/" + revision);
        writeSmall(
                folder -> folder.config(config("\"model_type\"", "\"_name_or_path\": \"other/base\", \"model_type\"")));
        Map<String, String> metadata = convert(source, WeightType.F32).metadata();
        assertEquals("some/clip-small", metadata.get("clip.model_id"));
        assertEquals(revision, metadata.get("clip.revision"));
    }

    @Test
    void takesTheModelsIdFromTheConfig() throws IOException {
        writeSmall(
                folder -> folder.config(config("\"model_type\"", "\"_name_or_path\": \"some/clip\", \"model_type\"")));
        Map<String, String> metadata = convert(source, WeightType.F32).metadata();
        assertEquals("some/clip", metadata.get("clip.model_id"));
        assertFalse(metadata.containsKey("clip.revision"));
    }

    @Test
    void takesNobodysPathForAModelsId() throws IOException {
        for (String path : List.of("/home/somebody/clip", "./clip", "a/b/c", "clip", "", "..\\\\clip")) {
            writeSmall(folder ->
                    folder.config(config("\"model_type\"", "\"_name_or_path\": \"" + path + "\", \"model_type\"")));
            assertFalse(convert(source, WeightType.F32).metadata().containsKey("clip.model_id"), path);
        }
    }

    @Test
    void followsLinksAsTheCacheLaysThem() throws IOException {
        writeSmall(folder -> folder.shards(2));
        Path blobs = Files.createDirectory(temporary.resolve("blobs"));
        Path snapshot = Files.createDirectory(temporary.resolve("snapshot"));
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.toList()) {
                Path blob = Files.move(file, blobs.resolve("blob-" + file.getFileName()));
                Files.createSymbolicLink(
                        snapshot.resolve(file.getFileName()),
                        Path.of("..", "blobs", blob.getFileName().toString()));
            }
        }
        assertWeights(convert(snapshot, WeightType.F32), 0, 0);
    }

    @Test
    void namesWhereALinkLeadsAndFollowsItIfAsked() throws IOException {
        writeSmall(folder -> folder);
        Path elsewhere = Files.createDirectory(temporary.resolve("shared")).resolve("weights.safetensors");
        Files.move(source.resolve("model.safetensors"), elsewhere);
        Files.createSymbolicLink(source.resolve("model.safetensors"), elsewhere);
        assertRefused(
                "model.safetensors: expected a file of the checkpoint's folder, found a link that leads out of it, to "
                        + elsewhere.toRealPath()
                        + "; put the file itself there, or let links lead out: clip convert --follow-links",
                WeightType.F32);
        CheckpointConverter.convert(
                source,
                model,
                WeightType.F32,
                ConversionOptions.NONE.withLinksFollowed(true),
                ConversionListener.SILENT);
        assertTrue(Files.exists(model));
    }

    @Test
    void takesTheLicenceFromTheModelCard() throws IOException {
        writeSmall(folder -> folder);
        Contents without = convert(source, WeightType.F32);
        Files.writeString(source.resolve("README.md"), "---\nlicense: mit\n---\n# CLIP\n");
        Map<String, String> metadata = convert(source, WeightType.F32).metadata();
        assertEquals("mit", metadata.get("clip.licence"));
        assertFalse(metadata.containsKey("clip.source.README.md"));
        assertFalse(without.metadata().containsKey("clip.licence"));
    }

    // What the config may leave out or override.

    @Test
    void takesHuggingFacesDefaults() throws IOException {
        CheckpointConfig config = config("{}");
        assertEquals(
                new CheckpointConfig(
                        512,
                        new CheckpointConfig.Layers(Activation.QUICK_GELU, 1e-5f),
                        new CheckpointConfig.Vision(768, 3072, 12, 12, 224, 32),
                        new CheckpointConfig.Text(512, 2048, 12, 8, 77, 49408)),
                config);
        assertEquals(config, config("{\"text_config\": null, \"vision_config\": {}, \"vision_config_dict\": null}"));
    }

    @Test
    void letsTheOlderFieldsAndTheirDefaultsOverride() throws IOException {
        CheckpointConfig config = config(
                "{\"text_config\": {\"hidden_size\": 1, \"num_hidden_layers\": 3, \"hidden_act\": \"gelu\"},"
                        + " \"text_config_dict\": {\"hidden_size\": 64}, \"vision_config_dict\": {\"patch_size\": 16}}");
        assertEquals(64, config.text().width());
        // CLIPTextConfig(**text_config_dict).to_dict(), as transformers puts it over text_config, has every field
        assertEquals(12, config.text().layers());
        assertEquals(Activation.QUICK_GELU, config.textLayers().activation());
        assertEquals(16, config.vision().patchSize());
    }

    @Test
    void acceptsWholeNumbersWrittenAsFloats() throws IOException {
        assertEquals(640, config("{\"projection_dim\": 640.0}").projection());
    }

    @Test
    void acceptsErfGelu() throws IOException {
        writeSmall(folder -> folder.config(SMALL.configJson().replace("quick_gelu", "gelu")));
        assertEquals("gelu", convert(source, WeightType.F32).metadata().get("clip.vision.activation"));
    }

    @Test
    void ignoresPositionIds() throws IOException {
        writeSmall(folder -> folder.with("text_model.embeddings.position_ids", "I64", List.of(1, 7), new byte[56])
                .with("vision_model.embeddings.position_ids", "I64", List.of(1, 10), new byte[80]));
        assertWeights(convert(source, WeightType.F32), 0, 0);
    }

    @Test
    void refusesOtherModels() {
        assertConfigRefused("model_type: expected \"clip\", found \"siglip\"", "{\"model_type\": \"siglip\"}");
        assertConfigRefused(
                "model_type: expected a CLIP of OpenAI's parts or with RoBERTa or XLM-RoBERTa, a MobileCLIP with a ViT, PE-Core, MetaCLIP 2 or SigLIP, found a Chinese-CLIP; see docs/models.md for what runs",
                "{\"model_type\": \"chinese_clip\"}");
        assertConfigRefused(
                "model_type: expected \"clip\", found \"own\"; only CLIP models and their towers can be converted",
                "{\"model_type\": \"own\"}");
    }

    @Test
    void refusesOtherActivations() {
        for (String other : List.of("gelu_new", "relu")) {
            assertConfigRefused(
                    "text_config: hidden_act: expected \"quick_gelu\", \"gelu\" or \"gelu_pytorch_tanh\", found \""
                            + other + "\"",
                    "{\"text_config\": {\"hidden_act\": \"" + other + "\"}}");
        }
    }

    @Test
    void letsTheTowersComputeWithTheirOwn() throws IOException {
        JsonObject config = JsonParser.parseString(SMALL.configJson()).getAsJsonObject();
        config.getAsJsonObject("vision_config").addProperty("hidden_act", "gelu");
        config.getAsJsonObject("vision_config").addProperty("layer_norm_eps", 1e-6);
        writeSmall(folder -> folder.config(config.toString()));
        Map<String, String> metadata = convert(source, WeightType.F32).metadata();
        assertEquals("gelu", metadata.get("clip.vision.activation"));
        assertEquals("1.0E-6", metadata.get("clip.vision.layer_norm_eps"));
        assertEquals("quick_gelu", metadata.get("clip.text.activation"));
        assertEquals("1.0E-5", metadata.get("clip.text.layer_norm_eps"));
        assertWeights(convert(source, WeightType.F32), 0, 0);
    }

    @Test
    void confirmsAnActivationForBothTowers() throws IOException {
        JsonObject config = JsonParser.parseString(SMALL.configJson()).getAsJsonObject();
        config.getAsJsonObject("text_config").addProperty("hidden_act", "gelu");
        writeSmall(folder -> folder.config(config.toString()));
        for (Activation either : Activation.values()) {
            ConversionOptionException e = assertThrows(
                    ConversionOptionException.class,
                    () -> CheckpointConverter.convert(
                            source,
                            model,
                            WeightType.F32,
                            ConversionOptions.NONE.with(either),
                            ConversionListener.SILENT));
            assertTrue(e.getMessage().contains("expected its own activation, "), e.getMessage());
        }
    }

    @Test
    void refusesSizesThatAreNone() {
        for (String size : List.of("0", "-1", "1.5", "\"512\"", "true", "[]", "4294967808", "1e99999")) {
            assertConfigRefused(
                    "projection_dim: expected a whole number above zero, found " + size,
                    "{\"projection_dim\": " + size + "}");
        }
    }

    @Test
    void refusesSizesThatDontDivide() {
        assertConfigRefused(
                "vision_config: expected a hidden_size that is a multiple of num_attention_heads, found 768 and 11",
                "{\"vision_config\": {\"num_attention_heads\": 11}}");
        assertConfigRefused(
                "vision_config: expected an image_size that is a multiple of patch_size, found 224 and 15",
                "{\"vision_config\": {\"patch_size\": 15}}");
    }

    @Test
    void refusesPicturesOfOtherChannels() {
        assertConfigRefused(
                "vision_config: num_channels: expected 3, found 4", "{\"vision_config\": {\"num_channels\": 4}}");
    }

    @Test
    void refusesNormsWithoutEps() {
        assertConfigRefused(
                "layer_norm_eps: expected a number above zero, found 0",
                "{\"vision_config\": {\"layer_norm_eps\": 0}, \"text_config\": {\"layer_norm_eps\": 0}}");
    }

    @Test
    void refusesAConfigThatIsNoJson() {
        for (String text : List.of("", "{", "[]", "{} {}", "{'a': 1}", "{\"a\": NaN}", "[".repeat(100_000))) {
            assertConfigRefused("config.json: expected ", text);
        }
    }

    // What is wrong with the weights.

    @Test
    void namesAMissingTensor() {
        assertRefused(
                "model.safetensors: text_model.encoder.layers.1.self_attn.k_proj.bias: expected F32 [14], found no"
                        + " such tensor",
                folder -> folder.without("text_model.encoder.layers.1.self_attn.k_proj.bias"));
    }

    @Test
    void namesATensorThatIsTooMany() {
        assertRefused(
                "model.safetensors: visual_projection.bias: expected no such tensor in the CLIP model that its config"
                        + " describes, found F32 [2]",
                folder -> folder.with("visual_projection.bias", List.of(2), 1, 2));
    }

    @Test
    void namesATensorOfAnotherShape() {
        assertRefused(
                "model.safetensors: visual_projection.weight: expected F32 [10, 24], found F32 [24, 10]",
                folder -> folder.with("visual_projection.weight", List.of(24, 10), new float[240]));
    }

    @Test
    void namesATensorOfAnotherType() {
        assertRefused(
                "model.safetensors: visual_projection.weight: expected F32, F16 or BF16 [10, 24], found F64 [10, 24]",
                folder -> folder.with("visual_projection.weight", "F64", List.of(10, 24), new byte[1920]));
    }

    @Test
    void refusesWeightsThatAreNotFinite() {
        for (float bad : List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)) {
            assertRefused(
                    "visual_projection.weight: expected finite weights, found " + bad + " at element 0",
                    folder -> folder.with("visual_projection.weight", List.of(10, 24), start(new float[] {bad}, 240)));
        }
    }

    @Test
    void refusesWeightsOutOfTheTypesRange() throws IOException {
        writeSmall(folder -> folder.with("visual_projection.weight", List.of(10, 24), start(new float[] {65520}, 240)));
        assertRefused(
                "visual_projection.weight: expected weights within the range of f16 (65504), found 65520.0; convert to"
                        + " bf16 or f32",
                WeightType.F16);
        convert(source, WeightType.BF16);
        writeSmall(folder ->
                folder.with("visual_projection.weight", List.of(10, 24), start(new float[] {-Float.MAX_VALUE}, 240)));
        assertRefused(
                "expected weights within the range of bf16 (3.39e38), found -3.4028235E38; convert to f32",
                WeightType.BF16);
        convert(source, WeightType.F32);
    }

    @Test
    void leavesTheOldModelWhenTheCheckpointIsBad() throws IOException {
        Files.writeString(model, "old");
        assertRefused("expected finite weights", folder -> folder.with("logit_scale", List.of(), Float.NaN));
        assertEquals("old", Files.readString(model));
        try (Stream<Path> files = Files.list(temporary)) {
            assertEquals(List.of(model, source), files.sorted().toList());
        }
    }

    @Test
    void refusesAVocabularyOfAnotherSize() throws IOException {
        SyntheticFolder.of(SMALL).write(source);
        assertRefused(
                "source: expected a vocabulary of 524 tokens as the model's vocab_size says, found 49408; put the"
                        + " model's own tokenizer.json there",
                WeightType.F32);
    }

    @Test
    void refusesToReplaceTheCheckpoint() throws IOException {
        writeSmall(folder -> folder);
        byte[] before = Files.readAllBytes(source.resolve("model.safetensors"));
        assertThrows(
                IllegalArgumentException.class,
                () -> CheckpointConverter.convert(
                        source, source.resolve("model.safetensors"), WeightType.F32, ConversionListener.SILENT));
        assertArrayEquals(before, Files.readAllBytes(source.resolve("model.safetensors")));
    }

    /** What the engine would refuse later is refused now, and no file is left. */
    @Test
    void refusesWhatNoModelFileCanHold() throws IOException {
        for (String config : List.of(
                "{\"vision_config\": {\"layer_norm_eps\": 1}}", "{\"text_config\": {\"layer_norm_eps\": 2.5}}")) {
            assertConfigRefused("layer_norm_eps: expected a number below one, found ", config);
        }
        for (String size : List.of("1000000", "{\"height\": 99999, \"width\": 99999}", "{\"shortest_edge\": 100000}")) {
            writeSmall(folder -> folder.preprocessor("{\"size\": " + size
                    + ", \"crop_size\": 24, \"do_center_crop\": true, \"image_processor_type\":"
                    + " \"CLIPImageProcessor\"}"));
            assertRefused("", WeightType.F32);
        }
        for (String std : List.of("1e-45", "1e-30", "1e-12")) {
            writeSmall(folder -> folder.preprocessor("{\"image_std\": [0.5, 0.5, " + std + "]}"));
            assertRefused("clip.image.std: expected normalised pixels of at most 1.0E9, found mean ", WeightType.F32);
        }
        writeSmall(folder -> folder);
        Path merges = source.resolve("merges.txt");
        List<String> lines = new ArrayList<>(Files.readAllLines(merges));
        lines.add(lines.getLast());
        Files.write(merges, lines);
        assertRefused("comes twice", WeightType.F32);
        try (Stream<Path> files = Files.list(temporary)) {
            assertEquals(
                    List.of(source),
                    files.filter(file -> !file.endsWith("config.json")).sorted().toList());
        }
    }

    @Test
    void refusesScalesThatTheSpecificationHasNot() throws IOException {
        writeSmall(folder -> folder);
        CheckpointConverter.convert(source, model, WeightType.Q8, ConversionListener.SILENT);
        long at;
        try (SafetensorsFile file = SafetensorsFile.open(model)) {
            at = file.dataOffset()
                    + file.tensor("vision.projection_scale").orElseThrow().begin()
                    + 3 * Float.BYTES;
        }
        for (float scale : new float[] {0, -1, Float.MIN_VALUE, Math.nextDown(Float.MIN_NORMAL)}) {
            try (FileChannel channel = FileChannel.open(model, StandardOpenOption.WRITE)) {
                channel.write(
                        ByteBuffer.allocate(4)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putFloat(scale)
                                .flip(),
                        at);
            }
            try (ModelFile file = ModelFile.open(model)) {
                assertEquals(
                        model + ": vision.projection_scale: expected scales of at least " + Float.MIN_NORMAL
                                + ", found " + scale + " at element 3; the model is damaged",
                        assertThrows(ModelFormatException.class, () -> file.weights(true, true, false))
                                .getMessage());
            }
        }
    }

    // What is wrong with the folder.

    @Test
    void namesWhatIsMissing() throws IOException {
        assertEquals(source.toString(), missing());
        Files.createDirectory(source);
        assertEquals(source.resolve("config.json").toString(), missing());
        writeSmall(folder -> folder);
        Files.delete(source.resolve("vocab.json"));
        assertEquals(source.resolve("vocab.json").toString(), missing());
        Files.delete(source.resolve("model.safetensors"));
        assertEquals(source.resolve("model.safetensors").toString(), missing());
    }

    /** Nobody will ever write to it: to open it would be to wait for ever. */
    @ParameterizedTest
    @Timeout(60)
    @ValueSource(
            strings = {
                "config.json",
                "preprocessor_config.json",
                "vocab.json",
                "merges.txt",
                "tokenizer.json",
                "added_tokens.json",
                "tokenizer_config.json",
                "model.safetensors",
                "model.safetensors.index.json",
                "open_clip_config.json"
            })
    void refusesAPipeWhereAFileIsExpected(String name) throws IOException, InterruptedException {
        writeSmall(folder -> folder);
        if (name.equals("model.safetensors.index.json")) {
            Files.delete(source.resolve("model.safetensors"));
        }
        if (name.equals("open_clip_config.json")) {
            Files.delete(source.resolve("config.json"));
        }
        Files.deleteIfExists(source.resolve(name));
        Process mkfifo = new ProcessBuilder("mkfifo", source.resolve(name).toString()).start();
        assumeTrue(mkfifo.waitFor() == 0);
        assertRefused(name + ": expected a file, found a device or pipe", WeightType.F32);
    }

    @Test
    @Timeout(60)
    void readsNoModelCardThatIsAPipe() throws IOException, InterruptedException {
        writeSmall(folder -> folder);
        assumeTrue(new ProcessBuilder("mkfifo", source.resolve("README.md").toString())
                        .start()
                        .waitFor()
                == 0);
        assertFalse(convert(source, WeightType.F32).metadata().containsKey("clip.licence"));
    }

    @Test
    void namesAMissingShard() throws IOException {
        writeSmall(folder -> folder.shards(3));
        Path shard = source.resolve("model-00002-of-00003.safetensors");
        Files.delete(shard);
        assertEquals(shard.toString(), missing());
    }

    @Test
    void refusesAFileThatIsNoCheckpoint() throws IOException {
        Files.writeString(source, "");
        assertRefused("source: expected what torch.save writes (a zip archive), found something else", WeightType.F32);
        Files.writeString(source, "version https://git-lfs.github.com/spec/v1\n");
        assertRefused("found a Git LFS pointer to it; fetch it with git lfs pull", WeightType.F32);
    }

    @Test
    void refusesShardsOutsideTheFolder() throws IOException {
        for (String name : List.of(
                "../m.safetensors",
                "/m.safetensors",
                "a/m.safetensors",
                "..",
                "",
                "..\\\\m.safetensors",
                "C:m.safetensors",
                "m.bin")) {
            writeSmall(folder -> folder.shards(2));
            Path index = source.resolve("model.safetensors.index.json");
            Files.writeString(index, Files.readString(index).replace("model-00001-of-00002.safetensors", name));
            assertRefused(
                    "weight_map: vision_model.embeddings.class_embedding: expected the name of a .safetensors file in"
                            + " the same folder, found \""
                            + name + "\"",
                    WeightType.F32);
        }
    }

    @Test
    void refusesAnIndexThatDisagreesWithTheShards() throws IOException {
        writeSmall(folder -> folder.shards(2));
        Path index = source.resolve("model.safetensors.index.json");
        String text = Files.readString(index);
        Files.writeString(index, text.replace("\"logit_scale\"", "\"logit_scales\""));
        assertRefused(".safetensors: logit_scale: expected in no shard as the index says, found here", WeightType.F32);
        Files.writeString(
                index, text.replace("\"logit_scale\"", "\"x\": \"model-00001-of-00002.safetensors\", \"logit_scale\""));
        assertRefused(
                "model.safetensors.index.json: x: expected in model-00001-of-00002.safetensors as the index says,"
                        + " found no such tensor there",
                WeightType.F32);
    }

    // Preprocessing.

    @Test
    void readsEveryFormOfPreprocessing() throws IOException {
        assertPreprocessing("shortest_edge:24", "24x24", "bicubic", "{}");
        assertPreprocessing(
                "shortest_edge:24", "24x24", "bicubic", "{\"size\": 24, \"crop_size\": 24, \"resample\": 3}");
        assertPreprocessing(
                "shortest_edge:28", "24x24", "bilinear", "{\"size\": {\"shortest_edge\": 28}, \"resample\": 2}");
        assertPreprocessing(
                "exact:24x24",
                "none",
                "bicubic",
                "{\"size\": {\"height\": 24, \"width\": 24}, \"do_center_crop\": false}");
        assertPreprocessing("exact:30x40", "24x24", "bicubic", "{\"size\": {\"height\": 30, \"width\": 40}}");
        assertPreprocessing(
                "none", "24x24", "bicubic", "{\"do_resize\": false, \"crop_size\": {\"height\": 24, \"width\": 24}}");
    }

    @Test
    void readsMeanAndDeviation() throws IOException {
        Preprocessing preprocessing = preprocessing("{\"image_mean\": [0.5, 0.25, 0], \"image_std\": [0.5, 1, 2]}");
        assertEquals(List.of(0.5f, 0.25f, 0f), preprocessing.config().mean());
        assertEquals(List.of(0.5f, 1f, 2f), preprocessing.config().std());
        Preprocessing none = preprocessing("{\"do_normalize\": false, \"image_mean\": [0.5, 0.25, 0]}");
        assertEquals(List.of(0f, 0f, 0f), none.config().mean());
        assertEquals(List.of(1f, 1f, 1f), none.config().std());
    }

    @Test
    void readsPreprocessingFromTheProcessorsFile() throws IOException {
        writeSmall(SyntheticFolder::withoutPreprocessor);
        Files.writeString(
                source.resolve("processor_config.json"),
                "{\"image_processor\": {\"resample\": 2}, \"processor_class\": \"CLIPProcessor\"}");
        Map<String, String> metadata = convert(source, WeightType.F32).metadata();
        assertEquals("bilinear", metadata.get("clip.image.resample"));
        assertTrue(metadata.containsKey("clip.source.processor_config.json"));
    }

    @Test
    void refusesPreprocessingThatCantBeDone() {
        assertPreprocessingRefused("do_rescale: expected true, found false", "{\"do_rescale\": false}");
        assertPreprocessingRefused("rescale_factor: expected 1/255, found 1.0", "{\"rescale_factor\": 1.0}");
        assertPreprocessingRefused("resample: expected 3 (bicubic) or 2 (bilinear), found 0", "{\"resample\": 0}");
        assertPreprocessingRefused(
                "resample: expected 3 (bicubic) or 2 (bilinear), found \"3\"", "{\"resample\": \"3\"}");
        assertPreprocessingRefused(
                "size: expected a number, {shortest_edge} or {height, width}, found {\"longest_edge\":24}",
                "{\"size\": {\"longest_edge\": 24}}");
        assertPreprocessingRefused("size: expected an object, found \"24\"", "{\"size\": \"24\"}");
        assertPreprocessingRefused(
                "size: shortest_edge: expected a whole number above zero, found 0",
                "{\"size\": {\"shortest_edge\": 0}}");
        assertPreprocessingRefused(
                "crop_size: expected a number or {height, width}, found {\"shortest_edge\":24}",
                "{\"crop_size\": {\"shortest_edge\": 24}}");
        assertPreprocessingRefused("image_mean: expected three numbers, found [0.5]", "{\"image_mean\": [0.5]}");
        assertPreprocessingRefused(
                "image_mean: expected a number, found [0.5,0.5,\"0\"]", "{\"image_mean\": [0.5, 0.5, \"0\"]}");
        assertPreprocessingRefused(
                "image_std: expected numbers above zero, found [0.5,0.5,0]", "{\"image_std\": [0.5, 0.5, 0]}");
        assertPreprocessingRefused(
                "image_processor_type: expected CLIP's (CLIPImageProcessor), found \"ViTImageProcessor\"",
                "{\"image_processor_type\": \"ViTImageProcessor\"}");
    }

    @Test
    void refusesPreprocessingThatGivesAnotherSize() {
        assertPreprocessingRefused(
                "expected pictures of 24x24 as config.json's image_size says, found resize shortest_edge:24 and crop"
                        + " 20x24",
                "{\"crop_size\": {\"height\": 20, \"width\": 24}}");
        assertPreprocessingRefused("expected pictures of 24x24", "{\"do_center_crop\": false}");
        assertPreprocessingRefused("expected pictures of 24x24", "{\"do_center_crop\": false, \"do_resize\": false}");
        assertPreprocessingRefused(
                "expected the resized picture to hold the crop, found resize shortest_edge:20 and crop 24x24",
                "{\"size\": 20}");
        assertPreprocessingRefused(
                "expected the resized picture to hold the crop, found resize exact:40x20 and crop 24x24",
                "{\"size\": {\"height\": 40, \"width\": 20}}");
    }

    /** What a model file holds, read into memory. */
    private record Contents(Map<String, String> metadata, List<TensorInfo> tensors, Map<String, byte[]> data) {
        /** A tensor row by row, a matrix of {@link #SMALL} taken out of its panels. */
        byte[] rows(String name) {
            TensorInfo tensor = tensor(name);
            return tensor.shape().size() == 3 ? rowsOfPanels(tensor, data.get(name)) : data.get(name);
        }

        TensorInfo tensor(String name) {
            return tensors.stream()
                    .filter(t -> t.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Contents convert(Path from, WeightType type) throws IOException {
        return convert(from, type, ConversionOptions.NONE);
    }

    private Contents convert(Path from, WeightType type, ConversionOptions options) throws IOException {
        CheckpointConverter.convert(from, model, type, options, ConversionListener.SILENT);
        try (SafetensorsFile file = SafetensorsFile.open(model)) {
            assertEquals(0, file.dataOffset() % 64);
            Map<String, byte[]> data = new LinkedHashMap<>();
            for (TensorInfo tensor : file.tensors().values()) {
                data.put(tensor.name(), file.data(tensor).toArray(ValueLayout.JAVA_BYTE));
            }
            return new Contents(file.metadata(), List.copyOf(file.tensors().values()), data);
        }
    }

    /** By the definition in docs/model-file.md. */
    private static byte[] rowsOfPanels(TensorInfo tensor, byte[] panels) {
        int inputs = Math.toIntExact(tensor.shape().get(1));
        int size = tensor.dtype().bits() / 8;
        int outputs = expected(tensor.name()).length / inputs;
        assertEquals(List.of((long) Math.ceilDiv(outputs, 32), (long) inputs, 32L), tensor.shape(), tensor.name());
        byte[] rows = new byte[outputs * inputs * size];
        for (int slot = 0; slot < panels.length / size; slot++) {
            int position = slot % 32;
            int j = size == 2 ? position / 2 + position % 2 * 16 : position;
            int output = slot / 32 / inputs * 32 + j;
            int input = slot / 32 % inputs;
            for (int b = 0; b < size; b++) {
                byte value = panels[slot * size + b];
                if (output < outputs) {
                    rows[(output * inputs + input) * size + b] = value;
                } else {
                    assertEquals(0, value, tensor.name() + ": beyond the last output");
                }
            }
        }
        return rows;
    }

    private void writeSmall(UnaryOperator<SyntheticFolder> change) throws IOException {
        change.apply(SyntheticFolder.of(SMALL)).write(source);
        TokenizerFiles.writeVocabAndMerges(source, TokenizerFiles.smallTokens(), TokenizerFiles.smallMerges());
    }

    private static SyntheticCheckpoint withClipsVocabulary() {
        SyntheticCheckpoint.Text text = SMALL.text();
        return new SyntheticCheckpoint(
                SMALL.projection(),
                SMALL.vision(),
                new SyntheticCheckpoint.Text(
                        text.width(), text.mlpWidth(), text.layers(), text.heads(), text.contextLength(), 49408));
    }

    /** Compares every tensor of floats with the recipe; an error may be relative or absolute. */
    private static void assertWeights(Contents contents, double relative, double absolute) {
        long compared = 0;
        for (TensorInfo tensor : contents.tensors()) {
            String name = tensor.name();
            if (name.startsWith("padding.") || name.startsWith("tokenizer.")) {
                continue;
            }
            float[] expected = expected(name);
            float[] found = floats(contents, name);
            assertEquals(expected.length, found.length, name);
            for (int i = 0; i < expected.length; i++) {
                double bound = Math.max(absolute, relative * Math.abs(expected[i]));
                if (!(Math.abs(expected[i] - found[i]) <= bound)) {
                    assertEquals(expected[i], found[i], name + " " + i);
                }
            }
            compared += expected.length;
        }
        assertEquals(
                SMALL.tensors().stream()
                        .mapToLong(SyntheticCheckpoint.Tensor::size)
                        .sum(),
                compared);
    }

    /** The recipe's values of a tensor of the model file. */
    private static float[] expected(String name) {
        String tower = name.startsWith("vision.") ? "vision_model" : "text_model";
        String source = name.replaceFirst("^(vision|text)\\.blocks", tower + ".encoder.layers")
                .replaceFirst("^(vision|text)\\.(class_embedding)$", tower + ".embeddings.$2")
                .replaceFirst(
                        "^(vision|text)\\.(patch_embedding|position_embedding|token_embedding)$",
                        tower + ".embeddings.$2.weight")
                .replace("vision.ln_pre", "vision_model.pre_layrnorm")
                .replace("vision.ln_post", "vision_model.post_layernorm")
                .replace("text.ln_final", "text_model.final_layer_norm")
                .replaceFirst("^vision.projection$", "visual_projection.weight")
                .replaceFirst("^text.projection$", "text_projection.weight")
                .replace(".ln_1", ".layer_norm1")
                .replace(".ln_2", ".layer_norm2")
                .replace(".attention.out", ".self_attn.out_proj");
        if (!source.contains(".attention.qkv")) {
            return recipe(source);
        }
        float[] q = recipe(source.replace(".attention.qkv", ".self_attn.q_proj"));
        float[] qkv = Arrays.copyOf(q, 3 * q.length);
        System.arraycopy(recipe(source.replace(".attention.qkv", ".self_attn.k_proj")), 0, qkv, q.length, q.length);
        System.arraycopy(recipe(source.replace(".attention.qkv", ".self_attn.v_proj")), 0, qkv, 2 * q.length, q.length);
        return qkv;
    }

    private static float[] recipe(String name) {
        return SMALL.tensors().stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no tensor " + name + " in the recipe"))
                .values();
    }

    private static float[] floats(Contents contents, String name) {
        TensorInfo tensor = contents.tensor(name);
        MemorySegment data = MemorySegment.ofArray(contents.rows(name));
        float[] values = new float[(int) (data.byteSize() * 8 / tensor.dtype().bits())];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (tensor.dtype()) {
                case F32 -> data.get(FLOAT, 4L * i);
                case F16 -> Float.float16ToFloat(data.get(SHORT, 2L * i));
                case BF16 -> Float.intBitsToFloat(data.get(SHORT, 2L * i) << 16);
                default -> throw new AssertionError(tensor.toString());
            };
        }
        return values;
    }

    /** The first values of an array, of any length; zeros where there are no more. */
    private static float[] start(float[] values, int length) {
        return Arrays.copyOf(values, length);
    }

    private static Map<String, String> withoutSources(Map<String, String> metadata) {
        Map<String, String> rest = new LinkedHashMap<>(metadata);
        rest.keySet().removeIf(key -> key.startsWith("clip.source."));
        return rest;
    }

    private static String config(String target, String replacement) {
        String json = SMALL.configJson();
        assertTrue(json.contains(target), json);
        return json.replaceFirst(target, Matcher.quoteReplacement(replacement));
    }

    private CheckpointConfig config(String json) throws IOException {
        Path file = Files.writeString(temporary.resolve("config.json"), json);
        return CheckpointConfig.of(JsonFields.read(file));
    }

    private Preprocessing preprocessing(String json) throws IOException {
        Path file = Files.writeString(temporary.resolve("preprocessor_config.json"), json);
        return Preprocessing.of(JsonFields.read(file), 24);
    }

    private void assertPreprocessing(String resize, String crop, String resample, String json) throws IOException {
        Preprocessing found = preprocessing(json);
        assertEquals(
                resize + " " + crop + " " + resample, found.resize() + " " + found.crop() + " " + found.resample());
    }

    private void assertConfigRefused(String expected, String json) {
        assertMessage(expected, assertThrows(ModelFormatException.class, () -> config(json)));
    }

    private void assertPreprocessingRefused(String expected, String json) {
        assertMessage(expected, assertThrows(ModelFormatException.class, () -> preprocessing(json)));
    }

    private void assertRefused(String expected, UnaryOperator<SyntheticFolder> change) {
        assertMessage(expected, assertThrows(ModelFormatException.class, () -> {
            writeSmall(change);
            CheckpointConverter.convert(source, model, WeightType.F32, ConversionListener.SILENT);
        }));
    }

    private void assertRefused(String expected, WeightType type) {
        assertMessage(
                expected,
                assertThrows(
                        ModelFormatException.class,
                        () -> CheckpointConverter.convert(source, model, type, ConversionListener.SILENT)));
    }

    private void assertMessage(String expected, ModelFormatException e) {
        assertTrue(e.getMessage().contains(expected), () -> "expected: " + expected + "\nfound: " + e.getMessage());
        assertTrue(e.getMessage().startsWith(temporary.toString()), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }

    private String missing() {
        return assertThrows(
                        NoSuchFileException.class,
                        () -> CheckpointConverter.convert(source, model, WeightType.F32, ConversionListener.SILENT))
                .getMessage();
    }
}
