package org.clipjava.image.codec.jp2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What packets said of a code-block: its bit-planes, and its segments' bytes. */
final class CodeBlock {
    private static final int FIRST_BYPASS = 10;

    /** More passes than a code-block can have. */
    private static final int ALL_PASSES = 109;

    /** Coding passes whose bytes end at a byte, so that the arithmetic decoder begins anew after them (T.800, B.10.7.2). */
    static final class Segment {
        private final int mostPasses;
        private int passes;
        private int length;
        private int newPasses;
        private int newLength;

        private Segment(int mostPasses) {
            this.mostPasses = mostPasses;
        }

        int passes() {
            return passes;
        }

        int length() {
            return length;
        }

        boolean isFull() {
            return passes == mostPasses;
        }
    }

    private final Area area;
    private final int bitPlanes;
    private final List<Segment> segments = new ArrayList<>(1);

    /** Where bytes begin in the tile's data, and how many they are, by turns. */
    private int[] chunks = new int[2];

    private int chunkCount;
    private int lengthBits = 3;

    /** The first segment that the present packet adds passes to. */
    private int firstNew;

    CodeBlock(Area area, int bitPlanes) {
        this.area = area;
        this.bitPlanes = bitPlanes;
    }

    /** In its subband. */
    Area area() {
        return area;
    }

    /** That are not all zeros; may be too many, or negative, in a damaged file. */
    int bitPlanes() {
        return bitPlanes;
    }

    List<Segment> segments() {
        return segments;
    }

    /** Bits of a length, before those that the number of passes adds. */
    int lengthBits() {
        return lengthBits;
    }

    void addLengthBits(int n) {
        lengthBits += n;
    }

    /** Takes note of where new passes begin. */
    void beginPasses(ComponentStyle style) {
        boolean anew = segments.isEmpty() || segments.getLast().isFull();
        firstNew = anew ? segments.size() : segments.size() - 1;
        if (anew) {
            addSegment(style);
        }
    }

    private void addSegment(ComponentStyle style) {
        int most = ALL_PASSES;
        if (style.has(ComponentStyle.TERMINATE_ALL)) {
            most = 1;
        } else if (style.has(ComponentStyle.BYPASS)) {
            int before = segments.isEmpty() ? 0 : segments.getLast().mostPasses;
            most = segments.isEmpty() ? FIRST_BYPASS : before == 1 || before == FIRST_BYPASS ? 2 : 1;
        }
        segments.add(new Segment(most));
    }

    /**
     * How many of so many new passes belong to a segment.
     *
     * @param index counted from the one where new passes begin
     */
    int passesOf(int index, int passes, ComponentStyle style) {
        while (firstNew + index >= segments.size()) {
            addSegment(style);
        }
        Segment segment = segments.get(firstNew + index);
        segment.newPasses = Math.min(segment.mostPasses - segment.passes, passes);
        return segment.newPasses;
    }

    void setNewLength(int index, int length) {
        segments.get(firstNew + index).newLength = length;
    }

    /** Adds the bytes of a packet to the segments that its header has named, from a place in the tile's data on. */
    void addBytes(int from) {
        int at = from;
        for (int i = firstNew; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            addChunk(at, segment.newLength);
            at += segment.newLength;
            segment.length += segment.newLength;
            segment.passes += segment.newPasses;
        }
    }

    /** The bytes that the present packet has for it; more than an int where the file is damaged. */
    long newBytes() {
        long sum = 0;
        for (int i = firstNew; i < segments.size(); i++) {
            sum += segments.get(i).newLength & 0xffff_ffffL;
        }
        return sum;
    }

    private void addChunk(int at, int length) {
        if (2 * chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, 2 * chunks.length);
        }
        chunks[2 * chunkCount] = at;
        chunks[2 * chunkCount + 1] = length;
        chunkCount++;
    }

    /** Samples that its coding passes go over, at most. */
    long steps(int regionShift) {
        int passes = 0;
        for (Segment segment : segments) {
            passes += segment.passes;
        }
        return (long) area.width() * area.height() * Math.clamp(3L * (bitPlanes + regionShift), 0, passes);
    }

    /** The bytes of all segments. */
    int length() {
        int sum = 0;
        for (int i = 0; i < chunkCount; i++) {
            sum += chunks[2 * i + 1];
        }
        return sum;
    }

    /** Copies them, one segment after the other. */
    void copyTo(byte[] target, byte[] data) {
        int to = 0;
        for (int i = 0; i < chunkCount; i++) {
            System.arraycopy(data, chunks[2 * i], target, to, chunks[2 * i + 1]);
            to += chunks[2 * i + 1];
        }
    }
}
