package org.clipjava.spark;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.Seq;

/** {@code clip_embed_text(text)}. */
final class ClipEmbedText extends ClipExpression {
    static final String NAME = "clip_embed_text";

    private static final long serialVersionUID = 1L;

    ClipEmbedText(PlacedModel model, Seq<Expression> children) {
        super(NAME, model, children, ClipEmbedText::new);
    }

    @Override
    List<AbstractDataType> argumentTypes() {
        return List.of(DataTypes.StringType);
    }

    @Override
    public DataType dataType() {
        return PictureEmbedder.embedding();
    }

    @Override
    Optional<?> value(SharedModels.Lease lease, List<Object> arguments) {
        return Optional.of(UnsafeArrayData.fromPrimitiveArray(
                lease.textEmbedding(arguments.getFirst().toString())));
    }
}
