package org.clipjava.modelfile;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.clipjava.config.WeightType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.TensorInfo;
import org.clipjava.weights.EmbeddingTable;
import org.clipjava.weights.PanelMatrix;
import org.clipjava.weights.Parallel;

/**
 * Copies the large weights into memory of a model's own, and sees to it that they are finite.
 *
 * <p>A copy, since a file that shrinks under a mapping can kill the JVM inside vector code. It is read and not mapped, so
 * that a model never takes twice its size.
 */
final class WeightCopier {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Small enough to be in the cache still when it is looked through after it was copied. */
    private static final int PIECE_BYTES = 128 * 1024;

    private final SafetensorsFile file;
    private final Arena arena;
    private final Parallel parallel;
    private final boolean allowNonFinite;
    private final List<Job> jobs = new ArrayList<>();
    private final Map<String, MemorySegment> copies = new ConcurrentHashMap<>();

    private record Job(String name, WeightType type) {}

    /**
     * Nothing copied yet.
     *
     * @param file holds them, until they are copied
     * @param arena holds the copies
     * @param allowNonFinite whether weights may be infinite or not a number
     */
    WeightCopier(SafetensorsFile file, Arena arena, Parallel parallel, boolean allowNonFinite) {
        this.file = file;
        this.arena = arena;
        this.parallel = parallel;
        this.allowNonFinite = allowNonFinite;
    }

    PanelMatrix add(PanelMatrix matrix) {
        jobs.add(new Job(matrix.name(), matrix.type()));
        return matrix;
    }

    EmbeddingTable add(EmbeddingTable table) {
        jobs.add(new Job(table.name(), table.type()));
        return table;
    }

    /** What became of a matrix that was added, once all is copied. */
    PanelMatrix copied(PanelMatrix matrix) {
        return matrix.in(copyOf(matrix.name()));
    }

    /** What became of a table that was added, once all is copied. */
    EmbeddingTable copied(EmbeddingTable table) {
        return table.in(copyOf(table.name()));
    }

    private MemorySegment copyOf(String name) {
        return Objects.requireNonNull(copies.get(name), name);
    }

    /** Copies all that was added. */
    void copy() throws IOException {
        AtomicReference<IOException> problem = new AtomicReference<>();
        parallel.forEach(jobs.size(), i -> {
            try {
                copy(jobs.get(i));
            } catch (IOException e) {
                problem.set(e);
            }
        });
        jobs.clear();
        IOException found = problem.get();
        if (found != null) {
            throw found;
        }
    }

    private void copy(Job job) throws IOException {
        TensorInfo tensor = file.tensor(job.name).orElseThrow();
        // made here, on the thread that fills it: it is zeroed first, and that takes as long as the copy
        MemorySegment target = arena.allocate(tensor.bytes(), 64);
        copies.put(job.name, target);
        FiniteCheck check = new FiniteCheck((int) Math.min(PIECE_BYTES, tensor.bytes()));
        for (long at = 0; at < tensor.bytes(); at += PIECE_BYTES) {
            MemorySegment piece = target.asSlice(at, Math.min(PIECE_BYTES, tensor.bytes() - at));
            file.read(tensor, at, piece);
            if (!allowNonFinite && !check.isFinite(job.type, piece)) {
                throw notFinite(check, job.type, tensor, at, piece);
            }
        }
    }

    /** Names the first of a piece's weights that is not finite. */
    private ModelFormatException notFinite(
            FiniteCheck check, WeightType type, TensorInfo tensor, long at, MemorySegment piece)
            throws ModelFormatException {
        int bytes = type.dtype().bits() / Byte.SIZE;
        long offset = 0;
        while (check.isFinite(type, piece.asSlice(offset, bytes))) {
            offset += bytes;
        }
        float found = switch (type) {
            case F32 -> Float.intBitsToFloat(piece.get(INT, offset));
            case F16 -> Float.float16ToFloat(piece.get(SHORT, offset));
            case BF16 -> Float.intBitsToFloat(piece.get(SHORT, offset) << 16);
            case Q8, INT8 ->
                throw new ModelFormatException(
                        "%s: %s: expected int8 from -127 to 127, found -128 at element %d; the model is damaged"
                                .formatted(file.name(), tensor.name(), at + offset));
        };
        return TensorReader.notFinite(file, tensor, at + offset, found);
    }
}
