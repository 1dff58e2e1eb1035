package org.clipjava.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Buffers of one worker, grown when more is asked for and kept between calls. What they hold is whatever was last there. */
public final class Scratch {
    private final float[][] floats = new float[5][0];
    private MemorySegment[] segments = {MemorySegment.NULL, MemorySegment.NULL};

    /** Read by none: what is stored where another thread might look has to be computed. */
    @SuppressWarnings("UnusedVariable")
    private int touched;

    Scratch() {}

    /**
     * An array of at least {@code length}.
     *
     * @param slot tells apart buffers that are in use at the same time
     */
    float[] floats(int slot, int length) {
        if (floats[slot].length < length) {
            floats[slot] = new float[length];
        }
        return floats[slot];
    }

    /**
     * Native memory for at least {@code length} floats, aligned for vectors.
     *
     * @param slot tells apart buffers that are in use at the same time
     */
    MemorySegment nativeFloats(int slot, long length) {
        if (segments[slot].byteSize() < length * Float.BYTES) {
            // freed when the last workspace that holds it is gone
            segments[slot] = Arena.ofAuto().allocate(length * Float.BYTES, 64);
        }
        return segments[slot];
    }

    /** Keeps what {@link Tile#multiply} returns. */
    void touched(int bytes) {
        touched += bytes;
    }
}
