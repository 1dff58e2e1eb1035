package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.SafetensorsWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClassifierFileTest {
    private static final Map<String, String> METADATA =
            Map.of("clip.classifier_version", "1", "clip.classifier_model", "f");
    private static final float[] ROWS = {1, 0, 0.6f, -0.8f};

    @Test
    void readsLabelsAndEmbeddingsInTheirOrder() throws IOException {
        ClassifierFile.Content content = read(METADATA, DType.F32, List.of(2L, 2L), ROWS, "cat\0hündin\0");
        assertEquals(List.of("cat", "hündin"), content.labels());
        assertEquals(List.of(Embedding.of(1, 0), Embedding.of(0.6f, -0.8f)), content.embeddings());
    }

    static Stream<Arguments> bad() {
        String version = "expected a classifier written by this version, of format 1, found ";
        String model = "expected a classifier of this model; make it again with 'clip labels', found ";
        return Stream.of(
                Arguments.of(
                        Map.of(), DType.F32, List.of(2L, 2L), ROWS, "a\0b\0", version + "no clip.classifier_version"),
                Arguments.of(
                        Map.of("clip.classifier_version", "2", "clip.classifier_model", "f"),
                        DType.F32,
                        List.of(2L, 2L),
                        ROWS,
                        "a\0b\0",
                        version + "clip.classifier_version 2"),
                Arguments.of(
                        Map.of("clip.classifier_version", "1", "clip.classifier_model", "g"),
                        DType.F32,
                        List.of(2L, 2L),
                        ROWS,
                        "a\0b\0",
                        model + "clip.classifier_model g"),
                Arguments.of(
                        METADATA,
                        DType.I32,
                        List.of(2L, 2L),
                        ROWS,
                        "a\0b\0",
                        "embeddings: expected F32 [labels, 2], found I32 [2, 2]"),
                Arguments.of(
                        METADATA,
                        DType.F32,
                        List.of(4L),
                        ROWS,
                        "a\0b\0",
                        "embeddings: expected F32 [labels, 2], found F32 [4]"),
                Arguments.of(
                        METADATA,
                        DType.F32,
                        List.of(4L, 1L),
                        ROWS,
                        "a\0b\0",
                        "embeddings: expected F32 [labels, 2], found F32 [4, 1]"),
                Arguments.of(
                        METADATA,
                        DType.F32,
                        List.of(0L, 2L),
                        new float[0],
                        "a\0",
                        "embeddings: expected F32 [labels, 2], found F32 [0, 2]"),
                Arguments.of(METADATA, DType.F32, List.of(2L, 2L), ROWS, "a\0", "labels: expected 2 labels, found 1"),
                Arguments.of(
                        METADATA, DType.F32, List.of(2L, 2L), ROWS, "a\0b\0c\0", "labels: expected 2 labels, found 3"),
                Arguments.of(
                        METADATA,
                        DType.F32,
                        List.of(2L, 2L),
                        ROWS,
                        "a\0b",
                        "labels: expected U8, each label ended by a zero byte"),
                Arguments.of(
                        METADATA,
                        DType.F32,
                        List.of(2L, 2L),
                        ROWS,
                        "",
                        "labels: expected U8, each label ended by a zero byte"),
                Arguments.of(
                        METADATA,
                        DType.F32,
                        List.of(2L, 2L),
                        new float[] {1, 0, 0, 1.01f},
                        "a\0b\0",
                        "embeddings: expected rows of length 1, found 1.00"),
                Arguments.of(
                        METADATA,
                        DType.F32,
                        List.of(2L, 2L),
                        new float[] {1, 0, 0, Float.NaN},
                        "a\0b\0",
                        "embeddings: expected rows of length 1, found NaN in row 1"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void saysWhatIsWrong(
            Map<String, String> metadata, DType type, List<Long> shape, float[] rows, String labels, String message) {
        String found = assertThrows(ModelFormatException.class, () -> read(metadata, type, shape, rows, labels))
                .getMessage();
        assertEquals("test: " + message, found.substring(0, Math.min(found.length(), message.length() + 6)));
    }

    @Test
    void missesItsTensors() throws IOException {
        SafetensorsWriter writer = SafetensorsWriter.packed();
        METADATA.forEach(writer::metadata);
        SafetensorsFile file = written(writer);
        assertEquals(
                "test: embeddings: missing",
                assertThrows(ModelFormatException.class, () -> ClassifierFile.read(file, "f", 2))
                        .getMessage());
    }

    /** As bytes: half a character is no label that anybody wrote. */
    @Test
    void refusesLabelsThatAreNotUtf8() throws IOException {
        byte[] labels = {'a', (byte) 0xe9, 0};
        SafetensorsWriter writer = SafetensorsWriter.packed();
        METADATA.forEach(writer::metadata);
        SafetensorsFile file = written(
                writer.tensor("embeddings", DType.F32, List.of(1L, 2L), MemorySegment.ofArray(new float[] {1, 0}))
                        .tensor("labels", DType.U8, List.of(3L), MemorySegment.ofArray(labels)));
        assertEquals(
                "test: labels: expected UTF-8, found other bytes",
                assertThrows(ModelFormatException.class, () -> ClassifierFile.read(file, "f", 2))
                        .getMessage());
    }

    private static ClassifierFile.Content read(
            Map<String, String> metadata, DType type, List<Long> shape, float[] rows, String labels)
            throws IOException {
        byte[] names = labels.getBytes(StandardCharsets.UTF_8);
        SafetensorsWriter writer = SafetensorsWriter.packed();
        metadata.forEach(writer::metadata);
        writer.tensor("embeddings", type, shape, MemorySegment.ofArray(rows))
                .tensor("labels", DType.U8, List.of((long) names.length), MemorySegment.ofArray(names));
        return ClassifierFile.read(written(writer), "f", 2);
    }

    private static SafetensorsFile written(SafetensorsWriter writer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writer.writeTo(Channels.newChannel(bytes));
        return SafetensorsFile.of(MemorySegment.ofArray(bytes.toByteArray()), "test");
    }
}
