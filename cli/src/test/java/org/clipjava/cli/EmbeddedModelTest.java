package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.image.ImageDecoder;
import org.clipjava.models.BuiltInModel;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;

/**
 * A real model with a real accuracy: anything that goes wrong in tokenizer, preprocessing or arithmetic moves it. The
 * pictures are of a style that it was not trained on.
 */
class EmbeddedModelTest {
    /** Of the hundred pictures, each among 20 labels. To be changed with the model, and with nothing else. */
    private static final int RIGHT = 88;

    private static final int LABELS_EACH = 20;
    private static final int LARGEST_BYTES = 12 << 20;

    /** A picture of {@code pictograms/} and what is on it. */
    private record Sample(Path file, String label) {}

    @Test
    void recognisesPicturesOfAStyleItHasNeverSeen() throws IOException {
        List<Sample> samples = samples();
        int right = 0;
        try (Arena arena = Arena.ofConfined();
                Clip clip = Clip.open(model(arena))) {
            int step = samples.size() / LABELS_EACH;
            for (int first = 0; first < step; first++) {
                // every fifth, in turn: the labels lie apart in the alphabet
                List<Sample> some = new ArrayList<>();
                for (int i = first; i < samples.size(); i += step) {
                    some.add(samples.get(i));
                }
                ZeroShotClassifier classifier = ZeroShotClassifier.of(
                        clip, some.stream().map(Sample::label).toList());
                for (Sample sample : some) {
                    String best = classifier
                            .classify(ImageDecoder.standard().decode(sample.file()))
                            .best()
                            .label();
                    right += best.equals(sample.label()) ? 1 : 0;
                }
            }
        }
        assertEquals(100, samples.size());
        assertTrue(right >= 80, right + " right");
        assertEquals(RIGHT, right);
    }

    @Test
    void isTheFileThatItsReadmeNames() throws IOException, GeneralSecurityException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = model(arena).toArray(ValueLayout.JAVA_BYTE);
            String digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));

            assertTrue(bytes.length <= LARGEST_BYTES, bytes.length + " bytes");
            String readme = Files.readString(TestData.projectRoot().resolve("pictogram/README.md"));
            assertTrue(readme.contains(digest), "pictogram/README.md does not have " + digest);
        }
    }

    private static MemorySegment model(Arena arena) throws IOException {
        return new BuiltInModel(TestData.builtInModel().toUri().toURL()).read(arena);
    }

    private static List<Sample> samples() throws IOException {
        Path folder = TestData.committed().path("pictograms");
        List<Sample> samples = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("labels.csv")).subList(1, 101)) {
            int comma = line.indexOf(',');
            samples.add(new Sample(folder.resolve(line.substring(0, comma)), line.substring(comma + 1)));
        }
        return samples;
    }
}
