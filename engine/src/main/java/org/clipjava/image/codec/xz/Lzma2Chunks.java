package org.clipjava.image.codec.xz;

import org.clipjava.image.codec.CodecException;

/** Chunks of LZMA2, one after the other, decompressed piece by piece; of one block after the other, in the same memory. */
final class Lzma2Chunks {
    private static final int END = 0;
    private static final int STORED_AFTER_RESET = 1;
    private static final int STORED = 2;

    // From these controls on, a chunk of LZMA's symbols resets ever more.
    private static final int SYMBOLS = 0x80;
    private static final int RESETS_STATE = 0xa0;
    private static final int HAS_PROPERTIES = 0xc0;
    private static final int RESETS_DICTIONARY = 0xe0;

    /** Bytes of a chunk's header: of one that is stored, and of symbols without properties. */
    private static final int STORED_HEADER = 3;

    private static final int SYMBOLS_HEADER = 5;

    /** How much is put into the dictionary before it is taken out again: less than the smallest has room for. */
    private static final int PIECE = 1 << 11;

    private final byte[] data;
    private final int end;
    private final Dictionary dictionary = new Dictionary();
    private final RangeDecoder bits;
    private final LzmaSymbols symbols;

    private int at;
    private boolean finished;
    private boolean needsReset;
    private boolean needsProperties;

    /** Of the chunk that is read: what it is, and how many bytes are still to come of it. */
    private boolean stored;

    private int left;

    Lzma2Chunks(byte[] data, int end) {
        this.data = data;
        this.end = end;
        bits = new RangeDecoder(data);
        symbols = new LzmaSymbols(bits, dictionary);
    }

    /**
     * Begins a block's chunks, which need nothing of what was before; to be called first.
     *
     * @param reach bytes that matches reach back at most
     */
    void begin(int start, int reach) {
        at = start;
        finished = false;
        needsReset = true;
        needsProperties = true;
        left = 0;
        dictionary.begin(reach);
    }

    /** Where the next chunk begins, or what follows the last one. */
    int at() {
        return at;
    }

    /** Whether the mark of the end was read. */
    boolean isFinished() {
        return finished;
    }

    /**
     * Decompresses.
     *
     * @return how many bytes, fewer than asked for only where the chunks or the data end; the mark of the end is read with the last ones
     */
    int read(byte[] out, int from, int n) throws CodecException {
        int done = 0;
        while (true) {
            done += dictionary.take(out, from + done, n - done);
            if (dictionary.left() > 0 || (left == 0 && !beginChunk()) || done == n) {
                return done;
            }
            continueChunk(Math.min(Math.min(n - done, left), PIECE));
        }
    }

    private void continueChunk(int n) throws CodecException {
        if (!stored) {
            left -= symbols.read(n, left);
            if (left == 0) {
                bits.finish();
            }
            return;
        }
        // The chunk's bytes are the last ones before the next chunk.
        for (int i = at - left; i < at - left + n; i++) {
            dictionary.put(data[i]);
        }
        left -= n;
    }

    /** Whether there is one, and all of it; else its end was read, or the data end. */
    private boolean beginChunk() throws CodecException {
        if (finished || at >= end) {
            return false;
        }
        int control = data[at] & 0xff;
        if (control == END) {
            at++;
            finished = true;
            return false;
        }
        if (control > STORED && control < SYMBOLS) {
            throw Corrupt.xz("expected a chunk of a known kind, found 0x" + Integer.toHexString(control));
        }
        stored = control < SYMBOLS;
        boolean hasProperties = control >= HAS_PROPERTIES;
        boolean resets = control >= RESETS_DICTIONARY || control == STORED_AFTER_RESET;
        if ((needsReset && !resets) || (!stored && !hasProperties && needsProperties)) {
            throw Corrupt.xz(
                    "expected a chunk that does not need what was before, found 0x" + Integer.toHexString(control));
        }
        int header = stored ? STORED_HEADER : hasProperties ? SYMBOLS_HEADER + 1 : SYMBOLS_HEADER;
        if (end - at < header) {
            return false;
        }
        int size = stored ? number(1) : (control & 0x1f) << 16 | number(1);
        int bytes = (stored ? size : number(3)) + 1;
        if (end - at - header < bytes) {
            return false;
        }
        if (resets) {
            dictionary.reset();
            needsReset = false;
            needsProperties = true;
        }
        if (hasProperties) {
            setProperties(data[at + SYMBOLS_HEADER] & 0xff);
        }
        if (control >= RESETS_STATE) {
            symbols.reset();
        }
        if (!stored) {
            bits.begin(at + header, at + header + bytes);
        }
        left = size + 1;
        at += header + bytes;
        return true;
    }

    private void setProperties(int properties) throws CodecException {
        if (properties > LzmaSymbols.MOST_PROPERTIES) {
            throw Corrupt.xz("expected properties of at most " + LzmaSymbols.MOST_PROPERTIES + ", found " + properties);
        }
        symbols.setProperties(properties);
        needsProperties = false;
    }

    /** Of two bytes of a header, the highest first. */
    private int number(int offset) {
        return (data[at + offset] & 0xff) << 8 | (data[at + offset + 1] & 0xff);
    }
}
