package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.config.WeightType;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.TensorInfo;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever layout a checkpoint has, the model file is the same to the byte, but for what its maker does otherwise, and the source. */
class LayoutsTest {
    @TempDir
    Path temporary;

    @Tag("thorough")
    @Test
    void everyLayoutOfTheTinyCheckpointGivesTheSameModel() throws IOException {
        assertSameModel(SyntheticCheckpoint.TINY, WeightType.F32);
        assertSameModel(SyntheticCheckpoint.TINY, WeightType.Q8);
    }

    @Test
    @Tag("slow")
    void everyLayoutOfTheFullSizeCheckpointGivesTheSameModel() throws IOException {
        assertSameModel(SyntheticCheckpoint.VIT_B_32, WeightType.F32);
    }

    private void assertSameModel(SyntheticCheckpoint checkpoint, WeightType type) throws IOException {
        Path expected = convert(Layout.SAFETENSORS, checkpoint, type);
        for (Layout layout : Layout.values()) {
            if (layout != Layout.SAFETENSORS) {
                Path found = convert(layout, checkpoint, type);
                assertSameButForTheSource(expected, found, layout.name());
                Files.delete(found);
            }
        }
    }

    private Path convert(Layout layout, SyntheticCheckpoint checkpoint, WeightType type) throws IOException {
        Path folder = temporary.resolve(layout.name());
        Path source = layout.write(checkpoint, folder);
        boolean original = layout.name().matches("OPEN_.*|BARE_.*");
        Path model = temporary.resolve(layout + "-" + type.spelling() + ".safetensors");
        ConversionReport report =
                CheckpointConverter.convert(source, model, type, layout.options(checkpoint), ConversionListener.SILENT);
        assertEquals(
                checkpoint.tensors().stream()
                        .mapToLong(SyntheticCheckpoint.Tensor::size)
                        .sum(),
                report.parameters());
        assertEquals(
                Optional.ofNullable(original ? "original" : null),
                Optional.ofNullable(ModelFile.info(model).metadata().get("clip.tokenizer.cleaning")),
                layout.name());
        // a bare file under Hugging Face's names is taken for theirs
        assertEquals(
                Optional.ofNullable(original ? "half_even" : null),
                Optional.ofNullable(ModelFile.info(model).metadata().get("clip.image.crop_rounding")),
                layout.name());
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        return model;
    }

    @ParameterizedTest
    @EnumSource(TextCleaning.class)
    void cleansTextsAsItIsAskedTo(TextCleaning cleaning) throws IOException {
        for (Layout layout : List.of(Layout.SAFETENSORS, Layout.OPEN_AI)) {
            Path source = layout.write(SyntheticCheckpoint.TINY, temporary.resolve("asked-" + layout + cleaning));
            Path model = temporary.resolve("asked-" + layout + cleaning + ".safetensors");
            ConversionOptions options = layout.options(SyntheticCheckpoint.TINY).with(cleaning);
            CheckpointConverter.convert(source, model, WeightType.F32, options, ConversionListener.SILENT);
            TokenizerConfig tokenizer = ModelFile.info(model).tokenizer();
            assertEquals(cleaning, ((TokenizerConfig.ClipBpe) tokenizer).cleaning(), layout.name());
        }
    }

    static void assertSameButForTheSource(Path expected, Path found, String layout) throws IOException {
        try (SafetensorsFile a = SafetensorsFile.open(expected);
                SafetensorsFile b = SafetensorsFile.open(found)) {
            assertEquals(withoutSource(a), withoutSource(b), layout);
            assertEquals(
                    List.copyOf(a.tensors().values()), List.copyOf(b.tensors().values()), layout);
            for (TensorInfo tensor : a.tensors().values()) {
                assertEquals(-1, a.data(tensor).mismatch(b.data(tensor)), layout + ": " + tensor.name());
            }
        }
    }

    private static List<String> withoutSource(SafetensorsFile file) {
        return file.metadata().entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith("clip.source.")
                        && !entry.getKey().equals("clip.image.crop_rounding")
                        && !entry.getKey().equals("clip.tokenizer.cleaning"))
                .map(Object::toString)
                .toList();
    }
}
