package org.clipjava.image.codec.jpeg;

import java.util.Arrays;
import org.clipjava.image.codec.CodecException;

/** Progressive scans: some coefficients, and of them some bits. */
final class ProgressiveHuffman extends HuffmanDecoder {
    private final HuffmanTable[] tables = new HuffmanTable[4];
    private int[] predictions = {};

    /** So many blocks from here on have no more coefficients in this scan. */
    private int endOfBandRun;

    ProgressiveHuffman(Input in) {
        super(in);
    }

    @Override
    void prepare(Tables all) throws CodecException {
        int components = scan.components().size();
        predictions = new int[components];
        for (int i = 0; i < components; i++) {
            Component component = scan.components().get(i);
            if (scan.first() > 0) {
                tables[i] = all.huffman(false, component.acTable, in);
            } else if (scan.high() == 0) {
                tables[i] = all.huffman(true, component.dcTable, in);
            }
        }
    }

    @Override
    void resetPredictions() {
        Arrays.fill(predictions, 0);
        endOfBandRun = 0;
    }

    @Override
    boolean block(int component, short[] coefficients, int at) {
        if (scan.first() == 0) {
            if (scan.high() == 0) {
                firstDc(component, coefficients, at);
            } else if (read(1) != 0) {
                coefficients[at] |= (short) (1 << scan.low());
            }
        } else if (scan.high() == 0) {
            firstAc(coefficients, at);
        } else {
            refineAc(coefficients, at);
        }
        return true;
    }

    private void firstDc(int component, short[] coefficients, int at) {
        int size = symbol(tables[component]);
        predictions[component] += size == 0 ? 0 : HuffmanTable.extend(read(size), size);
        coefficients[at] = (short) (predictions[component] << scan.low());
    }

    private void firstAc(short[] coefficients, int at) {
        if (endOfBandRun > 0) {
            endOfBandRun--;
            return;
        }
        HuffmanTable table = tables[0];
        int last = scan.last();
        int low = scan.low();
        long value = buffer;
        int count = bits;
        int k = scan.first();
        while (k <= last) {
            if (count < BITS_OF_A_SYMBOL) {
                buffer = value;
                bits = count;
                value = refill();
                count = bits;
            }
            int entry = table.entry(value);
            value <<= entry & 0xff;
            count -= entry & 0xff;
            int run = entry >> 8 & 15;
            int coefficient = entry >> 16;
            if (coefficient != 0) {
                if ((entry & HuffmanTable.EXTRA) != 0) {
                    int size = coefficient;
                    coefficient = HuffmanTable.extend((int) (value >>> (64 - size)), size);
                    value <<= size;
                    count -= size;
                }
                k += run;
                coefficients[at + Blocks.NATURAL_ORDER[k]] = (short) (coefficient << low);
                k++;
            } else if (run == 15) {
                k += 16;
            } else {
                buffer = value;
                bits = count;
                endOfBandRun = endOfBandRun(run) - 1;
                return;
            }
        }
        buffer = value;
        bits = count;
    }

    private int endOfBandRun(int size) {
        return (1 << size) + (size == 0 ? 0 : read(size));
    }

    /** One more bit of each coefficient that is not zero yet, and the ones that are no longer. */
    private void refineAc(short[] coefficients, int at) {
        int last = scan.last();
        int one = 1 << scan.low();
        int k = scan.first();
        if (endOfBandRun == 0) {
            for (; k <= last; k++) {
                int symbol = symbol(tables[0]);
                int run = symbol >> 4;
                int fresh = 0;
                if ((symbol & 15) != 0) {
                    fresh = read(1) != 0 ? one : -one;
                } else if (run < 15) {
                    endOfBandRun = endOfBandRun(run);
                    break;
                }
                k = refine(coefficients, at, k, last, run, one);
                if (fresh != 0) {
                    coefficients[at + Blocks.NATURAL_ORDER[k]] = (short) fresh;
                }
            }
        }
        if (endOfBandRun > 0) {
            refine(coefficients, at, k, last, Blocks.SIZE, one);
            endOfBandRun--;
        }
    }

    /**
     * Refines the coefficients that are not zero already, up to the zero behind so many zeros.
     *
     * @param from the first, in zigzag order
     * @return where that zero is; {@code last + 1} if there is none
     */
    private int refine(short[] coefficients, int at, int from, int last, int zeros, int one) {
        long value = buffer;
        int count = bits;
        int left = zeros;
        int k = from;
        for (; k <= last; k++) {
            int place = at + Blocks.NATURAL_ORDER[k];
            int coefficient = coefficients[place];
            if (coefficient == 0) {
                if (--left < 0) {
                    break;
                }
                continue;
            }
            if (count < BITS_OF_A_SYMBOL) {
                buffer = value;
                bits = count;
                value = refill();
                count = bits;
            }
            if ((coefficient & one) == 0) { // but for damage
                // No branch: the bit is as good as random.
                int away = coefficient < 0 ? -one : one;
                coefficients[place] = (short) (coefficient + (away & (int) (value >> 63)));
            }
            value <<= 1;
            count--;
        }
        buffer = value;
        bits = count;
        return k;
    }
}
