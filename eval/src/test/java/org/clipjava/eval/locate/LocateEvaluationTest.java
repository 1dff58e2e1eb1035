package org.clipjava.eval.locate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.PatchOptions;
import org.clipjava.config.PatchMethod;
import org.clipjava.eval.DatasetException;
import org.clipjava.eval.locate.LocateEvaluation.Measure;
import org.clipjava.eval.locate.LocatedPicture.Thing;
import org.clipjava.eval.report.LocatingSection;
import org.clipjava.eval.report.Report;
import org.clipjava.image.RgbImage;
import org.clipjava.locate.Box;
import org.clipjava.locate.Detection;
import org.clipjava.locate.HeatMap;
import org.clipjava.locate.Location;
import org.clipjava.locate.Locator;
import org.clipjava.testdata.Scenes;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocateEvaluationTest {
    private static final RgbImage PIXELS = RgbImage.of(100, 100, new byte[30_000]);

    @TempDir
    private Path folder;

    private static LocatedPicture picture(Thing... things) {
        return new LocatedPicture(Path.of("a.png"), List.of(things), Optional.empty());
    }

    /** The upper left quarter, and a little of its neighbours. */
    private static HeatMap upperLeft() {
        double[] cosines = new double[64];
        for (int i = 0; i < 16; i++) {
            cosines[i / 4 * 8 + i % 4] = 1;
        }
        return HeatMap.of(8, 8, cosines);
    }

    private static LocatedResult judged(LocatedPicture picture, List<Location> locations) throws IOException {
        LocatedPictures data = new LocatedPictures(List.of("a", "b"), List.of(1, 2), List.of(picture));
        return LocateEvaluation.judge(picture, locations, LocateEvaluation.truth(picture, data, PIXELS), PIXELS);
    }

    @Test
    void aPictureIsJudgedByPointsBoxesAndPixels() throws IOException {
        LocatedResult result = judged(
                picture(new Thing(0, new Box(0, 0, 50, 50))),
                List.of(
                        new Location(
                                "a",
                                upperLeft(),
                                0.99,
                                List.of(
                                        new Detection("a", 0.5f, new Box(0, 0, 50, 40)),
                                        new Detection("a", 0.4f, new Box(0, 0, 50, 50)))),
                        new Location("b", upperLeft(), 0.96, List.of(new Detection("b", 0.3f, new Box(0, 0, 9, 9))))));
        assertEquals(1, result.hits());
        assertEquals(1, result.present());
        assertEquals(1, result.found());
        assertEquals(1, result.absent());
        assertEquals(1, result.invented());
        // the second box of "a" finds its thing taken
        assertEquals(
                List.of(true, false, false),
                result.boxes().stream().map(LocatedResult.Judged::right).toList());
        // of 64 x 64 samples in the quarter, without its rounded corner; both maps are equal, and the first label has
        // them
        assertTrue(result.common()[0] > 3400 && result.common()[0] <= 4096, "" + result.common()[0]);
        assertEquals(0, result.covered()[1]);
    }

    @Test
    void whatIsNotFoundCountsAgainstIt() throws IOException {
        LocatedResult result = judged(
                picture(new Thing(1, new Box(60, 60, 90, 90))),
                List.of(
                        new Location("a", upperLeft(), 0.5, List.of()),
                        new Location("b", upperLeft(), 0.5, List.of())));
        assertEquals(0, result.hits() + result.found() + result.invented());
        LocateEvaluation evaluation = LocateEvaluation.of(2, List.of(result), List.of(), 1);
        assertEquals(0, evaluation.pointing().value());
        assertEquals(0, evaluation.meanIou().value());
        assertEquals(0, evaluation.ap50().value());
        assertEquals(0, evaluation.invented().value());
    }

    /** Right, wrong, right, of two things: a precision of 1 up to half of them, and of two thirds beyond. */
    @Test
    void precisionIsAveragedOverRecall() {
        List<LocatedResult.Judged> boxes = List.of(
                new LocatedResult.Judged(0, 0.2f, true),
                new LocatedResult.Judged(0, 0.9f, true),
                new LocatedResult.Judged(0, 0.5f, false));
        LocatedResult result =
                new LocatedResult(1, 1, 1, 1, 0, boxes, new int[] {2, 0}, new long[2], new long[] {10, 0});
        LocateEvaluation evaluation = LocateEvaluation.of(2, List.of(result), List.of(), 1);
        assertEquals((1 + 2.0 / 3) / 2, evaluation.ap50().value(), 1e-12);
    }

    @Test
    void theReportHasEveryMeasure() {
        LocatedResult result =
                new LocatedResult(3, 4, 2, 6, 1, List.of(), new int[] {4}, new long[] {1}, new long[] {4});
        LocateEvaluation evaluation = LocateEvaluation.of(1, List.of(result), List.of(), 1);
        Report report = new Report(
                "<b>",
                List.of(LocatingSection.of(evaluation, List.of(new LocatingSection.Picture("x<y>.png", "data:,")))));
        assertTrue(report.text().contains("pointing accuracy     75.00 %  (75.00 to 75.00)\n"), report.text());
        assertTrue(report.json().contains("\"mean_iou\""), report.json());
        assertTrue(report.html().contains("x&lt;y&gt;.png"), report.html());
    }

    @Test
    void readsBoxesAsCocoHasThem() throws IOException {
        Files.writeString(folder.resolve("annotations.json"), """
                {"images": [{"id": 7, "file_name": "p.jpg"}, {"id": 8, "file_name": "q.jpg"}],
                 "annotations": [{"image_id": 8, "category_id": 5, "bbox": [1.5, 2, 3, 4.25]}],
                 "categories": [{"id": 3, "name": "cat"}, {"id": 5, "name": "dog"}]}""", StandardCharsets.UTF_8);
        LocatedPictures data = LocatedPictures.read(folder);
        assertEquals(List.of("cat", "dog"), data.labels());
        assertEquals(List.of(3, 5), data.categories());
        assertEquals(List.of(), data.pictures().getFirst().things());
        assertEquals(
                List.of(new Thing(1, new Box(1, 2, 5, 7))),
                data.pictures().getLast().things());
        assertEquals(folder.resolve("q.jpg"), data.pictures().getLast().file());
    }

    @Test
    void refusesBoxesOfNothing() throws IOException {
        assertEquals(
                folder
                        + ": expected boxes in annotations.json, as COCO has them, or in Annotations/, as Pascal VOC has them, or labels.txt"
                        + " and masks/, found none of them",
                refusal());
        write("{\"images\":[]}");
        assertEquals(folder.resolve("annotations.json") + ": expected categories, found images", refusal());
        write("{\"images\":[{\"id\":1,\"file_name\":\"a\"}],\"categories\":[{\"id\":1,\"name\":\"a\"}],"
                + "\"annotations\":[{\"image_id\":1,\"category_id\":2,\"bbox\":[0,0,1,1]}]}");
        assertTrue(refusal().contains("expected an annotation of an image and a category in it"), refusal());
        write("{\"images\":[{\"id\":1,\"file_name\":\"a\"}],\"categories\":[{\"id\":1,\"name\":\"a\"}],"
                + "\"annotations\":[{\"image_id\":1,\"category_id\":1,\"bbox\":[0,0,1,0]}]}");
        assertTrue(refusal().contains("expected a bbox of x, y, width and height"), refusal());
        write("{\"images\":[{\"id\":1,\"file_name\":\"a\\u0000\"}],\"categories\":[{\"id\":1,\"name\":\"a\"}],"
                + "\"annotations\":[]}");
        assertTrue(refusal().contains("expected names of files"), refusal());
        write("{\"images\":[{\"id\":1,\"file_name\":\"a\"}],\"categories\":[{\"id\":1,\"name\":\"a\"},"
                + "{\"id\":2,\"name\":\"a\"}],\"annotations\":[]}");
        assertTrue(refusal().contains("is there twice"), refusal());
        write("[1]");
        assertTrue(refusal().contains("not JSON as COCO has it"), refusal());
    }

    private void write(String json) throws IOException {
        Files.writeString(folder.resolve("annotations.json"), json, StandardCharsets.UTF_8);
    }

    private String refusal() {
        return String.valueOf(assertThrows(DatasetException.class, () -> LocatedPictures.read(folder))
                .getMessage());
    }

    /** The figures of {@code docs/locate.md} are of more scenes. */
    @Test
    @Tag("slow")
    void windowsPointBetterThanTheLastLayerAndInventAsLittleAsTheyPromise() throws IOException {
        Scenes.write(folder, 20, 20261128);
        LocatedPictures data = LocatedPictures.read(folder);
        try (Clip clip = Clip.open(TestData.builtInModel(), ClipOptions.defaults())) {
            Locator locator = Locator.of(clip, data.labels());
            List<RgbImage> seen = new ArrayList<>();
            LocateEvaluation windows = LocateEvaluation.run(
                    locator, data, 1, done -> assertTrue(done <= 20), (picture, pixels, locations) -> seen.add(pixels));
            LocateEvaluation plain = LocateEvaluation.run(
                    locator.withOptions(PatchOptions.defaults().withMethod(PatchMethod.LAST_LAYER)),
                    data,
                    1,
                    done -> assertTrue(done <= 20),
                    (picture, pixels, locations) -> seen.add(pixels));
            assertEquals(40, seen.size());
            assertTrue(
                    windows.pointing().interval().low()
                            > plain.pointing().interval().high(),
                    windows + " " + plain);
            Measure invented = windows.invented();
            assertTrue(invented.value() < 1 - Locator.DEFAULT_THRESHOLD, invented.toString());
        }
    }
}
