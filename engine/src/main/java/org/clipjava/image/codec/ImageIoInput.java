package org.clipjava.image.codec;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/** A file as ImageIO reads it. Its own streams over bytes copy them into a cache first. */
final class ImageIoInput extends ImageInputStreamImpl {
    private final FileBytes file;

    ImageIoInput(FileBytes file) {
        this.file = file;
    }

    @Override
    public int read() throws IOException {
        checkClosed();
        bitOffset = 0;
        return file.has(streamPos + 1) ? file.u8(streamPos++) : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        checkClosed();
        bitOffset = 0;
        if (length == 0) {
            return 0;
        }
        int n = file.read(streamPos, target, offset, length);
        streamPos += Math.max(0, n);
        return n;
    }

    @Override
    public long length() {
        return file.length();
    }
}
