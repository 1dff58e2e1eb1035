package org.clipjava.image.codec.jp2;

/** 9/7, in floats, with OpenJPEG's factors and its order of operations (T.800, F.3.8.2). */
final class IrreversibleWavelet extends InverseWavelet {
    // Table F.4, negated
    private static final float ALPHA = 1.5861343f;
    private static final float BETA = 0.052980117f;
    private static final float GAMMA = -0.8829111f;
    private static final float DELTA = -0.44350687f;

    private static final float LOW = 1.2301741f;

    /** 2 / K: the 2 is the subbands' gain, which the quantization's steps leave out. */
    private static final float HIGH = 1.6257324f;

    private final float[] plane;
    private final float[] buffer;

    IrreversibleWavelet(float[] plane, TileComponent component) {
        super(component);
        this.plane = plane;
        buffer = new float
                [LANES * Math.max(component.area().width(), component.area().height())];
    }

    @Override
    void load(int from, int lineStep, int to, int lanes) {
        for (int l = 0; l < lanes; l++) {
            buffer[to + l] = plane[from + l * lineStep];
        }
    }

    @Override
    void store(int to, int lineStep, int from, int lanes) {
        for (int l = 0; l < lanes; l++) {
            plane[to + l * lineStep] = buffer[from + l];
        }
    }

    @Override
    void lift(int length, int parity) {
        if (length == 1) {
            return;
        }
        for (int i = 0; i < length; i++) {
            scale(i * LANES, (i & 1) == parity ? LOW : HIGH);
        }
        step(length, parity, DELTA);
        step(length, 1 - parity, GAMMA);
        step(length, parity, BETA);
        step(length, 1 - parity, ALPHA);
    }

    private void scale(int at, float factor) {
        float[] b = buffer;
        for (int l = 0; l < LANES; l++) {
            b[at + l] *= factor;
        }
    }

    private void step(int length, int first, float factor) {
        for (int i = first; i < length; i += 2) {
            step(i * LANES, before(i), behind(i, length), factor);
        }
    }

    private void step(int at, int before, int behind, float factor) {
        float[] b = buffer;
        for (int l = 0; l < LANES; l++) {
            b[at + l] += (b[before + l] + b[behind + l]) * factor;
        }
    }
}
