package org.clipjava;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.clipjava.ImagePipeline.Prepared;
import org.clipjava.image.ImageFailure;
import org.clipjava.image.PixelTensor;

/**
 * What became of a picture that an {@link ImagePipeline} prepared: its embedding, or why it has none.
 *
 * <pre>{@code
 * for (var batch = pictures.nextFull(); !batch.isEmpty(); batch = pictures.nextFull()) {
 *     for (ImageOutcome<ImageSource> picture : ImageOutcome.ofBatch(batch, clip::encodePixels)) {
 *         switch (picture) {
 *             case ImageOutcome.Encoded<ImageSource> encoded -> ...
 *             case ImageOutcome.Unreadable<ImageSource> unreadable -> ...
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 *
 * @param <S> where pictures come from
 */
public sealed interface ImageOutcome<S extends ImageSource> {

    /** Where the picture comes from. */
    S source();

    /**
     * A picture that was encoded.
     *
     * @param embedding [E], not normalised
     */
    record Encoded<S extends ImageSource>(S source, Embedding embedding) implements ImageOutcome<S> {}

    /**
     * A picture that can't be read.
     *
     * @param cause its message may begin with the source's name
     */
    record Unreadable<S extends ImageSource>(S source, IOException cause) implements ImageOutcome<S> {
        /** Why it can't be read: one line, without the source's name. */
        public String reason() {
            return ImageFailure.reason(cause, source.name());
        }
    }

    /**
     * Encodes the pictures of a batch that can be read, all together, and gives every one's result.
     *
     * @param batch of {@link ImagePipeline#next} or {@link ImagePipeline#nextFull}
     * @param encoder as a rule {@link Clip#encodePixels}: [3, S, S] each to [E] each; not asked if no picture can be read
     * @return a result for each picture of the batch, in its order
     */
    static <S extends ImageSource> List<ImageOutcome<S>> ofBatch(
            List<Prepared<S>> batch, Function<List<PixelTensor>, List<Embedding>> encoder) {
        List<PixelTensor> pixels = new ArrayList<>();
        for (Prepared<S> picture : batch) {
            if (picture instanceof Prepared.Pixels<S> readable) {
                pixels.add(readable.tensor());
            }
        }
        List<Embedding> embeddings = pixels.isEmpty() ? List.of() : encoder.apply(pixels);
        if (embeddings.size() != pixels.size()) {
            throw new IllegalStateException(
                    "expected " + pixels.size() + " embeddings of as many pictures, found " + embeddings.size());
        }
        Iterator<Embedding> next = embeddings.iterator();
        List<ImageOutcome<S>> encoded = new ArrayList<>();
        for (Prepared<S> picture : batch) {
            encoded.add(
                    switch (picture) {
                        case Prepared.Pixels<S> readable -> new Encoded<>(readable.source(), next.next());
                        case Prepared.Unreadable<S> failure -> new Unreadable<>(failure.source(), failure.cause());
                    });
        }
        return List.copyOf(encoded);
    }
}
