package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.FuzzCorpus;
import org.clipjava.testdata.Refusal;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the opcodes: a value, or an error. */
class PickleFuzzTest {
    @MethodSource
    @FuzzTest
    void pickles(byte[] pickle) {
        try {
            PickleReader reader = new PickleReader(ByteBuffer.wrap(pickle), "fuzz");
            PickleValue value = reader.read();
            assertTrue(value.kind().length() < 1000);
            assertTrue(reader.storages().size() <= pickle.length);
        } catch (ModelFormatException e) {
            Refusal.check(e, "fuzz: ");
        }
    }

    static Stream<byte[]> pickles() throws IOException {
        return FuzzCorpus.with("pickles", first());
    }

    private static Stream<byte[]> first() throws IOException {
        List<byte[]> pickles = new ArrayList<>();
        for (byte[] archive : TorchFileFuzzTest.first().toList()) {
            MemorySegment file = MemorySegment.ofArray(archive);
            if (StoredZip.isZip(file)) {
                StoredZip zip = StoredZip.read(file, "seed", "");
                for (StoredZip.Entry entry : zip.entries().values()) {
                    if (entry.name().endsWith("/data.pkl")) {
                        pickles.add(zip.bytes(entry).toArray(ValueLayout.JAVA_BYTE));
                    }
                }
            }
        }
        return pickles.stream();
    }
}
