package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.clipjava.Classification;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.config.WeightType;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The whole way at full size: the synthetic ViT-B/32 checkpoint is converted, real pictures are decoded, preprocessed and
 * encoded, and embeddings and logits compared with those of the original PyTorch implementation.
 */
class FullSizeModelTest {
    @TempDir
    private static Path folder;

    private static final Map<WeightType, Path> MODELS = new EnumMap<>(WeightType.class);

    @BeforeAll
    static void convertTheCheckpoint() throws IOException {
        Path checkpoint = folder.resolve("checkpoint");
        SyntheticFolder.of(SyntheticCheckpoint.VIT_B_32).write(checkpoint);
        for (WeightType type : WeightType.values()) {
            Path model = folder.resolve(type.spelling() + ".safetensors");
            CheckpointConverter.convert(checkpoint, model, type, ConversionListener.SILENT);
            MODELS.put(type, model);
        }
    }

    @Test
    void everyPicturesEmbeddingIsTheReferences() throws IOException {
        try (Clip clip = Clip.open(MODELS.get(WeightType.F32))) {
            for (TestData data : TestData.all()) {
                Map<String, Embedding> golden = goldenImages(data);
                assertTrue(golden.size() >= 20, "pictures in " + data + ": " + golden.keySet());
                golden.forEach((name, expected) -> {
                    double cosine = clip.encodeImage(decode(data, name)).cosine(expected);
                    // the only picture whose pixels the reference itself leaves two levels of room
                    double bound = name.contains("cmyk") ? 0.9999 : 0.999999;
                    assertTrue(cosine >= bound, data + ", " + name + ": cosine " + cosine);
                });
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"F16, 0.99999", "BF16, 0.999", "Q8, 0.999"})
    void narrowWeightsStayClose(WeightType type, double bound) throws IOException {
        Map<String, Embedding> golden = goldenImages(TestData.committed());
        try (Clip clip = Clip.open(MODELS.get(type));
                Clip exact = Clip.open(MODELS.get(WeightType.F32))) {
            for (String name : golden.keySet()) {
                PixelTensor pixels = clip.preprocessor().preprocess(decode(TestData.committed(), name));
                double cosine = clip.encodePixels(pixels).cosine(exact.encodePixels(pixels));
                assertTrue(cosine >= bound, name + ": cosine " + cosine);
            }
        }
    }

    @Test
    void logitsAreTheReferences() throws IOException {
        try (Clip clip = Clip.open(MODELS.get(WeightType.F32))) {
            ZeroShotClassifier classifier = ZeroShotClassifier.of(clip, TestData.GOLDEN_LABELS);
            for (TestData data : TestData.all()) {
                List<Embedding> texts = goldenTexts(data);
                goldenImages(data).forEach((name, image) -> {
                    if (!name.contains("cmyk")) {
                        Classification found = classifier.classify(decode(data, name));
                        for (Classification.Score score : found.scores()) {
                            double logit = Math.exp(4.6052)
                                    * image.cosine(texts.get(TestData.GOLDEN_LABELS.indexOf(score.label())));
                            assertEquals(logit, score.logit(), 1e-3, data + ", " + name + ", " + score.label());
                        }
                    }
                });
            }
        }
    }

    @Test
    void resultsDependOnNeitherThreadsNorBatch() throws IOException {
        List<PixelTensor> pixels = IntStream.range(0, 8)
                .mapToObj(i -> PixelTensor.of(224, 224, SyntheticCheckpoint.uniform("picture " + i, 3 * 224 * 224)))
                .toList();
        List<Embedding> alone = new ArrayList<>();
        try (Clip clip =
                Clip.open(MODELS.get(WeightType.F32), ClipOptions.defaults().withThreads(1))) {
            pixels.forEach(picture -> alone.add(clip.encodePixels(picture)));
        }
        for (int threads : new int[] {1, 2, 7}) {
            try (Clip clip =
                    Clip.open(MODELS.get(WeightType.F32), ClipOptions.defaults().withThreads(threads))) {
                assertEquals(alone.getFirst(), clip.encodePixels(pixels.getFirst()), threads + " threads, alone");
                assertEquals(alone.subList(0, 3), clip.encodePixels(pixels.subList(0, 3)), threads + " threads, 3");
                assertEquals(alone, clip.encodePixels(pixels), threads + " threads, 8");
            }
        }
    }

    private static RgbImage decode(TestData data, String name) {
        try {
            return ImageDecoder.standard().decode(data.path("images/" + name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The reference's embeddings of those pictures that the data holds. */
    private static Map<String, Embedding> goldenImages(TestData data) throws IOException {
        Map<String, Embedding> embeddings = new LinkedHashMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(data.path("golden/image_embeds.safetensors"))) {
            file.tensors().forEach((name, tensor) -> {
                if (data.has("images/" + name)) {
                    embeddings.put(name, Embedding.of(file.data(tensor).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)));
                }
            });
        }
        return embeddings;
    }

    private static List<Embedding> goldenTexts(TestData data) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(data.path("golden/vit-b-32.safetensors"))) {
            float[] rows =
                    file.data(file.tensor("text_embeds").orElseThrow()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
            int width = rows.length / TestData.GOLDEN_LABELS.size();
            return IntStream.range(0, TestData.GOLDEN_LABELS.size())
                    .mapToObj(i -> Embedding.of(Arrays.copyOfRange(rows, i * width, (i + 1) * width)))
                    .toList();
        }
    }
}
