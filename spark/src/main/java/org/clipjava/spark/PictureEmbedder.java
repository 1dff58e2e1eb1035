package org.clipjava.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.clipjava.Tower;
import org.clipjava.image.ImageDecoder;

/**
 * Makes of each picture of a {@code Dataset} a row with its embedding, or with an error.
 *
 * <pre>{@code
 * PictureEmbedder embedder = new PictureEmbedder(PlacedModel.send(spark, model), Labels.of(List.of("cat", "dog"), 1));
 * Dataset<Row> embedded = embedder.embed(spark.read().format("binaryFile").load("hdfs:///photos/*.jpg"));
 * }</pre>
 *
 * <p>Rows come out in the order in which they went in, in the same partitions. A task uses as many threads as {@code spark.task.cpus} says.
 *
 * @param model what to embed with
 * @param labels what to classify by, or {@link Labels#NONE}
 * @param background what is seen through transparent pixels, 0xRRGGBB; {@link #AS_STORED} for the colours that are stored
 * @param draft whether large JPEGs are decoded smaller, as {@link org.clipjava.ClipOptions#withDraft} says
 */
public record PictureEmbedder(PlacedModel model, Labels labels, int background, boolean draft) implements Serializable {
    /** No background: transparent pixels have the colour that is stored, however transparent they are. */
    public static final int AS_STORED = -1;

    /**
     * Checks the background.
     *
     * @throws IllegalArgumentException if it is no colour
     */
    public PictureEmbedder {
        if (background != AS_STORED) {
            Objects.requireNonNull(ImageDecoder.onBackground(background)); // refuses what is no colour
        }
    }

    /** The colours that are stored. */
    public PictureEmbedder(PlacedModel model, Labels labels) {
        this(model, labels, AS_STORED);
    }

    /** Without drafts. */
    public PictureEmbedder(PlacedModel model, Labels labels, int background) {
        this(model, labels, background, false);
    }

    /**
     * The same with transparent pictures laid over a colour.
     *
     * @param color 0xRRGGBB
     * @throws IllegalArgumentException if it has other bits
     */
    public PictureEmbedder withBackground(int color) {
        return new PictureEmbedder(model, labels, color, draft);
    }

    /** The same with large JPEGs decoded smaller, sooner and with slightly other embeddings, or not. */
    public PictureEmbedder withDraft(boolean wanted) {
        return new PictureEmbedder(model, labels, background, wanted);
    }

    ImageDecoder decoder() {
        ImageDecoder whole = background == AS_STORED ? ImageDecoder.standard() : ImageDecoder.onBackground(background);
        return draft ? whole.drafting() : whole;
    }

    /** Of the picture: what a table of pictures is asked for, and gives back. */
    public static final String PATH = "path";

    /** The encoded picture, binary. */
    public static final String CONTENT = "content";

    /** SHA-256 of the encoded picture, in lower-case hexadecimal; null if it can't be read. */
    public static final String HASH = "hash";

    /** E floats of length 1, as {@code clip embed} writes them; null if there is an error. */
    public static final String EMBEDDING = "embedding";

    /** Why there is no embedding, in one line; null if there is one. */
    public static final String ERROR = "error";

    /** The best labels with their scores, the best first; null if there is an error, no column if there are no labels. */
    public static final String LABELS = "labels";

    static final String LABEL = "label";
    static final String SCORE = "score";

    /** An array of {@code label} and {@code score}, its share of the softmax. */
    static DataType scores() {
        return DataTypes.createArrayType(
                DataTypes.createStructType(new StructField[] {
                    DataTypes.createStructField(LABEL, DataTypes.StringType, false),
                    DataTypes.createStructField(SCORE, DataTypes.FloatType, false)
                }),
                false);
    }

    static DataType embedding() {
        return DataTypes.createArrayType(DataTypes.FloatType, false);
    }

    /** The columns of {@link #embed}'s rows. */
    public StructType schema() {
        StructType schema = new StructType()
                .add(PATH, DataTypes.StringType, true)
                .add(HASH, DataTypes.StringType, true)
                .add(EMBEDDING, embedding(), true)
                .add(ERROR, DataTypes.StringType, true);
        return labels.isEmpty() ? schema : schema.add(LABELS, scores(), true);
    }

    Set<Tower> towers() {
        return labels.isEmpty() ? Set.of(Tower.IMAGE) : Set.of(Tower.values());
    }

    /**
     * Embeds pictures.
     *
     * @param pictures with a column {@code path}; the picture is in a binary column {@code content}, or if there is none in the file
     *     of that path. Other columns are dropped.
     * @return {@code path}, {@code hash}, {@code embedding}, {@code error}, and {@code labels} if there are any; a row for each
     */
    public Dataset<Row> embed(Dataset<Row> pictures) {
        List<String> columns = Arrays.asList(pictures.columns());
        if (!columns.contains(PATH)) {
            throw new IllegalArgumentException(
                    "pictures: expected a column " + PATH + ", found " + String.join(", ", columns));
        }
        boolean haveContent = columns.contains(CONTENT);
        if (haveContent && !pictures.schema().apply(CONTENT).dataType().equals(DataTypes.BinaryType)) {
            throw new IllegalArgumentException("pictures: column " + CONTENT + ": expected binary, found "
                    + pictures.schema().apply(CONTENT).dataType().simpleString());
        }
        Dataset<Row> needed = haveContent ? pictures.select(PATH, CONTENT) : pictures.select(PATH);
        Broadcast<SerializableConfiguration> files =
                SerializableConfiguration.broadcast(pictures.sparkSession().sparkContext());
        MapPartitionsFunction<Row, Row> embed =
                rows -> EmbeddedRows.of(this, rows, haveContent, files.value().value(), TaskContext.get());
        return needed.mapPartitions(embed, Encoders.row(schema()));
    }

    /** Hashes pictures: {@code path} and {@code hash}, which is null for those that can't be read. */
    Dataset<Row> hash(Dataset<Row> pictures) {
        if (List.of(pictures.columns()).contains(CONTENT)) {
            return pictures.select(
                    functions.col(PATH),
                    functions.sha2(functions.col(CONTENT), 256).as(HASH));
        }
        Broadcast<SerializableConfiguration> files =
                SerializableConfiguration.broadcast(pictures.sparkSession().sparkContext());
        MapFunction<Row, Row> hash = row -> RowFactory.create(
                row.getString(0),
                Picture.hash(row.getString(0), files.value().value()).orElse(null));
        return pictures.select(PATH)
                .map(
                        hash,
                        Encoders.row(new StructType()
                                .add(PATH, DataTypes.StringType, true)
                                .add(HASH, DataTypes.StringType, true)));
    }
}
