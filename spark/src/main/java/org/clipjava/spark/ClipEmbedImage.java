package org.clipjava.spark;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.Seq;

/** {@code clip_embed_image(content)}. */
final class ClipEmbedImage extends ClipExpression {
    static final String NAME = "clip_embed_image";

    private static final long serialVersionUID = 1L;

    ClipEmbedImage(PlacedModel model, Seq<Expression> children) {
        super(NAME, model, children, ClipEmbedImage::new);
    }

    @Override
    List<AbstractDataType> argumentTypes() {
        return List.of(DataTypes.BinaryType);
    }

    @Override
    public DataType dataType() {
        return PictureEmbedder.embedding();
    }

    @Override
    Optional<?> value(SharedModels.Lease lease, List<Object> arguments) {
        return embedding(lease, (byte[]) arguments.getFirst())
                .map(point ->
                        UnsafeArrayData.fromPrimitiveArray(point.normalized().toArray()));
    }
}
