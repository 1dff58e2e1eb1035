package org.clipjava.pictogram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.NoSuchFileException;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ClipModels;
import org.clipjava.PackagedModel;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.image.ImageDecoder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;

class PictogramModelTest {
    @Test
    void isLoadedByItsName() throws Exception {
        try (Clip clip = ClipModels.load("pictogram");
                Clip ofFile = Clip.open(TestData.builtInModel())) {
            String best = ZeroShotClassifier.of(clip, List.of("cat", "dog", "turtle", "snail", "fish"))
                    .classify(
                            ImageDecoder.standard().decode(TestData.committed().path("pictograms/snail.png")))
                    .best()
                    .label();

            assertEquals("snail", best);
            assertEquals(ofFile.encodeText("a snail"), clip.encodeText("a snail"));
        }
    }

    @Test
    void isFoundOnceThoughTwoClassLoadersAreAsked() throws Exception {
        assertEquals(
                List.of("pictogram"),
                ClipModels.all().stream().map(PackagedModel::name).toList());
    }

    @Test
    void isNamedToWhoAsksForAnotherOne() {
        NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> ClipModels.load("photographs"));

        assertTrue(e.getMessage().startsWith("photographs: no jar on the class path"), e.getMessage());
        assertTrue(e.getMessage().contains("found [pictogram]"), e.getMessage());
    }
}
