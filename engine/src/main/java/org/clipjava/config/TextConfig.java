package org.clipjava.config;

import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;

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
            OptionalInt padding,
            TextPool pool,
            Projection projection) {}

    private final Parts parts;

    private TextConfig(Parts parts) {
        this.parts = parts;
    }

    /**
     * A tower as OpenAI's CLIP has it: under a causal mask, without padding, projected without a bias.
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
            case TextPool.Last last -> {}
        }
        return new TextConfig(new Parts(
                Objects.requireNonNull(tower),
                contextLength,
                vocabularySize,
                TextMask.CAUSAL,
                OptionalInt.empty(),
                pool,
                Projection.LINEAR));
    }

    /** The same with another transformer. */
    public TextConfig withTower(TowerConfig tower) {
        return new TextConfig(new Parts(
                Objects.requireNonNull(tower),
                parts.contextLength,
                parts.vocabularySize,
                parts.mask,
                parts.padding,
                parts.pool,
                parts.projection));
    }

    /** The same under another mask. */
    public TextConfig withMask(TextMask mask) {
        return with(Objects.requireNonNull(mask), parts.padding, parts.projection);
    }

    /**
     * The same with texts that are filled up to C tokens, for a tower that sees all of them.
     *
     * @param token what they are filled up with
     * @throws IllegalArgumentException if it is outside the vocabulary
     */
    public TextConfig withPadding(int token) {
        ConfigChecks.inRange("padding_token", token, 0, parts.vocabularySize - 1);
        return with(parts.mask, OptionalInt.of(token), parts.projection);
    }

    /** The same with another projection. */
    public TextConfig withProjection(Projection projection) {
        return with(parts.mask, parts.padding, projection);
    }

    private TextConfig with(TextMask mask, OptionalInt padding, Projection projection) {
        return new TextConfig(new Parts(
                parts.tower, parts.contextLength, parts.vocabularySize, mask, padding, parts.pool, projection));
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

    /** What texts are filled up to C tokens with; empty where the tower runs each at its own length. */
    public OptionalInt padding() {
        return parts.padding;
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
     * A text as far as the tower has to read it: under the causal mask up to the token that it is pooled at, since nothing behind can
     * change that; else all of it, padded.
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
        if (parts.mask == TextMask.CAUSAL && parts.pool instanceof TextPool.FirstOf) {
            return Arrays.copyOf(ids, pooledAt(ids) + 1);
        }
        if (parts.padding.isEmpty()) {
            return ids;
        }
        int[] padded = Arrays.copyOf(ids, parts.contextLength);
        Arrays.fill(padded, ids.length, padded.length, parts.padding.getAsInt());
        return padded;
    }

    /**
     * Where a text is pooled.
     *
     * @param ids as {@link #upToPooled} returns them
     * @throws IllegalArgumentException if none is the token to pool at
     */
    public int pooledAt(int[] ids) {
        return switch (parts.pool) {
            case TextPool.FirstOf first -> firstOf(first.token(), ids);
            case TextPool.Last last -> ids.length - 1;
        };
    }

    private static int firstOf(int token, int[] ids) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == token) {
                return i;
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
