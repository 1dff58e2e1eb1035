package org.clipjava.eval;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.clipjava.io.Sha256;

/** The SHA-256 of a file's bytes, as four numbers, big-endian. Immutable and thread-safe. */
public record ContentHash(long a, long b, long c, long d) {
    /** Of these bytes. */
    public static ContentHash of(byte[] content) {
        return read(ByteBuffer.wrap(Sha256.digest().digest(content)));
    }

    static ContentHash read(ByteBuffer from) {
        return new ContentHash(from.getLong(), from.getLong(), from.getLong(), from.getLong());
    }

    void write(ByteBuffer to) {
        to.putLong(a).putLong(b).putLong(c).putLong(d);
    }

    /** In hexadecimal. */
    @Override
    public String toString() {
        ByteBuffer bytes = ByteBuffer.allocate(Sha256.BYTES);
        write(bytes);
        return HexFormat.of().formatHex(bytes.array());
    }
}
