package org.clipjava.spark;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.clipjava.testdata.TestData;

/** A Spark of two cores in this JVM, and what all its tests embed with. */
final class LocalSpark {
    private LocalSpark() {}

    static SparkSession session() {
        return SparkSession.builder()
                .master("local[2]")
                .appName("test")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", "2")
                // queries of a dozen rows: planning them anew and compiling them takes longer than they do
                .config("spark.sql.adaptive.enabled", "false")
                .config("spark.sql.codegen.wholeStage", "false")
                .config("spark.sql.extensions", ClipExtensions.class.getName())
                .config(
                        "spark.sql.warehouse.dir",
                        Path.of("target/warehouse").toUri().toString())
                .getOrCreate();
    }

    /** The pictograms' model of clip.jar. */
    static Path model() {
        return TestData.builtInModel();
    }

    /** A picture of src-test-data. */
    static Path picture(String name) {
        return TestData.committed().path(name);
    }

    /** Pictures of several formats and sizes, none broken. */
    static List<Path> readable() {
        return List.of(
                picture("pictograms/snail.png"),
                picture("images/coffee_small_150x100.png"),
                picture("decoding/exif6.jpg"),
                picture("decoding/animated.gif"),
                picture("decoding/cmyk.jpg"));
    }

    /** The column of embeddings, [E] each. */
    static float[] embedding(Row row) {
        return floats(row.getList(row.fieldIndex(PictureEmbedder.EMBEDDING)));
    }

    static float[] floats(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }
}
