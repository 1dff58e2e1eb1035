package org.clipjava.image.codec.webp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.clipjava.image.codec.LittleEndian;

/** WebP files put together by hand. */
final class WebpFiles {
    private WebpFiles() {}

    static byte[] riff(byte[]... chunks) {
        byte[] body = join(chunks);
        byte[] file = join("RIFF    WEBP".getBytes(StandardCharsets.ISO_8859_1), body);
        WebpCorpus.putInt(file, 4, file.length - 8);
        return file;
    }

    static byte[] chunk(String type, byte[]... parts) {
        byte[] body = join(parts);
        byte[] header = (type + "    ").getBytes(StandardCharsets.ISO_8859_1);
        WebpCorpus.putInt(header, 4, body.length);
        return join(header, body, new byte[body.length & 1]);
    }

    static byte[] vp8x(int flags, int width, int height) {
        return chunk("VP8X", new byte[] {(byte) flags, 0, 0, 0}, int24(width - 1), int24(height - 1));
    }

    static byte[] anmf(int x, int y, byte[]... inner) {
        return chunk("ANMF", int24(x / 2), int24(y / 2), new byte[10], join(inner));
    }

    static byte[] int24(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16)};
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** The first chunk of a type that a file without VP8X begins with. */
    static byte[] firstChunk(byte[] file) {
        int length = LittleEndian.int32(file, 16);
        return Arrays.copyOfRange(file, 12, 20 + length + (length & 1));
    }

    /** Writes a VP8L stream. */
    static final class LosslessWriter {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private long pending;
        private int count;

        LosslessWriter(int width, int height) {
            bits(0x2f, 8).bits(width - 1, 14).bits(height - 1, 14).bits(0, 4);
        }

        LosslessWriter bits(int value, int n) {
            pending |= (value & 0xffffffffL) << count;
            count += n;
            while (count >= 8) {
                out.write((byte) pending);
                pending >>>= 8;
                count -= 8;
            }
            return this;
        }

        /** A code of one symbol below 256, which then takes no bits. */
        LosslessWriter one(int symbol) {
            return bits(1, 1).bits(0, 1).bits(1, 1).bits(symbol, 8);
        }

        /** A code of eight bits for each symbol below 256, the symbol's bits turned round. */
        LosslessWriter all(boolean more) {
            // The twelfth code length in the order of the stream is 8; it is the only one, so a length takes no bits.
            bits(0, 1).bits(12 - 4, 4).bits(0, 16).bits(0, 17).bits(1, 3);
            return more ? bits(1, 1).bits(3, 3).bits(256 - 2, 8) : bits(0, 1);
        }

        byte[] chunk() {
            if (count > 0) {
                bits(0, 8 - count);
            }
            return WebpFiles.chunk("VP8L", out.toByteArray());
        }
    }
}
