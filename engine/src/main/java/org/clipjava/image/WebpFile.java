package org.clipjava.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

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
