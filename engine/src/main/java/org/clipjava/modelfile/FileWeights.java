package org.clipjava.modelfile;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Optional;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.WeightType;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.weights.Parallel;
import org.clipjava.weights.StoredWeights;
import org.clipjava.weights.TextWeights;
import org.clipjava.weights.VisionWeights;

/** The weights of an open model file. */
record FileWeights(
        SafetensorsFile file,
        ClipConfig config,
        WeightType type,
        ModelTensors.Weights weights,
        boolean visionWanted,
        boolean textWanted,
        boolean allowNonFinite)
        implements StoredWeights {

    @Override
    public Optional<WeightType> weightType() {
        return Optional.of(type);
    }

    @Override
    public float logitScale() {
        return weights.logitScale();
    }

    @Override
    public float logitBias() {
        return weights.logitBias();
    }

    @Override
    public Optional<VisionWeights> vision(Arena arena, Parallel parallel) throws IOException {
        if (!visionWanted || weights.vision().isEmpty()) {
            return Optional.empty();
        }
        VisionWeights vision = weights.vision().get();
        WeightCopier copier = copier(arena, parallel);
        vision.withMatrices(copier::add);
        copier.copy();
        return Optional.of(vision.withMatrices(copier::copied));
    }

    @Override
    public Optional<TextWeights> text(Arena arena, Parallel parallel) throws IOException {
        if (!textWanted || weights.text().isEmpty()) {
            return Optional.empty();
        }
        TextWeights text = weights.text().get();
        WeightCopier copier = copier(arena, parallel);
        text.withMatrices(copier::add, copier::add);
        copier.copy();
        return Optional.of(text.withMatrices(copier::copied, copier::copied));
    }

    private WeightCopier copier(Arena arena, Parallel parallel) {
        return new WeightCopier(file, arena, file.isShared() ? parallel : Parallel.none(), allowNonFinite);
    }
}
