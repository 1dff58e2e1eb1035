package org.clipjava.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.clipjava.testdata.FuzzCorpus;
import org.clipjava.testdata.Refusal;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: tensors that fill the file without hole or overlap, or an error. */
class SafetensorsFuzzTest {
    @MethodSource
    @FuzzTest
    void files(byte[] file) {
        try {
            SafetensorsFile parsed = SafetensorsFile.of(MemorySegment.ofArray(file), "fuzz");
            long end = 0;
            for (TensorInfo tensor : parsed.tensors().values()) {
                assertEquals(end, tensor.begin());
                assertEquals(tensor.bytes(), parsed.data(tensor).byteSize());
                end = tensor.end();
            }
            assertEquals(file.length - parsed.dataOffset(), end);
        } catch (ModelFormatException e) {
            Refusal.check(e, "fuzz: ");
        }
    }

    static Stream<byte[]> files() {
        return FuzzCorpus.with("files", first());
    }

    private static Stream<byte[]> first() {
        return Stream.concat(
                HeaderFuzzTest.first()
                        .map(header -> ByteBuffer.allocate(Long.BYTES + header.length + HeaderFuzzTest.DATA_BYTES)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putLong(header.length)
                                .put(header)
                                .array()),
                Stream.of(Arrays.copyOf("{}".getBytes(StandardCharsets.UTF_8), 8), new byte[0], new byte[7]));
    }
}
