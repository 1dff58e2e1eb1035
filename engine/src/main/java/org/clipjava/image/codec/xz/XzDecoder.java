package org.clipjava.image.codec.xz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.LittleEndian;

/**
 * A stream of {@code .xz}, decompressed piece by piece: its blocks of LZMA2, with or without differences of bytes before it, and their
 * checksums of CRC32, CRC64 and SHA-256. It holds one dictionary, as far as it was filled, and of it no more than is to be had in all.
 *
 * <p>The index behind the blocks, which repeats their sizes, is not read, nor is what follows it.
 *
 * <p>For one thread at a time.
 */
public final class XzDecoder {
    private static final byte[] MAGIC = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};
    private static final int FLAGS = 2;
    private static final int MOST_KINDS = 15;

    private static final int FILTERS = 3;
    private static final int RESERVED = 0x3c;
    private static final int HAS_COMPRESSED = 0x40;
    private static final int HAS_SIZE = 0x80;

    private static final long DELTA = 3;
    private static final long LZMA2 = 0x21;
    private static final int MOST_DICTIONARY = 40;

    /** What a match has at most, and what of the last one may lie behind all that is read. */
    private static final int LONGEST_MATCH = 273;

    private final byte[] data;
    private final int end;
    private final long most;
    private final Lzma2Chunks chunks;

    private int at;

    /** What a block's header that is read has still; where it ends. */
    private int headerEnd;

    /** What sums there are; below 0: the stream's header was not read yet. */
    private int sumKind = -1;

    private BlockSum sum = new BlockSum(0);

    private final CRC32 headerSum = new CRC32();

    /** Of the block that is read: whether there is one, and what its header says. */
    private boolean inBlock;

    private OptionalLong compressed = OptionalLong.empty();
    private OptionalLong size = OptionalLong.empty();

    /** The one that was applied last first. */
    private final List<Delta> deltas = new ArrayList<>();

    /** How many bytes there were of it. */
    private long total;

    /**
     * Begins at the stream's header.
     *
     * @param data what the stream is in
     * @param start of the stream
     * @param end of it, or more
     * @param most bytes that will be read
     */
    public XzDecoder(byte[] data, int start, int end, long most) {
        this.data = data;
        this.at = start;
        this.end = end;
        this.most = most;
        chunks = new Lzma2Chunks(data, end);
    }

    /**
     * Decompresses.
     *
     * @return how many bytes, fewer than asked for only where the blocks or the data end
     * @throws CodecException if they are damaged, or have other filters
     */
    public int read(byte[] out, int from, int n) throws CodecException {
        if (sumKind < 0 && !readHeader()) {
            return 0;
        }
        int done = 0;
        while (done < n) {
            if (!inBlock && !beginBlock()) {
                return done;
            }
            done += readBlock(out, from + done, n - done);
            if (inBlock) {
                return done;
            }
        }
        return done;
    }

    private boolean has(int bytes) {
        return bytes <= end - at;
    }

    /** Whether there is one; else the data end. */
    private boolean readHeader() throws CodecException {
        int flags = at + MAGIC.length;
        if (!has(MAGIC.length + FLAGS + Integer.BYTES)) {
            return false;
        }
        if (!Arrays.equals(data, at, flags, MAGIC, 0, MAGIC.length)) {
            throw Corrupt.xz("expected a stream's header, found bytes of something else");
        }
        checkSum(flags, FLAGS, "the flags of a stream");
        int kind = data[flags + 1];
        if (data[flags] != 0 || kind < 0 || kind > MOST_KINDS) {
            throw new CodecException("XZ: expected flags that are known, found 0x"
                    + Integer.toHexString(LittleEndian.int16(data, flags)));
        }
        sumKind = kind;
        sum = new BlockSum(kind);
        at = flags + FLAGS + Integer.BYTES;
        return true;
    }

    /** Compares a CRC32 with the four bytes behind. */
    private void checkSum(int from, int n, String what) throws CodecException {
        headerSum.reset();
        headerSum.update(data, from, n);
        if (LittleEndian.unsigned32(data, from + n) != headerSum.getValue()) {
            throw Corrupt.xz("expected " + what + " of checksum 0x"
                    + Integer.toHexString(LittleEndian.int32(data, from + n)) + ", found 0x"
                    + Long.toHexString(headerSum.getValue()));
        }
    }

    /** Whether there is one; else the data end, or the index begins. */
    private boolean beginBlock() throws CodecException {
        if (!has(1) || data[at] == 0) {
            return false;
        }
        int bytes = 4 * ((data[at] & 0xff) + 1);
        if (!has(bytes)) {
            return false;
        }
        int stop = at + bytes;
        headerEnd = stop - Integer.BYTES;
        checkSum(at, bytes - Integer.BYTES, "a block's header");
        at++;
        int flags = next();
        if ((flags & RESERVED) != 0) {
            throw new CodecException(
                    "XZ: expected flags of a block that are known, found 0x" + Integer.toHexString(flags));
        }
        compressed = (flags & HAS_COMPRESSED) == 0 ? OptionalLong.empty() : OptionalLong.of(nextNumber());
        size = (flags & HAS_SIZE) == 0 ? OptionalLong.empty() : OptionalLong.of(nextNumber());
        deltas.clear();
        for (int i = 0; i < (flags & FILTERS); i++) {
            deltas.addFirst(new Delta(nextFilter(DELTA) + 1));
        }
        long dictionary = dictionary(nextFilter(LZMA2));
        while (at < headerEnd) {
            if (next() != 0) {
                throw Corrupt.xz("expected a block's header that is filled with 0");
            }
        }
        at = stop;
        total = 0;
        inBlock = true;
        long held = Math.min(dictionary, most + LONGEST_MATCH);
        chunks.begin(at, (int) Math.min(held, Integer.MAX_VALUE - 8));
        return true;
    }

    private int next() throws CodecException {
        if (at >= headerEnd) {
            throw Corrupt.xz("expected more in a block's header");
        }
        return data[at++] & 0xff;
    }

    /** Seven bits a byte, the lowest first. */
    private long nextNumber() throws CodecException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
            int some = next();
            value |= (some & 0x7fL) << shift;
            if (some < 0x80) {
                if (some == 0 && shift > 0) {
                    throw Corrupt.xz("expected a number without needless bytes");
                }
                return value;
            }
        }
        throw Corrupt.xz("expected a number of at most 63 bits");
    }

    /** The property of a filter, which has one. */
    private int nextFilter(long expected) throws CodecException {
        long filter = nextNumber();
        long properties = nextNumber();
        if (filter != expected || properties != 1) {
            throw new CodecException("XZ: expected a block of LZMA2, or of differences and LZMA2, found filter 0x"
                    + Long.toHexString(filter) + " of " + properties + " properties");
        }
        return next();
    }

    private static long dictionary(int property) throws CodecException {
        if (property > MOST_DICTIONARY) {
            throw new CodecException("XZ: expected a dictionary of a size that is known, found " + property);
        }
        return property == MOST_DICTIONARY ? 0xffffffffL : (2L | (property & 1)) << (property / 2 + 11);
    }

    private int readBlock(byte[] out, int from, int n) throws CodecException {
        int some = chunks.read(out, from, n);
        for (Delta delta : deltas) {
            delta.sum(out, from, some);
        }
        sum.update(out, from, some);
        total += some;
        if (chunks.isFinished()) {
            finishBlock();
        } else {
            checkSize(size.isPresent() && total > size.getAsLong());
        }
        return some;
    }

    private void checkSize(boolean other) throws CodecException {
        if (other) {
            throw Corrupt.xz("expected a block of " + size.getAsLong() + " bytes, found " + total);
        }
    }

    /** A checksum that is cut off is none, as to libtiff. */
    private void finishBlock() throws CodecException {
        inBlock = false;
        checkSize(size.isPresent() && total != size.getAsLong());
        int bytes = chunks.at() - at;
        if (compressed.isPresent() && compressed.getAsLong() != bytes) {
            throw Corrupt.xz("expected a block of " + compressed.getAsLong() + " compressed bytes, found " + bytes);
        }
        for (at += bytes; bytes % 4 != 0 && has(1); bytes++) {
            if (data[at++] != 0) {
                throw Corrupt.xz("expected a block that is filled with 0");
            }
        }
        int stored = BlockSum.bytes(sumKind);
        if (has(stored)) {
            sum.check(data, at, stored);
        }
        at += Math.min(stored, end - at);
    }
}
