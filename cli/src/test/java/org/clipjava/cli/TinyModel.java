package org.clipjava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.clipjava.testdata.SyntheticCheckpoint;

/** The synthetic checkpoint as the folder that Hugging Face would ship. */
final class TinyModel {
    private TinyModel() {}

    static Path checkpoint(Path folder) throws IOException {
        return write(SyntheticCheckpoint.TINY, folder);
    }

    static Path write(SyntheticCheckpoint checkpoint, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), checkpoint.configJson());
        Files.writeString(folder.resolve("preprocessor_config.json"), checkpoint.preprocessorConfigJson());
        List<SyntheticCheckpoint.Tensor> tensors = checkpoint.tensors();
        long[] end = new long[1];
        String header = tensors.stream()
                .map(tensor -> {
                    long begin = end[0];
                    end[0] += (long) tensor.size() * Float.BYTES;
                    return "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                            .formatted(tensor.name(), tensor.shape(), begin, end[0]);
                })
                .collect(Collectors.joining(",", "{\"__metadata__\":{\"format\":\"pt\"},", "}"));
        byte[] json = header.getBytes(UTF_8);
        try (OutputStream file = Files.newOutputStream(folder.resolve("model.safetensors"));
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(file))) {
            out.writeLong(Long.reverseBytes(json.length));
            out.write(json);
            for (SyntheticCheckpoint.Tensor tensor : tensors) {
                float[] values = tensor.values();
                ByteBuffer bytes =
                        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                out.write(bytes.array());
            }
        }
        return folder;
    }
}
