package org.clipjava.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.ExpectsInputTypes;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.AbstractDataType;
import org.clipjava.Embedding;
import org.clipjava.Tower;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A function of SQL that needs the model: NULL if an argument is, and never computed on the driver ahead of time, which may have no
 * model. Rows are evaluated one by one, as Spark has it for all expressions, on the task's own threads.
 */
abstract class ClipExpression extends Expression implements ExpectsInputTypes, CodegenFallback, Serializable {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final PlacedModel model;

    @SuppressWarnings("serial") // those that Spark makes can be serialized
    private final Seq<Expression> children;

    private final Constructor copy;

    /** Of the task that evaluates this, which is a copy made for it. */
    private transient Optional<HeldModel> held;

    /** A lease that ends with a task. */
    private record HeldModel(long taskAttempt, SharedModels.Lease lease) {}

    /** Makes a function; serializable, for it travels with the expression. */
    interface Constructor extends BiFunction<PlacedModel, Seq<Expression>, Expression>, Serializable {}

    ClipExpression(String name, PlacedModel model, Seq<Expression> children, Constructor copy) {
        this.name = name;
        this.model = model;
        this.children = children;
        this.copy = copy;
        this.held = Optional.empty();
    }

    /** The value for arguments of {@link #inputTypes}; empty if it has none. */
    abstract Optional<?> value(SharedModels.Lease lease, List<Object> arguments);

    abstract List<AbstractDataType> argumentTypes();

    @Override
    public final Seq<AbstractDataType> inputTypes() {
        return CollectionConverters.asScala(argumentTypes()).toSeq();
    }

    @Override
    public TypeCheckResult checkInputDataTypes() {
        // Java takes the superclass's, which accepts everything; Scala would take the trait's.
        return ExpectsInputTypes.super.checkInputDataTypes();
    }

    @Override
    public final ExprCode doGenCode(CodegenContext context, ExprCode code) {
        return CodegenFallback.super.doGenCode(context, code);
    }

    @Override
    public final Seq<Expression> children() {
        return children;
    }

    @Override
    public final Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
        return copy.apply(model, newChildren);
    }

    @Override
    public final boolean nullable() {
        return true;
    }

    @Override
    public final boolean foldable() {
        return false;
    }

    @Override
    public final String prettyName() {
        return name;
    }

    @Override
    public final @Nullable Object eval(InternalRow input) {
        List<Object> arguments = new java.util.ArrayList<>();
        for (Expression child : CollectionConverters.asJava(children)) {
            Object argument = child.eval(input);
            if (argument == null) {
                return null; // SQL's NULL
            }
            arguments.add(argument);
        }
        return withModel(lease -> value(lease, arguments)).orElse(null);
    }

    private Optional<?> withModel(Function<SharedModels.Lease, Optional<?>> use) {
        TaskContext task = TaskContext.get();
        if (task == null) {
            // Spark evaluates on the driver what comes of no table.
            try (SharedModels.Lease lease = lease(1)) {
                return use.apply(lease);
            }
        }
        if (held == null
                || held.filter(known -> known.taskAttempt() == task.taskAttemptId())
                        .isEmpty()) {
            SharedModels.Lease lease = lease(task.cpus());
            task.addTaskCompletionListener(ended -> {
                lease.close();
            });
            held = Optional.of(new HeldModel(task.taskAttemptId(), lease));
        }
        return use.apply(held.orElseThrow().lease());
    }

    private SharedModels.Lease lease(int threads) {
        return SharedModels.ofThisJvm().lease(model, ClipExtensions.towers(), threads);
    }

    /** The embedding of an encoded picture, as the projection gives it; empty if it is broken. */
    static Optional<Embedding> embedding(SharedModels.Lease lease, byte[] encoded) {
        lease.require(Tower.IMAGE);
        try {
            PixelTensor pixels = ImageDecoder.standard()
                    .decodePixels(encoded, "picture", lease.clip().preprocessor(), Runnable::run);
            return Optional.of(lease.clip().encodePixels(pixels)).filter(point -> point.norm() > 0);
        } catch (IOException e) {
            System.getLogger(ClipExpression.class.getName())
                    .log(System.Logger.Level.DEBUG, "NULL for a broken picture", e);
            return Optional.empty();
        }
    }

    // What follows, Scala writes for a case class by itself.

    @Override
    public final int productArity() {
        return 2;
    }

    @Override
    public final Object productElement(int n) {
        return switch (n) {
            case 0 -> children;
            case 1 -> model.location();
            default -> throw new IndexOutOfBoundsException(n);
        };
    }

    @Override
    public final boolean canEqual(@Nullable Object other) {
        return other != null && other.getClass() == getClass();
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof ClipExpression that
                && canEqual(other)
                && model.equals(that.model)
                && children.equals(that.children);
    }

    @Override
    public final int hashCode() {
        return Objects.hash(name, model, children);
    }
}
