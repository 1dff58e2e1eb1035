package org.clipjava.convert;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.FuzzCorpus;
import org.clipjava.testdata.NamedTensor;
import org.clipjava.testdata.Refusal;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.TorchFiles;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever an archive or a row of pickles holds: tensors that can be read, or an error. */
class TorchFileFuzzTest {
    private static final SyntheticCheckpoint SMALL = new SyntheticCheckpoint(
            4, new SyntheticCheckpoint.Vision(2, 2, 1, 1, 2, 2), new SyntheticCheckpoint.Text(2, 2, 1, 1, 3, 3));

    @MethodSource
    @FuzzTest
    void archives(byte[] file) {
        try (TorchFile torch = TorchFile.of(MemorySegment.ofArray(file), "fuzz")) {
            for (SourceTensor tensor : torch.tensors().values()) {
                if (tensor.elements() > 0 && tensor.dtype().name().matches("B?F(16|32)")) {
                    tensor.read(0, new float[(int) Math.min(tensor.elements(), 16)]);
                }
            }
        } catch (ModelFormatException e) {
            Refusal.check(e, "fuzz: ");
        }
    }

    static Stream<byte[]> archives() throws IOException {
        return FuzzCorpus.with("archives", first());
    }

    static Stream<byte[]> first() throws IOException {
        Path folder = Files.createTempDirectory("fuzz");
        Path file = folder.resolve("seed.bin");
        try {
            List<byte[]> seeds = new ArrayList<>();
            TorchFiles.writeStateDict(file, NamedTensor.all(SMALL));
            seeds.add(Files.readAllBytes(file));
            TorchFiles.writeScript(file, TorchFiles.openAi(SMALL, ""), "QuickGELU");
            seeds.add(Files.readAllBytes(file));
            TorchFiles.writeLegacyStateDict(file, NamedTensor.all(SMALL));
            seeds.add(Files.readAllBytes(file));
            return seeds.stream();
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }
}
