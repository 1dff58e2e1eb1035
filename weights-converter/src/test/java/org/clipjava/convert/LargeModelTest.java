package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.config.WeightType;
import org.clipjava.image.PixelTensor;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.clipjava.testdata.TorchFiles;
import org.clipjava.text.TokenSequence;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The large architectures against PyTorch: {@code src-test-data/tools/make_large_goldens.py} made the goldens. */
@Tag("slow")
class LargeModelTest {
    /** The reference itself is off by 1e-5 from the same computation in double precision. */
    private static final double TOLERANCE = 1e-4;

    @TempDir
    Path temporary;

    @Test
    void largeFourteenAgreesWithPyTorch() throws IOException {
        Path source = Layout.OPEN_AI.write(SyntheticCheckpoint.VIT_L_14, temporary.resolve("source"));
        // OpenAI's sizes, so that the heads need not be told.
        ConversionOptions options = Layout.OPEN_AI.options(SyntheticCheckpoint.VIT_L_14);
        assertAgrees("vit-l-14", source, options, 427_616_513);
    }

    @Test
    void hugeFourteenAgreesWithPyTorch() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("source"));
        // As LAION's, which is said to compute gelu by not saying anything.
        Files.writeString(
                folder.resolve("open_clip_config.json"),
                SyntheticCheckpoint.VIT_H_14.openClipConfigJson("\"quick_gelu\": false,", ""));
        SyntheticFolder.writeSafetensors(
                folder.resolve("open_clip_model.safetensors"), TorchFiles.openAi(SyntheticCheckpoint.VIT_H_14, ""));
        assertAgrees("vit-h-14", folder, ConversionOptions.NONE, 986_109_441);
    }

    private void assertAgrees(String name, Path source, ConversionOptions options, long parameters) throws IOException {
        Path model = temporary.resolve("model.safetensors");
        ConversionReport report =
                CheckpointConverter.convert(source, model, WeightType.F32, options, ConversionListener.SILENT);
        assertEquals(parameters, report.parameters());
        try (SafetensorsFile golden =
                        SafetensorsFile.open(TestData.committed().path("golden/" + name + ".safetensors"));
                Clip clip = Clip.open(model)) {
            int[] ids = golden.data(golden.tensor("input_ids").orElseThrow()).toArray(ValueLayout.JAVA_INT_UNALIGNED);
            List<Embedding> images = clip.encodePixels(pictures());
            List<Embedding> texts = clip.encodeTokens(IntStream.range(0, ids.length / 77)
                    .mapToObj(i -> text(Arrays.copyOfRange(ids, i * 77, (i + 1) * 77)))
                    .toList());
            assertClose(golden, "image_embeds", images);
            assertClose(golden, "text_embeds", texts);
            float[] logits = floats(golden, "logits_per_image");
            for (int i = 0; i < logits.length; i++) {
                double cosine = images.get(i / texts.size()).cosine(texts.get(i % texts.size()));
                assertEquals(logits[i], clip.logitScale() * cosine, 1e-3, "logit " + i);
            }
        }
    }

    /** Up to the first end token, as the tokenizer gives it. */
    private static TokenSequence text(int[] padded) {
        int end = IntStream.range(0, padded.length)
                .filter(i -> padded[i] == 49407)
                .findFirst()
                .orElseThrow();
        return TokenSequence.of(Arrays.copyOf(padded, end + 1), false);
    }

    private static List<PixelTensor> pictures() {
        int size = 3 * 224 * 224;
        float[] uniform = SyntheticCheckpoint.uniform("golden.pixel_values", 2 * size);
        for (int i = 0; i < uniform.length; i++) {
            uniform[i] *= 2;
        }
        return List.of(
                PixelTensor.of(224, 224, Arrays.copyOfRange(uniform, 0, size)),
                PixelTensor.of(224, 224, Arrays.copyOfRange(uniform, size, 2 * size)));
    }

    private static void assertClose(SafetensorsFile golden, String name, List<Embedding> found) {
        float[] expected = floats(golden, name);
        int width = expected.length / found.size();
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(expected[i] - found.get(i / width).get(i % width));
            worst = difference <= worst ? worst : difference;
        }
        assertTrue(worst <= TOLERANCE, name + ": largest difference " + worst);
    }

    private static float[] floats(SafetensorsFile file, String name) {
        return file.data(file.tensor(name).orElseThrow()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
}
