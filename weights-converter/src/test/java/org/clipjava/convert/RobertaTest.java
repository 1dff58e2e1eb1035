package org.clipjava.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.config.KernelChoice;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.WeightType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.clipjava.testdata.TokenizerFiles;
import org.clipjava.text.PieceTokenizer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RoBERTa's tokens, by each of its files, and XLM-RoBERTa's by a {@code .model} alone, against transformers; a model against OpenCLIP. */
class RobertaTest {
    private static final int EMBED = 40;
    private static final int TOKENS = 900;
    private static final int LONG = 1 << 16;
    private static final Gson GSON = new Gson();

    @TempDir
    Path folder;

    @BeforeEach
    void writeConfig() throws IOException {
        Files.writeString(folder.resolve("open_clip_config.json"), """
                {"model_cfg": {"embed_dim": 40, "quick_gelu": true,
                  "vision_cfg": {"image_size": 64, "layers": 2, "width": 72, "head_width": 24, "patch_size": 8,
                   "mlp_ratio": 2.5},
                  "text_cfg": {"hf_model_name": "roberta-base", "hf_tokenizer_name": "roberta-base",
                   "hf_pooler_type": "mean_pooler"}},
                 "preprocess_cfg": {}}
                """);
    }

    private static JsonObject json(String name) {
        return GSON.fromJson(new String(TokenizerFiles.read(name), UTF_8), JsonObject.class);
    }

    private static List<JsonElement> texts() {
        return json("roberta.json").getAsJsonArray("texts").asList();
    }

    private void writeTokenizer(JsonObject tokenizer) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), GSON.toJson(tokenizer));
    }

    /** The same tokens in the older files. */
    private void writeVocabularyAndMerges() throws IOException {
        JsonObject model = json("roberta.tokenizer.json").getAsJsonObject("model");
        Files.writeString(folder.resolve("vocab.json"), GSON.toJson(model.get("vocab")));
        StringBuilder lines = new StringBuilder("#version: 0.2\n");
        for (JsonElement merge : model.getAsJsonArray("merges")) {
            JsonArray pair = merge.getAsJsonArray();
            lines.append(pair.get(0).getAsString())
                    .append(' ')
                    .append(pair.get(1).getAsString())
                    .append('\n');
        }
        Files.writeString(folder.resolve("merges.txt"), lines);
    }

    /** SentencePiece's, of T5's pieces, as {@code make_roberta_goldens.py} makes it. */
    static byte[] model(String... first) {
        byte[] t5 = TokenizerFiles.read("t5.model");
        int at = 0;
        for (int piece = 0; piece < 3; piece++) {
            at += 2 + t5[at + 1];
        }
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        for (String piece : first) {
            int type = piece.equals("<unk>") ? 2 : 3;
            model.writeBytes(new byte[] {0x0A, (byte) (piece.length() + 4), 0x0A, (byte) piece.length()});
            model.writeBytes(piece.getBytes(UTF_8));
            model.writeBytes(new byte[] {0x18, (byte) type});
        }
        model.write(t5, at, t5.length - at);
        // a trainer_spec whose unk_id is 0, behind the one that there is
        model.writeBytes(new byte[] {0x12, 3, (byte) 0xC0, 2, 0});
        return model.toByteArray();
    }

    private CheckpointTokens.OfPieces roberta() throws IOException {
        return RobertaTokens.roberta(CheckpointFolder.open(folder, false), TextCleaning.NONE);
    }

    private static void assertIds(CheckpointTokens.OfPieces tokens, String golden) {
        PieceTokenizer tokenizer =
                new PieceTokenizer(tokens.file().vocabulary(), tokens.file().config(), LONG);
        List<String> wrong = new ArrayList<>();
        for (JsonElement element : texts()) {
            String text = element.getAsJsonObject().get("text").getAsString();
            List<Integer> expected = new ArrayList<>();
            element.getAsJsonObject().getAsJsonArray(golden).forEach(id -> expected.add(id.getAsInt()));
            List<Integer> found =
                    Arrays.stream(tokenizer.encode(text).ids()).boxed().toList();
            if (!found.equals(expected)) {
                wrong.add("'" + text + "': expected " + expected + ", found " + found);
            }
        }
        assertEquals(149, texts().size());
        assertTrue(wrong.isEmpty(), wrong.size() + " wrong: " + String.join("\n", wrong));
    }

    @Test
    void tokensOfATokenizerJsonAreTransformers() throws IOException {
        writeTokenizer(json("roberta.tokenizer.json"));
        assertIds(roberta(), "roberta");
    }

    @Test
    void tokensOfTheOlderFilesAreTransformers() throws IOException {
        writeVocabularyAndMerges();
        assertIds(roberta(), "merges");
    }

    @Test
    void tokensOfAModelAloneAreTransformers() throws IOException {
        Files.write(folder.resolve("sentencepiece.bpe.model"), model("<unk>", "<s>", "</s>"));
        CheckpointTokens.OfPieces tokens =
                RobertaTokens.xlmRoberta(CheckpointFolder.open(folder, false), TextCleaning.NONE);
        assertIds(tokens, "model");
        assertEquals(1002, tokens.size());
        assertEquals(1001, tokens.file().vocabulary().id("<mask>").orElseThrow());
    }

    @Test
    void aRobertaIsOpenClips() throws IOException {
        writeVocabularyAndMerges();
        SyntheticFolder.writeSafetensors(
                folder.resolve("open_clip_model.safetensors"), MultilingualTest.xlmRoberta(true, TOKENS));
        Path model = folder.resolve("model.clip");
        CheckpointConverter.convert(folder, model, WeightType.F32, ConversionOptions.NONE, ConversionListener.SILENT);
        float[] expected;
        try (SafetensorsFile file =
                SafetensorsFile.open(TestData.committed().path("golden/roberta-tiny.safetensors"))) {
            expected = file.data(file.tensor("text").orElseThrow()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        }
        float largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        try (Clip clip = Clip.open(model, ClipOptions.defaults().withKernels(KernelChoice.SCALAR))) {
            int row = 0;
            for (JsonElement element : texts()) {
                JsonObject golden = element.getAsJsonObject();
                String text = golden.get("text").getAsString();
                int[] ids = GSON.fromJson(golden.get("open_clip"), int[].class);
                assertArrayEquals(ids, clip.tokenizer().encode(text).ids(), text);
                // every third does, where scalar kernels take their time
                if (row % 3 == 0) {
                    assertArrayEquals(
                            Arrays.copyOfRange(expected, row * EMBED, (row + 1) * EMBED),
                            clip.encodeText(text).toArray(),
                            2e-5f * largest,
                            text);
                }
                row++;
            }
            assertEquals(149, row);
        }
    }

    @Test
    void refusesPicturesThatAreTooLarge() throws IOException {
        Path config = folder.resolve("open_clip_config.json");
        Files.writeString(config, Files.readString(config).replace("\"image_size\": 64", "\"image_size\": 8200"));
        writeVocabularyAndMerges();
        SyntheticFolder.writeSafetensors(
                folder.resolve("open_clip_model.safetensors"), MultilingualTest.xlmRoberta(true, TOKENS));
        assertRefused(
                () -> CheckpointConverter.convert(
                        folder,
                        folder.resolve("model.clip"),
                        WeightType.F32,
                        ConversionOptions.NONE,
                        ConversionListener.SILENT),
                "image_size: expected 1 to 8192, found 8200");
    }

    private static void assertRefused(ThrowingTokens tokens, String message) {
        ModelFormatException e = assertThrows(ModelFormatException.class, tokens::read);
        assertTrue(String.valueOf(e.getMessage()).endsWith(message), e.getMessage());
    }

    private interface ThrowingTokens {
        void read() throws IOException;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\"|\"add_prefix_space\":true,\"use_regex\""
                        + "|tokenizer.json: pre_tokenizer: add_prefix_space: expected false, found true",
                "\"use_regex\":true|\"use_regex\":false"
                        + "|tokenizer.json: pre_tokenizer: use_regex: expected true, found false",
                "\"type\":\"ByteLevel\",\"add_prefix_space\"|\"type\":\"Metaspace\",\"add_prefix_space\""
                        + "|tokenizer.json: model: expected an unknown token, found none",
                "\"\u010a\":|\"x\u010a\":|tokenizer.json: model: vocab: expected a piece for each of the 256 bytes, found none"
                        + " for \"\u010a\"",
                "\"ignore_merges\":false|\"ignore_merges\":true|model: ignore_merges: expected false, found true",
                "[\"</s>\",2]|[\"</x>\",2]|post_processor: sep: expected a token and its id, found [\"</x>\",2]",
                "\"type\":\"RobertaProcessing\"|\"type\":\"ByteLevel\""
                        + "|post_processor: type: expected TemplateProcessing, found \"ByteLevel\""
            })
    void refusesATokenizerJsonThatIsNoRobertas(String part, String other, String message) throws IOException {
        String file = GSON.toJson(json("roberta.tokenizer.json"));
        // as Gson writes what a page of the web must not have
        String plain = file.replace("\\u003c", "<").replace("\\u003e", ">");
        assertTrue(plain.contains(part), plain);
        Files.writeString(folder.resolve("tokenizer.json"), plain.replace(part, other));
        assertRefused(this::roberta, message);
    }

    @Test
    void refusesPiecesOfAnotherKind() throws IOException {
        TokenizerFiles.write("gemma.tokenizer.json", folder.resolve("tokenizer.json"));
        ModelFormatException e = assertThrows(ModelFormatException.class, this::roberta);
        assertTrue(
                String.valueOf(e.getMessage())
                        .contains(
                                "tokenizer.json: pre_tokenizer: expected a ByteLevel, as RoBERTa's tokenizer has it,"),
                e.getMessage());
        JsonObject unigrams = json("xlmr.tokenizer.json");
        unigrams.remove("normalizer");
        unigrams.add("pre_tokenizer", json("roberta.tokenizer.json").get("pre_tokenizer"));
        writeTokenizer(unigrams);
        assertRefused(
                this::roberta, "tokenizer.json: model: type: expected \"BPE\" behind a ByteLevel, found \"Unigram\"");
    }

    @Test
    void asksForItsTokenizer() {
        assertRefused(
                this::roberta,
                ": expected RoBERTa's tokenizer, a tokenizer.json or vocab.json and merges.txt, found none; put it into the"
                        + " folder");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "merges.txt|\u0120 a|\u0120a|merge 0: expected two pieces that make a third, found \"\u0120a\"",
                "merges.txt|\u0120 a|\u0120 xyz|merge 0: expected two pieces that make a third, found \"\u0120 xyz\"",
                "vocab.json|\"<s>\"|\"<x>\"|vocab.json: <s>: expected an id, found nothing",
                "vocab.json|\"</s>\":2|\"</s>\":\"2\"|vocab.json: </s>: expected an id, found \"2\"",
                "vocab.json|\"<pad>\":1|\"<pad>\":2|expected each id from 0 to 899 once, found 2"
            })
    void refusesOlderFilesThatAreDamaged(String name, String part, String other, String message) throws IOException {
        writeVocabularyAndMerges();
        Path file = folder.resolve(name);
        String content = Files.readString(file).replace("\\u003c", "<").replace("\\u003e", ">");
        if (name.equals("merges.txt")) {
            String first = content.lines().skip(1).findFirst().orElseThrow();
            content = content.replaceFirst(Pattern.quote(first), other);
        } else {
            assertTrue(content.contains(part), content);
            content = content.replace(part, other);
        }
        Files.writeString(file, content);
        assertRefused(this::roberta, message);
    }

    @Test
    void refusesOlderFilesThatPutASpaceInFront() throws IOException {
        writeVocabularyAndMerges();
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"add_prefix_space\": true}");
        assertRefused(
                this::roberta, "vocab.json, merges.txt: pre_tokenizer: add_prefix_space: expected false, found true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<s> <unk> </s>", "<unk> <s> <pad>"})
    void refusesAModelThatIsNotXlmRobertas(String first) throws IOException {
        Files.write(folder.resolve("sentencepiece.bpe.model"), model(first.split(" ", -1)));
        assertRefused(
                () -> RobertaTokens.xlmRoberta(CheckpointFolder.open(folder, false), TextCleaning.NONE),
                first.startsWith("<s>")
                        ? "sentencepiece.bpe.model: unk_id: expected the id of the piece of that type, found 0"
                        : "sentencepiece.bpe.model: expected XLM-RoBERTa's unigrams behind <unk>, <s>, </s>, found unigrams"
                                + " behind <unk>, <s>, <pad>");
    }
}
