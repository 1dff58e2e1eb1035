package org.clipjava.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URL;
import java.net.URLConnection;

/** Reads what lies among a program's resources, also in a jar, into memory outside the heap: without a file, and of any size. */
public final class ResourceBytes {
    private static final int ALIGNMENT = 64;
    private static final int BUFFER = 1 << 16;

    private ResourceBytes() {}

    /**
     * All bytes of a resource, aligned to 64.
     *
     * @param arena how long they live
     * @throws IOException if it can't be read, or has another length than it says
     */
    public static MemorySegment read(URL resource, Arena arena) throws IOException {
        long size = connect(resource).getContentLengthLong();
        if (size < 0) {
            try (InputStream in = connect(resource).getInputStream()) {
                size = in.transferTo(OutputStream.nullOutputStream());
            }
        }
        MemorySegment bytes = arena.allocate(size, ALIGNMENT);
        byte[] buffer = new byte[BUFFER];
        long offset = 0;
        try (InputStream in = connect(resource).getInputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (n > size - offset) {
                    throw new IOException(resource + ": expected " + size + " bytes, found more");
                }
                MemorySegment.copy(MemorySegment.ofArray(buffer), 0, bytes, offset, n);
                offset += n;
            }
        }
        if (offset != size) {
            throw new IOException(resource + ": expected " + size + " bytes, found " + offset);
        }
        return bytes;
    }

    private static URLConnection connect(URL resource) throws IOException {
        URLConnection connection = resource.openConnection();
        // A cache would keep the jar open for as long as the JVM lives.
        connection.setUseCaches(false);
        return connection;
    }
}
