package org.clipjava.convert;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
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
    public void close() {
        file.close();
    }
}
