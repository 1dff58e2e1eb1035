package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.config.WeightType;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.modelfile.ModelFileWriter;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.modelfile.TensorSpec;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.text.Vocabulary;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The five architectures that people use: laid out at full size, without a weight being read. */
class ArchitecturesTest {
    @TempDir
    Path temporary;

    static Stream<Arguments> published() {
        return Stream.of(
                Arguments.of("ViT-B/32", SyntheticCheckpoint.VIT_B_32, 151_277_313L, 12, 8),
                Arguments.of("ViT-B/16", SyntheticCheckpoint.VIT_B_16, 149_620_737L, 12, 8),
                Arguments.of("ViT-L/14", SyntheticCheckpoint.VIT_L_14, 427_616_513L, 16, 12),
                Arguments.of("ViT-L/14@336px", SyntheticCheckpoint.VIT_L_14_336, 427_944_193L, 16, 12),
                Arguments.of("ViT-H/14", SyntheticCheckpoint.VIT_H_14, 986_109_441L, 16, 16));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("published")
    void hasAsManyParametersAsWerePublished(String name, SyntheticCheckpoint model, long parameters)
            throws IOException {
        CheckpointConfig config = CheckpointConfig.of(
                JsonFields.read(Files.writeString(temporary.resolve("config.json"), model.configJson())));
        assertEquals(parameters, parametersOf(model, config));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("published")
    void followsFromTheShapesOfItsTensors(
            String name, SyntheticCheckpoint model, long parameters, int visionHeads, int textHeads)
            throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(sparse(model))) {
            ConversionOptions options = Layout.BARE_STATE_DICT.options(model).withHeads(visionHeads, textHeads);
            CheckpointConfig config = BareCheckpoint.of(checkpoint, options).model();
            assertEquals(
                    CheckpointConfig.of(
                            JsonFields.read(Files.writeString(temporary.resolve("config.json"), model.configJson()))),
                    config);
            assertEquals(visionHeads, config.vision().heads());
            assertEquals(textHeads, config.text().heads());
        }
    }

    private long parametersOf(SyntheticCheckpoint model, CheckpointConfig config) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(sparse(model))) {
            ClipConfig architecture =
                    config.architecture(OptionalInt.of(ClipVocabulary.builtin().endToken()), true, "test");
            ModelInfo info = ModelInfo.of(
                    architecture,
                    new TokenizerConfig.ClipBpe(49406, 49407),
                    PreprocessorConfig.clip(architecture.vision().imageSize()),
                    WeightType.F32);
            TensorSources sources = TensorSources.of(checkpoint, architecture);
            for (TensorSpec tensor : ModelFileWriter.of(info, vocabulary()).tensors()) {
                sources.of(tensor);
            }
            checkpoint.refuseLeftovers();
            return checkpoint.parameters();
        }
    }

    private static Vocabulary vocabulary() throws IOException {
        ClipVocabulary clip = ClipVocabulary.builtin();
        return Vocabulary.parse(clip.tokenLines(), clip.mergeLines(), clip.startToken(), clip.endToken());
    }

    /** A safetensors file whose data section takes no room on the disk. */
    private Path sparse(SyntheticCheckpoint model) throws IOException {
        List<String> descriptions = new ArrayList<>();
        long end = 0;
        for (SyntheticCheckpoint.Tensor tensor : model.tensors()) {
            long begin = end;
            end += 4L * tensor.size();
            descriptions.add("\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(tensor.name(), tensor.shape(), begin, end));
        }
        byte[] header = ("{" + String.join(",", descriptions) + "}").getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(header, Math.ceilDiv(header.length, 8) * 8);
        Arrays.fill(padded, header.length, padded.length, (byte) ' ');
        Path file = temporary.resolve("sparse.safetensors");
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.writeLong(Long.reverseBytes(padded.length));
            out.write(padded);
            out.setLength(Long.BYTES + padded.length + end);
        }
        return file;
    }
}
