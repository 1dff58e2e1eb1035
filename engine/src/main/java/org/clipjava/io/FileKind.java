package org.clipjava.io;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a path leads to, as a message says it. */
public final class FileKind {
    private static final String ITS_CHECKPOINT = "; convert the checkpoint that it was made of";

    private FileKind() {}

    /**
     * What people take for a model now and then, by its first bytes, with the cure.
     *
     * @param beginning the first eight bytes, the first in the lowest bits
     */
    public static Optional<String> notAModel(long beginning) {
        int first = (int) beginning & 0xff;
        int second = (int) beginning >>> 8 & 0xff;
        int third = (int) beginning >>> 16 & 0xff;
        if ((int) beginning == 0x46554747) {
            return Optional.of("a GGUF" + ITS_CHECKPOINT);
        }
        if (beginning == 0x0a1a0a0d46444889L) {
            return Optional.of("an HDF5, as TensorFlow writes it" + ITS_CHECKPOINT);
        }
        // ONNX: a field of its version, one byte, and the next field
        if (first == 0x08 && second < 0x20 && (third == 0x12 || third == 0x1a || third == 0x3a)) {
            return Optional.of("an ONNX graph" + ITS_CHECKPOINT);
        }
        // Flax: a map of few entries, or of up to 65535, whose keys are short strings
        boolean smallMap = first > 0x80 && first <= 0x8f && (second & 0xe0) == 0xa0;
        if (smallMap || first == 0xde) {
            return Optional.of("a msgpack, as Flax writes it" + ITS_CHECKPOINT);
        }
        if (first == '{' || first == '[') {
            return Optional.of("JSON; name the weights, or their folder");
        }
        return first == '<' ? Optional.of("a web page; download it again") : Optional.empty();
    }

    /** What is there in the place of a regular file; empty if that is one, or nothing. Links are followed. */
    public static Optional<String> notAFile(Path path) {
        if (Files.isDirectory(path)) {
            return Optional.of("a folder");
        }
        return Files.exists(path) && !Files.isRegularFile(path) ? Optional.of("a device or pipe") : Optional.empty();
    }
}
