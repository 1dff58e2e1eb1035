package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class EmbeddingTest {
    @Test
    void normalisesToLengthOne() {
        assertEquals(Embedding.of(0.6f, -0.8f), Embedding.of(3, -4).normalized());
    }

    @Test
    void normalisesWhatASquareInFloatsWouldLose() {
        assertEquals(1, Embedding.of(1e-30f, 1e-30f).normalized().norm(), 1e-7);
        assertEquals(1, Embedding.of(1e30f, 1e30f).normalized().norm(), 1e-7);
    }

    @Test
    void hasNoDirectionWhereItHasNoLength() {
        assertThrows(NoDirectionException.class, () -> Embedding.of(0, 0).normalized());
        assertThrows(NoDirectionException.class, () -> Embedding.of(Float.NaN).normalized());
    }

    @Test
    void measuresTheCosine() {
        assertEquals(0.96, Embedding.of(3, 4).cosine(Embedding.of(40, 30)), 1e-12);
    }

    @Test
    void refusesADotProductAcrossDimensions() {
        assertThrows(IllegalArgumentException.class, () -> Embedding.of(1, 2).dot(Embedding.of(1)));
    }
}
