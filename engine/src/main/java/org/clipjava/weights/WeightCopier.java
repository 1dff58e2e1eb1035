package org.clipjava.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.clipjava.safetensors.ModelFormatException;

/**
 * Copies the large weights into memory of a model's own, and sees to it that they are finite.
 *
 * <p>A copy, since a file that shrinks under a mapping can kill the JVM inside vector code.
 */
public final class WeightCopier {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Small enough to be in the cache still when it is looked through after it was copied. */
    private static final long PIECE_BYTES = 256 * 1024;

    /** What was copied from a file's mapping is let go in steps of so much: then only the copy counts as used. */
    private static final long UNLOADED_BYTES = 16 * PIECE_BYTES;

    private final String file;
    private final Arena arena;
    private final Parallel parallel;
    private final List<Job> jobs = new ArrayList<>();
    private final Map<String, MemorySegment> copies = new ConcurrentHashMap<>();

    /** Runs numbered pieces of work, on several threads if it likes. */
    @FunctionalInterface
    public interface Parallel {
        /** Calls {@code piece} with 0 to {@code pieces - 1} and returns when all are done. */
        void forEach(int pieces, IntConsumer piece);
    }

    private record Job(String name, WeightType type, MemorySegment source) {}

    /**
     * Nothing copied yet.
     *
     * @param file what messages call the file
     * @param arena holds the copies
     */
    public WeightCopier(String file, Arena arena, Parallel parallel) {
        this.file = file;
        this.arena = arena;
        this.parallel = parallel;
    }

    PanelMatrix add(PanelMatrix matrix) {
        jobs.add(new Job(matrix.name(), matrix.type(), matrix.data()));
        return matrix;
    }

    void add(EmbeddingTable table) {
        jobs.add(new Job(table.name(), table.type(), table.data()));
    }

    /** What became of a matrix that was added, once all is copied. */
    PanelMatrix copied(PanelMatrix matrix) {
        return matrix.in(copies.get(matrix.name()));
    }

    /** What became of a table that was added, once all is copied. */
    EmbeddingTable copied(EmbeddingTable table) {
        return table.in(copies.get(table.name()));
    }

    /** Copies all that was added. */
    void copy() throws ModelFormatException {
        AtomicReference<String> problem = new AtomicReference<>();
        parallel.forEach(jobs.size(), i -> {
            Job job = jobs.get(i);
            try {
                if (!copy(job)) {
                    problem.set(job.name + ": expected finite numbers, found NaN or infinity");
                }
            } catch (InternalError e) { // what the JVM makes of a page that is not there any more
                problem.set(job.name + ": the file became shorter while it was read; open it again");
            }
        });
        jobs.clear();
        String found = problem.get();
        if (found != null) {
            throw new ModelFormatException(file + ": " + found);
        }
    }

    private boolean copy(Job job) {
        // made here, on the thread that fills it: it is zeroed first, and that takes as long as the copy
        MemorySegment target = arena.allocate(job.source.byteSize(), 64);
        copies.put(job.name, target);
        boolean finite = true;
        for (long at = 0; at < job.source.byteSize(); at += PIECE_BYTES) {
            long bytes = Math.min(PIECE_BYTES, job.source.byteSize() - at);
            MemorySegment piece = target.asSlice(at, bytes);
            piece.copyFrom(job.source.asSlice(at, bytes));
            finite &= isFinite(job.type, piece);
            if ((at + bytes) % UNLOADED_BYTES == 0 || at + bytes == job.source.byteSize()) {
                unload(job.source.asSlice(at / UNLOADED_BYTES * UNLOADED_BYTES, at % UNLOADED_BYTES + bytes));
            }
        }
        return finite;
    }

    private static void unload(MemorySegment copied) {
        if (copied.isMapped()) {
            copied.unload();
        }
    }

    /** In every type of float an exponent of all ones means infinity or NaN; an int8 has none. */
    private static boolean isFinite(WeightType type, MemorySegment values) {
        return switch (type) {
            case F32 -> largest(values) < 0x7f800000;
            case F16 -> largestHalf(values) < 0x7c00;
            case BF16 -> largestHalf(values) < 0x7f80;
            case Q8 -> true;
        };
    }

    private static int largest(MemorySegment values) {
        int largest = 0;
        for (long i = 0; i + Integer.BYTES <= values.byteSize(); i += Integer.BYTES) {
            largest = Math.max(largest, values.get(INT, i) & 0x7fffffff);
        }
        return largest;
    }

    private static int largestHalf(MemorySegment values) {
        int largest = 0;
        long pairs = values.byteSize() & -Integer.BYTES;
        for (long i = 0; i < pairs; i += Integer.BYTES) {
            int pair = values.get(INT, i);
            largest = Math.max(largest, Math.max(pair & 0x7fff, pair >>> 16 & 0x7fff));
        }
        return pairs < values.byteSize() ? Math.max(largest, values.get(SHORT, pairs) & 0x7fff) : largest;
    }
}
