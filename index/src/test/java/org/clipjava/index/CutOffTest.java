package org.clipjava.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.clipjava.Clip;
import org.clipjava.index.PictureQuery.Term;
import org.clipjava.index.PictureSearch.Found;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches for the names of a hundred pictograms, of a style that the model was never trained on; each is of one picture. */
class CutOffTest {
    /** What people cut off at with OpenAI's models. */
    private static final double FIXED = 0.25;

    @TempDir
    Path folder;

    @Test
    void findsPicturesByTheirNamesAndLittleElse() throws IOException, InterruptedException {
        Map<String, String> labels = new TreeMap<>();
        for (String line : Files.readAllLines(Pictograms.folder().resolve("labels.csv"))) {
            labels.put(line.substring(0, line.indexOf(',')), line.substring(line.indexOf(',') + 1));
        }
        labels.remove("file");
        int[] first = new int[3];
        int[] likely = new int[2];
        int[] fixed = new int[2];
        try (Clip clip = Pictograms.model();
                PictureIndex index =
                        PictureIndex.open(folder, IndexModel.of(clip, "pictograms"), IndexOptions.defaults())) {
            IndexUpdate.of(index, clip)
                    .withThreads(2)
                    .run(List.of(Pictograms.folder()), new PictureSearchTest.Silent());
            index.measure(clip);
            PictureSearch search = PictureSearch.of(index, clip).withCutOff(0);
            for (Map.Entry<String, String> label : labels.entrySet()) {
                Term words = new Term.Words(label.getValue(), false, false, 1);
                List<Found> found = search.page(new PictureQuery(List.of(words), PictureFilter.NONE), 0, 100)
                        .found();
                List<String> names = new ArrayList<>();
                for (Found one : found) {
                    String name = one.picture().stamp().file().getFileName().toString();
                    names.add(name);
                    int right = name.equals(label.getKey()) ? 1 : 0;
                    count(likely, one.probability().orElseThrow() >= Likelihood.CUT_OFF, right);
                    count(fixed, one.cosine() >= FIXED, right);
                }
                int place = names.indexOf(label.getKey());
                first[0] += place < 1 ? 1 : 0;
                first[1] += place < 5 ? 1 : 0;
                first[2] += place < 10 ? 1 : 0;
            }
        }
        String numbers = "recall@1/5/10 %d, %d, %d; likely: %d of %d right; cosine %.2f: %d of %d right"
                .formatted(first[0], first[1], first[2], likely[1], likely[0], FIXED, fixed[1], fixed[0]);
        assertTrue(first[0] >= 78 && first[1] >= 90 && first[2] >= 94, numbers);
        assertTrue(likely[1] >= 60, numbers);
        assertTrue(likely[1] >= 0.8 * likely[0], numbers);
        assertTrue(fixed[1] < 0.2 * fixed[0], "a cut-off for another model lets too much through: " + numbers);
        System.getLogger(CutOffTest.class.getName()).log(System.Logger.Level.INFO, numbers);
    }

    @Test
    void isMeasuredAgainOnlyWhenTheCollectionHasGrown() throws IOException {
        try (Clip clip = Pictograms.model();
                PictureIndex index =
                        PictureIndex.open(folder, IndexModel.of(clip, "pictograms"), IndexOptions.defaults())) {
            SyntheticPictures pictures = new SyntheticPictures(index.model().dimension());
            Likelihood of100 = measured(index, clip, pictures, 0, 100);
            assertEquals(of100, measured(index, clip, pictures, 100, 110));
            Likelihood of111 = measured(index, clip, pictures, 110, 112);
            assertNotEquals(of100, of111);
            assertEquals(of111, measured(index, clip, pictures, 112, 113));
            try (PictureIndex reader = PictureIndex.read(folder)) {
                Likelihood of200 = measured(index, clip, pictures, 113, 200);
                assertEquals(of111, reader.likelihood().orElseThrow());
                reader.refresh();
                assertEquals(of200, reader.likelihood().orElseThrow());
            }
        }
    }

    private static Likelihood measured(PictureIndex index, Clip clip, SyntheticPictures pictures, int from, int to)
            throws IOException {
        for (int i = from; i < to; i++) {
            index.put(pictures.picture(i, 1));
        }
        index.commit();
        index.measure(clip);
        return index.likelihood().orElseThrow();
    }

    private static void count(int[] shown, boolean isShown, int right) {
        shown[0] += isShown ? 1 : 0;
        shown[1] += isShown ? right : 0;
    }
}
