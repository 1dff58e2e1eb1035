package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.NamedTensor;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.TorchFiles;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damages what PyTorch writes at random: what comes of it is tensors that can be read or an error that says what is wrong. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MutatedTorchFileTest {
    private static final SyntheticCheckpoint SMALL = new SyntheticCheckpoint(
            4, new SyntheticCheckpoint.Vision(6, 10, 1, 2, 4, 2), new SyntheticCheckpoint.Text(4, 6, 1, 2, 5, 7));

    private static final int ROUNDS = 1500;

    /** What a pickle is made of, and what it should not be made of. */
    private static final int[] OPCODES = {
        '(', '.', '0', '1', '2', 'K', 'J', 'M', 'N', 'Q', 'R', 'X', 'a', 'b', 'c', '}', 'e', 'h', 'j', ']', 'q', 'r',
        's', 't', ')', 'u', 'G', 'P', 'o', 'i', 0x80, 0x81, 0x82, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d,
        0x8e, 0x92, 0x93, 0x94, 0x95, 0x00, 0x7f, 0xff
    };

    @TempDir
    Path temporary;

    enum Kind {
        STATE_DICT {
            @Override
            void write(Path file) {
                TorchFiles.writeStateDict(file, NamedTensor.all(SMALL));
            }
        },
        TRAINING {
            @Override
            void write(Path file) {
                TorchFiles.writeTrainingCheckpoint(file, TorchFiles.openAi(SMALL, ""));
            }
        },
        SCRIPT {
            @Override
            void write(Path file) {
                TorchFiles.writeScript(file, TorchFiles.openAi(SMALL, ""), "QuickGELU");
            }
        },
        LEGACY {
            @Override
            void write(Path file) {
                TorchFiles.writeLegacyStateDict(file, NamedTensor.all(SMALL));
            }
        };

        abstract void write(Path file);
    }

    @Tag("thorough")
    @ParameterizedTest
    @EnumSource
    void onlyOneExceptionLeavesTheReader(Kind kind) throws IOException {
        Path file = temporary.resolve("valid.bin");
        kind.write(file);
        byte[] valid = Files.readAllBytes(file);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long seed = 0xB1FL + round;
            if (isRefused(mutated(valid, new Random(seed)), seed)) {
                refused++;
            }
        }
        assertTrue(refused > ROUNDS / 4, kind + ": of " + ROUNDS + " damaged files were refused: " + refused);
    }

    /** The checksum of the pickle, which stops almost all damage of a file, is right here. */
    @Tag("thorough")
    @ParameterizedTest
    @EnumSource(names = {"STATE_DICT", "TRAINING", "SCRIPT"})
    void onlyOneExceptionLeavesTheReaderOfPickles(Kind kind) throws IOException {
        Path file = temporary.resolve("valid.bin");
        kind.write(file);
        MemorySegment valid = MemorySegment.ofArray(Files.readAllBytes(file));
        StoredZip zip = StoredZip.read(valid, file.toString(), "");
        StoredZip.Entry pickleEntry = zip.entries().values().stream()
                .filter(entry -> entry.name().endsWith("/data.pkl"))
                .findFirst()
                .orElseThrow();
        byte[] pickle = zip.bytes(pickleEntry).toArray(ValueLayout.JAVA_BYTE);
        List<StoredZip.Entry> stored = zip.entries().values().stream()
                .filter(entry -> entry.method() == 0 && !entry.equals(pickleEntry))
                .toList();
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long seed = 0xD111L + round;
            ZipBytes archive = new ZipBytes().add(pickleEntry.name(), mutated(pickle, new Random(seed)));
            for (StoredZip.Entry entry : stored) {
                archive.add(entry.name(), zip.bytes(entry).toArray(ValueLayout.JAVA_BYTE));
            }
            if (isRefused(archive.toBytes(), seed)) {
                refused++;
            }
        }
        assertTrue(refused > ROUNDS / 4, kind + ": of " + ROUNDS + " damaged pickles were refused: " + refused);
    }

    private static boolean isRefused(byte[] bytes, long seed) {
        try (TorchFile torch = TorchFile.of(MemorySegment.ofArray(bytes), "mutated.bin")) {
            for (SourceTensor tensor : torch.tensors().values()) {
                if (tensor.elements() > 0 && tensor.dtype().name().matches("B?F(16|32)")) {
                    tensor.read(0, new float[Math.toIntExact(tensor.elements())]);
                }
            }
            return false;
        } catch (ModelFormatException e) {
            assertEquals(1, e.getMessage().lines().count(), () -> "seed " + seed + ": " + e.getMessage());
            return true;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static byte[] mutated(byte[] valid, Random random) {
        byte[] file = valid.clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(file.length);
            int other = random.nextInt(file.length);
            switch (random.nextInt(4)) {
                case 0 -> file[at] = (byte) random.nextInt(256);
                case 1 -> file[at] = (byte) OPCODES[random.nextInt(OPCODES.length)];
                case 2 -> file[at] += (byte) (random.nextBoolean() ? 1 : -1);
                default ->
                    System.arraycopy(
                            file, other, file, at, Math.min(random.nextInt(24), file.length - Math.max(at, other)));
            }
        }
        return random.nextInt(20) == 0 ? Arrays.copyOf(file, random.nextInt(file.length)) : file;
    }
}
