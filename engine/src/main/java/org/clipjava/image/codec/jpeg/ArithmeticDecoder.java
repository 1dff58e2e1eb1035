package org.clipjava.image.codec.jpeg;

import java.io.EOFException;
import java.util.Arrays;

/** Arithmetic-coded scans, sequential and progressive: the standard's annex D and the models of F.1.4 and G.1.3. */
final class ArithmeticDecoder extends EntropyDecoder {
    /** Behind some less probable symbols it is the other symbol that is less probable. */
    private static final int SWITCHES = 0x80;

    /** By state: how probable the less probable symbol is; table D.3. The last state stays at one half. */
    private static final int[] QE = {
        0x5a1d, 0x2586, 0x1114, 0x080b, 0x03d8, 0x01da, 0x00e5, 0x006f, 0x0036, 0x001a, 0x000d, 0x0006,
        0x0003, 0x0001, 0x5a7f, 0x3f25, 0x2cf2, 0x207c, 0x17b9, 0x1182, 0x0cef, 0x09a1, 0x072f, 0x055c,
        0x0406, 0x0303, 0x0240, 0x01b1, 0x0144, 0x00f5, 0x00b7, 0x008a, 0x0068, 0x004e, 0x003b, 0x002c,
        0x5ae1, 0x484c, 0x3a0d, 0x2ef1, 0x261f, 0x1f33, 0x19a8, 0x1518, 0x1177, 0x0e74, 0x0bfb, 0x09f8,
        0x0861, 0x0706, 0x05cd, 0x04de, 0x040f, 0x0363, 0x02d4, 0x025c, 0x01f8, 0x01a4, 0x0160, 0x0125,
        0x00f6, 0x00cb, 0x00ab, 0x008f, 0x5b12, 0x4d04, 0x412c, 0x37d8, 0x2fe8, 0x293c, 0x2379, 0x1edf,
        0x1aa9, 0x174e, 0x1424, 0x119c, 0x0f6b, 0x0d51, 0x0bb6, 0x0a40, 0x5832, 0x4d1c, 0x438e, 0x3bdd,
        0x34ee, 0x2eae, 0x299a, 0x2516, 0x5570, 0x4ca9, 0x44d9, 0x3e22, 0x3824, 0x32b4, 0x2e17, 0x56a8,
        0x4f46, 0x47e5, 0x41cf, 0x3c3d, 0x375e, 0x5231, 0x4c0f, 0x4639, 0x415e, 0x5627, 0x50e7, 0x4b85,
        0x5597, 0x504f, 0x5a10, 0x5522, 0x59eb, 0x5a1d
    };

    /** By state: which one follows the less probable symbol. */
    private static final byte[] NEXT_LPS = {
        1 - SWITCHES,
        14,
        16,
        18,
        20,
        23,
        25,
        28,
        30,
        33,
        35,
        9,
        10,
        12,
        15 - SWITCHES,
        36,
        38,
        39,
        40,
        42,
        43,
        45,
        46,
        48,
        49,
        51,
        52,
        54,
        56,
        57,
        59,
        60,
        62,
        63,
        32,
        33,
        37 - SWITCHES,
        64,
        65,
        67,
        68,
        69,
        70,
        72,
        73,
        74,
        75,
        77,
        78,
        79,
        48,
        50,
        50,
        51,
        52,
        53,
        54,
        55,
        56,
        57,
        58,
        59,
        61,
        61,
        65 - SWITCHES,
        80,
        81,
        82,
        83,
        84,
        86,
        87,
        87,
        72,
        72,
        74,
        74,
        75,
        77,
        77,
        80 - SWITCHES,
        88,
        89,
        90,
        91,
        92,
        93,
        86,
        88 - SWITCHES,
        95,
        96,
        97,
        99,
        99,
        93,
        95 - SWITCHES,
        101,
        102,
        103,
        104,
        99,
        105,
        106,
        107,
        103,
        105 - SWITCHES,
        108,
        109,
        110,
        111,
        110 - SWITCHES,
        112,
        112 - SWITCHES,
        113
    };

    /** By state: which one follows the more probable symbol, if it has to be looked up. */
    private static final byte[] NEXT_MPS = {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 13, 15, 16,
        17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
        33, 34, 35, 9, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48,
        49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 32,
        65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 48,
        81, 82, 83, 84, 85, 86, 87, 71, 89, 90, 91, 92, 93, 94, 86, 96,
        97, 98, 99, 100, 93, 102, 103, 104, 99, 106, 107, 103, 109, 107, 111, 109,
        111, 113
    };

    private static final int DC_STATES = 64;
    private static final int AC_STATES = 256;
    private static final int SLOTS = 16;

    /** Where among a DC table's states the magnitudes begin that are not small, and how far behind one its bits are. */
    private static final int DC_MAGNITUDES = 20;

    private static final int AC_LOW_MAGNITUDES = 189;
    private static final int AC_HIGH_MAGNITUDES = 217;
    private static final int MAGNITUDE_BITS = 14;

    private static final int LARGEST_MAGNITUDE = 0x8000;
    private static final int EQUAL_STATE = 113;

    private final boolean progressive;
    private final byte[][] dcStates = new byte[SLOTS][DC_STATES];
    private final byte[][] acStates = new byte[SLOTS][AC_STATES];
    private final byte[] equal = {EQUAL_STATE};
    private int[] dcLower = {};
    private int[] dcUpper = {};
    private int[] acBound = {};
    private int[] predictions = {};
    private int[] contexts = {};

    private int code;
    private int interval;

    /** Bits that the code has beyond 16, or less than 0 while it is filled for the first time. */
    private int shift;

    /** Nothing more is decoded up to the next restart marker. */
    private boolean damaged;

    ArithmeticDecoder(Input in, boolean progressive) {
        super(in);
        this.progressive = progressive;
    }

    @Override
    void prepare(Tables tables) {
        dcLower = tables.dcLower.clone();
        dcUpper = tables.dcUpper.clone();
        acBound = tables.acBound.clone();
        predictions = new int[scan.components().size()];
        contexts = new int[predictions.length];
    }

    @Override
    void reset() {
        for (int i = 0; i < predictions.length; i++) {
            Component component = scan.components().get(i);
            if (!progressive || (scan.first() == 0 && scan.high() == 0)) {
                Arrays.fill(dcStates[component.dcTable], (byte) 0);
                predictions[i] = 0;
                contexts[i] = 0;
            }
            if (!progressive || scan.first() > 0) {
                Arrays.fill(acStates[component.acTable], (byte) 0);
            }
        }
        code = 0;
        interval = 0;
        shift = -16;
        damaged = false;
    }

    @Override
    boolean isComplete() {
        return true;
    }

    @Override
    boolean hasData() {
        return !damaged;
    }

    @Override
    void endSegment() {}

    @Override
    void finish() {}

    @Override
    boolean block(int component, short[] coefficients, int at) throws EOFException {
        int ac = scan.components().get(component).acTable;
        if (!progressive) {
            damaged = !dc(component, coefficients, at, 0) || !ac(acStates[ac], acBound[ac], coefficients, at, 1, 63, 0);
        } else if (scan.first() == 0) {
            if (scan.high() == 0) {
                damaged = !dc(component, coefficients, at, scan.low());
            } else if (decode(equal, 0)) {
                coefficients[at] |= (short) (1 << scan.low());
            }
        } else if (scan.high() == 0) {
            damaged = !ac(acStates[ac], acBound[ac], coefficients, at, scan.first(), scan.last(), scan.low());
        } else {
            damaged = !refineAc(acStates[ac], coefficients, at);
        }
        return !damaged;
    }

    /** Returns false where the data can't be. */
    private boolean dc(int component, short[] coefficients, int at, int low) throws EOFException {
        int table = scan.components().get(component).dcTable;
        byte[] states = dcStates[table];
        int state = contexts[component];
        if (!decode(states, state)) {
            contexts[component] = 0;
        } else {
            boolean negative = decode(states, state + 1);
            state += negative ? 3 : 2;
            int magnitude = decode(states, state) ? 1 : 0;
            if (magnitude != 0) {
                state = DC_MAGNITUDES;
                while (decode(states, state)) {
                    magnitude <<= 1;
                    if (magnitude == LARGEST_MAGNITUDE) {
                        return false;
                    }
                    state++;
                }
            }
            int sign = negative ? 4 : 0;
            if (magnitude < 1 << dcLower[table] >> 1) {
                contexts[component] = 0;
            } else if (magnitude > 1 << dcUpper[table] >> 1) {
                contexts[component] = 12 + sign;
            } else {
                contexts[component] = 4 + sign;
            }
            int value = bitsBelow(magnitude, states, state + MAGNITUDE_BITS) + 1;
            predictions[component] += negative ? -value : value;
        }
        coefficients[at] = (short) (predictions[component] << low);
        return true;
    }

    private int bitsBelow(int magnitude, byte[] states, int state) throws EOFException {
        int value = magnitude;
        for (int bit = magnitude >> 1; bit != 0; bit >>= 1) {
            if (decode(states, state)) {
                value |= bit;
            }
        }
        return value;
    }

    private boolean ac(byte[] states, int bound, short[] coefficients, int at, int first, int last, int low)
            throws EOFException {
        for (int k = first; k <= last; k++) {
            int state = 3 * (k - 1);
            if (decode(states, state)) {
                break;
            }
            while (!decode(states, state + 1)) {
                state += 3;
                k++;
                if (k > last) {
                    return false;
                }
            }
            boolean negative = decode(equal, 0);
            state += 2;
            int magnitude = decode(states, state) ? 1 : 0;
            if (magnitude != 0 && decode(states, state)) {
                magnitude = 2;
                state = k <= bound ? AC_LOW_MAGNITUDES : AC_HIGH_MAGNITUDES;
                while (decode(states, state)) {
                    magnitude <<= 1;
                    if (magnitude == LARGEST_MAGNITUDE) {
                        return false;
                    }
                    state++;
                }
            }
            int value = bitsBelow(magnitude, states, state + MAGNITUDE_BITS) + 1;
            coefficients[at + Blocks.NATURAL_ORDER[k]] = (short) ((negative ? -value : value) << low);
        }
        return true;
    }

    private boolean refineAc(byte[] states, short[] coefficients, int at) throws EOFException {
        int one = 1 << scan.low();
        int last = scan.last();
        int lastKnown = last;
        while (lastKnown > 0 && coefficients[at + Blocks.NATURAL_ORDER[lastKnown]] == 0) {
            lastKnown--;
        }
        for (int k = scan.first(); k <= last; k++) {
            int state = 3 * (k - 1);
            if (k > lastKnown && decode(states, state)) {
                break;
            }
            while (true) {
                int place = at + Blocks.NATURAL_ORDER[k];
                int coefficient = coefficients[place];
                if (coefficient != 0) {
                    if (decode(states, state + 2)) {
                        coefficients[place] = (short) (coefficient < 0 ? coefficient - one : coefficient + one);
                    }
                    break;
                }
                if (decode(states, state + 1)) {
                    coefficients[place] = (short) (decode(equal, 0) ? -one : one);
                    break;
                }
                state += 3;
                k++;
                if (k > last) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Decodes one decision, and learns from it. */
    private boolean decode(byte[] states, int at) throws EOFException {
        while (interval < 0x8000) {
            if (--shift < 0) {
                code = code << 8 | dataByte();
                shift += 8;
                if (shift < 0 && ++shift == 0) {
                    interval = 0x8000; // doubled below: the first interval is 0x10000
                }
            }
            interval <<= 1;
        }
        int state = states[at];
        int index = state & 0x7f;
        int moreProbable = state & 0x80;
        int qe = QE[index];
        interval -= qe;
        boolean lower = code < interval << shift;
        if (lower && interval >= 0x8000) {
            return moreProbable != 0;
        }
        boolean exchange = interval < qe;
        if (!lower) {
            code -= interval << shift;
            interval = qe;
        }
        if (lower != exchange) {
            states[at] = (byte) (moreProbable ^ NEXT_MPS[index]);
            return moreProbable != 0;
        }
        states[at] = (byte) (moreProbable ^ NEXT_LPS[index]);
        return moreProbable == 0;
    }

    /** The next byte of the data; zeros from the next marker on. */
    private int dataByte() throws EOFException {
        if (in.marker != 0) {
            return 0;
        }
        int value = in.unsignedByte();
        if (value != 0xff) {
            return value;
        }
        do {
            value = in.unsignedByte();
        } while (value == 0xff);
        if (value == 0) {
            return 0xff;
        }
        in.marker = value;
        return 0;
    }
}
