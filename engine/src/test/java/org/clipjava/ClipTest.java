package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clipjava.config.KernelChoice;
import org.clipjava.config.WeightType;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.TestData;
import org.clipjava.text.PromptTemplate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The public API on the model {@code tiny}. */
class ClipTest {
    @TempDir
    private static Path folder;

    private static Path tiny;

    @BeforeAll
    static void writeTheModel() throws IOException {
        tiny = folder.resolve("tiny.safetensors");
        SyntheticModelFile.of(SyntheticCheckpoint.TINY).write(tiny);
    }

    @Test
    void embedsTheDraftOfALargeJpegIfAskedTo() throws IOException {
        Path file = TestData.committed().path("images/coffee_q75_420.jpg");
        ClipOptions options = ClipOptions.defaults();
        try (Clip whole = Clip.open(tiny, options);
                Clip drafting = Clip.open(tiny, options.withDraft(true));
                EncodedImage encoded = EncodedImage.open(file)) {
            RgbImage draft = drafting.imageDecoder().decodeFor(encoded, drafting.preprocessor());
            assertEquals(150, draft.width());
            assertEquals(whole.encodeImage(draft), drafting.encodeImage(file));
            assertNotEquals(whole.encodeImage(file), drafting.encodeImage(file));
            assertTrue(drafting.draft());
            assertFalse(whole.draft());
        }
    }

    @Test
    void filesAreDecodedByTheDecoderThatIsGiven() throws IOException {
        RgbImage gray = RgbImage.of(1, 1, new byte[] {7, 7, 7});
        ImageDecoder decoder = (encoded, name) -> gray;
        ClipOptions options = ClipOptions.defaults().withImageDecoder(decoder);
        try (Clip clip = Clip.open(tiny, options.withDraft(true).withBackground(0xffffff))) {
            Path file = TestData.committed().path("images/coffee_small_150x100.png");
            assertEquals(clip.encodeImage(gray), clip.encodeImage(file));
            assertEquals(decoder, clip.imageDecoder());
        }
        assertNotEquals(ClipOptions.defaults(), options);
        assertTrue(options.toString().contains(", decoder="), options.toString());
    }

    @Test
    void aDraftIsAnOptionOfItsOwn() {
        ClipOptions drafting = ClipOptions.defaults().withDraft(true);
        assertTrue(drafting.withBackground(0xffffff)
                .withThreads(1)
                .withTowers(Set.of())
                .draft());
        assertNotEquals(ClipOptions.defaults(), drafting);
        assertEquals(ClipOptions.defaults(), drafting.withDraft(false));
        assertTrue(drafting.toString().endsWith(", draft]"), drafting.toString());
    }

    @Test
    void equalsTheReferenceFromTextAndPixelsToLogits() throws IOException {
        try (Clip clip = Clip.open(tiny);
                SafetensorsFile golden =
                        SafetensorsFile.open(TestData.committed().path("golden/tiny.safetensors"))) {
            List<Embedding> images = clip.encodePixels(goldenPixels());
            ZeroShotClassifier classifier = ZeroShotClassifier.of(clip, TestData.GOLDEN_LABELS);
            float[] logits = floats(golden, "logits_per_image");

            for (int image = 0; image < images.size(); image++) {
                assertClose(floats(golden, "image_embeds"), image, images.get(image));
                for (Classification.Score score :
                        classifier.classify(images.get(image)).scores()) {
                    int label = TestData.GOLDEN_LABELS.indexOf(score.label());
                    // the bound of the goldens, 1e-4, on components of about 1, times the scale of 100
                    assertEquals(
                            logits[image * TestData.GOLDEN_LABELS.size() + label], score.logit(), 1e-3, score.label());
                }
            }
            List<Embedding> texts = clip.encodeTexts(TestData.GOLDEN_LABELS.stream()
                    .map(clip.defaultTemplate()::format)
                    .toList());
            for (int text = 0; text < texts.size(); text++) {
                assertClose(floats(golden, "text_embeds"), text, texts.get(text));
            }
        }
    }

    @Test
    void opensAModelInMemory() throws IOException {
        try (Clip fromFile = Clip.open(tiny);
                Clip fromMemory = Clip.open(MemorySegment.ofArray(Files.readAllBytes(tiny)))) {
            assertEquals(fromFile.encodeText("a cat"), fromMemory.encodeText("a cat"));
        }
    }

    @Test
    void opensAModelThatOnlyTheCallerMayRead() throws IOException {
        try (Clip fromFile = Clip.open(tiny);
                Arena arena = Arena.ofConfined();
                Clip fromMemory = Clip.open(arena.allocateFrom(ValueLayout.JAVA_BYTE, Files.readAllBytes(tiny)))) {
            assertEquals(fromFile.encodeText("a cat"), fromMemory.encodeText("a cat"));
        }
    }

    @Test
    void needsTheFileOnlyWhileItOpens(@TempDir Path own) throws IOException {
        Path copy = Files.copy(tiny, own.resolve("copy.safetensors"));
        try (Clip clip = Clip.open(copy)) {
            Embedding before = clip.encodeText("a cat");
            Files.write(copy, new byte[0]);
            assertEquals(before, clip.encodeText("a cat"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCALAR", "VECTOR"})
    void resultsDependOnNeitherThreadsNorBatch(String kernels) throws IOException {
        ClipOptions options = ClipOptions.defaults().withKernels(KernelChoice.valueOf(kernels));
        List<PixelTensor> pixels = IntStream.range(0, 11)
                .mapToObj(i -> PixelTensor.of(64, 64, SyntheticCheckpoint.uniform("picture " + i, 3 * 64 * 64)))
                .toList();
        List<String> texts = List.of("a", "a photo of a cat", "word ".repeat(100), "", "two words", "three more words");
        List<Embedding> alone = new ArrayList<>();
        List<Embedding> textsAlone = new ArrayList<>();
        try (Clip clip = Clip.open(tiny, options.withThreads(1))) {
            pixels.forEach(picture -> alone.add(clip.encodePixels(picture)));
            texts.forEach(text -> textsAlone.add(clip.encodeText(text)));
        }

        for (int threads : new int[] {1, 2, 7}) {
            try (Clip clip = Clip.open(tiny, options.withThreads(threads))) {
                assertEquals(alone.subList(0, 3), clip.encodePixels(pixels.subList(0, 3)), threads + " threads, 3");
                assertEquals(alone.subList(3, 11), clip.encodePixels(pixels.subList(3, 11)), threads + " threads, 8");
                assertEquals(textsAlone, clip.encodeTexts(texts), threads + " threads, texts");
            }
        }
    }

    @Test
    void scalarAndVectorKernelsAgree() throws IOException {
        List<Embedding> embeddings = new ArrayList<>();
        for (KernelChoice choice : List.of(KernelChoice.SCALAR, KernelChoice.VECTOR)) {
            try (Clip clip = Clip.open(tiny, ClipOptions.defaults().withKernels(choice))) {
                embeddings.add(clip.encodePixels(goldenPixels().getFirst()));
            }
        }

        assertClose(embeddings.get(0).toArray(), 0, embeddings.get(1));
    }

    @Test
    void isSharedByManyThreads() throws Exception {
        try (Clip clip = Clip.open(tiny);
                ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<PixelTensor> pixels = goldenPixels();
            Embedding image = clip.encodePixels(pixels.getFirst());
            Embedding text = clip.encodeText("a cat");
            List<Future<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                calls.add(callers.submit(
                        () -> clip.encodePixels(pixels.getFirst()).equals(image)
                                && clip.encodeText("a cat").equals(text)));
            }
            for (Future<Boolean> call : calls) {
                assertTrue(call.get());
            }
        }
    }

    @Test
    void worksOnAnExecutorThatRefuses() throws IOException {
        ClipOptions refusing = ClipOptions.defaults().withThreads(4).withExecutor(task -> {
            throw new RejectedExecutionException("full");
        });
        try (Clip clip = Clip.open(tiny);
                Clip alone = Clip.open(tiny, refusing)) {
            assertEquals(clip.encodeText("a cat"), alone.encodeText("a cat"));
        }
    }

    @Test
    void runsOnTheExecutorThatItIsGivenAndLeavesItOpen() throws IOException {
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            try (Clip clip =
                    Clip.open(tiny, ClipOptions.defaults().withThreads(3).withExecutor(executor))) {
                clip.encodeText("a cat");
            }
            assertFalse(executor.isShutdown());
        }
    }

    @Test
    void leavesNoThreadBehind() throws IOException {
        try (Clip clip = Clip.open(tiny, ClipOptions.defaults().withThreads(3))) {
            clip.encodeText("a cat");
        }

        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("clip-worker")));
    }

    @Test
    void refusesWorkOnceClosed() throws IOException {
        Clip clip = Clip.open(tiny);
        clip.close();
        clip.close();

        assertThrows(IllegalStateException.class, () -> clip.encodeText("a cat"));
        assertThrows(IllegalStateException.class, () -> clip.encodePixels(goldenPixels()));
    }

    @Test
    void closingWaitsForCallsThatAreUnderWay() throws Exception {
        Clip clip = Clip.open(tiny);
        List<PixelTensor> many =
                Stream.generate(() -> goldenPixels().getFirst()).limit(40).toList();
        try (ExecutorService caller = Executors.newSingleThreadExecutor()) {
            Future<List<Embedding>> call = caller.submit(() -> clip.encodePixels(many));
            Thread.sleep(5);
            clip.close();
            try {
                assertEquals(40, call.get().size());
            } catch (ExecutionException e) {
                // the close came first: then the call must have been refused
                assertEquals(IllegalStateException.class, e.getCause().getClass());
            }
        }
    }

    @Test
    void encodesNothingToNothing() throws IOException {
        try (Clip clip = Clip.open(tiny)) {
            assertEquals(List.of(), clip.encodeTexts(List.of()));
            assertEquals(List.of(), clip.encodeImages(List.of()));
        }
    }

    @Test
    void classifiesRawPixels() throws IOException {
        byte[] rgb = new byte[3 * 100 * 80];
        Arrays.fill(rgb, (byte) 77);
        try (Clip clip = Clip.open(tiny)) {
            RgbImage image = RgbImage.of(100, 80, rgb);
            Classification result =
                    ZeroShotClassifier.of(clip, TestData.GOLDEN_LABELS).classify(image);

            assertEquals(
                    1,
                    result.scores().stream()
                            .mapToDouble(Classification.Score::score)
                            .sum(),
                    1e-6);
            assertEquals(result.best(), result.top(3).getFirst());
            assertEquals(
                    clip.encodeImage(image), clip.encodeImages(List.of(image)).getFirst());
        }
    }

    @Test
    void promptsCanBeEncodedBySomeoneElse() throws IOException {
        try (Clip clip = Clip.open(tiny)) {
            List<PromptTemplate> templates = List.of(PromptTemplate.of("a {}"), PromptTemplate.of("the {}"));
            List<String> asked = new ArrayList<>();
            ZeroShotClassifier classifier = ZeroShotClassifier.of(clip, List.of("cat", "dog"), templates, prompts -> {
                asked.addAll(prompts);
                return clip.encodeTexts(prompts);
            });

            assertEquals(List.of("a cat", "the cat", "a dog", "the dog"), asked);
            assertEquals(
                    ZeroShotClassifier.of(clip, List.of("cat", "dog"), templates)
                            .linear()
                            .directions(),
                    classifier.linear().directions());
        }
    }

    @Test
    void classifiesPicturesTogetherAsOneByOne() throws IOException {
        try (Clip clip = Clip.open(tiny)) {
            ZeroShotClassifier classifier = ZeroShotClassifier.of(clip, TestData.GOLDEN_LABELS);
            List<RgbImage> images = new ArrayList<>();
            for (int i = 0; i < 70; i++) { // more than are encoded at once
                byte[] rgb = new byte[3 * 4 * 5];
                Arrays.fill(rgb, (byte) (3 * i));
                images.add(RgbImage.of(4, 5, rgb));
            }
            assertEquals(images.stream().map(classifier::classify).toList(), classifier.classify(images));
            assertEquals(List.of(), classifier.classify(List.of()));
        }
    }

    @Test
    void encodesAFileAsItsDecodedPicture() throws IOException {
        Path file = TestData.committed().path("images/coffee_small_150x100.png");
        try (Clip clip = Clip.open(tiny)) {
            assertEquals(clip.encodeImage(ImageDecoder.standard().decode(file)), clip.encodeImage(file));
        }
    }

    @Test
    void saysWhichModelItIsAndWhatItRunsOn() throws IOException {
        try (Clip clip = Clip.open(tiny, ClipOptions.defaults().withKernels(KernelChoice.SCALAR))) {
            assertEquals("Clip[" + clip.fingerprint() + ", f32, cpu, scalar]", clip.toString());
        }
    }

    @Test
    void ensemblesTemplatesByNormalisedMeans() throws IOException {
        try (Clip clip = Clip.open(tiny)) {
            Embedding a = clip.encodeText("a photo of a cat").normalized();
            Embedding b = clip.encodeText("art of the cat.").normalized();
            float[] mean = new float[a.dimension()];
            for (int i = 0; i < mean.length; i++) {
                mean[i] = (a.get(i) + b.get(i)) / 2;
            }
            Embedding image = clip.encodePixels(goldenPixels().getFirst());
            ZeroShotClassifier classifier = ZeroShotClassifier.of(
                    clip,
                    List.of("cat"),
                    List.of(PromptTemplate.of("a photo of a {}"), PromptTemplate.of("art of the {label}.")));

            assertEquals(
                    image.cosine(Embedding.of(mean)),
                    classifier.classify(image).best().cosine(),
                    1e-6);
        }
    }

    @Test
    void aSavedClassifierNeedsNoTextTower(@TempDir Path own) throws IOException {
        Path file = own.resolve("labels.safetensors");
        PixelTensor pixels = goldenPixels().getFirst();
        Classification expected;
        try (Clip clip = Clip.open(tiny)) {
            ZeroShotClassifier classifier = ZeroShotClassifier.of(clip, TestData.GOLDEN_LABELS);
            classifier.save(file);
            expected = classifier.classify(clip.encodePixels(pixels));
        }
        try (Clip clip = Clip.open(tiny, ClipOptions.defaults().withTowers(Set.of(Tower.IMAGE)))) {
            assertEquals(expected, ZeroShotClassifier.load(file, clip).classify(clip.encodePixels(pixels)));
            assertThrows(IllegalStateException.class, () -> clip.encodeText("a cat"));
        }
    }

    @Test
    void refusesAClassifierOfAnotherModel(@TempDir Path own) throws IOException {
        Path file = own.resolve("labels.safetensors");
        SyntheticModelFile other = SyntheticModelFile.of(SyntheticCheckpoint.TINY);
        other.metadata.put("clip.source.model.safetensors", "0123");
        Path otherModel = own.resolve("other.safetensors");
        other.write(otherModel);
        try (Clip clip = Clip.open(tiny);
                Clip another = Clip.open(otherModel)) {
            ZeroShotClassifier.of(another, TestData.GOLDEN_LABELS).save(file);
            for (Path wrong : List.of(file, tiny)) {
                String message = assertThrows(ModelFormatException.class, () -> ZeroShotClassifier.load(wrong, clip))
                        .getMessage();
                assertTrue(message.startsWith(wrong + ": expected a classifier "), message);
            }
        }
    }

    @Test
    void opensWithoutTowersForTokenizerAndPreprocessor() throws IOException {
        try (Clip clip = Clip.open(tiny, ClipOptions.defaults().withTowers(Set.of()))) {
            assertEquals(7, clip.tokenizer().encode("a photo of a cat").length());
            assertThrows(IllegalStateException.class, () -> clip.encodePixels(goldenPixels()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void warmsUpForEveryTypeOfWeights(WeightType type) {
        for (KernelChoice kernels : KernelChoice.values()) {
            Clip.warmUp(kernels, type, 5);
        }
    }

    @Test
    void refusesLabelsThatCannotBeToldApart() throws IOException {
        try (Clip clip = Clip.open(tiny)) {
            for (List<String> labels : List.of(List.<String>of(), List.of("a", " "), List.of("a", "b", "a"))) {
                assertThrows(IllegalArgumentException.class, () -> ZeroShotClassifier.of(clip, labels));
            }
        }
    }

    @Test
    void missesAFileByItsName() {
        Path missing = folder.resolve("missing.safetensors");

        assertEquals(
                missing.toString(),
                assertThrows(NoSuchFileException.class, () -> Clip.open(missing))
                        .getMessage());
    }

    static Stream<Arguments> spoiledModels() {
        return Stream.of(
                spoiled("metadata has no clip.format_version", f -> f.metadata.remove("clip.format_version")),
                spoiled(
                        "clip.format_version: expected 1 or 2, found '3'",
                        f -> f.metadata.put("clip.format_version", "3")),
                spoiled("metadata has no clip.template", f -> f.metadata.remove("clip.template")),
                spoiled("clip.vision.layers: expected an integer", f -> f.metadata.put("clip.vision.layers", "many")),
                spoiled("width 72 is no multiple of heads 5", f -> f.metadata.put("clip.vision.heads", "5")),
                spoiled("clip.activation: expected quick_gelu or gelu", f -> f.metadata.put("clip.activation", "relu")),
                spoiled(
                        "clip.image.crop: expected pictures of 64 x 64",
                        f -> f.metadata.put("clip.image.crop", "32x32")),
                spoiled("vision.ln_pre.bias: missing, expected [72]", f -> f.tensors.remove("vision.ln_pre.bias")),
                spoiled(
                        "found a Hugging Face checkpoint; convert its folder first",
                        f -> f.tensors.put("visual_projection.weight", f.tensors.get("logit_scale"))),
                spoiled("tokenizer.merges: missing", f -> f.tensors.remove("tokenizer.merges")),
                spoiled(
                        "vision.projection: expected [2, 72, 32], found F32 [72, 2, 32]",
                        f -> f.tensors.computeIfPresent(
                                "vision.projection",
                                (name, t) ->
                                        new SyntheticModelFile.Tensor(t.dtype(), List.of(72L, 2L, 32L), t.data()))),
                spoiled(
                        "vision.ln_pre.bias: expected F32 [72], found I32 [72]",
                        f -> f.tensors.computeIfPresent(
                                "vision.ln_pre.bias",
                                (name, t) -> new SyntheticModelFile.Tensor(DType.I32, t.shape(), t.data()))),
                spoiled("tokenizer.tokens: expected 49407 tokens, found 49408", f -> {
                    f.metadata.put("clip.text.vocabulary_size", "49407");
                    f.metadata.put("clip.text.start_token", "49405");
                    f.metadata.put("clip.text.end_token", "49406");
                    f.tensors.computeIfPresent(
                            "text.token_embedding",
                            (n, t) -> new SyntheticModelFile.Tensor(
                                    t.dtype(), List.of(49407L, 48L), Arrays.copyOf(t.data(), 49407 * 48 * 4)));
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("spoiledModels")
    void namesWhatIsWrongWithAModel(String message, Consumer<SyntheticModelFile> spoil, @TempDir Path own)
            throws IOException {
        SyntheticModelFile file = SyntheticModelFile.of(SyntheticCheckpoint.TINY);
        spoil.accept(file);
        Path path = own.resolve("spoiled.safetensors");
        file.write(path);

        String found = assertThrows(
                        ModelFormatException.class, () -> Clip.open(path).close())
                .getMessage();

        assertTrue(found.startsWith("spoiled.safetensors: ") || found.startsWith(path.toString()), found);
        assertTrue(found.contains(message), found);
        assertEquals(1, found.lines().count(), found);
    }

    private static Arguments spoiled(String message, Consumer<SyntheticModelFile> spoil) {
        return Arguments.of(message, spoil);
    }

    private static List<PixelTensor> goldenPixels() {
        int size = 3 * 64 * 64;
        float[] values = SyntheticCheckpoint.uniform("golden.pixel_values", 2 * size);
        for (int i = 0; i < values.length; i++) {
            values[i] *= 2;
        }
        return List.of(
                PixelTensor.of(64, 64, Arrays.copyOfRange(values, 0, size)),
                PixelTensor.of(64, 64, Arrays.copyOfRange(values, size, 2 * size)));
    }

    private static float[] floats(SafetensorsFile file, String name) {
        return file.data(file.tensor(name).orElseThrow()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    /** Row {@code row} of the reference against an embedding, within the goldens' bounds. */
    private static void assertClose(float[] reference, int row, Embedding found) {
        int size = found.dimension();
        float[] expected = Arrays.copyOfRange(reference, row * size, (row + 1) * size);
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < size; i++) {
            assertEquals(expected[i], found.get(i), Math.min(1e-4, 2e-5 * largest), "component " + i);
        }
    }
}
