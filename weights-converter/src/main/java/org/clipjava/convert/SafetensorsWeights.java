package org.clipjava.convert;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.clipjava.config.Activation;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.TensorInfo;

/** The tensors of a safetensors file. */
record SafetensorsWeights(SafetensorsFile file, SequencedMap<String, SourceTensor> tensors) implements WeightsFile {

    static SafetensorsWeights open(Path path) throws IOException {
        SafetensorsFile file = SafetensorsFile.open(path);
        SequencedMap<String, SourceTensor> tensors = new LinkedHashMap<>();
        for (TensorInfo tensor : file.tensors().values()) {
            tensors.put(
                    tensor.name(),
                    SourceTensor.rowMajor(
                            file.name(), tensor.name(), tensor.dtype(), tensor.shape(), () -> file.data(tensor)));
        }
        return new SafetensorsWeights(file, tensors);
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public Optional<Activation> activation() {
        return Optional.empty();
    }

    @Override
    public List<String> path() {
        return List.of();
    }

    @Override
    public void close() {
        file.close();
    }
}
