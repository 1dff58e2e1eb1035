package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.config.KernelChoice;
import org.clipjava.image.RgbImage;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.AllocatedBytes;
import org.clipjava.testdata.BadModelFile;
import org.clipjava.testdata.Refusal;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.text.Vocabulary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BadModelFilesTest {
    /** A header's tensors and strings as objects: a byte of it takes some dozen on the heap. */
    private static final int HEAP_BYTES_PER_BYTE = 40;

    /** Whatever the file's size: tables of characters, messages, a thread. */
    private static final int HEAP_BYTES = 2_000_000;

    @TempDir
    private Path folder;

    static Stream<BadModelFile> files() throws IOException {
        return Stream.concat(BadModelFile.ofNoModel().stream(), BadModelFile.of(smallModel()).stream());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void isRefusedByItsPlaceAndWithoutTheMemoryThatItAsksFor(BadModelFile bad) throws IOException {
        Path file = Files.write(folder.resolve("bad.safetensors"), bad.bytes());
        ClipOptions options = ClipOptions.defaults().withThreads(1).withKernels(KernelChoice.SCALAR);

        long before = AllocatedBytes.ofThisThread();
        ModelFormatException refused = assertThrows(
                ModelFormatException.class, () -> Clip.open(file, options).close());
        long allocated = AllocatedBytes.ofThisThread() - before;

        Refusal.check(refused, file + ": ");
        assertTrue(refused.getMessage().contains(bad.message()), refused.getMessage());
        assertTrue(
                allocated < HEAP_BYTES + (long) HEAP_BYTES_PER_BYTE * bad.bytes().length,
                "allocated " + allocated + " bytes for a file of " + bad.bytes().length);
    }

    @Test
    void theModelThatTheBadOnesAreMadeOfIsGood() throws IOException {
        try (Clip clip = Clip.open(Files.write(folder.resolve("good.safetensors"), smallModel()))) {
            assertEquals(2, clip.config().vision().tower().layers());
        }
    }

    @Test
    void aModelThatIsNotFiniteOpensWhereThatIsAllowed() throws IOException {
        Path file = folder.resolve("bad.safetensors");
        ClipOptions indulgent = ClipOptions.defaults().withNonFiniteAllowed(true);
        for (BadModelFile bad : BadModelFile.of(smallModel())) {
            if (bad.name().equals("NaN in a matrix") || bad.name().equals("infinity in a vector")) {
                Files.write(file, bad.bytes());
                try (Clip clip = Clip.open(file, indulgent)) {
                    Embedding text = clip.encodeText("a");
                    Embedding picture = clip.encodeImage(RgbImage.of(1, 1, new byte[3]));
                    Embedding damaged = bad.name().startsWith("NaN") ? text : picture;
                    assertThrows(NoDirectionException.class, damaged::normalized);
                }
            }
        }
    }

    /** Finite weights, however large: embeddings that overflow have no direction, and no score is made up. */
    @Test
    void aModelOfHugeWeightsGivesNoScore() throws IOException {
        SyntheticModelFile model = small();
        float[] huge = new float[model.tensors.get("vision.ln_post.weight").data().length / Float.BYTES];
        Arrays.fill(huge, Float.MAX_VALUE);
        model.tensors.put("vision.ln_post.weight", SyntheticModelFile.floats(huge, List.of(huge.length)));
        model.tensors.put("vision.ln_post.bias", SyntheticModelFile.floats(huge, List.of(huge.length)));
        Path file = folder.resolve("huge.safetensors");
        model.write(file);
        try (Clip clip = Clip.open(file)) {
            ZeroShotClassifier classifier = ZeroShotClassifier.of(clip, List.of("a", "b"));
            RgbImage picture = RgbImage.of(1, 1, new byte[3]);
            assertThrows(NoDirectionException.class, () -> classifier.classify(picture));
        }
    }

    private static byte[] smallModel() throws IOException {
        Path file = Files.createTempFile("small", ".safetensors");
        try {
            small().write(file);
            return Files.readAllBytes(file);
        } finally {
            Files.delete(file);
        }
    }

    /** Without merges: a vocabulary of the 256 bytes, each within a word and at its end. */
    static SyntheticModelFile small() throws IOException {
        Vocabulary vocabulary = Vocabulary.ofMerges(List.of());
        SyntheticModelFile model = SyntheticModelFile.of(new SyntheticCheckpoint(
                8,
                new SyntheticCheckpoint.Vision(6, 10, 2, 2, 8, 4),
                new SyntheticCheckpoint.Text(4, 6, 2, 2, 16, vocabulary.size())));
        model.metadata.put("clip.text.start_token", Integer.toString(vocabulary.startToken()));
        model.metadata.put("clip.text.end_token", Integer.toString(vocabulary.endToken()));
        model.addBytes("tokenizer.tokens", vocabulary.encodedTokens());
        model.addBytes("tokenizer.merges", vocabulary.encodedMerges());
        return model;
    }
}
