package org.clipjava.spark;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * The folder that a job writes to. Each round has a folder of its own in it, {@code round=0} and so on, which Spark's commit
 * protocol completes with {@code _SUCCESS}; one without was broken off, and is deleted when the job is run again. What model and
 * labels the rows are of stands beside them: rows of two models can't be compared.
 */
final class EmbeddingOutput {
    /** Its file that tells what the rows are of. */
    static final String DESCRIPTION = "_clip.properties";

    static final String MODEL_SHA256 = "model.sha256";

    private static final String SUCCESS = "_SUCCESS";
    private static final Pattern ROUND = Pattern.compile("round=(\\d{1,9})");

    private final SparkSession spark;
    private final FileSystem files;
    private final Path folder;

    private EmbeddingOutput(SparkSession spark, FileSystem files, Path folder) {
        this.spark = spark;
        this.files = files;
        this.folder = folder;
    }

    /**
     * Opens an output, new or begun, and clears away what was broken off.
     *
     * @throws JobFailure if it was begun with another model, other labels, another background or other drafts, or
     *     holds something else
     */
    static EmbeddingOutput open(SparkSession spark, String location, PictureEmbedder embedder) throws IOException {
        Path folder = new Path(location);
        FileSystem files = folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
        EmbeddingOutput output = new EmbeddingOutput(spark, files, folder);
        Path description = new Path(folder, DESCRIPTION);
        boolean begun = files.exists(description);
        if (!begun && files.exists(folder) && files.listStatus(folder).length > 0) {
            throw JobFailure.usage(location + ": expected a new folder or one that an earlier run has begun, found a"
                    + " file or other things in it; name another output");
        }
        if (begun && output.committed()) {
            output.check(output.read(description), describe(embedder));
        } else {
            files.delete(description, false); // of a run that wrote no row
            output.write(description, describe(embedder));
        }
        for (Path round : output.rounds()) {
            if (!files.exists(new Path(round, SUCCESS))) {
                files.delete(round, true);
            }
        }
        return output;
    }

    private static Properties describe(PictureEmbedder embedder) {
        Properties properties = new Properties();
        properties.setProperty(MODEL_SHA256, embedder.model().sha256());
        properties.setProperty("labels", String.join("\n", embedder.labels().labels()));
        properties.setProperty("templates", String.join("\n", embedder.labels().templates()));
        properties.setProperty("top", Integer.toString(embedder.labels().top()));
        properties.setProperty(
                "background",
                embedder.background() == PictureEmbedder.AS_STORED ? "" : "#%06x".formatted(embedder.background()));
        properties.setProperty("draft", embedder.draft() ? "true" : "");
        return properties;
    }

    private Properties read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = new InputStreamReader(files.open(file), StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (IllegalArgumentException e) {
            throw JobFailure.usage(file + ": not what an earlier run has written: " + e.getMessage());
        }
        return properties;
    }

    private void write(Path file, Properties properties) throws IOException {
        Path pending = file.suffix(".tmp");
        try (Writer out = new OutputStreamWriter(files.create(pending, true), StandardCharsets.UTF_8)) {
            properties.store(out, "what the embeddings in this folder are of");
        }
        if (!files.rename(pending, file)) {
            throw new IOException(pending + " could not be renamed to " + file.getName());
        }
    }

    private void check(Properties found, Properties expected) {
        for (String key : List.of(MODEL_SHA256, "labels", "templates", "top", "background", "draft")) {
            String before = found.getProperty(key, "");
            String now = expected.getProperty(key);
            if (!before.equals(now)) {
                throw JobFailure.usage(folder + ": was begun with " + key + " " + shown(before) + ", and this run has "
                        + shown(now) + "; name another output");
            }
        }
    }

    private static String shown(String value) {
        return value.isEmpty() ? "(none)" : "'" + value.replace("\n", ", ") + "'";
    }

    private boolean committed() throws IOException {
        for (Path round : rounds()) {
            if (files.exists(new Path(round, SUCCESS))) {
                return true;
            }
        }
        return false;
    }

    private List<Path> rounds() throws IOException {
        return Arrays.stream(files.listStatus(folder))
                .map(FileStatus::getPath)
                .filter(path -> ROUND.matcher(path.getName()).matches())
                .toList();
    }

    /** The rows that are there; empty if there is no round yet. */
    Optional<Dataset<Row>> rows() throws IOException {
        return rounds().isEmpty()
                ? Optional.empty()
                : Optional.of(spark.read().parquet(folder.toString()).drop("round"));
    }

    /** Writes a round and commits it: all of its rows are there then, or none. */
    Written write(Dataset<Row> rows) throws IOException {
        int next = 0;
        for (Path round : rounds()) {
            Matcher name = ROUND.matcher(round.getName());
            if (name.matches()) {
                next = Math.max(next, Integer.parseInt(name.group(1)) + 1);
            }
        }
        Path round = new Path(folder, "round=" + next);
        rows.write()
                .mode(SaveMode.ErrorIfExists)
                .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "true")
                .parquet(round.toString());
        Dataset<Row> written = spark.read().parquet(round.toString());
        return new Written(
                written.count(),
                written.filter(written.col(PictureEmbedder.ERROR).isNotNull()).count());
    }

    /**
     * What a round has written.
     *
     * @param rows all of them
     * @param errors those without an embedding
     */
    record Written(long rows, long errors) {
        Written plus(Written other) {
            return new Written(rows + other.rows, errors + other.errors);
        }
    }
}
