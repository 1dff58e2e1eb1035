package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said on stderr of texts that the model does not read, or does not tell apart. */
class TextRemarksTest {
    private static final String PICTURE =
            TestData.committed().path("pictograms/snail.png").toString();

    private static final String LONG = "a very long description of a picture ".repeat(12);

    @TempDir
    Path folder;

    @Test
    void saysThatALabelIsCutAndWhichAreOneText() throws IOException {
        Path labels = Files.writeString(folder.resolve("labels.txt"), LONG + "with a snail\n" + LONG + "with a cat\n");
        String cut = "clip: 2 labels are longer than the 32 tokens that the model reads, and are cut: "
                + "'a very long description of a picture a v…', 'a very long description of a picture a v…'\n";
        String same = "clip: the labels 'a very long description of a picture a v…', "
                + "'a very long description of a picture a v…' are the same text to the model, and share its score\n";
        says(cut + same, "classify", "--labels-file", labels.toString(), PICTURE);
        says(cut + same, "explain", "--labels-file", labels.toString(), PICTURE);
        says(
                cut + same,
                "labels",
                "--labels-file",
                labels.toString(),
                "-o",
                folder.resolve("c").toString());
        says("clip: the labels 'cat', 'Cat', 'c  at'", false, "classify", "--labels", "cat,Cat,c  at", PICTURE);
        says(
                "clip: the labels 'cat', 'Cat' are the same text to the model, and share its score\n",
                "classify",
                "--labels",
                "cat,Cat,dog",
                PICTURE);
    }

    @Test
    void saysThatATextIsCut() {
        says(
                "clip: a text is longer than the 32 tokens that the model reads, and is cut: "
                        + "'a very long description of a picture a v…'\n",
                "embed",
                "text",
                LONG,
                "a cat");
    }

    @Test
    void saysItOfAnEvaluationsLabels() throws IOException {
        for (String label : new String[] {"a_snail", "Snail", "snail"}) {
            Path to = folder.resolve("set").resolve(label).resolve("x.png");
            Files.createDirectories(to.getParent());
            Files.copy(Path.of(PICTURE), to);
        }
        String set = folder.resolve("set").toString();
        says("clip: " + set + ": underscores of labels are spaces in prompts: a_snail\n", "eval", set);
        says("clip: the labels 'Snail', 'snail' are the same text to the model, and share its score\n", "eval", set);
        says(
                "are the same text to the model",
                "calibrate",
                set,
                "-o",
                folder.resolve("c").toString());
    }

    @Test
    void saysThatOneLabelAloneAlwaysHasAHundredPercent() {
        String alone = "clip: one label alone always has 100 %; compare it with others, or look at its cosine "
                + "(--scores cosine, --threshold)\n";
        says(alone, "classify", "--labels", "snail", PICTURE);
        says(alone, false, "classify", "--labels", "snail,cat", PICTURE);
        says(alone, false, "classify", "--labels", "snail", "--threshold", "0.2", PICTURE);
        says(alone, false, "classify", "--labels", "snail", "--scores", "cosine", PICTURE);
    }

    @Test
    void saysThatUnderscoresOfTypedLabelsStay() {
        says(
                "clip: labels stand in the prompt as they are, with their underscores: 'ice_cream'; write spaces\n",
                "classify",
                "--labels",
                "ice_cream,snail",
                PICTURE);
    }

    private static void says(String part, String... command) {
        says(part, true, command);
    }

    private static void says(String part, boolean expected, String... command) {
        Streams streams = new Streams("");
        int code = Main.run(command, streams.terminal(), Map.of());
        assertTrue(code == 0 || command[0].equals("calibrate"), streams.err());
        if (expected) {
            assertTrue(streams.err().contains(part), streams.err());
        } else {
            assertFalse(streams.err().contains(part), streams.err());
        }
        assertEquals(-1, streams.out().indexOf("clip: "));
    }
}
