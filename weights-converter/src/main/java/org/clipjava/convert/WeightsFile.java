package org.clipjava.convert;

import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.clipjava.config.Activation;

/** A file with tensors, open. */
sealed interface WeightsFile extends AutoCloseable permits SafetensorsWeights, TorchFile, NpzFile {

    /** What messages call it. */
    String name();

    /** Every tensor under the name that it has in the file. */
    SequencedMap<String, SourceTensor> tensors();

    /** The MLPs' non-linearity, if the file tells it. */
    default Optional<Activation> activation() {
        return Optional.empty();
    }

    /** Under which keys the tensors were, where they are a part of what the file holds. */
    default List<String> path() {
        return List.of();
    }

    @Override
    void close();
}
