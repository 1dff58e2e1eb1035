package org.clipjava.cli.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.cli.MachineCodeAccuracyTest;
import org.clipjava.cli.verify.Published.ConstantPixels;
import org.clipjava.cli.verify.Published.Picture;
import org.clipjava.cli.verify.Published.TextRange;
import org.clipjava.cli.verify.Published.TextValues;
import org.clipjava.cli.verify.Published.Tokens;
import org.clipjava.cli.verify.Stage.Outcome;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextPool;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.config.WeightType;
import org.clipjava.convert.CheckpointConverter;
import org.clipjava.convert.ConversionListener;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.image.PreprocessorConfig.Resize;
import org.clipjava.image.RgbImage;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.clipjava.testdata.TokenizerFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Breaks a synthetic model in each of the ways that are looked for. What the intact model gives stands in for published
 * numbers: those that are published are of weights that are not here.
 */
class VerificationTest {
    private static final SyntheticCheckpoint TINY = SyntheticCheckpoint.TINY;
    private static final PreprocessorConfig RIGHT = PreprocessorConfig.clip(64);
    private static final List<String> TEXTS = List.of("a photo of a cat", "a photo of a dog");
    private static final double TOLERANCE = 1e-4;

    @TempDir
    private static Path folder;

    private static Path intact;
    private static RgbImage picture;
    private static Published published;

    @BeforeAll
    static void publishesTheIntactModelsNumbers() throws IOException {
        intact = convert("intact", UnaryOperator.identity());
        picture = ImageDecoder.standard().decode(TestData.committed().path("images/chelsea.png"));
        try (Subject subject = open(intact)) {
            List<List<Double>> logits = new ArrayList<>();
            for (float value : new float[] {0.25f, 0.75f}) {
                float[] values = new float[3 * 64 * 64];
                Arrays.fill(values, value);
                logits.add(logits(subject, PixelTensor.of(64, 64, values)));
            }
            Embedding text = subject.encodeTexts(TEXTS).getFirst();
            List<Double> logitsOfPicture = logits(subject, subject.preprocess(picture));
            double ratio = Math.exp(logitsOfPicture.get(1) - logitsOfPicture.get(0));
            published = new Published(
                    List.of("synthetic/tiny"),
                    OptionalLong.of(SyntheticCheckpoint.TINY.tensors().stream()
                            .mapToLong(SyntheticCheckpoint.Tensor::size)
                            .sum()),
                    Optional.of(RIGHT),
                    PublishedNumbers.own().clipTokens(),
                    List.of(new ConstantPixels(List.of(0.25, 0.75), TEXTS, logits, TOLERANCE)),
                    List.of(
                            new TextValues(TEXTS.getFirst(), false, components(text), TOLERANCE),
                            new TextValues(TEXTS.getFirst(), true, components(text.normalized()), TOLERANCE)),
                    List.of(new TextRange(
                            List.of(TEXTS.getFirst()),
                            components(text).stream().min(Double::compare).orElseThrow(),
                            components(text).stream().max(Double::compare).orElseThrow(),
                            TOLERANCE)),
                    List.of(
                            new Picture("chelsea", TEXTS, false, logitsOfPicture, 1e-3),
                            new Picture("chelsea", TEXTS, true, List.of(1 / (1 + ratio), ratio / (1 + ratio)), 1e-3)));
        }
    }

    @Test
    void theIntactModelPassesEveryStage() throws IOException {
        try (Subject subject = open(intact)) {
            for (Stage stage : stages(subject)) {
                assertEquals(Outcome.PASS, stage.outcome(), stage.toString());
                assertEquals(Optional.empty(), stage.cause());
            }
        }
    }

    @Test
    void namesTheWrongActivation() throws IOException {
        Path broken = convert(
                "activation", checkpoint -> checkpoint.config(TINY.configJson().replace("quick_gelu", "gelu")));
        assertFailsBecauseOf(
                broken, "wrong activation: with quick_gelu the numbers match", "pixels", "texts", "picture");
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "true, true"})
    @Tag("thorough")
    void namesTheProjectionThatIsNotTransposed(boolean image, boolean text) throws IOException {
        Path broken = convert("projection-" + image + text, checkpoint -> {
            SyntheticFolder one = image ? asOpenAiHasIt(checkpoint, "visual_projection.weight") : checkpoint;
            return text ? asOpenAiHasIt(one, "text_projection.weight") : one;
        });
        String towers = image && text ? "image and text towers'" : image ? "image tower's" : "text tower's";
        String cause = "projection not transposed: with the " + towers + " transposed the numbers match";
        if (image) {
            assertFailsBecauseOf(broken, cause, "pixels", "picture");
        } else {
            assertFailsBecauseOf(broken, cause, "pixels", "texts", "picture");
        }
        try (Subject subject = open(broken)) {
            assertEquals(
                    text ? Outcome.FAIL : Outcome.PASS,
                    new Verification(subject)
                            .texts(published.texts(), published.ranges())
                            .outcome(),
                    "texts do not see the image tower");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 49405})
    @Tag("thorough")
    void namesTheWrongEndToken(int id) throws IOException {
        Path broken = folder.resolve("end-token-" + id + ".safetensors");
        ModelVariant.write(intact, new Change.EndToken(id), broken);
        assertFailsBecauseOf(broken, "wrong end token: with 49407 the numbers match", "pixels", "texts", "picture");
        assertFailsBecauseOf(broken, "wrong end token: " + id + " where 49407 was meant", "tokenizer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[0.0, 0.0, 0.0] | [1.0, 1.0, 1.0] | 3 | mean and std missing",
                "[0.5, 0.5, 0.5] | [0.5, 0.5, 0.5] | 3 | wrong mean and std: 0.5",
                "[0.48145466, 0.4578275, 0.40821073] | [0.26862954, 0.26130258, 0.27577711] | 2 | wrong filter:"
                        + " bilinear",
                "[0.1, 0.2, 0.3] | [0.9, 0.8, 0.7] | 3 | another preprocessing",
            })
    @Tag("thorough")
    void namesWhatIsWrongWithThePreprocessing(String mean, String std, int resample, String cause) throws IOException {
        Path broken = convert(
                "preprocessing-" + cause.hashCode(),
                checkpoint -> checkpoint.preprocessor(TINY.preprocessorConfigJson()
                        .replaceAll("\"image_mean\": \\[[^]]*]", "\"image_mean\": " + mean)
                        .replaceAll("\"image_std\": \\[[^]]*]", "\"image_std\": " + std)
                        .replace("\"resample\": 3", "\"resample\": " + resample)));
        assertFailsBecauseOf(broken, cause, "picture");
        try (Subject subject = open(broken)) {
            assertEquals(
                    Outcome.PASS,
                    new Verification(subject).pixels(published.pixels()).outcome(),
                    "pixels of one colour are normalised already");
        }
    }

    @Test
    @Tag("thorough")
    void namesASquashedPicture() throws IOException {
        Path broken = convert(
                "squash",
                checkpoint -> checkpoint.preprocessor(TINY.preprocessorConfigJson()
                        .replace("\"size\": {\"shortest_edge\": 64}", "\"size\": {\"height\": 64, \"width\": 64}")));
        assertFailsBecauseOf(broken, "squashed", "picture");
    }

    /** Ways of doing without: none is a setting that a model file could have. */
    @ParameterizedTest
    @EnumSource(Picking.class)
    @Tag("thorough")
    void namesMissingAntialiasing(Picking picking) throws IOException {
        try (Subject subject = open(intact)) {
            Subject broken = new OtherPreprocessing(subject, picking::preprocess);
            for (Picture expected : published.pictures()) {
                Stage stage = new Verification(broken).picture(expected, picture, RIGHT);
                assertEquals(Outcome.FAIL, stage.outcome(), stage.toString());
                assertTrue(stage.cause().orElseThrow().startsWith("no antialiasing"), stage.toString());
            }
        }
    }

    enum Picking {
        BICUBIC {
            @Override
            RgbImage resize(RgbImage image, int height, int width) {
                return PickingResampler.BICUBIC.resize(image, height, width);
            }
        },
        BILINEAR {
            @Override
            RgbImage resize(RgbImage image, int height, int width) {
                return PickingResampler.BILINEAR.resize(image, height, width);
            }
        },
        /** Written in another way than what it is to be recognised by. */
        NEAREST {
            @Override
            RgbImage resize(RgbImage image, int height, int width) {
                byte[] rgb = new byte[3 * width * height];
                for (int i = 0; i < width * height; i++) {
                    int y = (i / width * 2 + 1) * image.height() / (2 * height);
                    int x = (i % width * 2 + 1) * image.width() / (2 * width);
                    System.arraycopy(image.rgb(), 3 * (y * image.width() + x), rgb, 3 * i, 3);
                }
                return RgbImage.of(width, height, rgb);
            }
        };

        abstract RgbImage resize(RgbImage image, int height, int width);

        PixelTensor preprocess(RgbImage image) {
            ImagePreprocessor.Geometry geometry = new ImagePreprocessor(RIGHT).geometry(image.height(), image.width());
            return new ImagePreprocessor(PreprocessorConfig.of(
                            new Resize.None(), RIGHT.crop(), RIGHT.resampling(), RIGHT.mean(), RIGHT.std()))
                    .preprocess(resize(image, (int) geometry.height(), (int) geometry.width()));
        }
    }

    @Test
    @Tag("thorough")
    void namesNoCauseWhereItKnowsNone() throws IOException {
        Path broken = convert(
                "noise",
                checkpoint -> checkpoint
                        .with("logit_scale", List.of(), 4.5f)
                        .with("text_model.final_layer_norm.bias", List.of(48), new float[48]));
        assertFailsBecauseOf(broken, "none of the known mistakes explains it", "pixels", "texts", "picture");
    }

    /** MetaCLIP 2, whose texts are pooled at a token as CLIP's are, but made of pieces. */
    @Test
    void looksForNoOtherEndOfATextInPieces() throws IOException {
        SyntheticCheckpoint pieces = new SyntheticCheckpoint(
                TINY.projection(), TINY.vision(), new SyntheticCheckpoint.Text(48, 136, 2, 2, 16, 1002));
        Path source = SyntheticFolder.of(pieces)
                .config(pieces.configJson()
                        .replace("\"clip", "\"metaclip_2")
                        .replace("\"eos_token_id\": 49407", "\"eos_token_id\": 2"))
                .write(folder.resolve("pieces"));
        JsonObject tokenizer = json("xlmr.tokenizer.json");
        steps(tokenizer).set(0, steps(json("t5.tokenizer.json")).get(0));
        Files.writeString(source.resolve("tokenizer.json"), tokenizer.toString());
        Path model = folder.resolve("pieces.safetensors");
        CheckpointConverter.convert(source, model, WeightType.F32, ConversionListener.SILENT);
        try (Subject subject = open(model)) {
            Stage texts = new Verification(subject)
                    .texts(List.of(new TextValues(TEXTS.getFirst(), false, List.of(1.0, 2.0), TOLERANCE)), List.of());
            assertEquals(Outcome.FAIL, texts.outcome());
            assertEquals(
                    Optional.of("none of the known mistakes explains it"),
                    texts.cause().map(cause -> cause.split(";", 2)[0]),
                    texts.toString());
        }
    }

    private static JsonObject json(String name) {
        return new Gson().fromJson(new String(TokenizerFiles.read(name), StandardCharsets.UTF_8), JsonObject.class);
    }

    private static JsonArray steps(JsonObject tokenizer) {
        return tokenizer.getAsJsonObject("normalizer").getAsJsonArray("normalizers");
    }

    @Test
    @Tag("thorough")
    void namesAnotherArchitecture() throws IOException {
        SyntheticCheckpoint.Vision vision = TINY.vision();
        SyntheticCheckpoint other = new SyntheticCheckpoint(
                TINY.projection(),
                new SyntheticCheckpoint.Vision(
                        vision.width(), vision.mlpWidth(), 2, vision.heads(), vision.imageSize(), vision.patchSize()),
                TINY.text());
        Path model = folder.resolve("layers.safetensors");
        CheckpointConverter.convert(
                SyntheticFolder.of(other).write(folder.resolve("layers")),
                model,
                WeightType.F32,
                ConversionListener.SILENT);
        assertFailsBecauseOf(model, "another architecture: image tower of width 72, 2 layers", "structure");
    }

    @Test
    @Tag("thorough")
    void namesAnotherVocabularyAndAnotherStartToken() throws IOException {
        try (Subject subject = open(intact)) {
            Verification verification = new Verification(subject);
            Stage start = verification.tokenizer(List.of(new Tokens("a", List.of(5, 320, 49407))));
            assertTrue(
                    start.cause().orElseThrow().startsWith("wrong start token: 49406 where 5 was meant"),
                    start.toString());
            Stage other = verification.tokenizer(List.of(new Tokens("a", List.of(49406, 64, 49407))));
            assertTrue(other.cause().orElseThrow().startsWith("another vocabulary"), other.toString());
        }
    }

    @Test
    void aNumberThatIsNoneIsInfinitelyWrong() {
        assertEquals(
                Double.POSITIVE_INFINITY,
                Stage.Deviation.of(1, Double.NaN, 1e-4).difference());
        assertTrue(!Stage.Deviation.of(1, Double.NaN, 1e-4).fits());
    }

    @ParameterizedTest
    @CsvSource({
        "768, 12, 32, 224, 512, 12, 512, 151277313",
        "768, 12, 16, 224, 512, 12, 512, 149620737",
        "1024, 24, 14, 224, 768, 12, 768, 427616513",
        "1024, 24, 14, 336, 768, 12, 768, 427944193",
        "1280, 32, 14, 224, 1024, 24, 1024, 986109441",
    })
    void countsTheParametersOfEveryArchitecture(
            int width, int layers, int patch, int image, int textWidth, int textLayers, int projection, long expected) {
        ClipConfig config = ClipConfig.of(
                VisionConfig.of(tower(width, layers, 16), image, patch),
                TextConfig.of(tower(textWidth, textLayers, 8), 77, 49408, new TextPool.FirstOf(49407)),
                projection);
        ModelInfo info = ModelInfo.of(
                config, new TokenizerConfig.ClipBpe(49406, 49407), PreprocessorConfig.clip(image), WeightType.F32);
        assertEquals(expected, info.parameters());
        assertTrue(
                PublishedNumbers.own().models().stream()
                        .anyMatch(known -> known.parameters().orElse(0) == expected),
                "published");
    }

    private static TowerConfig tower(int width, int layers, int heads) {
        return TowerConfig.of(width, layers, heads, 4 * width, Activation.QUICK_GELU, 1e-5f);
    }

    @Test
    void publishedNumbersHaveTheirShapes() {
        Published known =
                PublishedNumbers.own().of("openai/clip-vit-base-patch32").orElseThrow();
        assertEquals(PreprocessorConfig.clip(224), known.preprocessing().orElseThrow());
        for (ConstantPixels pixels : known.pixels()) {
            assertEquals(pixels.values().size(), pixels.logits().size());
            pixels.logits().forEach(row -> assertEquals(pixels.texts().size(), row.size()));
        }
        for (Picture one : known.pictures()) {
            assertEquals(one.texts().size(), one.values().size());
            if (one.probabilities()) {
                assertEquals(
                        1, one.values().stream().mapToDouble(value -> value).sum(), 1e-3);
            }
        }
    }

    private static List<Stage> stages(Subject subject) {
        Verification verification = new Verification(subject);
        List<Stage> stages = new ArrayList<>();
        stages.add(verification.structure(Optional.of(published)));
        stages.add(verification.tokenizer(published.tokens()));
        stages.add(verification.pixels(published.pixels()));
        stages.add(verification.texts(published.texts(), published.ranges()));
        for (Picture expected : published.pictures()) {
            stages.add(verification.picture(expected, picture, RIGHT));
        }
        return stages;
    }

    /** The stages whose names begin so fail, all of them, and name the cause. */
    private static void assertFailsBecauseOf(Path model, String cause, String... names) throws IOException {
        try (Subject subject = open(model)) {
            List<Stage> stages = stages(subject);
            for (String name : names) {
                List<Stage> named = stages.stream()
                        .filter(stage -> stage.name().startsWith(name))
                        .toList();
                assertTrue(!named.isEmpty(), name);
                for (Stage stage : named) {
                    // Where a picture's probabilities hardly differ, the logits show it.
                    if (stage.outcome() == Outcome.PASS && stage.detail().equals("probabilities")) {
                        continue;
                    }
                    assertEquals(Outcome.FAIL, stage.outcome(), stage.toString());
                    assertTrue(stage.cause().orElseThrow().startsWith(cause), stage.toString());
                }
            }
        }
    }

    private static Path convert(String name, UnaryOperator<SyntheticFolder> breaking) throws IOException {
        Path model = folder.resolve(name + ".safetensors");
        Path checkpoint = breaking.apply(SyntheticFolder.of(TINY)).write(folder.resolve(name));
        CheckpointConverter.convert(checkpoint, model, WeightType.F32, ConversionListener.SILENT);
        return model;
    }

    /** OpenAI's checkpoints have it as [W, E]; here its numbers are taken in that order for [E, W]. */
    private static SyntheticFolder asOpenAiHasIt(SyntheticFolder checkpoint, String name) {
        SyntheticCheckpoint.Tensor tensor = TINY.tensors().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        int outputs = tensor.shape().get(0);
        int inputs = tensor.shape().get(1);
        float[] right = tensor.values();
        float[] values = new float[right.length];
        for (int o = 0; o < outputs; o++) {
            for (int k = 0; k < inputs; k++) {
                values[k * outputs + o] = right[o * inputs + k];
            }
        }
        return checkpoint.with(name, tensor.shape(), values);
    }

    private static ClipSubject open(Path model) throws IOException {
        return ClipSubject.open(model, ClipOptions.defaults().withThreads(1));
    }

    private static List<Double> logits(Subject subject, PixelTensor pixels) {
        Embedding image = subject.encodePixels(List.of(pixels)).getFirst();
        return subject.encodeTexts(TEXTS).stream()
                .map(text -> subject.logitScale() * image.cosine(text))
                .toList();
    }

    private static List<Double> components(Embedding embedding) {
        List<Double> components = new ArrayList<>();
        for (float value : embedding.toArray()) {
            components.add((double) value);
        }
        return components;
    }

    /** A subject that prepares pictures in another way. */
    private record OtherPreprocessing(Subject subject, java.util.function.Function<RgbImage, PixelTensor> preprocessing)
            implements Subject {
        @Override
        public ModelInfo info() {
            return subject.info();
        }

        @Override
        public float logitScale() {
            return subject.logitScale();
        }

        @Override
        public float logitBias() {
            return subject.logitBias();
        }

        @Override
        public List<Integer> tokens(String text) {
            return subject.tokens(text);
        }

        @Override
        public List<Embedding> encodeTexts(List<String> texts) {
            return subject.encodeTexts(texts);
        }

        @Override
        public List<Embedding> encodePixels(List<PixelTensor> pixels) {
            return subject.encodePixels(pixels);
        }

        @Override
        public PixelTensor preprocess(RgbImage image) {
            return preprocessing.apply(image);
        }

        @Override
        public Subject with(Change change) throws IOException {
            return new OtherPreprocessing(subject.with(change), preprocessing);
        }

        @Override
        public void close() {
            subject.close();
        }
    }

    /** Self-consistency, of real models and of one whose results are tampered with. */
    @ParameterizedTest
    @EnumSource(WeightType.class)
    @Tag("thorough")
    void everyWeightTypeIsConsistentWithItself(WeightType type) throws IOException {
        Path model = folder.resolve("self-" + type + ".safetensors");
        CheckpointConverter.convert(folder.resolve("intact"), model, type, ConversionListener.SILENT);
        try (ClipSubject subject = open(model)) {
            for (Stage stage : SelfConsistency.stages(subject)) {
                boolean skipped = stage.name().equals("weights") && type == WeightType.F32;
                assertEquals(skipped ? Outcome.SKIP : Outcome.PASS, stage.outcome(), stage.toString());
            }
        }
    }

    @Test
    @Tag("thorough")
    void bf16IsConsistentWithItselfInMachineCode() throws IOException {
        MachineCodeAccuracyTest.assumeBf16();
        Path model = folder.resolve("self-machinecode.safetensors");
        CheckpointConverter.convert(folder.resolve("intact"), model, WeightType.BF16, ConversionListener.SILENT);
        ClipOptions options = ClipOptions.defaults().withThreads(1).withBackend("machinecode");
        try (ClipSubject subject = ClipSubject.open(model, options)) {
            for (Stage stage : SelfConsistency.stages(subject)) {
                assertEquals(Outcome.PASS, stage.outcome(), stage.toString());
            }
        }
    }

    @Test
    void seesAResultThatDependsOnWhatIsBesideIt() throws IOException {
        try (Subject subject = open(intact)) {
            Subject broken = tampered(subject, (batch, value) -> batch > 1 ? Math.nextUp(value) : value);
            Stage stage = new SelfConsistency(broken).batch();
            assertEquals(Outcome.FAIL, stage.outcome(), "in the last bit");
            assertTrue(stage.cause().orElseThrow().contains("beside it"), stage.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1.0005f, Float.NaN, Float.POSITIVE_INFINITY})
    @Tag("thorough")
    void seesTwoWaysThatLeadToDifferentNumbers(float factor) throws IOException {
        try (Subject subject = open(intact)) {
            SelfConsistency consistency = new SelfConsistency(subject);
            assertEquals(
                    Outcome.PASS, consistency.against("kernels", "", subject).outcome());
            Stage stage = consistency.against("kernels", "", tampered(subject, (batch, value) -> value * factor));
            assertEquals(Outcome.FAIL, stage.outcome(), stage.toString());
        }
    }

    private static Subject tampered(Subject subject, BiFunction<Integer, Float, Float> change) {
        return new Tampered(subject, change);
    }

    /** A subject whose embeddings are changed, by how many there are in a batch. */
    private record Tampered(Subject subject, BiFunction<Integer, Float, Float> change) implements Subject {
        @Override
        public ModelInfo info() {
            return subject.info();
        }

        @Override
        public float logitScale() {
            return subject.logitScale();
        }

        @Override
        public float logitBias() {
            return subject.logitBias();
        }

        @Override
        public List<Integer> tokens(String text) {
            return subject.tokens(text);
        }

        @Override
        public List<Embedding> encodeTexts(List<String> texts) {
            return tamper(subject.encodeTexts(texts));
        }

        @Override
        public List<Embedding> encodePixels(List<PixelTensor> pixels) {
            return tamper(subject.encodePixels(pixels));
        }

        private List<Embedding> tamper(List<Embedding> embeddings) {
            return embeddings.stream()
                    .map(embedding -> {
                        float[] values = embedding.toArray();
                        for (int i = 0; i < values.length; i++) {
                            values[i] = change.apply(embeddings.size(), values[i]);
                        }
                        return Embedding.of(values);
                    })
                    .toList();
        }

        @Override
        public PixelTensor preprocess(RgbImage image) {
            return subject.preprocess(image);
        }

        @Override
        public Subject with(Change change) throws IOException {
            return subject.with(change);
        }

        @Override
        public void close() {
            subject.close();
        }
    }
}
