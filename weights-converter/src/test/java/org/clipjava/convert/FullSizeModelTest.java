package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The whole way at full size: the synthetic ViT-B/32 checkpoint is converted, real pictures are decoded, preprocessed and
 * encoded, and embeddings and logits compared with those of the original PyTorch implementation.
 */
@Tag("thorough")
class FullSizeModelTest {
    @TempDir
    private static Path folder;

    private static Path checkpoint;
    private static Path model;

    private static final List<Seen> SEEN = new ArrayList<>();

    @BeforeAll
    static void convertTheCheckpointAndEncodeEveryPicture() throws IOException {
        checkpoint = SyntheticFolder.of(SyntheticCheckpoint.VIT_B_32).write(folder.resolve("checkpoint"));
        model = convert(WeightType.F32);
        encodeEveryPicture();
    }

    private static Path convert(WeightType type) throws IOException {
        Path model = folder.resolve(type.spelling() + ".safetensors");
        CheckpointConverter.convert(checkpoint, model, type, ConversionListener.SILENT);
        return model;
    }

    /** A picture of the goldens as the model takes it and as the F32 model sees it, with the reference's embedding. */
    private record Seen(TestData data, String name, PixelTensor pixels, Embedding embedding, Embedding reference) {
        boolean isCmyk() {
            return name.contains("cmyk");
        }
    }

    private static void encodeEveryPicture() throws IOException {
        try (Clip clip = Clip.open(model)) {
            for (TestData data : TestData.all()) {
                Map<String, Embedding> golden = goldenImages(data);
                assertTrue(golden.size() >= 20, "pictures in " + data + ": " + golden.keySet());
                for (Map.Entry<String, Embedding> picture : golden.entrySet()) {
                    String name = picture.getKey();
                    PixelTensor pixels = clip.preprocessor()
                            .preprocess(ImageDecoder.standard().decode(data.path("images/" + name)));
                    SEEN.add(new Seen(data, name, pixels, clip.encodePixels(pixels), picture.getValue()));
                }
            }
        }
    }

    @Test
    void everyPicturesEmbeddingIsTheReferences() {
        for (Seen picture : SEEN) {
            double cosine = picture.embedding().cosine(picture.reference());
            // the only picture whose pixels the reference itself leaves two levels of room
            double bound = picture.isCmyk() ? 0.9999 : 0.999999;
            assertTrue(cosine >= bound, picture.data() + ", " + picture.name() + ": cosine " + cosine);
        }
    }

    @Tag("thorough")
    @ParameterizedTest
    @CsvSource({"F16, 0.99999", "BF16, 0.999", "Q8, 0.999", "INT8, 0.9995"})
    void narrowWeightsStayClose(WeightType type, double bound) throws IOException {
        try (Clip clip = Clip.open(convert(type))) {
            List<Embedding> narrow =
                    clip.encodePixels(SEEN.stream().map(Seen::pixels).toList());
            for (int i = 0; i < SEEN.size(); i++) {
                double cosine = narrow.get(i).cosine(SEEN.get(i).embedding());
                assertTrue(cosine >= bound, SEEN.get(i).name() + ": cosine " + cosine);
            }
        }
    }

    @Test
    void logitsAreTheReferences() throws IOException {
        try (Clip clip = Clip.open(model)) {
            ZeroShotClassifier classifier = ZeroShotClassifier.of(clip, TestData.GOLDEN_LABELS);
            for (Seen picture : SEEN) {
                List<Embedding> texts = goldenTexts(picture.data());
                if (!picture.isCmyk()) {
                    for (Classification.Score score :
                            classifier.classify(picture.embedding()).scores()) {
                        double logit = Math.exp(4.6052)
                                * picture.reference().cosine(texts.get(TestData.GOLDEN_LABELS.indexOf(score.label())));
                        assertEquals(
                                logit,
                                score.logit(),
                                1e-3,
                                picture.data() + ", " + picture.name() + ", " + score.label());
                    }
                }
            }
        }
    }

    @Tag("thorough")
    @Test
    void resultsDependOnNeitherThreadsNorBatch() throws IOException {
        List<PixelTensor> pixels = IntStream.range(0, 8)
                .mapToObj(i -> PixelTensor.of(224, 224, SyntheticCheckpoint.uniform("picture " + i, 3 * 224 * 224)))
                .toList();
        List<Embedding> alone = new ArrayList<>();
        try (Clip clip = Clip.open(model, ClipOptions.defaults().withThreads(1))) {
            pixels.forEach(picture -> alone.add(clip.encodePixels(picture)));
        }
        for (int threads : new int[] {1, 2, 7}) {
            try (Clip clip = Clip.open(model, ClipOptions.defaults().withThreads(threads))) {
                assertEquals(alone.getFirst(), clip.encodePixels(pixels.getFirst()), threads + " threads, alone");
                assertEquals(alone.subList(0, 3), clip.encodePixels(pixels.subList(0, 3)), threads + " threads, 3");
                assertEquals(alone, clip.encodePixels(pixels), threads + " threads, 8");
            }
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
