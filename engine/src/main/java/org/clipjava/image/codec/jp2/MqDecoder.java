package org.clipjava.image.codec.jp2;

import java.util.Arrays;

/**
 * The arithmetic decoder (T.800, Annex C), and the plain bits of code-blocks that bypass it (D.6). Beyond a segment's end there are bytes
 * of ones.
 */
final class MqDecoder {
    private static final int CONTEXTS = 19;

    /** Table C.2: Qe, and the states after the more and the less probable symbol; negative where that changes its sense. */
    private static final int[][] STATES = {
        {0x5601, 1, -1}, {0x3401, 2, 6}, {0x1801, 3, 9}, {0x0ac1, 4, 12}, {0x0521, 5, 29}, {0x0221, 38, 33},
        {0x5601, 7, -6}, {0x5401, 8, 14}, {0x4801, 9, 14}, {0x3801, 10, 14}, {0x3001, 11, 17}, {0x2401, 12, 18},
        {0x1c01, 13, 20}, {0x1601, 29, 21}, {0x5601, 15, -14}, {0x5401, 16, 14}, {0x5101, 17, 15}, {0x4801, 18, 16},
        {0x3801, 19, 17}, {0x3401, 20, 18}, {0x3001, 21, 19}, {0x2801, 22, 19}, {0x2401, 23, 20}, {0x2201, 24, 21},
        {0x1c01, 25, 22}, {0x1801, 26, 23}, {0x1601, 27, 24}, {0x1401, 28, 25}, {0x1201, 29, 26}, {0x1101, 30, 27},
        {0x0ac1, 31, 28}, {0x09c1, 32, 29}, {0x08a1, 33, 30}, {0x0521, 34, 31}, {0x0441, 35, 32}, {0x02a1, 36, 33},
        {0x0221, 37, 34}, {0x0141, 38, 35}, {0x0111, 39, 36}, {0x0085, 40, 37}, {0x0049, 41, 38}, {0x0025, 42, 39},
        {0x0015, 43, 40}, {0x0009, 44, 41}, {0x0005, 45, 42}, {0x0001, 45, 43}, {0x5601, 46, 46}
    };

    // By twice the state, and the more probable symbol.
    private static final int[] QE = new int[2 * STATES.length];
    private static final byte[] AFTER_MORE = new byte[2 * STATES.length];
    private static final byte[] AFTER_LESS = new byte[2 * STATES.length];

    static {
        for (int i = 0; i < QE.length; i++) {
            int[] state = STATES[i / 2];
            int less = Math.abs(state[2]);
            QE[i] = state[0];
            AFTER_MORE[i] = (byte) (2 * state[1] + i % 2);
            AFTER_LESS[i] = (byte) (2 * less + (state[2] < 0 ? 1 - i % 2 : i % 2));
        }
    }

    private final byte[] states = new byte[CONTEXTS];
    private byte[] bytes = new byte[0];
    private int at;
    private int code;
    private int interval;
    private int shifts;

    /** Makes all contexts as they are at first (Table D.7). */
    void reset() {
        Arrays.fill(states, (byte) 0);
        states[Contexts.UNIFORM] = 2 * 46;
        states[Contexts.RUN_LENGTH] = 2 * 3;
        states[Contexts.ZERO] = 2 * 4;
    }

    /**
     * Begins a segment (INITDEC).
     *
     * @param data the segment, from its first byte on, and two bytes 0xFF behind it
     */
    void begin(byte[] data) {
        bytes = data;
        at = 0;
        code = (data[0] & 0xff) << 16;
        byteIn();
        code <<= 7;
        shifts -= 7;
        interval = 0x8000;
    }

    private void byteIn() {
        int next = bytes[at + 1] & 0xff;
        if (bytes[at] == -1) {
            if (next > 0x8f) {
                code += 0xff00;
                shifts = 8;
            } else {
                at++;
                code += next << 9;
                shifts = 7;
            }
        } else {
            at++;
            code += next << 8;
            shifts = 8;
        }
    }

    /** The next symbol of a context (DECODE). */
    int decode(int context) {
        int state = states[context];
        int qe = QE[state];
        int symbol = state & 1;
        interval -= qe;
        if (code >>> 16 < qe) {
            if (interval < qe) {
                states[context] = AFTER_MORE[state];
            } else {
                symbol ^= 1;
                states[context] = AFTER_LESS[state];
            }
            interval = qe;
        } else {
            code -= qe << 16;
            if ((interval & 0x8000) != 0) {
                return symbol;
            }
            if (interval < qe) {
                symbol ^= 1;
                states[context] = AFTER_LESS[state];
            } else {
                states[context] = AFTER_MORE[state];
            }
        }
        renormalize();
        return symbol;
    }

    private void renormalize() {
        do {
            if (shifts == 0) {
                byteIn();
            }
            interval <<= 1;
            code <<= 1;
            shifts--;
        } while (interval < 0x8000);
    }

    /** Begins a segment of plain bits, with two bytes 0xFF behind it. */
    void beginBits(byte[] data) {
        bytes = data;
        at = 0;
        code = 0;
        shifts = 0;
    }

    /** The next plain bit; after a byte of ones, one is stuffed. */
    int bit() {
        if (shifts == 0) {
            int next = bytes[at] & 0xff;
            boolean stuffed = code == 0xff;
            if (stuffed && next > 0x8f) {
                shifts = 8;
            } else {
                code = next;
                at++;
                shifts = stuffed ? 7 : 8;
            }
        }
        shifts--;
        return code >> shifts & 1;
    }
}
