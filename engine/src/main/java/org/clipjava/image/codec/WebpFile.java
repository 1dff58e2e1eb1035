package org.clipjava.image.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalLong;

/** The chunks of a WebP file that matter before something else decodes it. */
final class WebpFile {
    private static final int HEADER_BYTES = 12;

    private final ByteBuffer file;
    private boolean lossy;
    private Orientation orientation = Orientation.NORMAL;

    private WebpFile(byte[] file) {
        this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads a file that starts with WebP's signature, as far as its chunks make sense. */
    static WebpFile read(byte[] file) {
        WebpFile webp = new WebpFile(file);
        webp.readChunks(HEADER_BYTES, file.length, false);
        return webp;
    }

    /** Width x height, of the canvas or the only frame. */
    static OptionalLong pixels(FileBytes file) throws IOException {
        int body = HEADER_BYTES + 8;
        return switch (new String(file.first(HEADER_BYTES + 4), ISO_8859_1).substring(HEADER_BYTES)) {
            case "VP8X" -> Codec.pixels(file.littleEndian(body + 4, 3) + 1, file.littleEndian(body + 7, 3) + 1);
            case "VP8L" -> {
                // After a byte of signature two numbers of 14 bits.
                long bits = file.littleEndian(body + 1, 4);
                yield Codec.pixels((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
            }
            // After the frame's tag and its start code; two bits more say how to scale it.
            case "VP8 " ->
                Codec.pixels(file.littleEndian(body + 6, 2) & 0x3fff, file.littleEndian(body + 8, 2) & 0x3fff);
            default -> OptionalLong.empty();
        };
    }

    /** Whether any frame is lossy. */
    boolean lossy() {
        return lossy;
    }

    Orientation orientation() {
        return orientation;
    }

    private void readChunks(int from, int to, boolean inFrame) {
        int at = from;
        while (to - at >= 8) {
            String type = new String(file.array(), at, 4, ISO_8859_1);
            long length = file.getInt(at + 4) & 0xffffffffL;
            int body = at + 8;
            int end = (int) Math.min(to, body + length);
            switch (type) {
                case "VP8 " -> lossy = true;
                // A frame's own chunks come after 16 bytes of its place and duration.
                case "ANMF" -> {
                    if (!inFrame) {
                        readChunks(Math.min(body + 16, end), end, true);
                    }
                }
                case "EXIF" -> {
                    byte[] exif = Arrays.copyOfRange(file.array(), body, end);
                    orientation = Orientation.of(Orientation.ofExif(exif).orElse(1));
                }
                default -> {}
            }
            at = (int) Math.min(to, body + length + (length & 1));
        }
    }
}
