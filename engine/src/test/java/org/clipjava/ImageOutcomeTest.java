package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clipjava.ImageOutcome.Encoded;
import org.clipjava.ImageOutcome.Unreadable;
import org.clipjava.ImagePipeline.Prepared;
import org.clipjava.image.PixelTensor;
import org.junit.jupiter.api.Test;

class ImageOutcomeTest {
    private final IOException broken = new IOException("broken");

    @Test
    void encodesTheReadableTogetherAndKeepsTheOrder() {
        List<List<PixelTensor>> asked = new ArrayList<>();
        List<PixelTensor> pixels = List.of(tensor(1), tensor(2), tensor(3));
        List<Prepared<ImageSource>> batch = List.of(
                new Prepared.Unreadable<>(source("a"), broken),
                new Prepared.Pixels<>(source("b"), pixels.get(0)),
                new Prepared.Pixels<>(source("c"), pixels.get(1)),
                new Prepared.Unreadable<>(source("d"), broken),
                new Prepared.Pixels<>(source("e"), pixels.get(2)));

        List<ImageOutcome<ImageSource>> encoded = ImageOutcome.ofBatch(batch, some -> {
            asked.add(some);
            return List.of(Embedding.of(1), Embedding.of(2), Embedding.of(3));
        });

        assertEquals(List.of(pixels), asked);
        assertEquals(
                List.of(
                        new Unreadable<>(source("a"), broken),
                        new Encoded<>(source("b"), Embedding.of(1)),
                        new Encoded<>(source("c"), Embedding.of(2)),
                        new Unreadable<>(source("d"), broken),
                        new Encoded<>(source("e"), Embedding.of(3))),
                encoded);
    }

    @Test
    void doesNotAskTheEncoderWhereNothingCanBeRead() {
        List<Prepared<ImageSource>> batch = List.of(new Prepared.Unreadable<>(source("a"), broken));
        assertEquals(List.of(new Unreadable<>(source("a"), broken)), ImageOutcome.ofBatch(batch, some -> {
            throw new AssertionError("asked");
        }));
        assertEquals(List.of(), ImageOutcome.<ImageSource>ofBatch(List.of(), some -> {
            throw new AssertionError("asked");
        }));
    }

    @Test
    void refusesAnEncoderThatLosesPictures() {
        List<Prepared<ImageSource>> batch =
                List.of(new Prepared.Pixels<>(source("a"), tensor(1)), new Prepared.Pixels<>(source("b"), tensor(2)));
        assertEquals(
                "expected 2 embeddings of as many pictures, found 1",
                assertThrows(
                                IllegalStateException.class,
                                () -> ImageOutcome.ofBatch(batch, some -> List.of(Embedding.of(1))))
                        .getMessage());
    }

    private static ImageSource source(String name) {
        return ImageSource.of(Path.of(name));
    }

    private static PixelTensor tensor(float value) {
        return PixelTensor.of(1, 1, new float[] {value, value, value});
    }
}
