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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.clipjava.io.Sha256;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingJobTest {
    private static final RoundSize SMALL = new RoundSize(3, 6);

    private static SparkSession spark;
    private static PictureEmbedder embedder;

    @TempDir
    private Path folder;

    private Path pictures;
    private Path output;

    @BeforeAll
    static void startsSpark() throws IOException {
        spark = LocalSpark.session();
        embedder = new PictureEmbedder(PlacedModel.shared(LocalSpark.model()), Labels.NONE);
    }

    /** Ten pictures in two folders, two of them broken, and several the same. */
    @BeforeEach
    void copiesPictures() throws IOException {
        pictures = Files.createDirectories(folder.resolve("my pictures/below")).getParent();
        output = folder.resolve("embeddings");
        for (int i = 0; i < 8; i++) {
            Path source = LocalSpark.readable().get(i % LocalSpark.readable().size());
            Files.copy(source, pictures.resolve((i % 2 == 0 ? "" : "below/") + i + "% " + source.getFileName()));
        }
        for (int i = 0; i < 2; i++) {
            Files.writeString(pictures.resolve("broken" + i + ".jpg"), i == 0 ? "" : "no picture");
        }
    }

    @Test
    void writesARowForEachPictureOfAFolder() throws IOException {
        EmbeddingJob.Report report = run(files());
        assertEquals(new EmbeddingJob.Report(10, 2, false), report);
        Map<String, Row> rows = rows();
        assertEquals(10, rows.size());
        try (Stream<Path> files = Files.walk(pictures)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Row row = Optional.ofNullable(rows.get("file:" + file)).orElseThrow();
                assertEquals(Sha256.of(file), row.getAs("hash"));
                assertEquals(
                        file.getFileName().toString().startsWith("broken"), row.isNullAt(row.fieldIndex("embedding")));
            }
        }
    }

    @Tag("thorough")
    @Test
    void commitsInRoundsAndTasks() throws IOException {
        run(files());
        assertEquals(List.of("round=0", "round=1"), rounds());
        try (Stream<Path> files = Files.walk(output)) {
            // 10 pictures of 2 rounds, 3 a task
            assertTrue(
                    files.filter(file -> file.toString().endsWith(".parquet")).count() <= 4);
        }
    }

    @Tag("thorough")
    @Test
    void doesNothingTwice() throws IOException {
        run(files());
        Map<String, Row> before = rows();
        assertEquals(new EmbeddingJob.Report(0, 0, false), run(files()));
        assertEquals(before, rows());
        assertEquals(2, rounds().size());
    }

    @Tag("thorough")
    @Test
    void doesWhatIsNew() throws IOException {
        run(files());
        Files.copy(LocalSpark.readable().getFirst(), pictures.resolve("new.png"));
        assertEquals(new EmbeddingJob.Report(1, 0, false), run(files()));
        assertEquals(11, rows().size());
    }

    @Tag("thorough")
    @Test
    void doesARoundAgainThatWasBrokenOff() throws IOException {
        run(files());
        Map<String, Row> before = rows();
        // as a driver leaves it that is killed while its files are being moved: some are there, and so is what is not
        // moved yet
        Files.delete(output.resolve("round=1/_SUCCESS"));
        Files.createDirectories(output.resolve("round=1/_temporary/0/task_1"));
        long missing = spark.read().parquet(output + "/round=1").count();
        assertEquals(missing, run(files()).rows());
        assertEquals(before, rows());
        assertFalse(Files.exists(output.resolve("round=1/_temporary")));
    }

    @Test
    void takesAPathOnceThatATableNamesTwice() throws IOException {
        List<Row> paths = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            for (Path file : LocalSpark.readable()) {
                paths.add(RowFactory.create(file.toString()));
            }
        }
        paths.add(RowFactory.create(folder.resolve("missing.png").toString()));
        paths.add(RowFactory.create((String) null));
        Pictures table =
                new Pictures.Paths(spark.createDataFrame(paths, new StructType().add("path", DataTypes.StringType)));
        assertEquals(new EmbeddingJob.Report(6, 1, true), run(table));
        assertEquals(6, rows().size());
        assertEquals(new EmbeddingJob.Report(0, 0, true), run(table));
    }

    @Tag("thorough")
    @Test
    void takesPicturesFromATableAFewFilesAtATime() throws IOException {
        Path table = contents(3);
        run(files());
        Map<String, Row> fromFiles = rows();
        output = folder.resolve("of the table");
        EmbeddingJob.Report report = run(new Pictures.Contents(table.toString()));
        assertEquals(new EmbeddingJob.Report(10, 2, true), report);
        assertTrue(rounds().size() > 1, rounds().toString());
        for (Map.Entry<String, Row> row : rows().entrySet()) {
            assertEquals(
                    fromFiles.get("file:" + row.getKey()).getList(2),
                    row.getValue().getList(2));
        }
        assertEquals(new EmbeddingJob.Report(0, 0, true), run(new Pictures.Contents(table.toString())));
    }

    @Tag("thorough")
    @Test
    void refusesATableWithAPathTwice() throws IOException {
        Path table = contents(1);
        spark.read().parquet(table.toString()).limit(3).write().mode("append").parquet(table.toString());
        JobFailure thrown = assertThrows(JobFailure.class, () -> run(new Pictures.Contents(table.toString())));
        assertTrue(thrown.getMessage().contains("expected each path once, found "), thrown.getMessage());
    }

    @Tag("thorough")
    @Test
    void takesOverTheEmbeddingOfAFileThatWasMoved() throws IOException {
        run(files());
        Map<String, Row> before = rows();
        Path moved = pictures.resolveSibling("moved");
        Files.move(pictures, moved);
        Files.copy(LocalSpark.picture("pictograms/bird.png"), moved.resolve("new.png"));
        Pictures now = new Pictures.Files(List.of(moved.toString()));
        assertEquals(
                new EmbeddingJob.Report(11, 2, false),
                new EmbeddingJob(now, embedder, output.toString(), SMALL, true).run(spark));
        Map<String, Row> after = rows();
        assertEquals(21, after.size());
        before.forEach((path, row) -> {
            Row other = Optional.ofNullable(after.get(path.replace("/my pictures/", "/moved/")))
                    .orElseThrow();
            for (int i = 1; i < row.size(); i++) {
                assertEquals(row.get(i), other.get(i), path);
            }
        });
    }

    @Tag("thorough")
    @Test
    void embedsNothingThatItTakesOver() throws IOException {
        run(files());
        // all the same picture, and written over: who embeds it sees it
        spark.read()
                .parquet(output + "/round=0")
                .selectExpr("path", "hash", "transform(embedding, x -> 0F) AS embedding", "error")
                .write()
                .parquet(folder.resolve("zero").toString());
        Path zero = Files.createDirectories(folder.resolve("other"));
        Files.copy(output.resolve("_clip.properties"), zero.resolve("_clip.properties"));
        Files.move(folder.resolve("zero"), zero.resolve("round=0"));
        String path = spark.read()
                .parquet(zero.toString())
                .where("error IS NULL")
                .head()
                .getAs("path");
        Path copy = folder.resolve("copy.png");
        Files.copy(Path.of(path.replaceFirst("^file:", "")), copy);
        output = zero;
        new EmbeddingJob(new Pictures.Files(List.of(copy.toString())), embedder, output.toString(), SMALL, true)
                .run(spark);
        assertArrayEquals(
                new float[LocalSpark.embedding(rows().get("file:" + copy)).length],
                LocalSpark.embedding(rows().get("file:" + copy)));
    }

    @Test
    void refusesAnOutputOfAnotherModelOrOtherLabels() throws IOException {
        run(files());
        PictureEmbedder classifying = new PictureEmbedder(embedder.model(), Labels.of(List.of("cat", "dog"), 1));
        JobFailure thrown = assertThrows(
                JobFailure.class,
                () -> new EmbeddingJob(files(), classifying, output.toString(), SMALL, false).run(spark));
        assertEquals(
                output + ": was begun with labels (none), and this run has 'cat, dog'; name another output",
                thrown.getMessage());
    }

    @Test
    void refusesAnOutputOfWholePicturesForDrafts() throws IOException {
        run(files());
        JobFailure thrown = assertThrows(
                JobFailure.class,
                () -> new EmbeddingJob(files(), embedder.withDraft(true), output.toString(), SMALL, false).run(spark));
        assertEquals(
                output + ": was begun with draft (none), and this run has 'true'; name another output",
                thrown.getMessage());
    }

    @Test
    void refusesAFolderWithOtherThings() throws IOException {
        Files.writeString(Files.createDirectories(output).resolve("letter.txt"), "dear");
        JobFailure thrown = assertThrows(JobFailure.class, () -> run(files()));
        assertTrue(thrown.getMessage().startsWith(output + ": expected a new folder"), thrown.getMessage());
        assertTrue(Files.exists(output.resolve("letter.txt")));
    }

    private Pictures files() {
        return new Pictures.Files(List.of(pictures.toString()));
    }

    /** The pictures in a table of several files, and one row without a path. */
    private Path contents(int files) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (Stream<Path> all = Files.walk(pictures)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                rows.add(RowFactory.create(file.toString(), Files.readAllBytes(file)));
            }
        }
        rows.add(RowFactory.create(null, new byte[1]));
        Path table = folder.resolve("a table");
        spark.createDataFrame(
                        rows, new StructType().add("path", DataTypes.StringType).add("content", DataTypes.BinaryType))
                .repartition(files)
                .write()
                .parquet(table.toString());
        return table;
    }

    private EmbeddingJob.Report run(Pictures source) throws IOException {
        return new EmbeddingJob(source, embedder, output.toString(), SMALL, false).run(spark);
    }

    /** By path; fails if one has two rows. */
    private Map<String, Row> rows() {
        Map<String, Row> rows = new HashMap<>();
        for (Row row : spark.read().parquet(output.toString()).drop("round").collectAsList()) {
            assertEquals(Optional.empty(), Optional.ofNullable(rows.put(row.getString(0), row)));
        }
        return rows;
    }

    private List<String> rounds() throws IOException {
        try (Stream<Path> files = Files.list(output)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("round="))
                    .sorted()
                    .toList();
        }
    }
}
