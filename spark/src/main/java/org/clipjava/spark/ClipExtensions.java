package org.clipjava.spark;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.errors.QueryCompilationErrors;
import org.apache.spark.sql.internal.SQLConf;
import org.clipjava.Tower;
import scala.Function1;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Functions of SQL: {@code spark.sql.extensions=org.clipjava.spark.ClipExtensions}.
 *
 * <ul>
 *   <li>{@code clip_embed_image(content)}: array of E floats of length 1; NULL for a picture that is broken
 *   <li>{@code clip_embed_text(text)}: likewise, of the text as it is
 *   <li>{@code clip_classify(content, labels[, k])}: the k best labels, or all, as an array of {@code label} and {@code score}, the
 *       best first; NULL for a picture that is broken
 *   <li>{@code clip_nearest(embeddings, queries, k)}: a table, {@link EmbeddingSearch#nearest}, of the names of two tables; the second
 *       has columns {@code query} (or {@code path}) and {@code embedding}. Needs no model.
 * </ul>
 *
 * <p>Each is NULL where an argument is. The model is that of {@code spark.clip.model}: a path that all machines see, or the bare
 * name of a file that {@code --files} has sent. Where {@code spark.clip.model.sha256} is set, executors check it.
 */
public final class ClipExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
    /** The model of the functions. */
    public static final String MODEL = "spark.clip.model";

    /** What the model's file must hash to, 64 hexadecimal digits. */
    public static final String MODEL_SHA256 = "spark.clip.model.sha256";

    /** For Spark, which makes one by its class's name. */
    public ClipExtensions() {}

    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
        inject(
                extensions,
                new Description(
                        ClipEmbedImage.NAME,
                        "_FUNC_(content) - The CLIP embedding of a picture, of length 1.",
                        Set.of(1)),
                ClipEmbedImage.class,
                ClipEmbedImage::new);
        inject(
                extensions,
                new Description(
                        ClipEmbedText.NAME, "_FUNC_(text) - The CLIP embedding of a text, of length 1.", Set.of(1)),
                ClipEmbedText.class,
                ClipEmbedText::new);
        inject(
                extensions,
                new Description(
                        ClipClassify.NAME,
                        "_FUNC_(content, labels[, k]) - The k labels that fit a picture best, with their scores.",
                        Set.of(2, 3)),
                ClipClassify.class,
                ClipClassify::new);
        injectTable(extensions);
        return BoxedUnit.UNIT;
    }

    private static void injectTable(SparkSessionExtensions extensions) {
        Function1<Seq<Expression>, LogicalPlan> builder = SearchTable::plan;
        ExpressionInfo info = new ExpressionInfo(
                SearchTable.class.getName(),
                "",
                SearchTable.NAME,
                "_FUNC_(embeddings, queries, k) - The k rows of a table that are nearest to each query of another.",
                "",
                "",
                "",
                "table_funcs",
                "4.2.0",
                "",
                "scala_udf");
        extensions.injectTableFunction(new Tuple3<>(new FunctionIdentifier(SearchTable.NAME), info, builder));
    }

    /** What DESCRIBE FUNCTION shows, and how many arguments it takes. */
    private record Description(String name, String usage, Set<Integer> arguments) {}

    private static void inject(
            SparkSessionExtensions extensions,
            Description function,
            Class<? extends ClipExpression> type,
            BiFunction<PlacedModel, Seq<Expression>, Expression> make) {
        Function1<Seq<Expression>, Expression> builder = arguments -> {
            if (!function.arguments().contains(arguments.size())) {
                throw wrongNumber(function, arguments.size());
            }
            return make.apply(model(), arguments);
        };
        ExpressionInfo info = new ExpressionInfo(
                type.getName(),
                "",
                function.name(),
                function.usage(),
                "",
                "",
                "",
                "misc_funcs",
                "4.2.0",
                "",
                "scala_udf");
        extensions.injectFunction(new Tuple3<>(new FunctionIdentifier(function.name()), info, builder));
    }

    private static RuntimeException wrongNumber(Description function, int found) {
        List<Object> expected =
                List.copyOf(function.arguments().stream().sorted().toList());
        Throwable error = QueryCompilationErrors.wrongNumArgsError(
                function.name(),
                CollectionConverters.asScala(expected).toSeq(),
                found,
                QueryCompilationErrors.wrongNumArgsError$default$4(),
                QueryCompilationErrors.wrongNumArgsError$default$5(),
                QueryCompilationErrors.wrongNumArgsError$default$6());
        return ClipExtensions.<RuntimeException>unchecked(error);
    }

    /** Spark's analysis throws, and expects, a checked exception that its Scala signatures do not name. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException unchecked(Throwable error) throws E {
        throw (E) error;
    }

    private static PlacedModel model() {
        SQLConf conf = SQLConf.get();
        String name = conf.getConfString(MODEL, "");
        if (name.isBlank()) {
            throw new IllegalArgumentException(MODEL
                    + " is not set; expected a model file that all machines see, or the name of one sent with --files");
        }
        return PlacedModel.named(name, conf.getConfString(MODEL_SHA256, ""));
    }

    /** Both, so that all functions of a query share one open model. */
    static Set<Tower> towers() {
        return Set.copyOf(Arrays.asList(Tower.values()));
    }
}
