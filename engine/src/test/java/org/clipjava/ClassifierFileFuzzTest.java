package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.SafetensorsWriter;
import org.clipjava.testdata.FuzzCorpus;
import org.clipjava.testdata.Refusal;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a classifier file holds: as many unit vectors as labels, or an error. */
class ClassifierFileFuzzTest {
    private static final int WIDTH = 2;

    @MethodSource
    @FuzzTest
    void classifiers(byte[] file) throws IOException {
        try (SafetensorsFile source = SafetensorsFile.of(MemorySegment.ofArray(file), "fuzz")) {
            LinearClassifier classifier = ClassifierFile.read(source, "f", WIDTH, 100f, 0f);
            assertEquals(classifier.labels().size(), classifier.directions().size());
            classifier.directions().forEach(direction -> assertEquals(1, direction.norm(), 1e-3));
        } catch (ModelFormatException e) {
            Refusal.check(e, "fuzz: ");
        }
    }

    static Stream<byte[]> classifiers() throws IOException {
        return FuzzCorpus.with("classifiers", first());
    }

    private static Stream<byte[]> first() throws IOException {
        float[] rows = {1, 0, 0, -1};
        float[] thresholds = {0.2f, -1};
        byte[] labels = "cat\0hund\u00e9\0".getBytes(StandardCharsets.UTF_8);
        SafetensorsWriter writer = SafetensorsWriter.packed()
                .metadata("clip.classifier_version", "2")
                .metadata("clip.classifier_model", "f")
                .tensor("embeddings", DType.F32, List.of(2L, 2L), MemorySegment.ofArray(rows))
                .tensor("threshold", DType.F32, List.of(2L), MemorySegment.ofArray(thresholds))
                .tensor("labels", DType.U8, List.of((long) labels.length), MemorySegment.ofArray(labels));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writer.writeTo(Channels.newChannel(bytes));
        return Stream.of(bytes.toByteArray());
    }
}
