package org.clipjava.cli;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URL;
import java.util.Optional;

/** The model that the jar carries, so that it does something by itself: {@code pictogram/} says how it came about. */
record EmbeddedModel(URL resource) {
    /** What messages call it. */
    static final String NAME = "the built-in model";

    private static final String RESOURCE = "/org/clipjava/cli/default-model.safetensors";

    /** Empty in a jar that was built without. */
    static Optional<EmbeddedModel> find() {
        return Optional.ofNullable(EmbeddedModel.class.getResource(RESOURCE)).map(EmbeddedModel::new);
    }

    /** The model file's bytes. */
    MemorySegment read(Arena arena) throws IOException {
        long size = resource.openConnection().getContentLengthLong();
        MemorySegment bytes = arena.allocate(size, 64);
        byte[] buffer = new byte[1 << 16];
        long offset = 0;
        try (InputStream in = resource.openStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                MemorySegment.copy(MemorySegment.ofArray(buffer), 0, bytes, offset, n);
                offset += n;
            }
        }
        return bytes;
    }
}
