package org.clipjava.image.codec.jpeg;

import java.util.Arrays;

/** One of a picture's one, three or four planes of samples. */
final class Component {
    final int index;
    final int id;

    /** Sampling factors, 1 to 4: samples for every so many of the frame's largest factor. */
    final int h;

    final int v;

    final int quantizationTable;

    /** Blocks that hold a sample that the picture needs. */
    final int blocksAcross;

    final int blocksDown;

    /** As many blocks as there are in whole MCUs. */
    final int paddedAcross;

    final int paddedDown;

    /** As the header of the latest scan that has this component says. */
    int dcTable;

    int acTable;

    /** Of the first scan that had this component, in natural order; until then zeros, which make mid-gray. */
    short[] quantization = new short[Blocks.SIZE];

    boolean quantized;

    /** How many low bits each coefficient, in zigzag order, still lacks; -1 if all. For progressive pictures. */
    final int[] lacking = new int[Blocks.SIZE];

    /** {@link #lacking} before the latest scan. */
    final int[] lackedBefore = new int[Blocks.SIZE];

    Component(int index, int id, int h, int v, int quantizationTable, int mostH, int mostV, int width, int height) {
        this.index = index;
        this.id = id;
        this.h = h;
        this.v = v;
        this.quantizationTable = quantizationTable;
        this.blocksAcross = Math.ceilDiv(width * h, mostH * Blocks.SIDE);
        this.blocksDown = Math.ceilDiv(height * v, mostV * Blocks.SIDE);
        this.paddedAcross = Math.ceilDiv(blocksAcross, h) * h;
        this.paddedDown = Math.ceilDiv(blocksDown, v) * v;
        Arrays.fill(lacking, -1);
    }

    int rowsInBand(int band) {
        return Math.min(v, blocksDown - band * v);
    }

    /** Keeps the table that was there when the component's first scan began, whatever comes later. */
    void quantizeBy(short[] table) {
        quantization = table.clone();
        quantized = true;
    }

    /** Where a row of blocks begins in coefficients: [rows of blocks, {@link #paddedAcross}, 64], in natural order, not yet multiplied. */
    int rowOfBlocks(int row) {
        return row * paddedAcross * Blocks.SIZE;
    }
}
