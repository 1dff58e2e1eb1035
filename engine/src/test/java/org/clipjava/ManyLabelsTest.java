package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.image.RgbImage;
import org.clipjava.testdata.AllocatedBytes;
import org.clipjava.testdata.CpuTime;
import org.clipjava.text.PromptTemplate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManyLabelsTest {
    private static final int LABELS = 100_000;

    /** What a label takes of the heap on its way, most of it for a moment, some 28 kB when there are few; it must not grow with the rest. */
    private static final long BYTES_PER_LABEL = 40_000;

    @TempDir
    private Path folder;

    @Tag("thorough")
    @ParameterizedTest
    @ValueSource(strings = {"{}", "all that is behind the end of the context is cut off: {}"})
    void aHundredThousandLabelsTakeMemoryAndTimeInProportion(String template) throws IOException {
        Path model = folder.resolve("model.safetensors");
        BadModelFilesTest.small().write(model);
        List<String> labels =
                IntStream.range(0, LABELS).mapToObj(i -> "label " + i).toList();
        List<PromptTemplate> templates = List.of(PromptTemplate.of(template));
        try (Clip clip = Clip.open(model, ClipOptions.defaults().withThreads(1))) {
            ZeroShotClassifier.of(clip, labels.subList(0, 1000), templates);
            double seconds = CpuTime.seconds();
            long bytes = AllocatedBytes.ofThisThread();

            ZeroShotClassifier classifier = ZeroShotClassifier.of(clip, labels, templates);
            Classification scores = classifier.classify(RgbImage.of(1, 1, new byte[3]));

            bytes = AllocatedBytes.ofThisThread() - bytes;
            seconds = CpuTime.seconds() - seconds;
            System.out.printf("%,d labels in '%s': %,d bytes, %.1f s%n", LABELS, template, bytes, seconds);
            assertEquals(LABELS, scores.scores().size());
            assertEquals(
                    1,
                    scores.scores().stream()
                            .mapToDouble(Classification.Score::score)
                            .sum(),
                    1e-3);
            assertTrue(bytes < BYTES_PER_LABEL * LABELS, "allocated " + bytes);
            assertTrue(seconds < 60, "seconds: " + seconds);
            Path saved = folder.resolve("classifier.safetensors");
            classifier.save(saved);
            assertEquals(labels, ZeroShotClassifier.load(saved, clip).labels());
        }
    }

    @Test
    void theLastOfManyThatIsThereTwiceIsNamed() throws IOException {
        Path model = folder.resolve("model.safetensors");
        BadModelFilesTest.small().write(model);
        List<String> labels = new ArrayList<>(
                IntStream.range(0, LABELS).mapToObj(i -> "label " + i).toList());
        labels.add("label 7");
        try (Clip clip = Clip.open(model)) {
            assertEquals(
                    "the label 'label 7' is there twice; remove one",
                    assertThrows(IllegalArgumentException.class, () -> ZeroShotClassifier.of(clip, labels))
                            .getMessage());
        }
    }
}
