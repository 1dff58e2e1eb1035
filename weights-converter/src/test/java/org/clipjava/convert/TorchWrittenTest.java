package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.clipjava.config.Activation;
import org.clipjava.config.WeightType;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checkpoints that PyTorch itself wrote ({@code src-test-data/tools/make_torch_fixtures.py}) give the model file that a
 * safetensors checkpoint of the same weights gives. The system property {@code clip.torch} names a folder of full-size ones.
 */
class TorchWrittenTest {
    private static final SyntheticCheckpoint SMALL = new SyntheticCheckpoint(
            5,
            new SyntheticCheckpoint.Vision(12, 20, 2, 3, 8, 4),
            new SyntheticCheckpoint.Text(
                    8, 14, 2, 2, 5, TokenizerFiles.smallTokens().size()));

    @TempDir
    Path temporary;

    @TestFactory
    Stream<DynamicTest> givesTheModelOfTheSameWeights() {
        Stream<DynamicTest> small = tests(SMALL, TestData.committed().path("torch"));
        Optional<String> large = Optional.ofNullable(System.getProperty("clip.torch"));
        return Stream.concat(small, large.stream().flatMap(f -> tests(SyntheticCheckpoint.VIT_B_32, Path.of(f))));
    }

    private Stream<DynamicTest> tests(SyntheticCheckpoint checkpoint, Path fixtures) {
        return Stream.of("hugging_face.bin", "legacy.bin", "training.pt", "protocol4.pt", "traced.pt", "half.pt")
                .filter(file -> Files.exists(fixtures.resolve(file)))
                .map(file -> dynamicTest(fixtures.getFileName() + "/" + file, () -> {
                    boolean half = file.equals("half.pt");
                    Path expected = temporary.resolve("expected.safetensors");
                    Path safetensors = SyntheticFolder.of(checkpoint)
                            .storedAs(half ? "F16" : "F32")
                            .write(temporary.resolve("safetensors-" + fixtures.getFileName()));
                    convert(writeVocabulary(safetensors, checkpoint), expected, ConversionOptions.NONE);
                    Path found = temporary.resolve("found.safetensors");
                    ConversionReport report =
                            convert(beside(checkpoint, fixtures, file), found, options(checkpoint, file));
                    assertTrue(
                            report.sources().containsKey(file), report.sources().toString());
                    LayoutsTest.assertSameButForTheSource(expected, found, file);
                }));
    }

    private static ConversionReport convert(Path source, Path model, ConversionOptions options) throws IOException {
        return CheckpointConverter.convert(source, model, WeightType.F32, options, ConversionListener.SILENT);
    }

    /** The file with a config beside it, Hugging Face's or OpenCLIP's; the traced one says what it computes itself. */
    private Path beside(SyntheticCheckpoint checkpoint, Path fixtures, String file) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("torch-" + fixtures.getFileName()));
        for (String old : List.of("config.json", "open_clip_config.json")) {
            Files.deleteIfExists(folder.resolve(old));
        }
        if (file.endsWith(".bin")) {
            Files.writeString(folder.resolve("config.json"), checkpoint.configJson());
        } else if (checkpoint.equals(SMALL)) {
            Files.writeString(folder.resolve("open_clip_config.json"), checkpoint.openClipConfigJson("", ""));
        }
        writeVocabulary(folder, checkpoint);
        return Files.copy(fixtures.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    private static ConversionOptions options(SyntheticCheckpoint checkpoint, String file) {
        if (file.endsWith(".bin")) {
            return ConversionOptions.NONE;
        }
        return checkpoint.equals(SMALL)
                ? ConversionOptions.NONE.with(Activation.QUICK_GELU)
                : file.equals("traced.pt")
                        ? Layout.OPEN_AI.options(checkpoint)
                        : Layout.BARE_STATE_DICT.options(checkpoint);
    }

    private static Path writeVocabulary(Path folder, SyntheticCheckpoint checkpoint) throws IOException {
        if (checkpoint.equals(SMALL)) {
            TokenizerFiles.writeVocabAndMerges(folder, TokenizerFiles.smallTokens(), TokenizerFiles.smallMerges());
        }
        return folder;
    }

    @Test
    void aTracedModelSaysWhatItComputes() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(TestData.committed().path("torch/traced.pt"))) {
            assertEquals(Optional.of(Activation.QUICK_GELU), checkpoint.activation());
        }
    }
}
