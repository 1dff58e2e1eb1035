package org.clipjava.cli.report;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.clipjava.Tower;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.WeightType;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.weights.EmbeddingTable;
import org.clipjava.weights.PanelMatrix;
import org.clipjava.weights.Parallel;
import org.clipjava.weights.StoredWeights;
import org.clipjava.weights.TextWeights;
import org.clipjava.weights.VisionWeights;

/**
 * One model in f32 and narrow, and any mix of the two, tower by tower, without copying: what runs a mix has to be closed before this is.
 */
final class MixedWeights implements AutoCloseable {
    private final Arena arena;
    private final StoredWeights exact;
    private final Optional<VisionWeights> vision;
    private final Optional<TextWeights> text;
    private final Map<String, PanelMatrix> narrowMatrices = new HashMap<>();
    private final Map<String, EmbeddingTable> narrowTables = new HashMap<>();

    /** Bytes that each costs more in f32, of those that are narrow, in the model's order. */
    private final Map<String, Long> gains = new LinkedHashMap<>();

    private final WeightType type;

    private MixedWeights(ModelFile exactFile, ModelFile narrowFile, boolean allowNonFinite, Arena arena)
            throws IOException {
        this.arena = arena;
        this.type = narrowFile.info().weightType();
        this.exact = exactFile.weights(true, true, allowNonFinite);
        StoredWeights narrow = narrowFile.weights(true, true, allowNonFinite);
        narrow.vision(arena, Parallel.none()).ifPresent(tower -> tower.withMatrices(this::keep));
        narrow.text(arena, Parallel.none()).ifPresent(tower -> tower.withMatrices(this::keep, this::keep));
        this.vision = exact.vision(arena, Parallel.none());
        this.text = exact.text(arena, Parallel.none());
        vision.ifPresent(tower -> tower.withMatrices(this::compare));
        text.ifPresent(tower -> tower.withMatrices(this::compare, this::compare));
    }

    /** Reads both. */
    @SuppressWarnings("MustBeClosedChecker") // what is returned closes it
    static MixedWeights of(ModelFile exact, ModelFile narrow, boolean allowNonFinite) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            return new MixedWeights(exact, narrow, allowNonFinite, arena);
        } catch (Throwable t) {
            arena.close();
            throw t;
        }
    }

    private PanelMatrix keep(PanelMatrix matrix) {
        narrowMatrices.put(matrix.name(), matrix);
        return matrix;
    }

    private EmbeddingTable keep(EmbeddingTable table) {
        narrowTables.put(table.name(), table);
        return table;
    }

    private PanelMatrix compare(PanelMatrix matrix) {
        PanelMatrix narrow = Objects.requireNonNull(narrowMatrices.get(matrix.name()), matrix.name());
        if (narrow.type() != WeightType.F32) {
            gains.put(matrix.name(), matrix.data().byteSize() - narrow.data().byteSize() - scaleBytes(narrow.scales()));
        }
        return matrix;
    }

    private EmbeddingTable compare(EmbeddingTable table) {
        EmbeddingTable narrow = Objects.requireNonNull(narrowTables.get(table.name()), table.name());
        if (narrow.type() != WeightType.F32) {
            gains.put(table.name(), table.data().byteSize() - narrow.data().byteSize() - scaleBytes(narrow.scales()));
        }
        return table;
    }

    private static long scaleBytes(float[] scales) {
        return (long) Float.BYTES * scales.length;
    }

    /** As trained, a logarithm. */
    float logitScale() {
        return exact.logitScale();
    }

    /** Names of the narrow matrices and tables of a tower, in its order. */
    Stream<String> narrow(Tower tower) {
        String prefix = tower == Tower.IMAGE ? "vision." : "text.";
        return gains.keySet().stream().filter(name -> name.startsWith(prefix));
    }

    /** Bytes that a model is larger by, where these are f32. */
    long gain(Set<String> wide) {
        return wide.stream()
                .mapToLong(name -> Objects.requireNonNull(gains.get(name), name))
                .sum();
    }

    /** One tower, with these of its weights narrow and all others f32. */
    StoredWeights of(Tower tower, Set<String> narrow) {
        return new Mix(tower, narrow);
    }

    @Override
    public void close() {
        arena.close();
    }

    private final class Mix implements StoredWeights {
        private final Tower tower;
        private final Set<String> narrow;

        Mix(Tower tower, Set<String> narrow) {
            this.tower = tower;
            this.narrow = narrow;
        }

        @Override
        public ClipConfig config() {
            return exact.config();
        }

        @Override
        public Optional<WeightType> weightType() {
            return Optional.of(narrow.isEmpty() ? WeightType.F32 : type);
        }

        @Override
        public float logitScale() {
            return exact.logitScale();
        }

        @Override
        public float logitBias() {
            return exact.logitBias();
        }

        @Override
        public Optional<VisionWeights> vision(Arena unused, Parallel parallel) {
            return tower == Tower.IMAGE ? vision.map(all -> all.withMatrices(this::chosen)) : Optional.empty();
        }

        @Override
        public Optional<TextWeights> text(Arena unused, Parallel parallel) {
            return tower == Tower.TEXT
                    ? text.map(all -> all.withMatrices(this::chosen, this::chosen))
                    : Optional.empty();
        }

        private PanelMatrix chosen(PanelMatrix matrix) {
            return narrow.contains(matrix.name()) ? Objects.requireNonNull(narrowMatrices.get(matrix.name())) : matrix;
        }

        private EmbeddingTable chosen(EmbeddingTable table) {
            return narrow.contains(table.name()) ? Objects.requireNonNull(narrowTables.get(table.name())) : table;
        }
    }
}
