package org.clipjava;

import java.util.Objects;
import java.util.OptionalInt;
import org.clipjava.config.PatchMethod;

/**
 * How {@link Clip#encodePatches} reads a picture. Immutable and thread-safe.
 *
 * {@snippet :
 * PatchOptions options = PatchOptions.defaults().withShortSide(448).withMethod(PatchMethod.NACLIP);
 * }
 */
public final class PatchOptions {
    /** What the model sees at a time. */
    enum View {
        /** The whole picture. */
        WHOLE,
        /** A tile as large as the model's pictures, for the embeddings of its patches. */
        TILES,
        /** A window as large as the model's pictures, for its own embedding. */
        WINDOWS
    }

    private final PatchMethod method;
    private final OptionalInt shortSide;
    private final View view;
    private final int step;

    private PatchOptions(PatchMethod method, OptionalInt shortSide, View view, int step) {
        this.method = method;
        this.shortSide = shortSide;
        this.view = view;
        this.step = step;
    }

    /** NACLIP, in one pass over the whole picture, whose short side is twice that of the model's pictures. */
    public static PatchOptions defaults() {
        return new PatchOptions(PatchMethod.NACLIP, OptionalInt.empty(), View.WHOLE, 1);
    }

    /** The same with another last layer. Windows do not depend on it. */
    public PatchOptions withMethod(PatchMethod method) {
        return new PatchOptions(Objects.requireNonNull(method), shortSide, view, step);
    }

    /**
     * The same at another size: the short side of the picture is resized to about so many pixels, and the long one in proportion, both to
     * whole patches. The larger, the more cells there are, and the less of the picture a cell shows.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public PatchOptions withShortSide(int pixels) {
        requireOneAtLeast("pixels", pixels);
        return new PatchOptions(method, OptionalInt.of(pixels), view, step);
    }

    /** The same in one pass over the whole picture; positions of another size than the model's are interpolated. */
    public PatchOptions whole() {
        return new PatchOptions(method, shortSide, View.WHOLE, 1);
    }

    /**
     * The same in tiles as large as the model's pictures, which overlap: a cell that several show is their mean, and tiles weigh the less
     * the nearer it lies to their edges. For pictures whose details are small.
     *
     * @param step from one tile to the next, in patches; at most a tile's side is used
     * @throws IllegalArgumentException if it is less than 1
     */
    public PatchOptions withTiles(int step) {
        requireOneAtLeast("patches", step);
        return new PatchOptions(method, shortSide, View.TILES, step);
    }

    /**
     * The same with a moving window as large as the model's pictures: a cell is the mean of the embeddings of the windows that show it,
     * and a window weighs the less the nearer the cell lies to its edges.
     * No patch is looked at by itself, so that any model and backend can do it; it takes a pass for each window.
     *
     * @param step from one window to the next, in patches; at most a window's side is used
     * @throws IllegalArgumentException if it is less than 1
     */
    public PatchOptions withWindows(int step) {
        requireOneAtLeast("patches", step);
        return new PatchOptions(method, shortSide, View.WINDOWS, step);
    }

    private static void requireOneAtLeast(String what, int found) {
        if (found < 1) {
            throw new IllegalArgumentException("expected at least 1 of " + what + ", found " + found);
        }
    }

    /** Which form the last layer has. */
    public PatchMethod method() {
        return method;
    }

    /** The short side after the resize, in pixels; empty: twice that of the model's pictures. */
    public OptionalInt shortSide() {
        return shortSide;
    }

    View view() {
        return view;
    }

    /** From one tile or window to the next, in patches. */
    int step() {
        return step;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PatchOptions that
                && method == that.method
                && shortSide.equals(that.shortSide)
                && view == that.view
                && step == that.step;
    }

    @Override
    public int hashCode() {
        return Objects.hash(method, shortSide, view, step);
    }

    @Override
    public String toString() {
        return "PatchOptions[" + method + ", short side "
                + (shortSide.isPresent() ? shortSide.getAsInt() : "as the model's, twice") + ", " + view
                + (view == View.WHOLE ? "" : ", step " + step) + "]";
    }
}
