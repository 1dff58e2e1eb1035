package org.clipjava.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.clipjava.safetensors.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFilesTest {
    private static final String MODEL = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private final Map<String, String> repository = new TreeMap<>();
    private final List<String> read = new ArrayList<>();

    @Test
    void choosesOneSetOfWeightsAndWhatGoesWithThem() throws IOException {
        has(
                "README.md",
                "config.json",
                "preprocessor_config.json",
                "processor_config.json",
                "vocab.json",
                "merges.txt");
        has("pytorch_model.bin", MODEL, "open_clip_model.safetensors");
        assertEquals(
                List.of(
                        "config.json",
                        "preprocessor_config.json",
                        "processor_config.json",
                        "vocab.json",
                        "merges.txt",
                        MODEL),
                choose());
    }

    @Test
    void prefersTheTokenizerInOneFile() throws IOException {
        has("config.json", "tokenizer.json", "vocab.json", "merges.txt", MODEL);
        assertEquals(List.of("config.json", "tokenizer.json", MODEL), choose());
    }

    /** In the order in which a folder's files are taken, too. */
    @Test
    void prefersSafetensorsToPickledWeightsAndWholeOnesToShards() throws IOException {
        for (List<String> all : List.of(CheckpointFiles.HUGGING_FACE, CheckpointFiles.OPEN_CLIP)) {
            boolean openClip = all.equals(CheckpointFiles.OPEN_CLIP);
            for (int best = 0; best < all.size(); best++) {
                repository.clear();
                has(openClip ? "open_clip_config.json" : "config.json");
                all.subList(best, all.size()).forEach(this::has);
                String weights = all.get(best);
                if (weights.endsWith(".index.json")) {
                    String shard = weights.contains("safetensors") ? "shard.safetensors" : "shard.bin";
                    has(shard);
                    repository.put(weights, "{\"weight_map\": {\"a\": \"" + shard + "\"}}");
                    assertEquals(List.of(weights, shard), choose().subList(1, 3));
                } else {
                    assertEquals(weights, choose().getLast());
                }
            }
        }
    }

    @Test
    void takesTheShardsThatAnIndexNames() throws IOException {
        has("config.json", "pytorch_model.bin", "model-1.safetensors", "model-2.safetensors", "model-3.safetensors");
        repository.put(
                INDEX,
                "{\"weight_map\": {\"a\": \"model-2.safetensors\", \"b\": \"model-1.safetensors\", \"c\": \"model-2.safetensors\"}}");
        assertEquals(List.of("config.json", INDEX, "model-1.safetensors", "model-2.safetensors"), choose());
        repository.remove("model-2.safetensors");
        assertMissing("expected model-2.safetensors as " + INDEX + " says, it is not there");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../x.safetensors", "/x.safetensors", "a/x.safetensors", "x.bin", "x.exe", "..", ".safetensors"})
    void refusesHostileShards(String shard) {
        has("config.json");
        repository.put(INDEX, "{\"weight_map\": {\"a\": \"" + shard + "\"}}");
        assertRefused(INDEX + ": weight_map: a: expected the name of a .safetensors file in the same folder, found \""
                + shard + "\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | expected one JSON object, found something else",
                "{} | weight_map: expected an object, found nothing",
                "{\"weight_map\": {}} | weight_map: expected tensors, found {}",
            })
    void refusesAnIndexThatIsNone(String json, String expected) {
        has("config.json");
        repository.put(INDEX, json);
        assertRefused(INDEX + ": " + expected);
    }

    @Test
    void refusesARepositoryThatIsNoClip() {
        repository.put("config.json", "{\"model_type\": \"bert\\n\"}");
        has(MODEL);
        assertMissing("expected a CLIP model, config.json says model_type 'bert\\u000a'");
        assertEquals(List.of("config.json"), read);
    }

    @Test
    void refusesARepositoryWithoutWeights() {
        assertMissing("expected config.json and one of " + String.join(", ", CheckpointFiles.HUGGING_FACE)
                + ", found no files");
        has("config.json", "b.txt", "a.txt");
        assertMissing("expected config.json and one of " + String.join(", ", CheckpointFiles.HUGGING_FACE)
                + ", found a.txt, b.txt, config.json");
        has("open_clip_config.json");
        assertMissing("expected weights, one of " + String.join(", ", CheckpointFiles.OPEN_CLIP)
                + ", found a.txt, b.txt, config.json, open_clip_config.json");
    }

    @Test
    void takesOpenClipsFilesWhereThereAreNoOthers() throws IOException {
        has("open_clip_config.json", "tokenizer.json", "vocab.json", MODEL);
        has("open_clip_model.safetensors", "open_clip_pytorch_model.bin");
        repository.put("config.json", "{\"architecture\": \"vit\"}");
        assertEquals(
                List.of("open_clip_config.json", "config.json", "tokenizer.json", "open_clip_model.safetensors"),
                choose());
        assertFalse(choose().contains(MODEL), "timm's, of the image tower alone");
    }

    @Test
    void takesSentencePiecesAndTheTokenizersConfigForOpenClipsSiglip() throws IOException {
        has("open_clip_config.json", "tokenizer.json", "tokenizer_config.json", "vocab.json");
        has("open_clip_model.safetensors");
        repository.put(
                "open_clip_config.json",
                "{\"model_cfg\": {\"vision_cfg\": {\"timm_model_name\": \"vit_base_patch16_siglip_224\"}, \"text_cfg\": {}}}");
        assertEquals(
                List.of(
                        "open_clip_config.json",
                        "tokenizer.json",
                        "tokenizer_config.json",
                        "open_clip_model.safetensors"),
                choose());
    }

    @Test
    void takesMetaClip2sTokenizerAndMissesItBeforeTheWeightsAreFetched() throws IOException {
        has("sentencepiece.bpe.model", MODEL);
        repository.put("config.json", "{\"model_type\": \"metaclip_2\"}");
        assertMissing(
                "expected MetaCLIP 2's tokenizer.json, found config.json, model.safetensors, sentencepiece.bpe.model");
        has("tokenizer.json");
        assertEquals(List.of("config.json", "tokenizer.json", MODEL), choose());
    }

    @Test
    void takesAClipOfSentenceTransformersFromItsFolder() throws IOException {
        has("README.md", "0_CLIPModel/vocab.json", "0_CLIPModel/merges.txt", "0_CLIPModel/pytorch_model.bin");
        has("0_CLIPModel/config.json", "0_CLIPModel/preprocessor_config.json", "0_CLIPModel/" + MODEL);
        repository.put(
                "modules.json", "[{\"path\": \"0_CLIPModel\", \"type\": \"sentence_transformers.models.CLIPModel\"}]");
        assertEquals(
                List.of(
                        "modules.json",
                        "0_CLIPModel/config.json",
                        "0_CLIPModel/preprocessor_config.json",
                        "0_CLIPModel/vocab.json",
                        "0_CLIPModel/merges.txt",
                        "0_CLIPModel/" + MODEL),
                choose());
        assertEquals(List.of("modules.json", "0_CLIPModel/config.json"), read);
    }

    @Test
    void takesATextTowerOfSentenceTransformersWithWhatFollowsIt() throws IOException {
        repository.put("config.json", "{\"model_type\": \"distilbert\"}");
        repository.put(
                "modules.json",
                "[{\"path\": \"\", \"type\": \"a.Transformer\"}, {\"path\": \"1_Pooling\", \"type\": \"a.Pooling\"},"
                        + " {\"path\": \"2_Dense\", \"type\": \"a.Dense\"}]");
        has("1_Pooling/config.json", "2_Dense/config.json", "2_Dense/pytorch_model.bin", "vocab.txt", MODEL);
        has("tokenizer_config.json", "sentence_bert_config.json", "onnx/model.onnx");
        List<String> configs = List.of(
                "modules.json",
                "config.json",
                "1_Pooling/config.json",
                "2_Dense/config.json",
                "sentence_bert_config.json");
        List<String> chosen = new ArrayList<>(configs);
        chosen.addAll(List.of("vocab.txt", "tokenizer_config.json", "2_Dense/pytorch_model.bin", MODEL));
        assertEquals(chosen, choose());
        has("tokenizer.json", "2_Dense/" + MODEL);
        chosen = new ArrayList<>(configs);
        chosen.addAll(List.of("tokenizer.json", "2_Dense/" + MODEL, MODEL));
        assertEquals(chosen, choose());
        repository.keySet().removeIf(name -> name.startsWith("2_Dense/" + MODEL) || name.endsWith(".bin"));
        repository.keySet().removeAll(List.of("onnx/model.onnx", "sentence_bert_config.json", "tokenizer_config.json"));
        assertEquals(
                "expected weights, one of 2_Dense/model.safetensors, 2_Dense/pytorch_model.bin, found 1_Pooling/config.json",
                assertThrows(NoSuchFileException.class, this::choose)
                        .getReason()
                        .split(", 2_Dense/config", 2)[0]);
        repository.keySet().removeAll(List.of("tokenizer.json", "vocab.txt"));
        assertEquals(
                "expected BERT's tokenizer.json or vocab.txt, found 1_Pooling/config.json",
                assertThrows(NoSuchFileException.class, this::choose)
                        .getReason()
                        .split(", 2_Dense/config", 2)[0]);
        repository.remove("2_Dense/config.json");
        assertMissing("expected 2_Dense/config.json as modules.json says, it is not there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../x", "/x", "a/b", ".x"})
    void refusesHostileModules(String path) {
        repository.put("modules.json", "[{\"path\": \"" + path + "\", \"type\": \"a.CLIPModel\"}]");
        assertRefused("modules.json: 0: path: expected the name of a folder beside it, found \"" + path + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[1]", "3"})
    void refusesModulesThatAreNone(String json) {
        repository.put("modules.json", json);
        assertRefused("modules.json: expected one JSON array of objects, found something else");
    }

    @Test
    void takesAnXlmRobertasTokenizerAndMissesItBeforeTheWeightsAreFetched() throws IOException {
        has("open_clip_model.safetensors");
        repository.put(
                "open_clip_config.json",
                "{\"model_cfg\": {\"vision_cfg\": {}, \"text_cfg\": {\"hf_model_name\": \"xlm-roberta-base\"}}}");
        assertMissing("expected XLM-RoBERTa's tokenizer.json or sentencepiece.bpe.model, found open_clip_config.json,"
                + " open_clip_model.safetensors");
        has("sentencepiece.bpe.model");
        assertEquals(
                List.of("open_clip_config.json", "sentencepiece.bpe.model", "open_clip_model.safetensors"), choose());
        has("tokenizer.json");
        assertEquals(List.of("open_clip_config.json", "tokenizer.json", "open_clip_model.safetensors"), choose());
    }

    @Test
    void takesARobertasTokenizerOrItsOlderFiles() throws IOException {
        has("open_clip_model.safetensors", "merges.txt");
        repository.put(
                "open_clip_config.json",
                "{\"model_cfg\": {\"vision_cfg\": {}, \"text_cfg\": {\"hf_model_name\": \"roberta-base\"}}}");
        assertMissing("expected RoBERTa's tokenizer.json or vocab.json, found merges.txt, open_clip_config.json,"
                + " open_clip_model.safetensors");
        has("vocab.json", "tokenizer_config.json");
        assertEquals(
                List.of(
                        "open_clip_config.json",
                        "vocab.json",
                        "merges.txt",
                        "tokenizer_config.json",
                        "open_clip_model.safetensors"),
                choose());
        has("tokenizer.json");
        assertEquals(List.of("open_clip_config.json", "tokenizer.json", "open_clip_model.safetensors"), choose());
    }

    @Test
    void namesAFamilyBeforeItsWeightsAreFetched() {
        has("open_clip_config.json", "open_clip_model.safetensors");
        repository.put(
                "open_clip_config.json",
                "{\"model_cfg\": {\"vision_cfg\": {\"timm_model_name\": \"eva02_base_patch16_clip_224\"}, \"text_cfg\": {}}}");
        assertRefused(
                "open_clip_config.json: model_cfg: expected a CLIP of OpenAI's parts or with RoBERTa or XLM-RoBERTa, a MobileCLIP with a ViT, PE-Core, MetaCLIP 2 or SigLIP, found an EVA-02 CLIP,"
                        + " timm_model_name \"eva02_base_patch16_clip_224\"; see docs/models.md for what runs");
        repository.remove("open_clip_config.json");
        repository.put("config.json", "{\"model_type\": \"owlvit\"}");
        has(MODEL);
        assertMissing(
                "config.json: expected a CLIP of OpenAI's parts or with RoBERTa or XLM-RoBERTa, a MobileCLIP with a ViT, PE-Core, MetaCLIP 2 or SigLIP, found an OWL-ViT;"
                        + " see docs/models.md for what runs");
    }

    private void has(String... names) {
        for (String name : names) {
            repository.put(
                    name,
                    name.equals("open_clip_config.json")
                            ? "{\"model_cfg\": {\"embed_dim\": 512, \"vision_cfg\": {}, \"text_cfg\": {}}}"
                            : "{}");
        }
    }

    private List<String> choose() throws IOException {
        read.clear();
        return CheckpointFiles.choose("fake/clip", repository.keySet(), path -> {
            read.add(path);
            return repository.get(path).getBytes(UTF_8);
        });
    }

    private void assertMissing(String reason) {
        assertEquals(
                "fake/clip: " + reason,
                assertThrows(NoSuchFileException.class, this::choose).getMessage());
    }

    private void assertRefused(String reason) {
        assertEquals(
                "fake/clip: " + reason,
                assertThrows(ModelFormatException.class, this::choose).getMessage());
    }
}
