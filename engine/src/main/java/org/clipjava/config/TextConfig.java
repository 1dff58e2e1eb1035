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
            OptionalInt masked,
            boolean lnPre,
            TextPool pool,
            Projection projection) {}

    private final Parts parts;

    private TextConfig(Parts parts) {
        this.parts = parts;
    }

    /**
     * A tower as OpenAI's CLIP has it: under a causal mask, without padding, without a LayerNorm before the first layer, projected
     * without a bias.
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
            case TextPool.Mean mean -> {}
        }
        return new TextConfig(new Parts(
                Objects.requireNonNull(tower),
                contextLength,
                vocabularySize,
                TextMask.CAUSAL,
                OptionalInt.empty(),
                OptionalInt.empty(),
                false,
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
                parts.masked,
                parts.lnPre,
                parts.pool,
                parts.projection));
    }

    /** The same under another mask. */
    public TextConfig withMask(TextMask mask) {
        return with(Objects.requireNonNull(mask), parts.padding, parts.masked, parts.lnPre, parts.projection);
    }

    /** The same with a LayerNorm before the first layer, or without. */
    public TextConfig withLnPre(boolean lnPre) {
        return with(parts.mask, parts.padding, parts.masked, lnPre, parts.projection);
    }

    /**
     * The same with a token that counts as if it were not there, wherever it stands in a text.
     *
     * @throws IllegalArgumentException if it is outside the vocabulary, or texts are pooled at it
     */
    public TextConfig withMaskedToken(int token) {
        ConfigChecks.inRange("masked_token", token, 0, parts.vocabularySize - 1);
        if (parts.pool.equals(new TextPool.FirstOf(token))) {
            throw new IllegalArgumentException("masked_token: expected another than the text is pooled at, " + token);
        }
        return with(parts.mask, parts.padding, OptionalInt.of(token), parts.lnPre, parts.projection);
    }

    /**
     * The same with texts that are filled up to C tokens, for a tower that sees all of them.
     *
     * @param token what they are filled up with
     * @throws IllegalArgumentException if it is outside the vocabulary
     */
    public TextConfig withPadding(int token) {
        ConfigChecks.inRange("padding_token", token, 0, parts.vocabularySize - 1);
        return with(parts.mask, OptionalInt.of(token), parts.masked, parts.lnPre, parts.projection);
    }

    /** The same with another projection. */
    public TextConfig withProjection(Projection projection) {
        return with(parts.mask, parts.padding, parts.masked, parts.lnPre, Objects.requireNonNull(projection));
    }

    private TextConfig with(
            TextMask mask, OptionalInt padding, OptionalInt masked, boolean lnPre, Projection projection) {
        return new TextConfig(new Parts(
                parts.tower,
                parts.contextLength,
                parts.vocabularySize,
                mask,
                padding,
                masked,
                lnPre,
                parts.pool,
                projection));
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

    /** The token that counts as if it were not there, if there is one. */
    public OptionalInt maskedToken() {
        return parts.masked;
    }

    /** Whether there is a LayerNorm before the first layer. */
    public boolean lnPre() {
        return parts.lnPre;
    }

    /** Whether there is a LayerNorm behind the last layer: where a layer does not end in one. */
    public boolean lnFinal() {
        return parts.tower.norm() == NormPlacement.BEFORE;
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
     * A text as far as the tower has to read it, without the token that is masked: under the causal mask up to the token that it is
     * pooled at, since nothing behind can change that; else all of it, padded.
     *
     * @param all none negative
     * @throws IllegalArgumentException if they are more than the context holds, one is outside the vocabulary, all are masked, or none
     *     is the token to pool at
     */
    public int[] upToPooled(int[] all) {
        int[] ids = withoutMasked(all);
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
     * Where a text is pooled; 0 where it is at all of its tokens.
     *
     * @param ids as {@link #upToPooled} returns them
     * @throws IllegalArgumentException if none is the token to pool at
     */
    public int pooledAt(int[] ids) {
        return switch (parts.pool) {
            case TextPool.FirstOf first -> firstOf(first.token(), ids);
            case TextPool.Last last -> ids.length - 1;
            case TextPool.Mean mean -> 0;
        };
    }

    private int[] withoutMasked(int[] all) {
        if (parts.masked.isEmpty()) {
            return all;
        }
        int masked = parts.masked.getAsInt();
        int[] ids = Arrays.stream(all).filter(id -> id != masked).toArray();
        if (ids.length == 0) {
            throw new IllegalArgumentException("expected a token that is not masked, found only " + masked);
        }
        return ids;
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
