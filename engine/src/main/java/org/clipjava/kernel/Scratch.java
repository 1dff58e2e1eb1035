package org.clipjava.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Buffers of one worker, grown when more is asked for and kept between calls. What they hold is whatever was last there. */
public final class Scratch {
    private final float[][] floats = new float[5][0];
    private final float[][][] rows = new float[2][0][0];
    private short[] shorts = {};
    private byte[] bytes = {};
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
     * At least {@code count} arrays, each of at least {@code length}.
     *
     * @param slot tells apart buffers that are in use at the same time
     */
    float[][] rows(int slot, int count, int length) {
        int had = rows[slot].length == 0 ? 0 : rows[slot][0].length;
        if (rows[slot].length < count || had < length) {
            rows[slot] = new float[Math.max(count, rows[slot].length)][Math.max(length, had)];
        }
        return rows[slot];
    }

    /** An array of at least {@code length}. */
    short[] shorts(int length) {
        if (shorts.length < length) {
            shorts = new short[length];
        }
        return shorts;
    }

    /** An array of at least {@code length}. */
    byte[] bytes(int length) {
        if (bytes.length < length) {
            bytes = new byte[length];
        }
        return bytes;
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
