package org.clipjava.image.codec;

import java.util.Arrays;

/**
 * The first frame of a GIF on its canvas, as Pillow composes it: what the frame does not cover has the transparent
 * index, or index 0 where there is none; the transparent index shows the colour that its palette gives it.
 *
 * <p>Decoded here because ImageIO gives the frame without its canvas and takes a picture that ends early for a whole one.
 */
final class GifDecoder {
    private static final int TABLE = 4096;

    private final byte[] file;
    private int at;

    private GifDecoder(byte[] file) {
        this.file = file;
    }

    /** Decodes a file that starts with GIF's signature. */
    static PixelRows decode(byte[] file) throws CodecException {
        return new GifDecoder(file).decode();
    }

    private PixelRows decode() throws CodecException {
        at = 6;
        int screenWidth = readShort();
        int screenHeight = readShort();
        int flags = readByte();
        skip(2);
        byte[] palette = readPalette(flags);
        int transparent = 0;
        while (true) {
            int block = readByte();
            if (block == ',') {
                break;
            }
            if (block == ';') {
                throw new CodecException("GIF without a picture");
            }
            if (block == '!') {
                int label = readByte();
                int length = readByte();
                if (label == 0xf9 && length >= 4) {
                    boolean hasTransparent = (readByte() & 1) != 0;
                    skip(2);
                    int index = readByte();
                    skip(length - 4);
                    transparent = hasTransparent ? index : transparent;
                } else {
                    skip(length);
                }
                while (length != 0) {
                    length = readByte();
                    skip(length);
                }
            }
            // Anything else is stray and skipped, as Pillow does.
        }
        int left = readShort();
        int top = readShort();
        int frameWidth = readShort();
        int frameHeight = readShort();
        int frameFlags = readByte();
        int width = Math.max(screenWidth, left + frameWidth);
        int height = Math.max(screenHeight, top + frameHeight);
        ImageSize.check(width, height);
        ImageSize.check(frameWidth, frameHeight);
        if ((frameFlags & 0x80) != 0) {
            palette = readPalette(frameFlags);
        }
        byte[] frame = new LzwReader(readByte()).read(frameWidth * frameHeight, frameWidth);

        byte[] indices = new byte[width * height];
        Arrays.fill(indices, (byte) transparent);
        int stored = 0;
        for (int[] pass : (frameFlags & 0x40) != 0 ? INTERLACED : WHOLE) {
            for (int y = pass[0]; y < frameHeight; y += pass[1]) {
                System.arraycopy(frame, frameWidth * stored++, indices, (top + y) * width + left, frameWidth);
            }
        }
        byte[] rgb = new byte[3 * indices.length];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(palette, 3 * (indices[i] & 0xff), rgb, 3 * i, 3);
        }
        return new PixelRows(width, height, rgb);
    }

    /** First row and distance of rows, of each pass. */
    private static final int[][] INTERLACED = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

    private static final int[][] WHOLE = {{0, 1}};

    /** The palette that follows if bit 7 is set, else none: then an index is its gray. */
    private byte[] readPalette(int flags) throws CodecException {
        int size = (flags & 0x80) != 0 ? 3 << ((flags & 7) + 1) : 0;
        skip(size);
        return size == 0 ? Palette.gray() : Palette.of(Arrays.copyOfRange(file, at - size, at));
    }

    private int readShort() throws CodecException {
        return readByte() | readByte() << 8;
    }

    private int readByte() throws CodecException {
        skip(1);
        return file[at - 1] & 0xff;
    }

    private void skip(int n) throws CodecException {
        if (file.length - at < n) {
            throw truncated("the file ends in its headers");
        }
        at += n;
    }

    private CodecException truncated(String how) {
        return new CodecException("truncated GIF: " + how);
    }

    private CodecException corrupt(String what) {
        return new CodecException("corrupt GIF: " + what);
    }

    /** GIF's variable-length codes, from the sub-blocks at {@code at}. */
    private final class LzwReader {
        private final int clear;
        private final byte[] suffix = new byte[TABLE];
        private final short[] prefix = new short[TABLE];
        private int codeBits;
        private int next;
        private int buffer;
        private int buffered;
        private int blockLeft;

        LzwReader(int minimumBits) throws CodecException {
            if (minimumBits > 11) {
                throw corrupt("expected codes of at least 0 to 11 bits, found " + minimumBits);
            }
            clear = 1 << minimumBits;
            reset(minimumBits);
        }

        private void reset(int minimumBits) {
            codeBits = minimumBits + 1;
            next = clear + 2;
        }

        /** Reads {@code n} indices; {@code width} is for messages. */
        byte[] read(int n, int width) throws CodecException {
            // A code has at least one bit and stands for less than a table of pixels.
            if (n > 8L * TABLE * (file.length - at)) {
                throw truncated("expected " + n + " pixels, found " + (file.length - at) + " bytes for them");
            }
            byte[] out = new byte[n];
            byte[] string = new byte[TABLE + 1];
            int written = 0;
            int previous = -1;
            int first = 0;
            while (written < n) {
                int code = readCode();
                if (code < 0 || code == clear + 1) {
                    throw truncated(
                            "expected " + n / width + " rows of pixels, the data end in row " + written / width);
                }
                if (code == clear) {
                    reset(Integer.numberOfTrailingZeros(clear));
                    previous = -1;
                    continue;
                }
                if (previous < 0 ? code > clear : code > next) {
                    throw corrupt("expected a code below " + next + ", found " + code);
                }
                // The string of a code is read from its end.
                int length = 0;
                int rest = code;
                if (code == next) {
                    string[length++] = (byte) first;
                    rest = previous;
                }
                while (rest >= clear) {
                    string[length++] = suffix[rest];
                    rest = prefix[rest];
                }
                first = rest;
                string[length++] = (byte) rest;
                if (previous >= 0 && next < TABLE) {
                    suffix[next] = (byte) first;
                    prefix[next] = (short) previous;
                    if (next == (1 << codeBits) - 1 && codeBits < 12) {
                        codeBits++;
                    }
                    next++;
                }
                previous = code;
                for (int i = length - 1; i >= 0 && written < n; i--) {
                    out[written++] = string[i];
                }
            }
            return out;
        }

        /** The next code, -1 where the data end. */
        private int readCode() {
            while (buffered < codeBits) {
                if (blockLeft == 0) {
                    if (at >= file.length || file[at] == 0 || file.length - at - 1 < (file[at] & 0xff)) {
                        return -1;
                    }
                    blockLeft = file[at++] & 0xff;
                }
                buffer |= (file[at++] & 0xff) << buffered;
                buffered += 8;
                blockLeft--;
            }
            int code = buffer & ((1 << codeBits) - 1);
            buffer >>>= codeBits;
            buffered -= codeBits;
            return code;
        }
    }
}
