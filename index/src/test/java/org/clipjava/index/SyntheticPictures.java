package org.clipjava.index;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.clipjava.Embedding;

/** Pictures that are nowhere but in an index; their embeddings lie in clusters, as those of real pictures do. */
final class SyntheticPictures {
    private static final int IN_A_CLUSTER = 50;
    private static final double SPREAD = 0.6;

    private final int dimension;

    SyntheticPictures(int dimension) {
        this.dimension = dimension;
    }

    /** The embedding of a number, always the same. */
    Embedding embedding(int number) {
        Random centre = new Random(number / IN_A_CLUSTER * 7919L + 1);
        Random own = new Random(number * 104_729L + 2);
        float[] values = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            values[i] = (float) (centre.nextGaussian() + SPREAD * own.nextGaussian());
        }
        return Embedding.of(values);
    }

    NewPicture picture(int number, long bytes) {
        Path file = Path.of("/synthetic/" + number + ".jpg");
        IndexedPicture picture = new IndexedPicture(
                PictureId.of(file),
                new FileStamp(file, bytes, number),
                "content " + number,
                40,
                30,
                number,
                Shot.UNKNOWN,
                List.of());
        return new NewPicture(picture, embedding(number), new byte[] {(byte) number});
    }
}
