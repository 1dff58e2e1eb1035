package org.clipjava.spark;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * From pictures to Parquet, with exactly one row for each path, however often the job is broken off and run again.
 *
 * <p>It works in rounds. A round leaves out what earlier ones, of this run or another, have committed, and is committed as a whole
 * by Spark's commit protocol. One job at a time may write to an output.
 *
 * @param pictures which
 * @param embedder the rows' columns are those of {@link PictureEmbedder#embed}
 * @param output a folder of any file system that Hadoop knows and that renames folders at once
 * @param size of tasks and rounds
 * @param reuse whether a picture whose hash is in the output already, under another path, takes over that embedding. All pictures
 *     are then read twice, so it pays where files were moved or many are the same.
 */
public record EmbeddingJob(Pictures pictures, PictureEmbedder embedder, String output, RoundSize size, boolean reuse) {

    /**
     * What a run has done.
     *
     * @param rows that it has written
     * @param errors among them
     * @param withoutPath whether rows of the table named no picture, and were left out
     */
    public record Report(long rows, long errors, boolean withoutPath) {}

    /**
     * Does what is not done yet. Where executors can't use the model, Spark's exception has an {@link UnusableModelException} for a
     * cause.
     */
    public Report run(SparkSession spark) throws IOException {
        EmbeddingOutput folder = EmbeddingOutput.open(spark, output, embedder);
        Optional<Dataset<Row>> before = folder.rows();
        UnaryOperator<Dataset<Row>> pending = all -> before.map(
                        rows -> all.join(rows.select(PictureEmbedder.PATH), column(PictureEmbedder.PATH), "left_anti"))
                .orElse(all);
        Pictures.Rounds rounds = pictures.rounds(spark, pending, size);
        try {
            EmbeddingOutput.Written written = new EmbeddingOutput.Written(0, 0);
            for (Dataset<Row> round : rounds.rounds()) {
                written = written.plus(write(round, folder));
            }
            return new Report(written.rows(), written.errors(), rounds.withoutPath());
        } finally {
            rounds.end();
        }
    }

    private EmbeddingOutput.Written write(Dataset<Row> round, EmbeddingOutput folder) throws IOException {
        Optional<Dataset<Row>> known = reuse ? folder.rows() : Optional.empty();
        if (known.isEmpty()) {
            return folder.write(embedder.embed(round));
        }
        Dataset<Row> hashed = embedder.hash(round).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            Dataset<Row> embeddings = known.get()
                    .where(col(PictureEmbedder.ERROR).isNull())
                    .drop(PictureEmbedder.PATH)
                    .dropDuplicates(PictureEmbedder.HASH);
            Column[] columns = Arrays.stream(embedder.schema().fieldNames())
                    .map(name -> col(name))
                    .toArray(Column[]::new);
            Dataset<Row> reused = hashed.join(embeddings, column(PictureEmbedder.HASH), "inner")
                    .select(columns);
            Dataset<Row> others = round.join(
                    hashed.join(embeddings.select(PictureEmbedder.HASH), column(PictureEmbedder.HASH), "left_semi")
                            .select(PictureEmbedder.PATH),
                    column(PictureEmbedder.PATH),
                    "left_anti");
            return folder.write(reused.union(embedder.embed(others)));
        } finally {
            hashed.unpersist();
        }
    }

    private static String[] column(String name) {
        return new String[] {name};
    }
}
