package org.clipjava.image.codec.zstd;

import java.util.Arrays;
import org.clipjava.image.codec.CodecException;

/** What was decompressed last: as much as a match may reach, and what nobody took yet. It grows as it is filled. */
final class History {
    private final int window;

    /** Of a block. */
    private final int most;

    private byte[] bytes = new byte[0];
    private int end;
    private int taken;

    /** Where the block ends at the latest. */
    private int limit;

    /**
     * Nothing.
     *
     * @param window how far matches reach
     * @param most   bytes of a block
     */
    History(int window, int most) {
        this.window = window;
        this.most = most;
    }

    /** Begins a block, once all before it was taken. */
    void beginBlock() {
        int kept = Math.min(end, window);
        if (most > bytes.length - end) {
            // Half a window more, so that it is seldom moved.
            int largest = (int) Math.min(Integer.MAX_VALUE - 8L, window + window / 2L + most);
            int length = bytes.length < largest ? (int) Math.min(largest, 2L * bytes.length + most) : largest;
            byte[] to = length > bytes.length ? new byte[length] : bytes;
            System.arraycopy(bytes, end - kept, to, 0, kept);
            bytes = to;
            end = kept;
            taken = kept;
        }
        limit = end + most;
    }

    private void need(int n) throws CodecException {
        if (n > limit - end) {
            throw Corrupt.zstd("expected a block of at most " + most + " bytes, found more");
        }
    }

    void copy(byte[] from, int at, int n) throws CodecException {
        need(n);
        System.arraycopy(from, at, bytes, end, n);
        end += n;
    }

    void fill(byte value, int n) throws CodecException {
        need(n);
        Arrays.fill(bytes, end, end + n, value);
        end += n;
    }

    /** Copies what was there some bytes before, also what it has copied itself. */
    void repeat(long distance, int n) throws CodecException {
        need(n);
        if (distance < 1 || distance > end) {
            throw Corrupt.zstd("expected a match at most " + end + " bytes before, found one " + distance + " before");
        }
        int from = end - (int) distance;
        int stop = end + n;
        while (end < stop) {
            int some = Math.min(stop - end, end - from);
            System.arraycopy(bytes, from, bytes, end, some);
            end += some;
        }
    }

    /** How many bytes were not taken. */
    int left() {
        return end - taken;
    }

    /** Where they begin. */
    int start() {
        return taken;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Takes some, at most as many as there are. */
    int take(byte[] out, int at, int n) {
        int some = Math.min(n, left());
        System.arraycopy(bytes, taken, out, at, some);
        taken += some;
        return some;
    }
}
