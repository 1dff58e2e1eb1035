package org.clipjava.image.codec;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** A file from its first byte on, of which only so much is read as is looked at. For one thread at a time. */
public final class FileBytes {
    private static final int FIRST_READ = 8192;
    private static final int GROWTH = 4;

    private final InputStream in;
    private final int most;
    private byte[] bytes;
    private int length;
    private boolean ended;
    private Optional<IOException> failure = Optional.empty();

    private FileBytes(InputStream in, int most, byte[] bytes, boolean ended) {
        this.in = in;
        this.most = most;
        this.bytes = bytes;
        this.length = bytes.length;
        this.ended = ended;
    }

    /** A file that is in memory. */
    public static FileBytes of(byte[] file) {
        return new FileBytes(InputStream.nullInputStream(), file.length, file, true);
    }

    /**
     * A file that is read as it is asked for.
     *
     * @param in is not closed
     * @param most bytes that are read before {@link #whole} asks for all
     */
    public static FileBytes of(InputStream in, int most) {
        return new FileBytes(in, most, new byte[0], false);
    }

    /** Whether there are so many bytes, as far as they may be read. */
    public boolean has(long end) throws IOException {
        while (length < end && length < most && !ended) {
            readTo(Math.min(most, Math.max(FIRST_READ, GROWTH * length)));
        }
        return end <= length;
    }

    /** How many bytes there are; -1 if that is not known yet. */
    long length() {
        return ended ? length : -1;
    }

    private void readTo(int size) throws IOException {
        bytes = Arrays.copyOf(bytes, size);
        length += read(() -> in.readNBytes(bytes, length, size - length));
        ended = length < size;
    }

    private interface Reading<T> {
        T run() throws IOException;
    }

    /** A stream that has failed may have lost bytes: it is not read any more. */
    private <T> T read(Reading<T> reading) throws IOException {
        if (failure.isPresent()) {
            throw failure.get();
        }
        try {
            return reading.run();
        } catch (IOException e) {
            failure = Optional.of(e);
            throw e;
        }
    }

    /**
     * The byte at an index, 0 to 255.
     *
     * @throws EOFException if there is none, or it may not be read yet
     */
    public int u8(long at) throws IOException {
        if (!has(at + 1)) {
            throw new EOFException("no byte " + at);
        }
        return bytes[(int) at] & 0xff;
    }

    /** An unsigned number of up to four bytes, the first of which is the highest. */
    public long bigEndian(long at, int n) throws IOException {
        long number = 0;
        for (int i = 0; i < n; i++) {
            number = number << 8 | u8(at + i);
        }
        return number;
    }

    /** An unsigned number of up to four bytes, the first of which is the lowest. */
    public long littleEndian(long at, int n) throws IOException {
        long number = 0;
        for (int i = n - 1; i >= 0; i--) {
            number = number << 8 | u8(at + i);
        }
        return number;
    }

    /** The first bytes, at most so many. */
    public byte[] first(int n) throws IOException {
        int there = has(n) ? n : length;
        return Arrays.copyOf(bytes, there);
    }

    /** Copies what is there from an index on; returns how much, at least one byte, or -1 beyond the end. */
    int read(long at, byte[] target, int offset, int n) throws IOException {
        if (!has(at + 1)) {
            return -1;
        }
        int copied = has(at + n) ? n : (int) (length - at);
        System.arraycopy(bytes, (int) at, target, offset, copied);
        return copied;
    }

    /**
     * The whole file, read to its end; not to be written to.
     *
     * @param expected how many bytes it is thought to have; 0 if that is not known
     * @param limit how many it may have
     * @throws CodecException if it has more
     */
    public byte[] whole(long expected, int limit) throws IOException {
        if (!ended) {
            int size = Math.clamp(expected, length, limit);
            bytes = Arrays.copyOf(bytes, size);
            length += read(() -> in.readNBytes(bytes, length, size - length));
            byte[] more = length < size ? new byte[0] : read(() -> readRest(limit - length, limit));
            bytes = joined(bytes, length, more);
            length = bytes.length;
            ended = true;
        } else if (bytes.length > length) {
            bytes = Arrays.copyOf(bytes, length);
        }
        return bytes;
    }

    private byte[] readRest(int most, int limit) throws IOException {
        byte[] rest = in.readNBytes(most + 1);
        if (rest.length > most) {
            throw new CodecException("expected at most " + limit + " bytes, found more");
        }
        return rest;
    }

    private static byte[] joined(byte[] bytes, int length, byte[] more) {
        if (length == 0) {
            return more;
        }
        byte[] all = bytes.length == length + more.length ? bytes : Arrays.copyOf(bytes, length + more.length);
        System.arraycopy(more, 0, all, length, more.length);
        return all;
    }
}
