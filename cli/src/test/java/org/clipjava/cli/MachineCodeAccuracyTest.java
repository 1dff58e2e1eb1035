package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.config.WeightType;
import org.clipjava.convert.CheckpointConverter;
import org.clipjava.convert.ConversionListener;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Synthetic ViT-B/32 of bf16 in machine code, pictures and texts, held against f32. */
@Tag("thorough")
public class MachineCodeAccuracyTest {
    private static final double BOUND = 0.9999;

    private static final List<String> PICTURES = List.of("rocket.jpg", "coffee_q75_420.jpg");
    private static final List<String> TEXTS = List.of("a cat", "a photo of two dogs on a beach", "");

    @TempDir
    private Path folder;

    /** Ends a test, without a failure, where the processor has no instructions for bf16. */
    public static void assumeBf16() throws IOException {
        Path list = Path.of("/proc/cpuinfo");
        assumeTrue(Files.exists(list) && Files.readString(list).contains("avx512_bf16"), "no bf16 here");
    }

    @Test
    void bf16StaysCloseAndDependsOnNeitherThreadsNorBatch() throws IOException {
        assumeBf16();
        Path checkpoint = SyntheticFolder.of(SyntheticCheckpoint.VIT_B_32).write(folder.resolve("checkpoint"));
        Path exact = convert(checkpoint, WeightType.F32);
        Path narrow = convert(checkpoint, WeightType.BF16);
        List<PixelTensor> pixels = new ArrayList<>();
        List<Embedding> pictures;
        List<Embedding> texts;
        try (Clip clip = Clip.open(exact)) {
            for (String name : PICTURES) {
                pixels.add(clip.preprocessor()
                        .preprocess(ImageDecoder.standard()
                                .decode(TestData.committed().path("images/" + name))));
            }
            pictures = clip.encodePixels(pixels);
            texts = clip.encodeTexts(TEXTS);
        }

        List<Embedding> alone = new ArrayList<>();
        for (int threads : new int[] {1, 3}) {
            ClipOptions options =
                    ClipOptions.defaults().withBackend("machinecode").withThreads(threads);
            try (Clip clip = Clip.open(narrow, options)) {
                if (alone.isEmpty()) {
                    pixels.forEach(picture -> alone.add(clip.encodePixels(picture)));
                    TEXTS.forEach(text -> alone.add(clip.encodeText(text)));
                }
                List<Embedding> together = new ArrayList<>(clip.encodePixels(pixels));
                together.addAll(clip.encodeTexts(TEXTS));
                for (int i = 0; i < alone.size(); i++) {
                    assertArrayEquals(alone.get(i).toArray(), together.get(i).toArray(), threads + " threads, " + i);
                }
            }
        }
        for (int i = 0; i < alone.size(); i++) {
            Embedding reference = i < pictures.size() ? pictures.get(i) : texts.get(i - pictures.size());
            double cosine = alone.get(i).cosine(reference);
            assertTrue(cosine >= BOUND, "embedding " + i + ": cosine " + cosine);
        }
    }

    private Path convert(Path checkpoint, WeightType type) throws IOException {
        Path model = folder.resolve(type.spelling() + ".safetensors");
        CheckpointConverter.convert(checkpoint, model, type, ConversionListener.SILENT);
        return model;
    }
}
