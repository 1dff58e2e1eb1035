package org.clipjava.config;

import java.util.Optional;

/**
 * An image tower, part by part. Immutable and thread-safe; more parts may be added, each with a {@code with…} method and the value
 * that OpenAI's CLIP has.
 */
public final class VisionConfig {
    private record Parts(
            TowerConfig tower,
            int imageSize,
            int patchSize,
            Optional<PositionFilter> anyShape,
            Optional<PatchStem> stem,
            boolean patchBias,
            boolean classToken,
            boolean lnPre,
            Optional<RotaryPositions> rotary,
            ImagePool pool,
            Projection projection) {}

    private final Parts parts;

    private VisionConfig(Parts parts) {
        this.parts = parts;
    }

    /**
     * A tower as OpenAI's CLIP has it: a class token before the patches, a LayerNorm before the first layer, pooled at the class
     * token, projected without a bias.
     *
     * @param imageSize S, side of the square picture, in pixels
     * @param patchSize P, side of a patch, in pixels; no larger than S
     * @throws IllegalArgumentException if a size is out of range; the message names it as the model file does; or if its LayerNorms
     *     stand behind
     */
    public static VisionConfig of(TowerConfig tower, int imageSize, int patchSize) {
        ConfigChecks.inRange("image_size", imageSize, 1, 1 << 13);
        ConfigChecks.inRange("patch_size", patchSize, 1, imageSize);
        return new VisionConfig(new Parts(
                checked(tower),
                imageSize,
                patchSize,
                Optional.empty(),
                Optional.empty(),
                false,
                true,
                true,
                Optional.empty(),
                new ImagePool.ClassToken(),
                Projection.LINEAR));
    }

    /**
     * The same with another transformer.
     *
     * @throws IllegalArgumentException if the pool's heads do not share its width, its LayerNorms stand behind, or its heads have no pairs
     *     to turn
     */
    public VisionConfig withTower(TowerConfig tower) {
        if (parts.rotary.isPresent()) {
            checkTurned(tower);
        }
        return with(checked(tower), parts.anyShape, parts.stem, parts.rotary).withPool(parts.pool, parts.classToken);
    }

    /**
     * The same for pictures of any shape and of whole patches, with positions that are interpolated bilinearly, or for squares of S
     * pixels alone.
     *
     * @throws IllegalArgumentException if positions are turns, which are those of one size, or S is no multiple of P
     */
    public VisionConfig withAnyShape(boolean anyShape) {
        return anyShape
                ? withAnyShape(PositionFilter.BILINEAR)
                : with(parts.tower, Optional.empty(), parts.stem, parts.rotary);
    }

    /**
     * The same for pictures of any shape and of whole patches.
     *
     * @param positions how they are interpolated
     * @throws IllegalArgumentException if positions are turns, which are those of one size, or S is no multiple of P
     */
    public VisionConfig withAnyShape(PositionFilter positions) {
        if (parts.rotary.isPresent()) {
            throw oneShape();
        }
        if (parts.imageSize % parts.patchSize != 0) {
            throw new IllegalArgumentException("any_shape: expected an image_size in whole patches of "
                    + parts.patchSize + ", found " + parts.imageSize);
        }
        return with(parts.tower, Optional.of(positions), parts.stem, parts.rotary);
    }

    private static IllegalArgumentException oneShape() {
        return new IllegalArgumentException("any_shape: expected pictures of one size, since positions are turns");
    }

    /**
     * The same with convolutions before the patches' embedding.
     *
     * @throws IllegalArgumentException if patches are not cut into squares of theirs, or into too many
     */
    public VisionConfig withStem(PatchStem stem) {
        if (parts.patchSize % stem.side() != 0) {
            throw new IllegalArgumentException("stem: expected sides whose product divides the patch size, "
                    + parts.patchSize + ", found " + stem.side());
        }
        PatchStem.checkValues(
                parts.patchSize / stem.side(), stem.stages().getLast().width());
        return with(parts.tower, parts.anyShape, Optional.of(stem), parts.rotary);
    }

    /**
     * The same with positions of patches as turns of queries and keys, beside those that are added.
     *
     * @throws IllegalArgumentException if a head's width is no multiple of 4, or pictures have any shape
     */
    public VisionConfig withRotary(RotaryPositions rotary) {
        checkTurned(parts.tower);
        if (anyShape()) {
            throw oneShape();
        }
        return with(parts.tower, parts.anyShape, parts.stem, Optional.of(rotary));
    }

    private static void checkTurned(TowerConfig tower) {
        if (tower.headSize() % 4 != 0) {
            throw new IllegalArgumentException(
                    "rotary: expected heads whose width is a multiple of 4, found " + tower.headSize());
        }
    }

    /** The same with a bias of the patches' embedding, or without. */
    public VisionConfig withPatchBias(boolean patchBias) {
        return with(patchBias, parts.classToken, parts.lnPre, parts.pool, parts.projection);
    }

    /**
     * The same with another pool, and a class token before the patches or none.
     *
     * @throws IllegalArgumentException if the pool is the class token, and there is none; or if its heads do not share the width
     */
    public VisionConfig withPool(ImagePool pool, boolean classToken) {
        if (pool instanceof ImagePool.ClassToken && !classToken) {
            throw new IllegalArgumentException("pool: expected a class token to pool at, found none");
        }
        if (pool instanceof ImagePool.Attention attention && parts.tower.width() % attention.heads() != 0) {
            throw new IllegalArgumentException("pool: expected heads of which the tower's width, " + parts.tower.width()
                    + ", is a multiple, found " + attention.heads());
        }
        return with(parts.patchBias, classToken, parts.lnPre, pool, parts.projection);
    }

    /** The same with a LayerNorm before the first layer, or without. */
    public VisionConfig withLnPre(boolean lnPre) {
        return with(parts.patchBias, parts.classToken, lnPre, parts.pool, parts.projection);
    }

    /**
     * The same with another projection.
     *
     * @throws IllegalArgumentException if it is one of a text tower
     */
    public VisionConfig withProjection(Projection projection) {
        if (projection == Projection.MLP) {
            throw new IllegalArgumentException("vision projection: expected one matrix or none, found an MLP");
        }
        return with(parts.patchBias, parts.classToken, parts.lnPre, parts.pool, projection);
    }

    private VisionConfig with(
            boolean patchBias, boolean classToken, boolean lnPre, ImagePool pool, Projection projection) {
        return new VisionConfig(new Parts(
                parts.tower,
                parts.imageSize,
                parts.patchSize,
                parts.anyShape,
                parts.stem,
                patchBias,
                classToken,
                lnPre,
                parts.rotary,
                pool,
                projection));
    }

    private VisionConfig with(
            TowerConfig tower,
            Optional<PositionFilter> anyShape,
            Optional<PatchStem> stem,
            Optional<RotaryPositions> rotary) {
        return new VisionConfig(new Parts(
                tower,
                parts.imageSize,
                parts.patchSize,
                anyShape,
                stem,
                parts.patchBias,
                parts.classToken,
                parts.lnPre,
                rotary,
                parts.pool,
                parts.projection));
    }

    private static TowerConfig checked(TowerConfig tower) {
        if (tower.norm() != NormPlacement.BEFORE) {
            throw new IllegalArgumentException("vision norm: expected before, found after");
        }
        return tower;
    }

    /** The transformer. */
    public TowerConfig tower() {
        return parts.tower;
    }

    /** S, side of the square picture, in pixels; where pictures have any shape, of the one whose positions the model has. */
    public int imageSize() {
        return parts.imageSize;
    }

    /** P, side of a patch, in pixels. */
    public int patchSize() {
        return parts.patchSize;
    }

    /**
     * Whether pictures of any shape are read, each with as many tokens as it has patches: positions are interpolated between those of a
     * square of S pixels.
     */
    public boolean anyShape() {
        return parts.anyShape.isPresent();
    }

    /** How positions are interpolated, where pictures have any shape. */
    public Optional<PositionFilter> positionFilter() {
        return parts.anyShape;
    }

    /** Convolutions before the patches' embedding, if there are any. */
    public Optional<PatchStem> stem() {
        return parts.stem;
    }

    /** Whether the patches' embedding has a bias. */
    public boolean patchBias() {
        return parts.patchBias;
    }

    /** Whether a learned token stands before the patches. */
    public boolean classToken() {
        return parts.classToken;
    }

    /** Whether there is a LayerNorm before the first layer. */
    public boolean lnPre() {
        return parts.lnPre;
    }

    /** Positions of patches as turns of queries and keys, if there are such. */
    public Optional<RotaryPositions> rotary() {
        return parts.rotary;
    }

    /** Which states become the embedding. */
    public ImagePool pool() {
        return parts.pool;
    }

    /** How they become it. */
    public Projection projection() {
        return parts.projection;
    }

    /** Patches along a side; what is left over at the right and bottom is not seen, as in the reference. */
    public int grid() {
        return parts.imageSize / parts.patchSize;
    }

    /** N: one token a patch, and the class token before them if there is one; where pictures have any shape, of a square of S pixels. */
    public int tokens() {
        return grid() * grid() + (parts.classToken ? 1 : 0);
    }

    /** Values that the embedding of a patch is made of: 3 · P · P, or the states of its squares behind a stem. */
    public int patchValues() {
        int columns = parts.stem.map(stem -> stem.stages().getLast().width()).orElse(3);
        return columns * patchSquares() * patchSquares();
    }

    /** Squares along a side of a patch, of whose values its embedding is made: pixels, or states behind a stem. */
    public int patchSquares() {
        return parts.patchSize / parts.stem.map(PatchStem::side).orElse(1);
    }

    /** Whether a picture of this size is one of the model's: a square of S pixels, or of any shape in whole patches. */
    public boolean reads(int height, int width) {
        return anyShape()
                ? height % parts.patchSize == 0 && width % parts.patchSize == 0
                : height == parts.imageSize && width == parts.imageSize;
    }

    /**
     * What every encoder refuses.
     *
     * @throws IllegalArgumentException if a picture of this size is none of the model's
     */
    public void requireSize(int height, int width) {
        if (!reads(height, width)) {
            String expected = anyShape() ? "in whole patches of %1$d x %1$d" : "of %1$d x %1$d";
            throw new IllegalArgumentException(("expected pixels " + expected + ", found %2$d x %3$d")
                    .formatted(anyShape() ? parts.patchSize : parts.imageSize, height, width));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VisionConfig that && parts.equals(that.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    @Override
    public String toString() {
        return "VisionConfig" + parts.toString().substring("Parts".length());
    }
}
