package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.config.WeightType;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.NamedTensor;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TorchFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints as training code and its wrappers leave them. */
class SavedByTrainingTest {
    private static final SyntheticCheckpoint SMALL = new SyntheticCheckpoint(
            4, new SyntheticCheckpoint.Vision(6, 8, 1, 2, 4, 2), new SyntheticCheckpoint.Text(4, 6, 1, 2, 5, 49408));

    @TempDir
    Path temporary;

    private Path source;
    private Path model;

    @BeforeEach
    void namePaths() throws IOException {
        source = Files.createDirectory(temporary.resolve("source"));
        model = temporary.resolve("model.safetensors");
    }

    private static List<NamedTensor> prefixed(String prefix, List<NamedTensor> tensors) {
        return tensors.stream()
                .map(tensor -> tensor.renamed(prefix + tensor.name()))
                .toList();
    }

    private ConversionReport convert(Path from, Path to, ConversionOptions options) throws IOException {
        return CheckpointConverter.convert(from, to, WeightType.F32, options, ConversionListener.SILENT);
    }

    private ConversionReport convertBare(Path from, Path to) throws IOException {
        return convert(from, to, Layout.BARE_STATE_DICT.options(SMALL));
    }

    /** The same weights without anything round them. */
    private Path plain() throws IOException {
        Path file = Layout.BARE_STATE_DICT.write(SMALL, temporary.resolve("plain"));
        Path plain = temporary.resolve("plain.safetensors");
        assertEquals(List.of(), convertBare(file, plain).notes());
        return plain;
    }

    @Tag("thorough")
    @ParameterizedTest
    @CsvSource({
        "state_dict, ''",
        "state_dict, model.",
        "model_state_dict, ''",
        "model_state_dict, module.",
        "model, ''",
        "module, ''",
        "model, module._orig_mod.",
        "net, clip_model."
    })
    void takesTheStateDictFromWhatATutorialSaves(String key, String prefix) throws IOException {
        Path file = source.resolve("last.ckpt");
        TorchFiles.writeTutorialCheckpoint(file, key, prefixed(prefix, TorchFiles.openAi(SMALL, "")));
        List<String> expected = new ArrayList<>();
        expected.add(file + ": took the weights under \"" + key + "\"");
        if (!prefix.isEmpty()) {
            expected.add(file + ": all names begin with \"" + prefix + "\", which was left out");
        }
        assertEquals(expected, convertBare(file, model).notes());
        LayoutsTest.assertSameButForTheSource(plain(), model, key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"_orig_mod.", "module._orig_mod.", "model.", "clip.", "module."})
    void leavesOutWhatStandsBeforeAllNamesOfHuggingFace(String prefix) throws IOException {
        Path plain = temporary.resolve("plain.safetensors");
        Path plainFolder = SyntheticFolder.of(SMALL).write(temporary.resolve("unwrapped"));
        convert(plainFolder, plain, ConversionOptions.NONE);
        SyntheticFolder.of(SMALL).write(source);
        SyntheticFolder.writeSafetensors(source.resolve("model.safetensors"), prefixed(prefix, NamedTensor.all(SMALL)));
        assertEquals(
                List.of(source.resolve("model.safetensors") + ": all names begin with \"" + prefix
                        + "\", which was left out"),
                convert(source, model, ConversionOptions.NONE).notes());
        LayoutsTest.assertSameButForTheSource(plain, model, prefix);
    }

    @Test
    void namesAWeightThatIsNotTheClips() {
        List<NamedTensor> tensors = new ArrayList<>(prefixed("backbone.", NamedTensor.all(SMALL)));
        tensors.add(new NamedTensor("head.weight", "F32", List.of(1), () -> new byte[4]));
        assertRefused(
                "expected the weights of a CLIP alone, found them under names that begin with \"backbone.\", and"
                        + " others as \"head.weight\"; save the CLIP's own state_dict()",
                tensors);
    }

    @Test
    void saysWhereAStateDictIsLookedFor() {
        Path file = source.resolve("x.pt");
        TorchFiles.writeTutorialCheckpoint(file, "weights of mine", TorchFiles.openAi(SMALL, ""));
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convertBare(file, model));
        assertTrue(
                e.getMessage()
                        .endsWith("\"epoch\": expected a state dict, of names and tensors, found an integer; no tensor"
                                + " is beside it, nor a dict under state_dict, model_state_dict, model, module,"
                                + " model_state, clip, clip_model, net, network"),
                e.getMessage());
    }

    @Test
    void takesALogitScaleOfOneElementUnderHuggingFacesNames() throws IOException {
        SyntheticFolder.of(SMALL).with("logit_scale", List.of(1), 2.5f).write(source);
        convert(source, model, ConversionOptions.NONE);
        try (ModelFile file = ModelFile.open(model)) {
            assertEquals(2.5f, file.weights(true, true, false).logitScale());
        }
    }

    @Test
    void leavesOutRowsThatNoTokenLeadsTo() throws IOException {
        SyntheticCheckpoint padded = new SyntheticCheckpoint(
                4,
                SMALL.vision(),
                new SyntheticCheckpoint.Text(
                        4, 6, 1, 2, 5, TokenizerFiles.smallTokens().size() + 52));
        SyntheticFolder.of(padded).write(source);
        TokenizerFiles.writeTokenizerJson(
                source, TokenizerFiles.tokenizerJson(TokenizerFiles.smallTokens(), TokenizerFiles.smallMerges()));
        assertEquals(
                List.of(source.resolve("model.safetensors")
                        + ": text_model.embeddings.token_embedding.weight: left out the last 52 of 576 rows,"
                        + " for which the vocabulary has no token"),
                convert(source, model, ConversionOptions.NONE).notes());
        try (ModelFile file = ModelFile.open(model)) {
            assertEquals(524, file.info().config().text().vocabularySize());
            assertEquals("[522, 320, 523]", file.tokenizer().encode("a").toString());
        }
    }

    @Test
    void refusesAConfigOfAnotherEmbeddingThanTheWeights() throws IOException {
        SyntheticFolder.of(SMALL).write(source);
        JsonObject config = JsonParser.parseString(SMALL.configJson()).getAsJsonObject();
        config.getAsJsonObject("text_config").addProperty("vocab_size", 576);
        Files.writeString(source.resolve("config.json"), config.toString());
        TokenizerFiles.writeTokenizerJson(
                source, TokenizerFiles.tokenizerJson(TokenizerFiles.smallTokens(), TokenizerFiles.smallMerges()));
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> convert(source, model, ConversionOptions.NONE));
        assertTrue(e.getMessage().contains("token_embedding.weight: expected F32 [524, 4]"), e.getMessage());
    }

    @Test
    void namesAnAdapterAndAResNet() {
        assertRefused("found a LoRA adapter's; merge it", tensor("base_model.model.text_model.x.lora_A.weight"));
        assertRefused("found a ResNet (RN50 and its like)", tensor("visual.layer1.0.conv1.weight"));
        assertRefused("found an image tower of timm", tensor("visual.trunk.patch_embed.proj.weight"));
    }

    private static List<NamedTensor> tensor(String name) {
        return List.of(new NamedTensor(name, "F32", List.of(1), () -> new byte[4]));
    }

    private void assertRefused(String expected, List<NamedTensor> tensors) {
        Path file = source.resolve("state.pt");
        TorchFiles.writeStateDict(file, tensors);
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convertBare(file, model));
        assertTrue(e.getMessage().startsWith(file + ": ") && e.getMessage().contains(expected), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ggml-model-f16.gguf|a GGUF, ggml-model-f16.gguf; convert the checkpoint that it was made of",
                "model.onnx|an ONNX graph, model.onnx; convert",
                "tf_model.h5|TensorFlow's weights, tf_model.h5; save it with PyTorch",
                "flax_model.msgpack|Flax's weights, flax_model.msgpack; save it with PyTorch",
                "adapter_config.json|a LoRA adapter; merge it into its model",
                "model_index.json|a pipeline of diffusers; name the text tower in",
                "openvino_model.xml|a model of OpenVINO",
                "saved_model.pb|a model of TensorFlow"
            })
    void namesTheKindOfAFolder(String name, String expected) throws IOException {
        for (boolean config : List.of(true, false)) {
            if (config) {
                Files.writeString(source.resolve("config.json"), SMALL.configJson());
            } else {
                Files.delete(source.resolve("config.json"));
            }
            Files.write(source.resolve(name), new byte[100]);
            ModelFormatException e =
                    assertThrows(ModelFormatException.class, () -> convert(source, model, ConversionOptions.NONE));
            assertTrue(
                    e.getMessage().startsWith(source + ": expected a CLIP checkpoint, found " + expected),
                    e.getMessage());
        }
    }

    @Test
    void leadsToTheClipWithinAFolder() throws IOException {
        Path inner = source.resolve("0_CLIPModel");
        SyntheticFolder.of(SMALL).write(inner);
        Path modules = Files.writeString(source.resolve("modules.json"), "[]");
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> convert(source, model, ConversionOptions.NONE));
        assertEquals(
                modules
                        + ": expected a CLIPModel in a folder, or a Transformer beside it with Pooling and Dense in folders,"
                        + " found [] in []",
                e.getMessage());
        Files.writeString(
                modules, "[{\"path\": \"0_CLIPModel\", \"type\": \"sentence_transformers.models.CLIPModel\"}]");
        convert(source, model, ConversionOptions.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "71 71 85 70 3 0 0 0|a GGUF",
                "137 72 68 70 13 10 26 10|an HDF5",
                "8 6 18 7 112 121 116 111|an ONNX graph",
                "132 170 108 111 103 105 116 95|a msgpack",
                "123 34 97 34 58 32 49 125|JSON; name the weights"
            })
    void namesTheKindOfAFile(String bytes, String expected) throws IOException {
        String[] numbers = bytes.split(" ", -1);
        byte[] content = new byte[100];
        IntStream.range(0, 8).forEach(i -> content[i] = (byte) Integer.parseInt(numbers[i]));
        for (String name : List.of("weights.bin", "weights.safetensors")) {
            Path file = Files.write(source.resolve(name), content);
            ModelFormatException e = assertThrows(ModelFormatException.class, () -> convertBare(file, model));
            assertTrue(e.getMessage().contains(", found " + expected), e.getMessage());
        }
    }
}
