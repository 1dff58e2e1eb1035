package org.clipjava.config;

import java.util.Arrays;
import java.util.Objects;

/**
 * A text tower, part by part. Immutable and thread-safe; more parts may be added, each with a {@code with…} method and the value that
 * OpenAI's CLIP has.
 */
public final class TextConfig {
    private record Parts(
            TowerConfig tower,
            int contextLength,
            int vocabularySize,
            TextMask mask,
            TextPool pool,
            Projection projection) {}

    private final Parts parts;

    private TextConfig(Parts parts) {
        this.parts = parts;
    }

    /**
     * A tower as OpenAI's CLIP has it: under a causal mask, projected without a bias.
     *
     * @param contextLength C, the most tokens of a text, start and end included; at least 2
     * @param vocabularySize V
     * @param pool which states become the embedding
     * @throws IllegalArgumentException if a size is out of range; the message names it as the model file does
     */
    public static TextConfig of(TowerConfig tower, int contextLength, int vocabularySize, TextPool pool) {
        ConfigChecks.inRange("context_length", contextLength, 2, 1 << 16);
        ConfigChecks.inRange("vocabulary_size", vocabularySize, 1, 1 << 24);
        switch (pool) {
            case TextPool.FirstOf first -> ConfigChecks.inRange("end_token", first.token(), 0, vocabularySize - 1);
        }
        return new TextConfig(new Parts(
                Objects.requireNonNull(tower),
                contextLength,
                vocabularySize,
                TextMask.CAUSAL,
                pool,
                Projection.LINEAR));
    }

    /** The same with another projection. */
    public TextConfig withProjection(Projection projection) {
        return new TextConfig(
                new Parts(parts.tower, parts.contextLength, parts.vocabularySize, parts.mask, parts.pool, projection));
    }

    /** The transformer. */
    public TowerConfig tower() {
        return parts.tower;
    }

    /** C, the most tokens of a text. */
    public int contextLength() {
        return parts.contextLength;
    }

    /** V. */
    public int vocabularySize() {
        return parts.vocabularySize;
    }

    /** Which tokens see which. */
    public TextMask mask() {
        return parts.mask;
    }

    /** Which states become the embedding. */
    public TextPool pool() {
        return parts.pool;
    }

    /** How they become it. */
    public Projection projection() {
        return parts.projection;
    }

    /**
     * A text up to the token that it is pooled at: under the causal mask nothing behind can change what is pooled.
     *
     * @param ids none negative
     * @throws IllegalArgumentException if they are more than the context holds, one is outside the vocabulary, or none is the
     *     token to pool at
     */
    public int[] upToPooled(int[] ids) {
        if (ids.length > parts.contextLength) {
            throw new IllegalArgumentException(
                    "expected at most " + parts.contextLength + " tokens, found " + ids.length);
        }
        for (int id : ids) {
            if (id >= parts.vocabularySize) {
                throw new IllegalArgumentException(
                        "expected token ids below " + parts.vocabularySize + ", found " + id);
            }
        }
        return switch (parts.pool) {
            case TextPool.FirstOf first -> upToFirst(first.token(), ids);
        };
    }

    private static int[] upToFirst(int token, int[] ids) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == token) {
                return Arrays.copyOf(ids, i + 1);
            }
        }
        throw new IllegalArgumentException("expected an end token, " + token + ", to pool the text at");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TextConfig that && parts.equals(that.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    @Override
    public String toString() {
        return "TextConfig" + parts.toString().substring("Parts".length());
    }
}
