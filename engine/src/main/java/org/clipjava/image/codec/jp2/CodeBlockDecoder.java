package org.clipjava.image.codec.jp2;

import java.util.Arrays;
import org.clipjava.image.codec.CodecException;

/**
 * Makes coefficients of a code-block's passes (T.800, Annex D). A coefficient is twice its quantized value, so that half of the last bit
 * that was read can be added to it. For one thread at a time.
 */
final class CodeBlockDecoder {
    private static final int STRIPE = 4;

    /** OpenJPEG's bound. */
    private static final int MOST_BIT_PLANES = 30;

    /** Bit-planes before the coder is bypassed. */
    private static final int CODED_PLANES = 4;

    /** What stands behind a segment's bytes. */
    private static final int MARKER = 2;

    private final MqDecoder coder = new MqDecoder();
    private byte[] bytes = new byte[0];
    private byte[] segment = new byte[0];
    private int[] flags = new int[0];
    private int[] values = new int[0];
    private byte[] zeroCoding = Contexts.zeroCoding(0);
    private int width;
    private int height;
    private int stride;
    private boolean causal;

    /**
     * Decodes a code-block.
     *
     * @param data of the tile
     * @return row by row; valid until the next call
     */
    int[] decode(CodeBlock block, Subband band, ComponentStyle style, byte[] data) throws CodecException {
        begin(block.area(), band, style);
        int plane = style.regionShift() + block.bitPlanes();
        if (plane > MOST_BIT_PLANES) {
            throw Damage.unsupported("expected code-blocks of at most 30 bit-planes, found " + plane);
        }
        int length = block.length();
        if (bytes.length < length) {
            bytes = new byte[length];
        }
        block.copyTo(bytes, data);
        coder.reset();
        int pass = 2;
        int from = 0;
        for (CodeBlock.Segment part : block.segments()) {
            boolean plain = style.has(ComponentStyle.BYPASS) && pass < 2 && plane <= block.bitPlanes() - CODED_PLANES;
            beginSegment(from, part.length(), plain);
            from += part.length();
            for (int i = 0; i < part.passes() && plane >= 1; i++) {
                run(pass, plane, plain, style);
                pass++;
                if (pass == 3) {
                    pass = 0;
                    plane--;
                }
            }
        }
        if (style.regionShift() > 0) {
            unshift(style.regionShift());
        }
        return values;
    }

    private void begin(Area area, Subband band, ComponentStyle style) {
        width = area.width();
        height = area.height();
        stride = width + 2;
        causal = style.has(ComponentStyle.VERTICALLY_CAUSAL);
        zeroCoding = Contexts.zeroCoding(band.orientation());
        int cells = stride * (height + 2);
        if (flags.length < cells) {
            flags = new int[cells];
        } else {
            Arrays.fill(flags, 0, cells, 0);
        }
        if (values.length < width * height) {
            values = new int[width * height];
        } else {
            Arrays.fill(values, 0, width * height, 0);
        }
    }

    private void beginSegment(int from, int length, boolean plain) {
        if (segment.length < length + MARKER) {
            segment = new byte[length + MARKER];
        }
        System.arraycopy(bytes, from, segment, 0, length);
        segment[length] = -1;
        segment[length + 1] = -1;
        if (plain) {
            coder.beginBits(segment);
        } else {
            coder.begin(segment);
        }
    }

    private void run(int pass, int plane, boolean plain, ComponentStyle style) {
        for (int top = 0; top < height; top += STRIPE) {
            int bottom = Math.min(top + STRIPE, height);
            switch (pass) {
                case 0 -> propagate(top, bottom, plane, plain);
                case 1 -> refine(top, bottom, plane, plain);
                default -> cleanUp(top, bottom, plane);
            }
        }
        if (pass == 2 && style.has(ComponentStyle.SEGMENTATION_SYMBOLS)) {
            for (int i = 0; i < 4; i++) {
                coder.decode(Contexts.UNIFORM);
            }
        }
        if (style.has(ComponentStyle.RESET) && !plain) {
            coder.reset();
        }
    }

    /** The significance propagation pass of a stripe (D.3.1). */
    private void propagate(int top, int bottom, int plane, boolean plain) {
        for (int x = 0; x < width; x++) {
            int cell = (top + 1) * stride + x + 1;
            for (int y = top; y < bottom; y++, cell += stride) {
                int flag = flags[cell];
                if ((flag & (Contexts.SIGNIFICANT | Contexts.VISITED)) == 0 && (flag & Contexts.NEIGHBOURS) != 0) {
                    int bit = plain ? coder.bit() : coder.decode(zeroCoding[flag & Contexts.NEIGHBOURS]);
                    if (bit == 1) {
                        int negative = plain ? coder.bit() : sign(flag);
                        becomeSignificant(cell, x, y, negative, plane, y == top && causal);
                    }
                    flags[cell] |= Contexts.VISITED;
                }
            }
        }
    }

    private int sign(int flag) {
        return coder.decode(Contexts.sign(flag)) ^ Contexts.signFlip(flag);
    }

    /**
     * Sets a coefficient's first bit, and tells its neighbours.
     *
     * @param alone whether those above do not learn of it
     */
    private void becomeSignificant(int cell, int x, int y, int negative, int plane, boolean alone) {
        int value = 1 << plane | 1 << plane >> 1;
        values[y * width + x] = negative == 1 ? -value : value;
        int[] flags = this.flags;
        flags[cell] |= Contexts.SIGNIFICANT;
        flags[cell - 1] |= Contexts.EAST | negative * (Contexts.EAST << Contexts.TO_NEGATIVE);
        flags[cell + 1] |= Contexts.WEST | negative * (Contexts.WEST << Contexts.TO_NEGATIVE);
        if (!alone) {
            flags[cell - stride - 1] |= Contexts.SOUTH_EAST;
            flags[cell - stride] |= Contexts.SOUTH | negative * (Contexts.SOUTH << Contexts.TO_NEGATIVE);
            flags[cell - stride + 1] |= Contexts.SOUTH_WEST;
        }
        flags[cell + stride - 1] |= Contexts.NORTH_EAST;
        flags[cell + stride] |= Contexts.NORTH | negative * (Contexts.NORTH << Contexts.TO_NEGATIVE);
        flags[cell + stride + 1] |= Contexts.NORTH_WEST;
    }

    /** The magnitude refinement pass of a stripe (D.3.3). */
    private void refine(int top, int bottom, int plane, boolean plain) {
        int half = 1 << plane >> 1;
        for (int x = 0; x < width; x++) {
            int cell = (top + 1) * stride + x + 1;
            for (int y = top; y < bottom; y++, cell += stride) {
                int flag = flags[cell];
                if ((flag & (Contexts.SIGNIFICANT | Contexts.VISITED)) == Contexts.SIGNIFICANT) {
                    int bit = plain ? coder.bit() : coder.decode(magnitude(flag));
                    int value = values[y * width + x];
                    values[y * width + x] = value + ((bit == 1) != value < 0 ? half : -half);
                    flags[cell] = flag | Contexts.REFINED;
                }
            }
        }
    }

    /** Table D.4. */
    private static int magnitude(int flag) {
        if ((flag & Contexts.REFINED) != 0) {
            return Contexts.MAGNITUDE + 2;
        }
        return (flag & Contexts.NEIGHBOURS) != 0 ? Contexts.MAGNITUDE + 1 : Contexts.MAGNITUDE;
    }

    /** The clean-up pass of a stripe (D.3.4). */
    private void cleanUp(int top, int bottom, int plane) {
        for (int x = 0; x < width; x++) {
            int first = (top + 1) * stride + x + 1;
            int y = top;
            if (bottom - top == STRIPE && isQuiet(first)) {
                if (coder.decode(Contexts.RUN_LENGTH) == 0) {
                    continue;
                }
                int zeros = coder.decode(Contexts.UNIFORM) << 1;
                y += zeros | coder.decode(Contexts.UNIFORM);
                int cell = first + (y - top) * stride;
                becomeSignificant(cell, x, y, sign(flags[cell]), plane, y == top && causal);
                y++;
            }
            for (int cell = first + (y - top) * stride; y < bottom; y++, cell += stride) {
                cleanUp(cell, x, y, plane, y == top && causal);
            }
            for (int cell = first; cell < first + (bottom - top) * stride; cell += stride) {
                flags[cell] &= ~Contexts.VISITED;
            }
        }
    }

    private boolean isQuiet(int first) {
        int all = flags[first] | flags[first + stride] | flags[first + 2 * stride] | flags[first + 3 * stride];
        return all == 0;
    }

    private void cleanUp(int cell, int x, int y, int plane, boolean alone) {
        int flag = flags[cell];
        boolean open = (flag & (Contexts.SIGNIFICANT | Contexts.VISITED)) == 0;
        if (open && coder.decode(zeroCoding[flag & Contexts.NEIGHBOURS]) == 1) {
            becomeSignificant(cell, x, y, sign(flag), plane, alone);
        }
    }

    /** Shifts what lies in a region of interest back (H.1). */
    private void unshift(int shift) {
        int count = width * height;
        if (shift >= 31) {
            Arrays.fill(values, 0, count, 0);
            return;
        }
        for (int i = 0; i < count; i++) {
            int magnitude = Math.abs(values[i]);
            if (magnitude >= 1 << shift) {
                values[i] = values[i] < 0 ? -(magnitude >> shift) : magnitude >> shift;
            }
        }
    }
}
