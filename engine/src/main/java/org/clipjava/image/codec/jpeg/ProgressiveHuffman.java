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
        for (int k = scan.first(); k <= last; k++) {
            int symbol = symbol(table);
            int run = symbol >> 4;
            int size = symbol & 15;
            if (size > 0) {
                k += run;
                coefficients[at + Blocks.NATURAL_ORDER[k]] = (short) (HuffmanTable.extend(read(size), size) << low);
            } else if (run == 15) {
                k += 15;
            } else {
                endOfBandRun = endOfBandRun(run) - 1;
                break;
            }
        }
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
                // Past the coefficients that are not zero already, and so many zeros.
                while (true) {
                    int place = at + Blocks.NATURAL_ORDER[k];
                    if (coefficients[place] != 0) {
                        refine(coefficients, place, one);
                    } else if (--run < 0) {
                        break;
                    }
                    if (++k > last) {
                        break;
                    }
                }
                if (fresh != 0) {
                    coefficients[at + Blocks.NATURAL_ORDER[k]] = (short) fresh;
                }
            }
        }
        if (endOfBandRun > 0) {
            for (; k <= last; k++) {
                int place = at + Blocks.NATURAL_ORDER[k];
                if (coefficients[place] != 0) {
                    refine(coefficients, place, one);
                }
            }
            endOfBandRun--;
        }
    }

    private void refine(short[] coefficients, int place, int one) {
        int coefficient = coefficients[place];
        if (read(1) != 0 && (coefficient & one) == 0) {
            coefficients[place] = (short) (coefficient >= 0 ? coefficient + one : coefficient - one);
        }
    }
}
