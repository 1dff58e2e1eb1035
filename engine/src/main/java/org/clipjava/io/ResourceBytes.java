package org.clipjava.io;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Reads what lies among a program's resources, also in a jar, into memory outside the heap: without a file, and of any size. */
public final class ResourceBytes {
    private static final int ALIGNMENT = 64;
    private static final int BUFFER = 1 << 16;

    private ResourceBytes() {}

    /**
     * All bytes of a resource to its end, aligned to 64. Where the stream knows how many are left, as a jar's does, no more
     * memory is taken; else up to three times as much for a while.
     *
     * @param in closed by who opened it
     * @param arena how long they live
     * @throws IOException if it can't be read
     */
    public static MemorySegment read(InputStream in, Arena arena) throws IOException {
        MemorySegment bytes = arena.allocate(Math.max(in.available(), BUFFER), ALIGNMENT);
        byte[] buffer = new byte[BUFFER];
        long length = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (n > bytes.byteSize() - length) {
                MemorySegment larger = arena.allocate(2 * bytes.byteSize(), ALIGNMENT);
                bytes = larger.copyFrom(bytes.asSlice(0, length));
            }
            MemorySegment.copy(MemorySegment.ofArray(buffer), 0, bytes, length, n);
            length += n;
        }
        return bytes.asSlice(0, length);
    }
}
