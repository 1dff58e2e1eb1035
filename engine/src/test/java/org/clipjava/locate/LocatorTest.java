package org.clipjava.locate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.PatchEmbeddings;
import org.clipjava.PatchOptions;
import org.clipjava.SyntheticModelFile;
import org.clipjava.image.RgbImage;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.text.PromptTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a locator owes its callers whatever the model knows; the synthetic one knows nothing. */
class LocatorTest {
    private static final PatchOptions SMALL = PatchOptions.defaults().withShortSide(64);

    @TempDir
    private static Path folder;

    private static Clip clip;

    @BeforeAll
    static void open() throws IOException {
        Path tiny = folder.resolve("tiny.safetensors");
        SyntheticModelFile.of(SyntheticCheckpoint.TINY).write(tiny);
        clip = Clip.open(tiny);
    }

    @AfterAll
    static void close() {
        clip.close();
    }

    private static RgbImage picture() {
        float[] noise = SyntheticCheckpoint.uniform("located", 3 * 120 * 80);
        byte[] rgb = new byte[noise.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (127 * noise[i]);
        }
        return RgbImage.of(120, 80, rgb);
    }

    @Test
    void withoutAThresholdEveryLabelIsSomewhereAndTheRankSaysHowSurely() {
        List<String> labels = List.of("violin player", "Cat", "a red car");
        Locator locator = Locator.of(clip, labels).withOptions(SMALL).withThreshold(0);
        RgbImage picture = picture();
        List<Location> all = locator.locate(picture);
        assertEquals(labels, all.stream().map(Location::label).toList());
        for (Location location : all) {
            assertTrue(location.isThere());
            for (Detection detection : location.detections()) {
                assertTrue(detection.box().xmax() <= 120 && detection.box().ymax() <= 80);
                assertTrue(detection.score() > 0 && detection.score() <= 1);
            }
            Locator stricter = locator.withThreshold(Math.nextUp(location.rank()));
            Location again = stricter.locate(picture).get(labels.indexOf(location.label()));
            assertEquals(location.rank(), again.rank());
            assertEquals(List.of(), again.detections());
        }
    }

    @Test
    void aPictureIsReadOnceForManyQuestions() {
        Locator locator = Locator.of(clip, List.of("dog")).withOptions(SMALL);
        RgbImage picture = picture();
        PatchEmbeddings patches = locator.read(picture);
        assertEquals(
                locator.locate(picture).getFirst().rank(),
                locator.locate(patches, 80, 120).getFirst().rank());
    }

    @Test
    void readsThroughWindowsUnlessToldOtherwise() {
        Locator locator = Locator.of(clip, List.of("dog"));
        assertEquals(PatchOptions.defaults().withShortSide(256).withWindows(2), locator.options());
        assertEquals(0.95, locator.threshold());
    }

    @Test
    void someoneElseMayHaveTheTextsEncoded() {
        List<String> prompts = new ArrayList<>();
        Locator locator = Locator.of(clip, List.of("dog"), List.of(PromptTemplate.of("my {}")), texts -> {
            prompts.addAll(texts);
            return clip.encodeTexts(texts);
        });
        assertEquals("my dog", prompts.getFirst());
        assertTrue(prompts.contains("my airplane"), prompts.toString());
        assertEquals(
                Locator.of(clip, List.of("dog"), List.of(PromptTemplate.of("my {}")))
                        .withOptions(SMALL)
                        .locate(picture())
                        .getFirst()
                        .rank(),
                locator.withOptions(SMALL).locate(picture()).getFirst().rank());
    }

    @Test
    void refusesThresholdsThatNothingOrAllCanPass() {
        Locator locator = Locator.of(clip, List.of("dog"));
        assertThrows(IllegalArgumentException.class, () -> locator.withThreshold(1));
        assertThrows(IllegalArgumentException.class, () -> locator.withThreshold(-0.1));
        assertThrows(IllegalArgumentException.class, () -> locator.withThreshold(Double.NaN));
    }
}
