package org.clipjava.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.clipjava.Classification;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.image.ImageDecoder;
import org.clipjava.io.Sha256;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureEmbedderTest {
    private static final StructType PATHS = new StructType().add("path", DataTypes.StringType);
    private static final StructType CONTENTS = PATHS.add("content", DataTypes.BinaryType);

    private static SparkSession spark;
    private static PlacedModel model;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startsSpark() throws IOException {
        spark = LocalSpark.session();
        model = PlacedModel.shared(LocalSpark.model());
    }

    @Test
    void embedsFilesAsClipEncodesThem() throws IOException {
        // more than a batch, so that batches follow each other
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            files.addAll(LocalSpark.readable());
        }
        List<Row> rows =
                new PictureEmbedder(model, Labels.NONE).embed(paths(files)).collectAsList();
        assertEquals(files.size(), rows.size());
        try (Clip clip = Clip.open(LocalSpark.model())) {
            for (int i = 0; i < files.size(); i++) {
                Row row = rows.get(i);
                assertEquals(files.get(i).toString(), row.getAs("path"));
                assertEquals(Sha256.of(files.get(i)), row.getAs("hash"));
                assertTrue(row.isNullAt(row.fieldIndex("error")));
                float[] expected = clip.encodeImage(ImageDecoder.standard().decode(files.get(i)))
                        .normalized()
                        .toArray();
                assertArrayEquals(
                        expected, LocalSpark.embedding(row), 0, files.get(i).toString());
            }
        }
    }

    @Test
    void takesPicturesFromAColumn() throws IOException {
        List<Row> pictures = new ArrayList<>();
        for (Path file : LocalSpark.readable()) {
            pictures.add(RowFactory.create("no such file " + file.getFileName(), Files.readAllBytes(file)));
        }
        PictureEmbedder embedder = new PictureEmbedder(model, Labels.NONE);
        List<Row> fromColumn =
                embedder.embed(spark.createDataFrame(pictures, CONTENTS)).collectAsList();
        List<Row> fromFiles = embedder.embed(paths(LocalSpark.readable())).collectAsList();
        for (int i = 0; i < fromFiles.size(); i++) {
            assertArrayEquals(LocalSpark.embedding(fromFiles.get(i)), LocalSpark.embedding(fromColumn.get(i)), 0);
            assertEquals(
                    (String) fromFiles.get(i).getAs("hash"), fromColumn.get(i).getAs("hash"));
        }
    }

    @Test
    void takesPicturesFromBinaryFile() {
        Dataset<Row> files = spark.read()
                .format("binaryFile")
                .load(LocalSpark.picture("pictograms/snail.png").toString());
        Row row = new PictureEmbedder(model, Labels.NONE).embed(files).head();
        assertTrue(row.getString(0).endsWith("/pictograms/snail.png"));
        assertFalse(row.isNullAt(row.fieldIndex("embedding")));
    }

    @Test
    void draftsIfAskedTo() throws IOException {
        Path picture = LocalSpark.picture("images/coffee_q75_420.jpg");
        PictureEmbedder whole = new PictureEmbedder(model, Labels.NONE);
        float[] drafted = LocalSpark.embedding(
                whole.withDraft(true).embed(paths(List.of(picture))).head());
        try (Clip clip = Clip.open(LocalSpark.model(), ClipOptions.defaults().withDraft(true))) {
            assertArrayEquals(clip.encodeImage(picture).normalized().toArray(), drafted, 0);
        }
        assertFalse(Arrays.equals(
                LocalSpark.embedding(whole.embed(paths(List.of(picture))).head()), drafted));
        assertTrue(whole.withDraft(true).withBackground(0).draft());
    }

    @Test
    void laysTransparentPicturesOverABackground() throws IOException {
        Path picture = LocalSpark.picture("decoding/rgba.png");
        PictureEmbedder plain = new PictureEmbedder(model, Labels.NONE);
        float[] stored =
                LocalSpark.embedding(plain.embed(paths(List.of(picture))).head());
        float[] white = LocalSpark.embedding(
                plain.withBackground(0xffffff).embed(paths(List.of(picture))).head());
        try (Clip clip = Clip.open(LocalSpark.model(), ClipOptions.defaults().withBackground(0xffffff))) {
            assertArrayEquals(clip.encodeImage(picture).normalized().toArray(), white, 0);
        }
        assertFalse(Arrays.equals(stored, white), "the picture has transparent pixels");
        assertThrows(IllegalArgumentException.class, () -> plain.withBackground(1 << 24));
    }

    @Test
    void givesBrokenPicturesAnErrorAndTheOthersTheirEmbedding() throws IOException {
        Path text = Files.writeString(folder.resolve("text.png"), "no picture");
        Path empty = Files.createFile(folder.resolve("empty.jpg"));
        Path missing = folder.resolve("missing.png");
        Path truncated = LocalSpark.picture("images/truncated.jpg");
        Path snail = LocalSpark.picture("pictograms/snail.png");
        List<Row> rows = new PictureEmbedder(model, Labels.NONE)
                .embed(paths(List.of(text, snail, empty, missing, truncated, folder, snail)))
                .collectAsList();
        assertError(rows.get(0), true, "expected a picture");
        assertError(rows.get(2), true, "empty");
        assertError(rows.get(3), false, "no such file");
        assertError(rows.get(4), true, "truncated");
        assertError(rows.get(5), false, "irectory");
        for (int i : List.of(1, 6)) {
            assertFalse(rows.get(i).isNullAt(rows.get(i).fieldIndex("embedding")));
        }
        assertEquals(7, rows.size());
    }

    @Test
    void givesRowsWithoutAPictureAnError() {
        List<Row> rows = new PictureEmbedder(model, Labels.of(List.of("snail"), 1))
                .embed(spark.createDataFrame(
                        List.of(RowFactory.create("a", null), RowFactory.create("b", new byte[0])), CONTENTS))
                .collectAsList();
        assertError(rows.get(0), true, "empty");
        assertError(rows.get(1), true, "empty");
        assertTrue(rows.get(0).isNullAt(rows.get(0).fieldIndex("labels")));
    }

    @Test
    void givesPathsThatAreNoneAnError() {
        List<Row> rows = new PictureEmbedder(model, Labels.NONE)
                .embed(spark.createDataFrame(
                        List.of(
                                RowFactory.create(""),
                                RowFactory.create("nosuchsystem://host/a.png"),
                                RowFactory.create("a\nb:c"),
                                RowFactory.create((String) null)),
                        PATHS))
                .collectAsList();
        rows.forEach(row -> assertError(row, false, ""));
    }

    @Test
    void classifiesAsTheClassifierDoes() throws IOException {
        List<String> names = List.of("snail", "cup of coffee", "cat", "banana");
        Labels labels = new Labels(names, List.of("a photo of a {}", "an icon of a {}"), 3);
        List<Row> rows = new PictureEmbedder(model, labels)
                .embed(paths(LocalSpark.readable()))
                .collectAsList();
        try (Clip clip = Clip.open(LocalSpark.model())) {
            ZeroShotClassifier classifier = labels.classifier(clip);
            for (int i = 0; i < rows.size(); i++) {
                List<Classification.Score> expected = classifier
                        .classify(ImageDecoder.standard()
                                .decode(LocalSpark.readable().get(i)))
                        .top(3);
                List<Row> found = rows.get(i).getList(rows.get(i).fieldIndex("labels"));
                assertEquals(
                        expected.stream()
                                .map(score -> RowFactory.create(score.label(), score.score()))
                                .toList(),
                        found);
            }
        }
    }

    @Test
    void opensAModelOncePerJvm() {
        SharedModels.closeIdle();
        new PictureEmbedder(model, Labels.NONE)
                .embed(paths(Collections.nCopies(8, LocalSpark.readable().getFirst()))
                        .repartition(8))
                .collectAsList();
        assertEquals(1, SharedModels.ofThisJvm().count());
        SharedModels.closeIdle();
        assertEquals(0, SharedModels.ofThisJvm().count());
    }

    @Test
    void refusesAModelOfAnotherHash() {
        String hash = "0".repeat(64);
        PlacedModel other =
                new PlacedModel(PlacedModel.Place.SHARED, LocalSpark.model().toString(), hash);
        assertUnusable(other, "expected SHA-256 " + hash + ", found ");
    }

    @Test
    void refusesAModelThatIsNotThere() {
        assertUnusable(
                new PlacedModel(
                        PlacedModel.Place.SHARED, folder.resolve("model").toString(), ""),
                "no such file");
    }

    @Test
    void refusesAModelThatIsNone() throws IOException {
        Path text = Files.writeString(folder.resolve("model"), "no model at all");
        assertUnusable(PlacedModel.shared(text), text.toString());
    }

    @Test
    void namesTheColumnThatIsMissingOrOfAnotherType() {
        PictureEmbedder embedder = new PictureEmbedder(model, Labels.NONE);
        assertEquals(
                "pictures: expected a column path, found id",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> embedder.embed(spark.range(1).toDF()))
                        .getMessage());
        assertEquals(
                "pictures: column content: expected binary, found string",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> embedder.embed(spark.sql("SELECT 'a' AS path, 'b' AS content")))
                        .getMessage());
    }

    private static void assertUnusable(PlacedModel file, String reason) {
        Dataset<Row> rows = new PictureEmbedder(file, Labels.NONE).embed(paths(LocalSpark.readable()));
        SparkException thrown = assertThrows(SparkException.class, rows::collectAsList);
        Throwable cause = thrown;
        while (!(cause instanceof UnusableModelException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        assertEquals(UnusableModelException.class, cause.getClass());
        assertTrue(cause.getMessage().contains(reason), cause.getMessage());
        assertEquals(1, cause.getMessage().lines().count());
    }

    private static void assertError(Row row, boolean hashed, String reason) {
        String error = row.getAs("error");
        assertTrue(error != null && error.contains(reason), "error: " + error);
        assertEquals(1, error.lines().count());
        assertTrue(row.isNullAt(row.fieldIndex("embedding")));
        assertEquals(hashed, !row.isNullAt(row.fieldIndex("hash")));
    }

    private static Dataset<Row> paths(List<Path> files) {
        // one partition keeps their order
        return spark.createDataFrame(
                        files.stream()
                                .map(file -> RowFactory.create(file.toString()))
                                .toList(),
                        PATHS)
                .coalesce(1);
    }
}
