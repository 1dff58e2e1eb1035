package org.clipjava.image.codec.jp2;

import org.clipjava.image.codec.CodecException;

/** How a component of a tile is coded: the transform, precincts, code-blocks and quantization (T.800, A.6.1 to A.6.5). */
final class ComponentStyle {
    static final int MOST_RESOLUTIONS = 33;

    private static final int MOST_BANDS = 3 * MOST_RESOLUTIONS - 2;
    private static final int DERIVED = 1;
    private static final int WHOLE = 15;

    // Styles of code-blocks (Table A.19)
    static final int BYPASS = 1;
    static final int RESET = 2;
    static final int TERMINATE_ALL = 4;
    static final int VERTICALLY_CAUSAL = 8;
    static final int SEGMENTATION_SYMBOLS = 32;

    private static final int HIGH_THROUGHPUT = 0x40;
    private static final int MIXED = 0x80;

    private int resolutions;
    private int blockWidthExponent;
    private int blockHeightExponent;
    private int blockStyle;
    private boolean reversible;
    private final byte[] precinctWidthExponents = new byte[MOST_RESOLUTIONS];
    private final byte[] precinctHeightExponents = new byte[MOST_RESOLUTIONS];
    private int guardBits;
    private final byte[] exponents = new byte[MOST_BANDS];
    private final short[] mantissas = new short[MOST_BANDS];
    private int regionShift;

    ComponentStyle() {}

    ComponentStyle(ComponentStyle other) {
        takeCoding(other);
        takeQuantization(other);
        regionShift = other.regionShift;
    }

    void takeCoding(ComponentStyle other) {
        resolutions = other.resolutions;
        blockWidthExponent = other.blockWidthExponent;
        blockHeightExponent = other.blockHeightExponent;
        blockStyle = other.blockStyle;
        reversible = other.reversible;
        System.arraycopy(other.precinctWidthExponents, 0, precinctWidthExponents, 0, MOST_RESOLUTIONS);
        System.arraycopy(other.precinctHeightExponents, 0, precinctHeightExponents, 0, MOST_RESOLUTIONS);
    }

    void takeQuantization(ComponentStyle other) {
        guardBits = other.guardBits;
        System.arraycopy(other.exponents, 0, exponents, 0, MOST_BANDS);
        System.arraycopy(other.mantissas, 0, mantissas, 0, MOST_BANDS);
    }

    /** Reads the parameters that COD and COC share (Table A.20). */
    void readCoding(ByteInput in, boolean precincts) throws CodecException {
        resolutions = in.u8() + 1;
        blockWidthExponent = in.u8() + 2;
        blockHeightExponent = in.u8() + 2;
        blockStyle = in.u8();
        int transform = in.u8();
        reversible = transform == 1;
        if (resolutions > MOST_RESOLUTIONS || transform > 1) {
            throw Damage.corrupt("COD or COC: expected 0 to 32 levels of a known transform, found " + (resolutions - 1)
                    + " of transform " + transform);
        }
        if (blockWidthExponent > 10 || blockHeightExponent > 10 || blockWidthExponent + blockHeightExponent > 12) {
            throw Damage.corrupt("COD or COC: expected code-blocks of 4x4 to 4096 samples, found exponents "
                    + blockWidthExponent + " and " + blockHeightExponent);
        }
        if ((blockStyle & (HIGH_THROUGHPUT | MIXED)) != 0) {
            throw Damage.unsupported("expected code-blocks of Part 1, found those of high throughput (HTJ2K)");
        }
        for (int r = 0; r < resolutions; r++) {
            int exponents = precincts ? in.u8() : WHOLE << 4 | WHOLE;
            precinctWidthExponents[r] = (byte) (exponents & 0xf);
            precinctHeightExponents[r] = (byte) (exponents >> 4);
            if (r > 0 && (precinctWidthExponents[r] == 0 || precinctHeightExponents[r] == 0)) {
                throw Damage.corrupt("COD or COC: expected precincts of 2 samples at least, found 1");
            }
        }
    }

    /** Reads the parameters that QCD and QCC share (Table A.27), to the segment's end. */
    void readQuantization(ByteInput in) throws CodecException {
        int style = in.u8();
        guardBits = style >> 5;
        boolean reversibleBands = (style & 0x1f) == 0;
        boolean derived = (style & 0x1f) == DERIVED;
        int bytes = reversibleBands ? 1 : 2;
        int bands = derived ? 1 : in.left() / bytes;
        for (int b = 0; b < bands; b++) {
            int value = reversibleBands ? in.u8() << 8 : in.u16();
            if (b < MOST_BANDS) {
                exponents[b] = (byte) (value >> 11);
                mantissas[b] = (short) (reversibleBands ? 0 : value & 0x7ff);
            }
        }
        for (int b = 1; derived && b < MOST_BANDS; b++) {
            exponents[b] = (byte) Math.max(0, exponents[0] - (b - 1) / 3);
            mantissas[b] = mantissas[0];
        }
    }

    void setRegionShift(int shift) {
        regionShift = shift;
    }

    int resolutions() {
        return resolutions;
    }

    int blockWidthExponent() {
        return blockWidthExponent;
    }

    int blockHeightExponent() {
        return blockHeightExponent;
    }

    boolean has(int style) {
        return (blockStyle & style) != 0;
    }

    /** Whether the wavelet is 5/3, in integers, or else 9/7. */
    boolean reversible() {
        return reversible;
    }

    int precinctWidthExponent(int resolution) {
        return precinctWidthExponents[resolution];
    }

    int precinctHeightExponent(int resolution) {
        return precinctHeightExponents[resolution];
    }

    /** Bits that a region of interest is shifted by (Annex H). */
    int regionShift() {
        return regionShift;
    }

    /** Magnitude bits of a subband (E-2). */
    int bitPlanes(int band) {
        return exponents[band] + guardBits - 1;
    }

    /**
     * The size of a quantization step (E-3). The subband's gain is left out: OpenJPEG's 9/7 transform has it in its factor for high
     * frequencies.
     */
    float stepSize(int band, int bits) {
        return (float) ((1 + mantissas[band] / 2048.0) * Math.scalb(1.0, bits - exponents[band]));
    }
}
