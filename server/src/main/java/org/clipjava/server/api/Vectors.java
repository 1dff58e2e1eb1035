package org.clipjava.server.api;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import org.clipjava.Embedding;
import org.clipjava.server.work.ServedModel;

/** How vectors are written. */
final class Vectors {
    private Vectors() {}

    /** The first components, scaled to length 1 again. */
    static Embedding shortened(Embedding unit, int dimensions) {
        return dimensions == unit.dimension() ? unit : first(unit, dimensions).normalized();
    }

    /** The first components. */
    static Embedding first(Embedding embedding, int dimensions) {
        return dimensions == embedding.dimension()
                ? embedding
                : Embedding.of(Arrays.copyOf(embedding.toArray(), dimensions));
    }

    /** E. */
    static int dimension(ServedModel model) {
        return model.clip().config().embedDim();
    }

    /** As numbers, each the shortest text that reads back to the same float. */
    static void write(JsonWriter json, Embedding embedding) throws IOException {
        json.beginArray();
        for (float value : embedding.toArray()) {
            json.value(value);
        }
        json.endArray();
    }

    /** Little-endian float32, in base64. */
    static String base64(Embedding embedding) {
        float[] values = embedding.toArray();
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
