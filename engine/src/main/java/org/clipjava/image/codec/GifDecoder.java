package org.clipjava.image.codec;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The first frame of a GIF on its canvas, as Pillow composes it: what the frame does not cover has the transparent
 * index, or index 0 where there is none; the transparent index shows the colour that its palette gives it.
 *
 * <p>Decoded here because ImageIO gives the frame without its canvas and takes a picture that ends early for a whole one.
 */
final class GifDecoder {
    /** Pixels that a code stands for at most: as many as there are codes. */
    private static final int LONGEST_STRING = 4096;

    private final byte[] file;
    private final Background background;
    private int at;

    private GifDecoder(byte[] file, Background background) {
        this.file = file;
        this.background = background;
    }

    /** Decodes a file that starts with GIF's signature. */
    static PixelRows decode(byte[] file, Background background) throws CodecException {
        return new GifDecoder(file, background).decode();
    }

    private PixelRows decode() throws CodecException {
        at = 6;
        int screenWidth = readShort();
        int screenHeight = readShort();
        int flags = readByte();
        skip(2);
        byte[] palette = readPalette(flags);
        OptionalInt transparent = OptionalInt.empty();
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
                    transparent = hasTransparent ? OptionalInt.of(index) : transparent;
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
        if (transparent.isPresent()) {
            background.blend(palette, 3 * transparent.getAsInt(), 0);
        }
        LzwReader reader = new LzwReader(readByte(), frameWidth, frameHeight);
        byte[] rgb = new byte[3 * width * height];
        if (frameWidth < width || frameHeight < height) {
            int around = 3 * transparent.orElse(0);
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = palette[around + i % 3];
            }
        }
        byte[] row = new byte[frameWidth];
        for (int[] pass : (frameFlags & 0x40) != 0 ? INTERLACED : WHOLE) {
            for (int y = pass[0]; y < frameHeight; y += pass[1]) {
                reader.read(row);
                int to = 3 * ((top + y) * width + left);
                for (int x = 0; x < frameWidth; x++) {
                    System.arraycopy(palette, 3 * (row[x] & 0xff), rgb, to + 3 * x, 3);
                }
            }
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
        byte[] colors = Arrays.copyOfRange(file, at - size, at);
        byte[] gray = Palette.gray();
        // Pillow drops a palette that says nothing, and an index beyond it is its gray then.
        return Arrays.equals(colors, Arrays.copyOf(gray, size)) ? gray : Palette.of(colors);
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
        private final LzwStrings strings;
        private final int rows;
        private int rowsRead;
        private int buffer;
        private int buffered;
        private int blockLeft;

        LzwReader(int minimumBits, int width, int height) throws CodecException {
            if (minimumBits > 11) {
                throw corrupt("expected codes of at least 0 to 11 bits, found " + minimumBits);
            }
            // A code has at least one bit.
            if ((long) width * height > 8L * LONGEST_STRING * (file.length - at)) {
                throw truncated(
                        "expected " + width * height + " pixels, found " + (file.length - at) + " bytes for them");
            }
            strings = new LzwStrings(minimumBits, 0);
            rows = height;
        }

        /** Fills a row with the next indices. */
        void read(byte[] row) throws CodecException {
            int written = strings.take(row, 0);
            while (written < row.length) {
                readString();
                written = strings.take(row, written);
            }
            rowsRead++;
        }

        private void readString() throws CodecException {
            int code = readCode();
            if (code < 0 || code == strings.clearCode() + 1) {
                throw truncated("expected " + rows + " rows of pixels, the data end in row " + rowsRead);
            }
            if (code == strings.clearCode()) {
                strings.clear();
            } else if (!strings.read(code)) {
                throw corrupt("expected a code below " + strings.beyond() + ", found " + code);
            }
        }

        /** The next code, -1 where the data end. */
        private int readCode() {
            int codeBits = strings.codeBits();
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
