package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.config.Activation;
import org.clipjava.config.KernelChoice;
import org.clipjava.config.WeightType;
import org.clipjava.image.PixelTensor;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.NamedTensor;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.clipjava.testdata.TokenizerFiles;
import org.clipjava.testdata.TorchFiles;
import org.clipjava.text.TokenSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Text towers of other models, from their folders to the ids and embeddings of their own code: a DistilBERT of sentence-transformers, an
 * XLM-RoBERTa and a MetaCLIP 2 in OpenCLIP's layout.
 */
class MultilingualTest {
    private static final int EMBED = 40;
    private static final int SIDE = 64;
    private static final int PIXELS = 3 * SIDE * SIDE;
    private static final Gson GSON = new Gson();
    private static final ConversionOptions GELU = ConversionOptions.NONE.with(Activation.GELU);

    @TempDir
    Path temporary;

    // --- what the folders hold

    private static void norm(List<NamedTensor> tensors, String name, int width) {
        tensors.add(NamedTensor.of(
                name + ".weight", new SyntheticCheckpoint.Tensor(name + ".weight", List.of(width), 1f, 0.2f)));
        add(tensors, name + ".bias", width);
    }

    private static void linear(List<NamedTensor> tensors, String name, int outputs, int inputs) {
        add(tensors, name + ".weight", outputs, inputs);
        add(tensors, name + ".bias", outputs);
    }

    private static void add(List<NamedTensor> tensors, String name, Integer... shape) {
        tensors.add(tensor(name, name, shape));
    }

    private static NamedTensor tensor(String name, String seed, Integer... shape) {
        float amplitude = shape.length == 1 ? 0.05f : shape.length == 4 ? 0.07f : 0.2f;
        return NamedTensor.of(name, new SyntheticCheckpoint.Tensor(seed, List.of(shape), 0f, amplitude));
    }

    private static List<NamedTensor> distilBert() {
        List<NamedTensor> tensors = new ArrayList<>();
        add(tensors, "embeddings.word_embeddings.weight", vocabulary(), 96);
        add(tensors, "embeddings.position_embeddings.weight", 32, 96);
        norm(tensors, "embeddings.LayerNorm", 96);
        for (int i = 0; i < 2; i++) {
            String layer = "transformer.layer." + i + ".";
            for (String part : List.of("q_lin", "k_lin", "v_lin", "out_lin")) {
                linear(tensors, layer + "attention." + part, 96, 96);
            }
            norm(tensors, layer + "sa_layer_norm", 96);
            linear(tensors, layer + "ffn.lin1", 136, 96);
            linear(tensors, layer + "ffn.lin2", 96, 136);
            norm(tensors, layer + "output_layer_norm", 96);
        }
        return tensors;
    }

    private static List<NamedTensor> dense() {
        return List.of(tensor("linear.weight", "dense.linear.weight", EMBED, 96));
    }

    private static void openAiBlock(List<NamedTensor> tensors, String block, int width, int mlpWidth) {
        norm(tensors, block + "ln_1", width);
        add(tensors, block + "attn.in_proj_weight", 3 * width, width);
        add(tensors, block + "attn.in_proj_bias", 3 * width);
        linear(tensors, block + "attn.out_proj", width, width);
        norm(tensors, block + "ln_2", width);
        linear(tensors, block + "mlp.c_fc", mlpWidth, width);
        linear(tensors, block + "mlp.c_proj", width, mlpWidth);
    }

    private static List<NamedTensor> vision() {
        List<NamedTensor> tensors = new ArrayList<>();
        add(tensors, "visual.class_embedding", 72);
        add(tensors, "visual.positional_embedding", 65, 72);
        add(tensors, "visual.proj", 72, EMBED);
        add(tensors, "visual.conv1.weight", 72, 3, 8, 8);
        norm(tensors, "visual.ln_pre", 72);
        for (int i = 0; i < 2; i++) {
            openAiBlock(tensors, "visual.transformer.resblocks." + i + ".", 72, 180);
        }
        norm(tensors, "visual.ln_post", 72);
        tensors.add(NamedTensor.of(
                "logit_scale", new SyntheticCheckpoint.Tensor("logit_scale", List.<Integer>of(), 4.6052f, 0f)));
        return tensors;
    }

    private static List<NamedTensor> xlmRoberta(boolean mlp) {
        return xlmRoberta(mlp, 1002);
    }

    /** Of RoBERTa, too, with as many tokens as it has. */
    static List<NamedTensor> xlmRoberta(boolean mlp, int tokens) {
        List<NamedTensor> tensors = vision();
        String text = "text.transformer.";
        add(tensors, text + "embeddings.word_embeddings.weight", tokens, 128);
        add(tensors, text + "embeddings.position_embeddings.weight", 80, 128);
        add(tensors, text + "embeddings.token_type_embeddings.weight", 1, 128);
        norm(tensors, text + "embeddings.LayerNorm", 128);
        // what older versions saved, too
        tensors.add(NamedTensor.integers(text + "embeddings.position_ids", List.of(1, 3), 0, 1, 2));
        linear(tensors, text + "pooler.dense", 128, 128);
        for (int i = 0; i < 2; i++) {
            String layer = text + "encoder.layer." + i + ".";
            for (String part : List.of("query", "key", "value")) {
                linear(tensors, layer + "attention.self." + part, 128, 128);
            }
            linear(tensors, layer + "attention.output.dense", 128, 128);
            norm(tensors, layer + "attention.output.LayerNorm", 128);
            linear(tensors, layer + "intermediate.dense", 200, 128);
            linear(tensors, layer + "output.dense", 128, 200);
            norm(tensors, layer + "output.LayerNorm", 128);
        }
        if (mlp) {
            add(tensors, "text.proj.0.weight", 84, 128);
            add(tensors, "text.proj.2.weight", EMBED, 84);
        } else {
            add(tensors, "text.proj.weight", EMBED, 128);
        }
        return tensors;
    }

    private static List<NamedTensor> metaClip2() {
        List<NamedTensor> tensors = vision();
        add(tensors, "token_embedding.weight", 1002, 48);
        add(tensors, "positional_embedding", 77, 48);
        for (int i = 0; i < 2; i++) {
            openAiBlock(tensors, "transformer.resblocks." + i + ".", 48, 192);
        }
        norm(tensors, "ln_final", 48);
        add(tensors, "text_projection", 48, EMBED);
        return tensors;
    }

    private static int vocabulary() {
        return json("bert.tokenizer.json")
                .getAsJsonObject("model")
                .getAsJsonObject("vocab")
                .size();
    }

    private static JsonObject json(String name) {
        return GSON.fromJson(new String(TokenizerFiles.read(name), StandardCharsets.UTF_8), JsonObject.class);
    }

    /** With the table of characters, which is stored once. */
    private static JsonObject xlmr() {
        JsonObject file = json("xlmr.tokenizer.json");
        file.getAsJsonObject("normalizer")
                .getAsJsonArray("normalizers")
                .set(
                        0,
                        json("t5.tokenizer.json")
                                .getAsJsonObject("normalizer")
                                .getAsJsonArray("normalizers")
                                .get(0));
        return file;
    }

    private static final String MODULES = """
            [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
             {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
             {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"}]
            """;

    private static final String POOLING = """
            {"word_embedding_dimension": 96, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true,
             "pooling_mode_max_tokens": false, "pooling_mode_mean_sqrt_len_tokens": false}
            """;

    private static final String DENSE = """
            {"in_features": 96, "out_features": 40, "bias": false,
             "activation_function": "torch.nn.modules.linear.Identity"}
            """;

    private Path sentenceTransformer() throws IOException {
        Path folder = temporary.resolve("multilingual");
        Files.createDirectories(folder.resolve("1_Pooling"));
        Files.createDirectories(folder.resolve("2_Dense"));
        Files.writeString(folder.resolve("modules.json"), MODULES);
        Files.writeString(folder.resolve("1_Pooling/config.json"), POOLING);
        Files.writeString(folder.resolve("2_Dense/config.json"), DENSE);
        Files.writeString(
                folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 24, \"do_lower_case\": false}");
        Files.writeString(folder.resolve("config.json"), """
                {"activation": "gelu", "architectures": ["DistilBertModel"], "dim": 96, "hidden_dim": 136,
                 "max_position_embeddings": 32, "model_type": "distilbert", "n_heads": 4, "n_layers": 2,
                 "sinusoidal_pos_embds": false, "vocab_size": %d}
                """.formatted(vocabulary()));
        TokenizerFiles.write("bert.tokenizer.json", folder.resolve("tokenizer.json"));
        SyntheticFolder.writeSafetensors(folder.resolve("model.safetensors"), distilBert());
        SyntheticFolder.writeSafetensors(folder.resolve("2_Dense/model.safetensors"), dense());
        return folder;
    }

    private Path openClip(String textConfig, List<NamedTensor> tensors) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("open-clip"));
        Files.writeString(folder.resolve("open_clip_config.json"), """
                {"model_cfg": {"embed_dim": 40,
                  "vision_cfg": {"image_size": 64, "layers": 2, "width": 72, "head_width": 24, "patch_size": 8,
                   "mlp_ratio": 2.5},
                  "text_cfg": {%s}},
                 "preprocess_cfg": {}}
                """.formatted(textConfig));
        Files.writeString(folder.resolve("tokenizer.json"), xlmr().toString());
        SyntheticFolder.writeSafetensors(folder.resolve("open_clip_model.safetensors"), tensors);
        return folder;
    }

    private static final String XLM_ROBERTA =
            "\"hf_model_name\": \"xlm-roberta-base\", \"hf_tokenizer_name\": \"xlm-roberta-base\", \"hf_pooler_type\":"
                    + " \"mean_pooler\"";

    private static final String META_CLIP_2 =
            "\"hf_tokenizer_name\": \"facebook/xlm-v-base\", \"pool_type\": \"eos\", \"eos_id\": 2, \"context_length\":"
                    + " 77, \"vocab_size\": 1002, \"width\": 48, \"heads\": 2, \"layers\": 2";

    private Path convert(Path folder, ConversionOptions options) throws IOException {
        Path model = temporary.resolve("model.safetensors");
        CheckpointConverter.convert(folder, model, WeightType.F32, options, ConversionListener.SILENT);
        return model;
    }

    private static Clip open(Path model) throws IOException {
        return Clip.open(model, ClipOptions.defaults().withKernels(KernelChoice.SCALAR));
    }

    // --- what comes out

    private static float[] golden(String name) throws IOException {
        try (SafetensorsFile file =
                SafetensorsFile.open(TestData.committed().path("golden/multilingual-tiny.safetensors"))) {
            return file.data(file.tensor(name).orElseThrow()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        }
    }

    private static List<JsonElement> texts() {
        return json("multilingual.json").getAsJsonArray("texts").asList();
    }

    /** Within 2e-5 of the largest component, as the goldens of CLIP. */
    private static void assertRow(float[] rows, int row, float[] found) {
        float largest = 0;
        for (float value : rows) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertArrayEquals(Arrays.copyOfRange(rows, row * EMBED, (row + 1) * EMBED), found, 2e-5f * largest);
    }

    private static void assertTexts(Clip clip, String name) throws IOException {
        float[] expected = golden(name);
        int row = 0;
        for (JsonElement golden : texts()) {
            String text = golden.getAsJsonObject().get("text").getAsString();
            assertRow(expected, row++, clip.encodeText(text).toArray());
        }
        assertEquals(149, row);
    }

    private static void assertImages(Clip clip, String name) throws IOException {
        float[] uniform = SyntheticCheckpoint.uniform("multilingual.pixel_values", 2 * PIXELS);
        for (int i = 0; i < 2; i++) {
            float[] picture = Arrays.copyOfRange(uniform, i * PIXELS, (i + 1) * PIXELS);
            assertRow(
                    golden(name),
                    i,
                    clip.encodePixels(PixelTensor.of(SIDE, SIDE, picture)).toArray());
        }
    }

    /** @param padding which the goldens are filled up with, from behind the end on; -1 for none */
    private static void assertIds(Clip clip, String name, int end, int padding) {
        int context = clip.tokenizer().contextLength();
        List<String> wrong = new ArrayList<>();
        for (JsonElement element : texts()) {
            JsonObject golden = element.getAsJsonObject();
            String text = golden.get("text").getAsString();
            List<Integer> expected = new ArrayList<>();
            JsonArray ids = golden.getAsJsonArray(name);
            ids.forEach(id -> expected.add(id.getAsInt()));
            while (expected.getLast() == padding) {
                expected.removeLast();
            }
            if (expected.size() > context) {
                expected.subList(context - 1, expected.size()).clear();
                expected.add(end);
            }
            List<Integer> found =
                    Arrays.stream(clip.tokenizer().encode(text).ids()).boxed().toList();
            if (!found.equals(expected)) {
                wrong.add("'" + text + "': expected " + expected + ", found " + found);
            }
        }
        assertTrue(wrong.isEmpty(), wrong.size() + " wrong: " + String.join("\n", wrong));
    }

    @Test
    void aTextTowerOfSentenceTransformersIsItsOwn() throws IOException {
        try (Clip clip = open(convert(sentenceTransformer(), ConversionOptions.NONE))) {
            assertTexts(clip, "distilbert");
            assertIds(clip, "bert", 3, -1);
        }
    }

    /** As most of its copies are stored, and with BERT's own file of pieces. */
    @Test
    void itIsReadFromPicklesAndLinesToo() throws IOException {
        Path folder = sentenceTransformer();
        Files.delete(folder.resolve("model.safetensors"));
        Files.delete(folder.resolve("2_Dense/model.safetensors"));
        Files.delete(folder.resolve("tokenizer.json"));
        TorchFiles.writeStateDict(folder.resolve("pytorch_model.bin"), distilBert());
        TorchFiles.writeStateDict(folder.resolve("2_Dense/pytorch_model.bin"), dense());
        String[] pieces = new String[vocabulary()];
        for (Map.Entry<String, JsonElement> piece : json("bert.tokenizer.json")
                .getAsJsonObject("model")
                .getAsJsonObject("vocab")
                .entrySet()) {
            pieces[piece.getValue().getAsInt()] = piece.getKey();
        }
        Files.writeString(folder.resolve("vocab.txt"), String.join("\n", pieces) + "\n");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
        try (Clip clip = open(convert(folder, ConversionOptions.NONE))) {
            assertTexts(clip, "distilbert");
            assertIds(clip, "bert", 3, -1);
        }
    }

    @Test
    void itIsJoinedWithAnImageTower() throws IOException {
        SyntheticCheckpoint tiny = SyntheticCheckpoint.TINY;
        Path images = SyntheticFolder.of(tiny).write(temporary.resolve("images"));
        Path text = sentenceTransformer();
        float[] picture = SyntheticCheckpoint.uniform("a picture", PIXELS);
        float[] expected;
        try (Clip clip = open(convert(images, ConversionOptions.NONE))) {
            expected = clip.encodePixels(PixelTensor.of(SIDE, SIDE, picture)).toArray();
        }
        try (Clip clip = open(convert(images, ConversionOptions.NONE.withText(text)))) {
            assertArrayEquals(
                    expected,
                    clip.encodePixels(PixelTensor.of(SIDE, SIDE, picture)).toArray());
            assertTexts(clip, "distilbert");
        }
    }

    @Test
    void aClipOfSentenceTransformersIsThatOfItsFolder() throws IOException {
        Path outer = Files.createDirectories(temporary.resolve("clip-ViT-B-32"));
        Path inner = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(outer.resolve("0_CLIPModel"));
        Files.writeString(outer.resolve("modules.json"), """
                [{"idx": 0, "name": "0", "path": "0_CLIPModel", "type": "sentence_transformers.models.CLIPModel"}]
                """);
        byte[] expected = Files.readAllBytes(convert(inner, ConversionOptions.NONE));
        assertArrayEquals(expected, Files.readAllBytes(convert(outer, ConversionOptions.NONE)));
    }

    @Test
    void anXlmRobertaIsOpenClips() throws IOException {
        try (Clip clip = open(convert(openClip(XLM_ROBERTA, xlmRoberta(true)), GELU))) {
            assertTexts(clip, "xlm_roberta.text");
            assertImages(clip, "xlm_roberta.image");
            assertIds(clip, "xlmr", 2, 1);
            TokenSequence masked = TokenSequence.of(new int[] {0, 17, 1, 1, 250, 9, 1, 2}, false);
            assertRow(
                    golden("xlm_roberta.masked"),
                    0,
                    clip.encodeTokens(List.of(masked)).getFirst().toArray());
        }
    }

    @Test
    void aProjectionOfOneMatrixIsToo() throws IOException {
        String linear = XLM_ROBERTA + ", \"hf_proj_type\": \"linear\"";
        try (Clip clip = open(convert(openClip(linear, xlmRoberta(false)), GELU))) {
            assertTexts(clip, "xlm_roberta.linear");
        }
    }

    @Test
    void aMetaClip2IsOpenClips() throws IOException {
        try (Clip clip = open(convert(openClip(META_CLIP_2, metaClip2()), GELU))) {
            assertTexts(clip, "metaclip2.text");
            assertImages(clip, "metaclip2.image");
            assertIds(clip, "xlmr", 2, 1);
        }
    }

    @Test
    void textsAreCleanedAsTheConfigSays() throws IOException {
        String canonical = META_CLIP_2.replace("77", "16") + ", \"tokenizer_kwargs\": {\"clean\": \"canonicalize\"}";
        List<NamedTensor> tensors = metaClip2();
        tensors.replaceAll(tensor -> tensor.name().equals("positional_embedding")
                ? tensor("positional_embedding", "positional_embedding", 16, 48)
                : tensor);
        try (Clip clip = open(convert(openClip(canonical, tensors), GELU))) {
            assertIds(clip, "canonical", 2, 1);
        }
    }

    @Test
    void theModelFileSaysWhatItIs() throws IOException {
        ModelInfo info = ModelFile.info(convert(sentenceTransformer(), ConversionOptions.NONE));
        assertEquals("clip", info.family());
        assertEquals(
                List.of(
                        "1_Pooling/config.json",
                        "2_Dense/config.json",
                        "2_Dense/model.safetensors",
                        "config.json",
                        "model.safetensors",
                        "modules.json",
                        "sentence_bert_config.json",
                        "tokenizer.json"),
                List.copyOf(info.sources().keySet()));
        assertEquals("mean", info.metadata().get("clip.text.pool"));
        assertEquals("after", info.metadata().get("clip.text.norm"));
        info = ModelFile.info(convert(openClip(XLM_ROBERTA, xlmRoberta(true)), GELU));
        assertEquals("mlp", info.metadata().get("clip.text.projection"));
        assertEquals("1", info.metadata().get("clip.text.masked_token"));
        assertEquals("cased", info.metadata().get("clip.tokenizer.cleaning"));
    }

    // --- what is refused

    private void assertRefused(Path folder, ConversionOptions options, String message) {
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(folder, options));
        assertEquals(folder + message, e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config.json|distilbert|bert|/config.json: model_type: expected \"distilbert\", the only text tower of"
                        + " sentence-transformers that is read, found \"bert\"",
                "config.json|\"gelu\"|\"swish\"|/config.json: activation: expected \"gelu\", found \"swish\"",
                "config.json|\"n_heads\": 4|\"n_heads\": 5|/config.json: width 96 is no multiple of heads 5",
                "1_Pooling/config.json|\"pooling_mode_cls_token\": false|\"pooling_mode_cls_token\": true|"
                        + "/1_Pooling/config.json: pooling_mode_cls_token: expected false: the mean alone, found true",
                "1_Pooling/config.json|mean_tokens\": true|mean_tokens\": false|/1_Pooling/config.json:"
                        + " pooling_mode_mean_tokens: expected true, found false",
                "2_Dense/config.json|linear.Identity|activation.Tanh|/2_Dense/config.json: activation_function: expected"
                        + " torch.nn.modules.linear.Identity, found \"torch.nn.modules.activation.Tanh\"",
                "2_Dense/config.json|\"bias\": false|\"bias\": true|/2_Dense/config.json: bias: expected false, found true",
                "2_Dense/config.json|: 96|: 97|/2_Dense/config.json: in_features: expected the tower's width, 96, found 97",
                "sentence_bert_config.json|24|33|/sentence_bert_config.json: max_seq_length: expected at most"
                        + " max_position_embeddings, 32, found 33",
                "sentence_bert_config.json|false|true|/sentence_bert_config.json: do_lower_case: expected false, found true",
                "tokenizer.json|\"lowercase\": false|\"lowercase\": true|/tokenizer.json: normalizer: lowercase: expected"
                        + " false, found true",
                "tokenizer.json|BertPreTokenizer|Whitespace|/tokenizer.json: pre_tokenizer: expected a BertPreTokenizer,"
                        + " found {\"type\":\"Whitespace\"}",
                "modules.json|models.Dense|models.Normalize|/modules.json: expected a CLIPModel in a folder, or a"
                        + " Transformer beside it with Pooling and Dense in folders, found [Transformer, Pooling,"
                        + " Normalize] in [, 1_Pooling, 2_Dense]",
                "modules.json|2_Dense|../2_Dense|/modules.json: 2: path: expected the name of a folder beside it, found"
                        + " \"../2_Dense\""
            })
    void refusesWhatIsNoTextTowerOfItsKind(String file, String part, String other, String message) throws IOException {
        Path folder = sentenceTransformer();
        Path path = folder.resolve(file);
        String before = Files.readString(path);
        assertTrue(before.contains(part), before);
        Files.writeString(path, before.replaceFirst(Pattern.quote(part), other));
        assertRefused(folder, ConversionOptions.NONE, message);
    }

    @Test
    void asksForItsTokenizer() throws IOException {
        Path folder = sentenceTransformer();
        Files.delete(folder.resolve("tokenizer.json"));
        assertRefused(
                folder,
                ConversionOptions.NONE,
                ": expected BERT's tokenizer, a tokenizer.json or vocab.txt, found none; put it into the folder");
    }

    @Test
    void refusesALinkOutOfTheFolderOfAModule() throws IOException {
        Path folder = sentenceTransformer();
        Path elsewhere = temporary.resolve("elsewhere");
        Files.move(folder.resolve("2_Dense"), elsewhere);
        Files.createSymbolicLink(folder.resolve("2_Dense"), elsewhere);
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> convert(folder, ConversionOptions.NONE));
        assertTrue(String.valueOf(e.getMessage()).contains("found a link that leads out of it"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"mean_pooler\"|\"cls_pooler\"|hf_pooler_type: expected \"mean_pooler\", as the published ones with such"
                        + " a tower have it, found \"cls_pooler\"",
                "\"mean_pooler\"|\"mean_pooler\", \"hf_proj_type\": \"none\"|hf_proj_type: expected \"mlp\" or \"linear\","
                        + " found \"none\"",
                "\"mean_pooler\"|\"mean_pooler\", \"width\": 512|width: expected no such field beside an hf_model_name,"
                        + " found 512",
                "\"mean_pooler\"|\"mean_pooler\", \"context_length\": 79|context_length: expected at most 78, for which there"
                        + " are positions, found 79"
            })
    void refusesWhatNoXlmRobertaOfOpenClipHas(String part, String other, String message) throws IOException {
        Path folder = openClip(XLM_ROBERTA.replace(part, other), xlmRoberta(true));
        assertRefused(folder, GELU, "/open_clip_config.json: model_cfg: text_cfg: " + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"open-clip", "multilingual"})
    void asksForTheConfigOfAFileByItself(String kind) throws IOException {
        Path folder = kind.equals("open-clip") ? openClip(XLM_ROBERTA, xlmRoberta(true)) : sentenceTransformer();
        Path file = folder.resolve(kind.equals("open-clip") ? "open_clip_model.safetensors" : "model.safetensors");
        Path alone = Files.createDirectories(temporary.resolve("alone")).resolve("weights.safetensors");
        Files.move(file, alone);
        assertRefused(
                alone,
                GELU,
                ": expected the weights of a CLIP's own towers, found a text tower of RoBERTa, XLM-RoBERTa or DistilBERT,"
                        + " which they don't describe; put its config and its tokenizer beside it");
    }

    @Test
    void readsAFileWithItsConfigsBesideIt() throws IOException {
        try (Clip clip = open(convert(sentenceTransformer().resolve("model.safetensors"), ConversionOptions.NONE))) {
            assertTexts(clip, "distilbert");
        }
    }

    @Test
    void refusesTokensThatAreNotTheTowers() throws IOException {
        Path folder = openClip(META_CLIP_2.replace("\"eos_id\": 2", "\"eos_id\": 3"), metaClip2());
        assertRefused(
                folder,
                GELU,
                "/open_clip_config.json: model_cfg: text_cfg: eos_id: expected the token that ends a text in"
                        + " tokenizer.json, 2, found 3");
    }
}
