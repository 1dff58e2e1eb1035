package org.clipjava.image.codec.webp;

import java.util.Arrays;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.LittleEndian;

/**
 * A key frame of VP8, RFC 6386, macroblock by macroblock.
 *
 * <p>A macroblock is predicted from pixels that the loop filter has not touched yet, while the filter works on pixels of the
 * row above that are already shown. So a row of macroblocks lies twice: as it is decoded, and below the last lines of the row
 * above as it is filtered. From there rows go to the frame, eight luma rows late, since the row below still changes these.
 *
 * <p>Memory besides the frame is 60 bytes for each pixel of a row. The time is bounded by the declared size: what a macroblock
 * takes is bounded, and a row ends with an error if its partition has ended.
 */
final class Vp8Decoder {
    private static final int SEGMENTS = 4;

    /** Types of coefficients, in the order of the probabilities. */
    private static final int LUMA_WITHOUT_FIRST = 0;

    private static final int SECOND_ORDER = 1;
    private static final int CHROMA = 2;
    private static final int LUMA = 3;

    private static final int TYPE = Vp8Tables.BANDS * Vp8Tables.CONTEXTS * Vp8Tables.NODES;

    /** What is before the first sample of a row: its left neighbours, and room to keep rows aligned. */
    private static final int LEFT = 8;

    /** Rows of luma, and of chroma, that are kept of the macroblocks above. */
    private static final int KEPT = 8;

    private final Damage damage;
    private final int width;
    private final int height;
    private final int columns;
    private final int rows;
    private final FrameArea area;
    private final BoolDecoder header;
    private final BoolDecoder[] partitions;
    private final InverseTransform transform = new InverseTransform();

    // Of the frame's header.
    private boolean segmented;
    private boolean segmentMap;
    private boolean absoluteSegments = true;
    private final int[] segmentQuantizers = new int[SEGMENTS];
    private final int[] segmentLevels = new int[SEGMENTS];
    private final int[] segmentProbabilities = {255, 255, 255};
    private boolean simpleFilter;
    private int filterLevel;
    private int sharpness;
    private boolean levelDeltas;
    private int intraDelta;
    private int subblocksDelta;
    private final int[] probabilities = new int[Vp8Tables.TYPES * TYPE];
    private boolean canSkip;
    private int skipProbability;

    /** By segment: steps of the first and the other coefficients of luma, of its second order, and of chroma. */
    private final int[][] steps = new int[SEGMENTS][6];

    // Of the row of macroblocks: what those below and to the right are read and predicted with.
    private final byte[] modesAbove;
    private final byte[] modesLeft = new byte[4];
    private final byte[] lumaAbove;
    private final byte[] lumaLeft = new byte[4];
    private final byte[] chromaAbove;
    private final byte[] chromaLeft = new byte[4];
    private final byte[] secondOrderAbove;
    private int secondOrderLeft;

    // Of the macroblock.
    private final byte[] modes = new byte[16];
    private final short[] coefficients = new short[25 * 16];
    private final short[] secondOrder = new short[16];

    /** Which transform each block wants: 0 none, 1 the first coefficient alone, 2 the first three, 3 all. */
    private final byte[] kinds = new byte[24];

    // The row as it is decoded: a line above it and 16 or 8 lines.
    private final int lumaStride;
    private final int chromaStride;
    private final byte[] luma;
    private final byte[] u;
    private final byte[] v;

    // The row as it is filtered, below what is kept of the one above.
    private final int filteredLumaStride;
    private final int filteredChromaStride;
    private final byte[] filteredLuma;
    private final byte[] filteredU;
    private final byte[] filteredV;

    // How each macroblock of the row is filtered.
    private final int[] limits;
    private final int[] innerLimits;
    private final byte[] highVariances;
    private final boolean[] filtersWithin;

    private Vp8Decoder(byte[] file, Container.Frame frame, FrameArea area, Damage damage) throws CodecException {
        this.damage = damage;
        this.area = area;
        width = frame.header().width();
        height = frame.header().height();
        columns = (width + 15) >> 4;
        rows = (height + 15) >> 4;
        int at = frame.bitstream().start();
        int end = frame.bitstream().end();
        int firstPartition = LittleEndian.int24(file, at) >> 5;
        at += StreamHeader.VP8_BYTES;
        if (firstPartition > end - at) {
            throw damage.truncated(
                    "VP8 frame: expected a first partition of " + firstPartition + " bytes, found " + (end - at));
        }
        header = new BoolDecoder(file, at, at + firstPartition);
        header.bit(128); // of colour spaces there is one
        header.bit(128); // and values are clamped, asked for or not
        readSegments();
        readFilter();
        partitions = readPartitions(file, at + firstPartition, end);
        readQuantizers();
        header.bit(128); // whether probabilities are kept for the next frame
        readProbabilities();

        modesAbove = new byte[4 * columns];
        lumaAbove = new byte[4 * columns];
        chromaAbove = new byte[4 * columns];
        secondOrderAbove = new byte[columns];
        // Four more to the right: what is above and to the right of the last block.
        lumaStride = LEFT + 16 * columns + 8;
        chromaStride = LEFT + 8 * columns;
        luma = new byte[17 * lumaStride];
        u = new byte[9 * chromaStride];
        v = new byte[9 * chromaStride];
        filteredLumaStride = 16 * columns;
        filteredChromaStride = 8 * columns;
        filteredLuma = new byte[(KEPT + 16) * filteredLumaStride];
        filteredU = new byte[(KEPT + 8) * filteredChromaStride];
        filteredV = new byte[(KEPT + 8) * filteredChromaStride];
        limits = new int[columns];
        innerLimits = new int[columns];
        highVariances = new byte[columns];
        filtersWithin = new boolean[columns];
    }

    /** Decodes a frame to red, green and blue; a fourth channel is left as it is. */
    static void decode(byte[] file, Container.Frame frame, FrameArea area, Damage damage) throws CodecException {
        new Vp8Decoder(file, frame, area, damage).decodeRows();
    }

    private void readSegments() throws CodecException {
        segmented = header.flag();
        if (segmented) {
            segmentMap = header.flag();
            if (header.flag()) {
                absoluteSegments = header.flag();
                for (int i = 0; i < SEGMENTS; i++) {
                    segmentQuantizers[i] = header.optionalSigned(7);
                }
                for (int i = 0; i < SEGMENTS; i++) {
                    segmentLevels[i] = header.optionalSigned(6);
                }
            }
            if (segmentMap) {
                for (int i = 0; i < segmentProbabilities.length; i++) {
                    segmentProbabilities[i] = header.flag() ? header.literal(8) : 255;
                }
            }
        }
        checkHeader("segments");
    }

    private void readFilter() throws CodecException {
        simpleFilter = header.flag();
        filterLevel = header.literal(6);
        sharpness = header.literal(3);
        levelDeltas = header.flag();
        if (levelDeltas && header.flag()) {
            for (int i = 0; i < 4; i++) {
                int delta = header.optionalSigned(6);
                intraDelta = i == 0 ? delta : intraDelta;
            }
            for (int i = 0; i < 4; i++) {
                int delta = header.optionalSigned(6);
                subblocksDelta = i == 0 ? delta : subblocksDelta;
            }
        }
        checkHeader("loop filter");
    }

    private void checkHeader(String part) throws CodecException {
        if (header.exhausted()) {
            throw damage.truncated("VP8 frame: expected a header, found that its partition ends in the " + part);
        }
    }

    private BoolDecoder[] readPartitions(byte[] file, int sizes, int end) throws CodecException {
        int count = 1 << header.literal(2);
        int at = sizes + 3 * (count - 1);
        if (at >= end) {
            throw damage.truncated(
                    "VP8 frame: expected " + count + " partitions of coefficients, found " + (end - sizes) + " bytes");
        }
        BoolDecoder[] decoders = new BoolDecoder[count];
        for (int i = 0; i < count; i++) {
            int size = i < count - 1 ? Math.min(LittleEndian.int24(file, sizes + 3 * i), end - at) : end - at;
            decoders[i] = new BoolDecoder(file, at, at + size);
            at += size;
            if (i == count - 2 && at >= end) {
                throw damage.truncated(
                        "VP8 frame: expected " + count + " partitions of coefficients, found no bytes for the last");
            }
        }
        return decoders;
    }

    private void readQuantizers() {
        int base = header.literal(7);
        int lumaFirst = header.optionalSigned(4);
        int secondFirst = header.optionalSigned(4);
        int secondOthers = header.optionalSigned(4);
        int chromaFirst = header.optionalSigned(4);
        int chromaOthers = header.optionalSigned(4);
        for (int i = 0; i < SEGMENTS; i++) {
            int q = segmented ? segmentQuantizers[i] + (absoluteSegments ? 0 : base) : base;
            steps[i][0] = Vp8Tables.dcStep(Math.clamp(q + lumaFirst, 0, 127));
            steps[i][1] = Vp8Tables.acStep(Math.clamp(q, 0, 127));
            steps[i][2] = 2 * Vp8Tables.dcStep(Math.clamp(q + secondFirst, 0, 127));
            steps[i][3] = Math.max(8, Vp8Tables.acStep(Math.clamp(q + secondOthers, 0, 127)) * 155 / 100);
            steps[i][4] = Vp8Tables.dcStep(Math.clamp(q + chromaFirst, 0, 117));
            steps[i][5] = Vp8Tables.acStep(Math.clamp(q + chromaOthers, 0, 127));
        }
    }

    private void readProbabilities() {
        for (int i = 0; i < probabilities.length; i++) {
            boolean updated = header.bit(Vp8Tables.TOKEN_UPDATES[i] & 0xff) != 0;
            probabilities[i] = updated ? header.literal(8) : Vp8Tables.TOKENS[i] & 0xff;
        }
        canSkip = header.flag();
        skipProbability = canSkip ? header.literal(8) : 0;
    }

    private void decodeRows() throws CodecException {
        // What is above the picture is 127, what is to the left of it 129.
        Arrays.fill(luma, 0, lumaStride, (byte) 127);
        Arrays.fill(u, 0, chromaStride, (byte) 127);
        Arrays.fill(v, 0, chromaStride, (byte) 127);
        fillLeft(luma, lumaStride, 17);
        fillLeft(u, chromaStride, 9);
        fillLeft(v, chromaStride, 9);
        for (int y = 0; y < rows; y++) {
            BoolDecoder tokens = partitions[y & partitions.length - 1];
            Arrays.fill(modesLeft, (byte) IntraPrediction.DC);
            Arrays.fill(lumaLeft, (byte) 0);
            Arrays.fill(chromaLeft, (byte) 0);
            secondOrderLeft = 0;
            for (int x = 0; x < columns; x++) {
                decodeMacroblock(x, y, tokens);
                if (tokens.exhausted()) {
                    throw truncated(y);
                }
            }
            if (header.exhausted()) {
                throw truncated(y);
            }
            finishRow(y);
        }
    }

    private static void fillLeft(byte[] plane, int stride, int lines) {
        for (int y = 1; y < lines; y++) {
            plane[y * stride + LEFT - 1] = (byte) 129;
        }
    }

    private CodecException truncated(int row) {
        return damage.truncated("VP8 frame: expected " + rows + " rows of macroblocks, the data end in row " + row);
    }

    private void decodeMacroblock(int x, int y, BoolDecoder tokens) {
        int segment = 0;
        if (segmentMap) {
            segment = header.bit(segmentProbabilities[0]) == 0
                    ? header.bit(segmentProbabilities[1])
                    : 2 + header.bit(segmentProbabilities[2]);
        }
        boolean skipped = canSkip && header.bit(skipProbability) != 0;
        boolean subblocks = header.bit(145) == 0;
        int mode = 0;
        if (subblocks) {
            readSubblockModes(4 * x);
        } else {
            mode = readLumaMode();
            Arrays.fill(modesAbove, 4 * x, 4 * x + 4, (byte) mode);
            Arrays.fill(modesLeft, (byte) mode);
        }
        int chromaMode = readChromaMode();
        boolean empty;
        if (skipped) {
            Arrays.fill(lumaAbove, 4 * x, 4 * x + 4, (byte) 0);
            Arrays.fill(lumaLeft, (byte) 0);
            Arrays.fill(chromaAbove, 4 * x, 4 * x + 4, (byte) 0);
            Arrays.fill(chromaLeft, (byte) 0);
            if (!subblocks) {
                secondOrderAbove[x] = 0;
                secondOrderLeft = 0;
            }
            empty = true;
        } else {
            empty = readCoefficients(x, subblocks, steps[segment], tokens);
        }
        chooseFilter(x, segment, subblocks, !empty);
        predictLuma(x, y, subblocks, mode, empty);
        predictChroma(u, x, y, chromaMode, 16, empty);
        predictChroma(v, x, y, chromaMode, 20, empty);
        if (!empty) {
            clearCoefficients();
        }
    }

    private int readLumaMode() {
        if (header.bit(156) == 0) {
            return header.bit(163) == 0 ? IntraPrediction.DC : IntraPrediction.VERTICAL;
        }
        return header.bit(128) == 0 ? IntraPrediction.HORIZONTAL : IntraPrediction.TRUE_MOTION;
    }

    private int readChromaMode() {
        if (header.bit(142) == 0) {
            return IntraPrediction.DC;
        }
        if (header.bit(114) == 0) {
            return IntraPrediction.VERTICAL;
        }
        return header.bit(183) == 0 ? IntraPrediction.HORIZONTAL : IntraPrediction.TRUE_MOTION;
    }

    private void readSubblockModes(int above) {
        for (int y = 0; y < 4; y++) {
            int left = modesLeft[y];
            for (int x = 0; x < 4; x++) {
                left = readSubblockMode(9 * (10 * modesAbove[above + x] + left));
                modesAbove[above + x] = (byte) left;
                modes[4 * y + x] = (byte) left;
            }
            modesLeft[y] = (byte) left;
        }
    }

    /** The tree of section 11.2. */
    private int readSubblockMode(int p) {
        byte[] probabilities = Vp8Tables.SUBBLOCK_MODES;
        if (header.bit(probabilities[p] & 0xff) == 0) {
            return IntraPrediction.DC;
        }
        if (header.bit(probabilities[p + 1] & 0xff) == 0) {
            return IntraPrediction.TRUE_MOTION;
        }
        if (header.bit(probabilities[p + 2] & 0xff) == 0) {
            return IntraPrediction.VERTICAL;
        }
        if (header.bit(probabilities[p + 3] & 0xff) == 0) {
            if (header.bit(probabilities[p + 4] & 0xff) == 0) {
                return IntraPrediction.HORIZONTAL;
            }
            return header.bit(probabilities[p + 5] & 0xff) == 0
                    ? IntraPrediction.RIGHT_DOWN
                    : IntraPrediction.VERTICAL_RIGHT;
        }
        if (header.bit(probabilities[p + 6] & 0xff) == 0) {
            return IntraPrediction.LEFT_DOWN;
        }
        if (header.bit(probabilities[p + 7] & 0xff) == 0) {
            return IntraPrediction.VERTICAL_LEFT;
        }
        return header.bit(probabilities[p + 8] & 0xff) == 0
                ? IntraPrediction.HORIZONTAL_DOWN
                : IntraPrediction.HORIZONTAL_UP;
    }

    /** Returns whether there is none that matters. */
    private boolean readCoefficients(int x, boolean subblocks, int[] step, BoolDecoder tokens) {
        short[] out = coefficients;
        int type = LUMA * TYPE;
        int first = 0;
        int any = 0;
        if (!subblocks) {
            int context = secondOrderAbove[x] + secondOrderLeft;
            int end = tokens.coefficients(
                    probabilities, SECOND_ORDER * TYPE, context, step[2], step[3], 0, secondOrder, 0);
            secondOrderLeft = end > 0 ? 1 : 0;
            secondOrderAbove[x] = (byte) secondOrderLeft;
            if (end > 1) {
                transform.walshHadamard(secondOrder, out);
                Arrays.fill(secondOrder, (short) 0);
            } else {
                short mean = (short) ((secondOrder[0] + 3) >> 3);
                for (int i = 0; i < 16; i++) {
                    out[16 * i] = mean;
                }
                secondOrder[0] = 0;
            }
            type = LUMA_WITHOUT_FIRST * TYPE;
            first = 1;
        }
        int block = 0;
        for (int blockY = 0; blockY < 4; blockY++) {
            int left = lumaLeft[blockY];
            for (int blockX = 4 * x; blockX < 4 * x + 4; blockX++) {
                int end = tokens.coefficients(
                        probabilities, type, left + lumaAbove[blockX], step[0], step[1], first, out, 16 * block);
                left = end > first ? 1 : 0;
                lumaAbove[blockX] = (byte) left;
                kinds[block] = kind(end, out[16 * block]);
                any |= kinds[block];
                block++;
            }
            lumaLeft[blockY] = (byte) left;
        }
        // Above and to the left two each of U, then two of V.
        for (int plane = 0; plane < 4; plane += 2) {
            for (int blockY = plane; blockY < plane + 2; blockY++) {
                int left = chromaLeft[blockY];
                for (int blockX = 4 * x + plane; blockX < 4 * x + plane + 2; blockX++) {
                    int end = tokens.coefficients(
                            probabilities,
                            CHROMA * TYPE,
                            left + chromaAbove[blockX],
                            step[4],
                            step[5],
                            0,
                            out,
                            16 * block);
                    left = end > 0 ? 1 : 0;
                    chromaAbove[blockX] = (byte) left;
                    kinds[block] = kind(end, out[16 * block]);
                    any |= kinds[block];
                    block++;
                }
                chromaLeft[blockY] = (byte) left;
            }
        }
        return any == 0;
    }

    private static byte kind(int end, short first) {
        if (end > 3) {
            return 3;
        }
        return (byte) (end > 1 ? 2 : first != 0 ? 1 : 0);
    }

    private void clearCoefficients() {
        short[] c = coefficients;
        for (int block = 0; block < 24; block++) {
            int at = 16 * block;
            if (kinds[block] == 3) {
                Arrays.fill(c, at, at + 16, (short) 0);
            } else {
                c[at] = 0;
                c[at + 1] = 0;
                c[at + 4] = 0;
            }
        }
    }

    private void predictLuma(int x, int y, boolean subblocks, int mode, boolean empty) {
        int stride = lumaStride;
        int at = stride + LEFT + 16 * x;
        if (!subblocks) {
            IntraPrediction.predict(luma, at, stride, 16, mode, y > 0, x > 0);
            if (!empty) {
                for (int block = 0; block < 16; block++) {
                    addLuma(block, at + 4 * (block >> 2) * stride + 4 * (block & 3));
                }
            }
            return;
        }
        // Blocks at the right edge see what is above the next macroblock, whatever their row.
        int aboveRight = at - stride + 16;
        for (int line = 4; line <= 12; line += 4) {
            System.arraycopy(luma, aboveRight, luma, aboveRight + line * stride, 4);
        }
        for (int block = 0; block < 16; block++) {
            int blockAt = at + 4 * (block >> 2) * stride + 4 * (block & 3);
            IntraPrediction.predict4(luma, blockAt, stride, modes[block]);
            if (!empty) {
                addLuma(block, blockAt);
            }
        }
    }

    private void addLuma(int block, int at) {
        switch (kinds[block]) {
            case 0 -> {}
            case 1 -> transform.addFirst(coefficients[16 * block], luma, at, lumaStride);
            case 2 -> transform.addThree(coefficients, 16 * block, luma, at, lumaStride);
            default -> transform.add(coefficients, 16 * block, luma, at, lumaStride);
        }
    }

    private void predictChroma(byte[] plane, int x, int y, int mode, int block, boolean empty) {
        int stride = chromaStride;
        int at = stride + LEFT + 8 * x;
        IntraPrediction.predict(plane, at, stride, 8, mode, y > 0, x > 0);
        if (empty) {
            return;
        }
        boolean full = (kinds[block] | kinds[block + 1] | kinds[block + 2] | kinds[block + 3]) > 1;
        for (int i = 0; i < 4; i++) {
            int blockAt = at + 4 * (i >> 1) * stride + 4 * (i & 1);
            if (full) {
                transform.add(coefficients, 16 * (block + i), plane, blockAt, stride);
            } else if (kinds[block + i] != 0) {
                transform.addFirst(coefficients[16 * (block + i)], plane, blockAt, stride);
            }
        }
    }

    private void chooseFilter(int x, int segment, boolean subblocks, boolean hasCoefficients) {
        int level = segmented ? segmentLevels[segment] + (absoluteSegments ? 0 : filterLevel) : filterLevel;
        if (levelDeltas) {
            level += intraDelta + (subblocks ? subblocksDelta : 0);
        }
        level = Math.clamp(level, 0, 63);
        int inner = level;
        if (sharpness > 0) {
            inner = Math.min(inner >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
        }
        inner = Math.max(inner, 1);
        innerLimits[x] = inner;
        limits[x] = level == 0 ? 0 : 2 * level + inner;
        highVariances[x] = (byte) (level >= 40 ? 2 : level >= 15 ? 1 : 0);
        filtersWithin[x] = subblocks || hasCoefficients;
    }

    /** Filters a decoded row, hands on what it completes, and makes it the row above. */
    private void finishRow(int y) {
        copyToFiltered(luma, lumaStride, filteredLuma, filteredLumaStride, 16);
        copyToFiltered(u, chromaStride, filteredU, filteredChromaStride, 8);
        copyToFiltered(v, chromaStride, filteredV, filteredChromaStride, 8);
        if (filterLevel > 0) {
            for (int x = 0; x < columns; x++) {
                if (limits[x] > 0) {
                    if (simpleFilter) {
                        filterSimply(x, y);
                    } else {
                        filter(x, y);
                    }
                }
            }
        }
        convertRows(y);
        lastLineAbove(luma, lumaStride, 16);
        lastLineAbove(u, chromaStride, 8);
        lastLineAbove(v, chromaStride, 8);
        // To the right of the picture there is more of its last pixel.
        int end = LEFT + 16 * columns;
        Arrays.fill(luma, end, end + 4, luma[end - 1]);
    }

    private static void lastLineAbove(byte[] plane, int stride, int lines) {
        System.arraycopy(plane, lines * stride, plane, 0, stride);
    }

    private static void copyToFiltered(byte[] plane, int stride, byte[] filtered, int filteredStride, int lines) {
        System.arraycopy(filtered, lines * filteredStride, filtered, 0, KEPT * filteredStride);
        for (int i = 0; i < lines; i++) {
            System.arraycopy(plane, (i + 1) * stride + LEFT, filtered, (KEPT + i) * filteredStride, filteredStride);
        }
    }

    private void filterSimply(int x, int y) {
        byte[] s = filteredLuma;
        int stride = filteredLumaStride;
        int at = KEPT * stride + 16 * x;
        int limit = limits[x];
        if (x > 0) {
            LoopFilter.simple(s, at, 1, stride, 16, limit + 4);
        }
        if (filtersWithin[x]) {
            for (int i = 4; i < 16; i += 4) {
                LoopFilter.simple(s, at + i, 1, stride, 16, limit);
            }
        }
        if (y > 0) {
            LoopFilter.simple(s, at, stride, 1, 16, limit + 4);
        }
        if (filtersWithin[x]) {
            for (int i = 4; i < 16; i += 4) {
                LoopFilter.simple(s, at + i * stride, stride, 1, 16, limit);
            }
        }
    }

    private void filter(int x, int y) {
        filter(filteredLuma, KEPT * filteredLumaStride + 16 * x, filteredLumaStride, 16, x, y);
        filter(filteredU, KEPT * filteredChromaStride + 8 * x, filteredChromaStride, 8, x, y);
        filter(filteredV, KEPT * filteredChromaStride + 8 * x, filteredChromaStride, 8, x, y);
    }

    private void filter(byte[] s, int at, int stride, int size, int x, int y) {
        int limit = limits[x];
        int inner = innerLimits[x];
        int highVariance = highVariances[x];
        if (x > 0) {
            LoopFilter.betweenMacroblocks(s, at, 1, stride, size, limit + 4, inner, highVariance);
        }
        if (filtersWithin[x]) {
            for (int i = 4; i < size; i += 4) {
                LoopFilter.withinMacroblock(s, at + i, 1, stride, size, limit, inner, highVariance);
            }
        }
        if (y > 0) {
            LoopFilter.betweenMacroblocks(s, at, stride, 1, size, limit + 4, inner, highVariance);
        }
        if (filtersWithin[x]) {
            for (int i = 4; i < size; i += 4) {
                LoopFilter.withinMacroblock(s, at + i * stride, stride, 1, size, limit, inner, highVariance);
            }
        }
    }

    /** Converts what the filter has finished: up to eight luma rows above the last of these macroblocks. */
    private void convertRows(int y) {
        int from = Math.max(0, 16 * y - KEPT);
        int to = y == rows - 1 ? height : 16 * y + 16 - KEPT;
        int chromaRows = (height + 1) >> 1;
        for (int row = from; row < to; row++) {
            int near = row >> 1;
            int far = Math.clamp((row & 1) == 0 ? near - 1 : near + 1, 0, chromaRows - 1);
            YuvToRgb.row(
                    filteredLuma,
                    (KEPT + row - 16 * y) * filteredLumaStride,
                    filteredU,
                    filteredV,
                    (KEPT + near - 8 * y) * filteredChromaStride,
                    (KEPT + far - 8 * y) * filteredChromaStride,
                    width,
                    area.pixels(),
                    area.row(row),
                    area.channels());
        }
    }
}
