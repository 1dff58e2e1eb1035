package org.clipjava.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.clipjava.Classification;
import org.clipjava.Clip;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.image.ImageDecoder;
import org.clipjava.io.Sha256;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ClipExtensionsTest {
    private static SparkSession spark;
    private static Clip clip;

    @BeforeAll
    static void startsSpark() throws IOException {
        spark = LocalSpark.session();
        clip = Clip.open(LocalSpark.model());
        List<Row> rows = new ArrayList<>();
        for (Path file : LocalSpark.readable()) {
            rows.add(RowFactory.create(file.toString(), Files.readAllBytes(file)));
        }
        rows.add(RowFactory.create("broken", Files.readAllBytes(LocalSpark.picture("images/truncated.jpg"))));
        rows.add(RowFactory.create("none", null));
        spark.createDataFrame(
                        rows, new StructType().add("path", DataTypes.StringType).add("content", DataTypes.BinaryType))
                .repartition(3)
                .createOrReplaceTempView("pictures");
    }

    @AfterAll
    static void closesTheModel() {
        clip.close();
    }

    @BeforeEach
    void namesTheModel() throws IOException {
        spark.conf().set("spark.clip.model", LocalSpark.model().toString());
        spark.conf().set("spark.clip.model.sha256", Sha256.of(LocalSpark.model()));
    }

    @Test
    void embedsEachPictureOfAQuery() throws IOException {
        assertEmbedsEachPicture();
    }

    private static void assertEmbedsEachPicture() throws IOException {
        List<Row> rows = spark.sql("SELECT path, clip_embed_image(content) AS embedding FROM pictures")
                .collectAsList();
        assertEquals(LocalSpark.readable().size() + 2, rows.size());
        for (Row row : rows) {
            if (Files.exists(Path.of(row.getString(0)))) {
                assertArrayEquals(expected(Path.of(row.getString(0))), LocalSpark.embedding(row), 0);
            } else {
                assertTrue(row.isNullAt(1), row.getString(0));
            }
        }
    }

    @Tag("thorough")
    @Test
    void givesTheSameInGeneratedCode() throws IOException {
        spark.conf().set("spark.sql.codegen.wholeStage", "true");
        try {
            assertEmbedsEachPicture();
        } finally {
            spark.conf().set("spark.sql.codegen.wholeStage", "false");
        }
    }

    @Test
    void embedsTextsAsTheyAre() {
        float[] expected = clip.encodeText("a snail").normalized().toArray();
        assertArrayEquals(
                expected,
                LocalSpark.embedding(spark.sql("SELECT clip_embed_text('a snail') AS embedding")
                        .head()),
                0);
        // from rows, with the same text several times
        List<Row> rows = spark.range(4)
                .selectExpr("clip_embed_text(if(id = 2, 'a cat', 'a snail')) AS embedding")
                .collectAsList();
        assertArrayEquals(expected, LocalSpark.embedding(rows.get(3)), 0);
        assertArrayEquals(clip.encodeText("a cat").normalized().toArray(), LocalSpark.embedding(rows.get(2)), 0);
    }

    @Test
    void classifiesByTheLabelsOfARow() throws IOException {
        List<Row> rows = spark.sql("""
            SELECT path, clip_classify(content, array('cat', 'snail', 'cup of coffee'), 2) AS best,
                clip_classify(content, array('cat', 'snail')) AS all FROM pictures\
            """).collectAsList();
        ZeroShotClassifier three = ZeroShotClassifier.of(clip, List.of("cat", "snail", "cup of coffee"));
        for (Row row : rows) {
            Path file = Path.of(row.getString(0));
            if (!Files.exists(file)) {
                assertTrue(row.isNullAt(1) && row.isNullAt(2));
                continue;
            }
            List<Classification.Score> expected =
                    three.classify(ImageDecoder.standard().decode(file)).top(2);
            List<Row> best = row.getList(1);
            assertEquals(2, best.size());
            for (int i = 0; i < 2; i++) {
                assertEquals(expected.get(i).label(), best.get(i).getString(0));
                assertEquals(expected.get(i).score(), best.get(i).getFloat(1));
            }
            assertEquals(2, row.getList(2).size());
        }
    }

    @Test
    void isNullWhereAnArgumentIs() {
        Row row = spark.sql("""
            SELECT clip_embed_image(NULL), clip_embed_text(NULL), clip_classify(NULL, array('a')),
                clip_classify(X'00', NULL), clip_classify(X'00', array('a'), NULL)\
            """).head();
        for (int i = 0; i < row.size(); i++) {
            assertNull(row.get(i));
        }
    }

    @Test
    void findsPicturesByAText() {
        Row best = spark.sql("""
            SELECT path FROM pictures ORDER BY aggregate(
                zip_with(clip_embed_image(content), clip_embed_text('a picture of a snail'), (x, y) -> CAST(x * y AS DOUBLE)),
                0D, (sum, x) -> sum + x) DESC NULLS LAST LIMIT 1\
            """).head();
        assertTrue(best.getString(0).endsWith("snail.png"), best.getString(0));
    }

    @Test
    void refusesArgumentsOfAnotherTypeOrNumber() {
        for (String call : List.of(
                "clip_embed_image('a.png')",
                "clip_embed_image(1)",
                "clip_embed_text(X'00')",
                "clip_classify(X'00', 'cat')",
                "clip_classify(X'00', array(1))",
                "clip_classify(X'00', array('cat'), 'one')")) {
            AnalysisException thrown = assertThrows(AnalysisException.class, () -> spark.sql("SELECT " + call), call);
            assertEquals("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", thrown.getCondition(), call);
        }
        for (String call : List.of("clip_embed_image()", "clip_embed_text('a', 'b')", "clip_classify(X'00')")) {
            AnalysisException thrown = assertThrows(AnalysisException.class, () -> spark.sql("SELECT " + call), call);
            assertTrue(thrown.getCondition().startsWith("WRONG_NUM_ARGS"), thrown.getMessage());
        }
    }

    @Test
    void saysWhatIsWrongWithLabels() {
        for (List<String> pair : List.of(
                List.of("array('cat', NULL)", "label 2 of 2 is NULL"),
                List.of("array('cat', 'cat')", "the label 'cat' is there twice"),
                List.of("CAST(array() AS array<string>)", "found an empty array"),
                List.of("array('cat'), 0", "found top 0"))) {
            Exception thrown = assertThrows(
                    Exception.class,
                    () -> spark.sql("SELECT clip_classify(X'00', " + pair.getFirst() + ")")
                            .collectAsList());
            assertTrue(messages(thrown).contains("clip_classify: "), messages(thrown));
            assertTrue(messages(thrown).contains(pair.get(1)), messages(thrown));
        }
    }

    @Test
    void saysThatNoModelIsNamed() {
        spark.conf().unset("spark.clip.model");
        Exception thrown = assertThrows(Exception.class, () -> spark.sql("SELECT clip_embed_text('a')"));
        assertTrue(messages(thrown).contains("spark.clip.model is not set"), messages(thrown));
    }

    @Test
    void checksTheModelsHash() {
        spark.conf().set("spark.clip.model.sha256", "f".repeat(64));
        Exception thrown = assertThrows(
                Exception.class,
                () -> spark.sql("SELECT clip_embed_image(content) FROM pictures")
                        .collectAsList());
        assertTrue(messages(thrown).contains("expected SHA-256 ffff"), messages(thrown));
    }

    @Test
    void describesItsFunctions() {
        List<String> lines = spark.sql("DESCRIBE FUNCTION clip_classify").collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
        assertTrue(lines.toString().contains("The k labels that fit a picture best"), lines.toString());
        assertEquals(
                "clip_embed_image(content)",
                Arrays.asList(spark.sql("SELECT clip_embed_image(content) FROM pictures")
                                .columns())
                        .getFirst());
    }

    private static float[] expected(Path file) throws IOException {
        return clip.encodeImage(ImageDecoder.standard().decode(file))
                .normalized()
                .toArray();
    }

    private static String messages(Throwable thrown) {
        StringBuilder messages = new StringBuilder();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            messages.append(cause.getMessage()).append('\n');
        }
        return messages.toString();
    }
}
