package org.clipjava.image.codec.jp2;

/** 5/3, in integers (T.800, F.3.8.1). */
final class ReversibleWavelet extends InverseWavelet {
    private final int[] plane;
    private final int[] buffer;

    ReversibleWavelet(int[] plane, TileComponent component) {
        super(component);
        this.plane = plane;
        buffer = new int
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
            for (int l = 0; l < LANES && parity == 1; l++) {
                buffer[l] /= 2;
            }
            return;
        }
        for (int i = parity; i < length; i += 2) {
            liftLow(i * LANES, before(i), behind(i, length));
        }
        for (int i = 1 - parity; i < length; i += 2) {
            liftHigh(i * LANES, before(i), behind(i, length));
        }
    }

    private void liftLow(int at, int before, int behind) {
        int[] b = buffer;
        for (int l = 0; l < LANES; l++) {
            b[at + l] -= (b[before + l] + b[behind + l] + 2) >> 2;
        }
    }

    private void liftHigh(int at, int before, int behind) {
        int[] b = buffer;
        for (int l = 0; l < LANES; l++) {
            b[at + l] += (b[before + l] + b[behind + l]) >> 1;
        }
    }
}
