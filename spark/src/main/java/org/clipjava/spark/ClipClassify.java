package org.clipjava.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.clipjava.Classification;
import scala.collection.immutable.Seq;

/** {@code clip_classify(content, labels[, k])}. */
final class ClipClassify extends ClipExpression {
    static final String NAME = "clip_classify";

    private static final long serialVersionUID = 1L;

    ClipClassify(PlacedModel model, Seq<Expression> children) {
        super(NAME, model, children, ClipClassify::new);
    }

    @Override
    List<AbstractDataType> argumentTypes() {
        List<AbstractDataType> types =
                List.of(DataTypes.BinaryType, DataTypes.createArrayType(DataTypes.StringType), DataTypes.IntegerType);
        return types.subList(0, children().size());
    }

    @Override
    public DataType dataType() {
        return PictureEmbedder.scores();
    }

    @Override
    Optional<?> value(SharedModels.Lease lease, List<Object> arguments) {
        Labels labels =
                labels((ArrayData) arguments.get(1), arguments.size() < 3 ? Integer.MAX_VALUE : (int) arguments.get(2));
        return embedding(lease, (byte[]) arguments.getFirst())
                .map(point -> scores(lease.classifier(labels).classify(point).top(labels.top())));
    }

    private static Labels labels(ArrayData array, int top) {
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < array.numElements(); i++) {
            if (array.isNullAt(i)) {
                throw new IllegalArgumentException(
                        NAME + ": label " + (i + 1) + " of " + array.numElements() + " is NULL");
            }
            labels.add(array.getUTF8String(i).toString());
        }
        if (labels.isEmpty()) {
            throw new IllegalArgumentException(NAME + ": expected at least one label, found an empty array");
        }
        try {
            return Labels.of(labels, top);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(NAME + ": " + e.getMessage(), e);
        }
    }

    private static ArrayData scores(List<Classification.Score> best) {
        return new GenericArrayData(best.stream()
                .map(score ->
                        new GenericInternalRow(new Object[] {UTF8String.fromString(score.label()), score.score()}))
                .toArray());
    }
}
