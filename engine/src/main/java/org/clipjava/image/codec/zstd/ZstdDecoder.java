package org.clipjava.image.codec.zstd;

import java.util.Optional;
import java.util.OptionalLong;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.LittleEndian;

/**
 * Frames of Zstandard (RFC 8878), one after the other and with what is to be skipped between them, decompressed piece by piece: all
 * kinds of blocks, and checksums, without dictionaries. What is decompressed is what is asked for and less than a block more. It holds
 * one window, as far as it was filled, and of it no more than is to be had in all.
 *
 * <p>For one thread at a time.
 */
public final class ZstdDecoder {
    private static final int MAGIC = 0xfd2fb528;
    private static final int SKIPPABLE = 0x184d2a50;
    private static final int SKIPPABLE_KINDS = 0xfffffff0;

    private static final int LARGEST_BLOCK = 1 << 17;

    /** As libzstd has it by default, which writes none that are larger. */
    private static final long LARGEST_WINDOW = (1 << 27) + 1;

    private static final int RAW = 0;
    private static final int RLE = 1;
    private static final int COMPRESSED = 2;

    private final byte[] data;
    private final int end;
    private final long most;

    private int at;
    private Optional<Frame> frame = Optional.empty();

    /**
     * Begins at the first frame.
     *
     * @param data what the frames are in
     * @param start of the first frame
     * @param end of the last one
     * @param most bytes that will be read
     */
    public ZstdDecoder(byte[] data, int start, int end, long most) {
        this.data = data;
        this.at = start;
        this.end = end;
        this.most = most;
    }

    /**
     * Decompresses.
     *
     * @return how many bytes, fewer than asked for only where the data end
     * @throws CodecException if they are damaged, or need a dictionary or too large a window
     */
    public int read(byte[] out, int from, int n) throws CodecException {
        int done = 0;
        while (done < n) {
            if (frame.isEmpty()) {
                frame = nextFrame();
                if (frame.isEmpty()) {
                    return done;
                }
            }
            Frame open = frame.get();
            done += open.history.take(out, from + done, n - done);
            // A frame is finished with its last byte, or its checksum would be left out.
            while (open.history.left() == 0 && !open.finished) {
                if (!open.nextBlock()) {
                    return done;
                }
            }
            if (open.finished && open.history.left() == 0) {
                frame = Optional.empty();
            }
        }
        return done;
    }

    private boolean has(int bytes) {
        return bytes <= end - at;
    }

    /** A number, its lowest byte first; there have to be so many. */
    private long number(int bytes) {
        at += bytes;
        return LittleEndian.number(data, at - bytes, bytes);
    }

    /** Empty where the data end. */
    private Optional<Frame> nextFrame() throws CodecException {
        while (has(Integer.BYTES)) {
            int magic = (int) number(Integer.BYTES);
            if (magic == MAGIC) {
                return frameAfterMagic();
            }
            if ((magic & SKIPPABLE_KINDS) != SKIPPABLE) {
                throw Corrupt.zstd("expected a frame, found 0x" + Integer.toHexString(magic));
            }
            if (!has(Integer.BYTES)) {
                return Optional.empty();
            }
            long skipped = number(Integer.BYTES);
            at += (int) Math.min(skipped, end - at);
        }
        return Optional.empty();
    }

    private Optional<Frame> frameAfterMagic() throws CodecException {
        if (!has(1)) {
            return Optional.empty();
        }
        int descriptor = (int) number(1);
        boolean single = (descriptor & 0x20) != 0;
        int sizeBytes = descriptor >> 6 == 0 ? (single ? 1 : 0) : 1 << (descriptor >> 6);
        int dictionaryBytes = (1 << (descriptor & 3)) >> 1;
        if ((descriptor & 8) != 0) {
            throw Corrupt.zstd("expected a frame's header, found a bit that is reserved");
        }
        if (!has((single ? 0 : 1) + dictionaryBytes + sizeBytes)) {
            return Optional.empty();
        }
        long window = single ? 0 : window((int) number(1));
        long dictionary = number(dictionaryBytes);
        if (dictionary != 0) {
            throw new CodecException("Zstandard: expected data without a dictionary, found dictionary " + dictionary);
        }
        OptionalLong size =
                sizeBytes == 0 ? OptionalLong.empty() : OptionalLong.of(number(sizeBytes) + (sizeBytes == 2 ? 256 : 0));
        if (single) {
            window = size.getAsLong() < 0 ? Long.MAX_VALUE : size.getAsLong();
        }
        long held = Math.min(window, most);
        if (held > LARGEST_WINDOW) {
            throw new CodecException(
                    "Zstandard: expected a window of at most " + LARGEST_WINDOW + " bytes, found " + held);
        }
        int largest = (int) Math.min(window, LARGEST_BLOCK);
        return Optional.of(new Frame(size, largest, (int) held, (descriptor & 4) != 0));
    }

    private static long window(int descriptor) {
        long base = 1L << (10 + (descriptor >> 3));
        return base + base / 8 * (descriptor & 7);
    }

    /** The frame that is read. */
    private final class Frame {
        private final OptionalLong size;
        private final int largestBlock;
        private final History history;
        private final Literals literals;
        private final Sequences sequences = new Sequences();
        private final Optional<XxHash64> hash;
        private boolean finished;
        private long total;

        Frame(OptionalLong size, int largestBlock, int window, boolean checked) {
            this.size = size;
            this.largestBlock = largestBlock;
            history = new History(window, largestBlock);
            literals = new Literals(largestBlock);
            hash = checked ? Optional.of(new XxHash64()) : Optional.empty();
        }

        /** Whether there was one; else the data end. */
        boolean nextBlock() throws CodecException {
            if (!has(3)) {
                return false;
            }
            int header = (int) number(3);
            int kind = header >> 1 & 3;
            int bytes = header >> 3;
            if (bytes > largestBlock) {
                throw Corrupt.zstd("expected a block of at most " + largestBlock + " bytes, found " + bytes);
            }
            int stored = kind == RLE ? 1 : bytes;
            if (!has(stored)) {
                return false;
            }
            history.beginBlock();
            switch (kind) {
                case RAW -> history.copy(data, at, bytes);
                case RLE -> history.fill(data[at], bytes);
                case COMPRESSED -> {
                    ByteInput in = new ByteInput(data, at, at + bytes);
                    literals.read(in);
                    sequences.read(in, literals, history);
                }
                default -> throw Corrupt.zstd("expected a block of a known kind, found " + kind);
            }
            at += stored;
            int n = history.left();
            total += n;
            hash.ifPresent(sum -> sum.update(history.bytes(), history.start(), n));
            if ((header & 1) != 0) {
                finish();
            }
            return true;
        }

        /** A checksum that is cut off is none, as to libtiff. */
        private void finish() throws CodecException {
            finished = true;
            if (size.isPresent() && total != size.getAsLong()) {
                throw Corrupt.zstd(
                        "expected a frame of " + Long.toUnsignedString(size.getAsLong()) + " bytes, found " + total);
            }
            if (hash.isPresent() && has(Integer.BYTES)) {
                int expected = (int) number(Integer.BYTES);
                int found = (int) hash.get().value();
                if (found != expected) {
                    throw Corrupt.zstd("expected a frame of checksum 0x" + Integer.toHexString(expected) + ", found 0x"
                            + Integer.toHexString(found));
                }
            }
        }
    }
}
