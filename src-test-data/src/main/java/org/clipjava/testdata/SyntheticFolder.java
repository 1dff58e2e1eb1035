package org.clipjava.testdata;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Writes a {@link SyntheticCheckpoint} or a {@link SyntheticSiglip} as Hugging Face lays checkpoints out: {@code config.json}, {@code
 * preprocessor_config.json}, and {@code model.safetensors} or shards with their index. Without a tokenizer.
 *
 * <p>The safetensors files are written by hand here, so that the engine's reader is not tested against its own writer
 * alone. What is asked for may be wrong on purpose: nothing is checked.
 */
public final class SyntheticFolder {
    private final Map<String, Entry> tensors = new LinkedHashMap<>();
    private String config;
    private Optional<String> preprocessor;
    private int shards = 1;

    /** A tensor's bytes are made when they are written: a full-size checkpoint need not fit in memory. */
    private record Entry(String dtype, List<Integer> shape, int bytes, Supplier<byte[]> data) {}

    private SyntheticFolder(String config, String preprocessor, List<SyntheticCheckpoint.Tensor> all) {
        this.config = config;
        this.preprocessor = Optional.of(preprocessor);
        for (SyntheticCheckpoint.Tensor tensor : all) {
            tensors.put(
                    tensor.name(),
                    new Entry("F32", tensor.shape(), 4 * tensor.size(), () -> encode("F32", tensor.values())));
        }
    }

    /** Of F32 weights, in one file. */
    public static SyntheticFolder of(SyntheticCheckpoint checkpoint) {
        return new SyntheticFolder(checkpoint.configJson(), checkpoint.preprocessorConfigJson(), checkpoint.tensors());
    }

    /** The same of SigLIP. */
    public static SyntheticFolder of(SyntheticSiglip checkpoint) {
        return new SyntheticFolder(checkpoint.configJson(), checkpoint.preprocessorConfigJson(), checkpoint.tensors());
    }

    /** The image tower alone, with its projection, as transformers saves it. */
    public static SyntheticFolder ofVision(SyntheticCheckpoint checkpoint) {
        return of(checkpoint).config(checkpoint.visionConfigJson()).keeping("vision_model.", "visual_projection.");
    }

    /** The text tower alone, with its projection, as transformers saves it. */
    public static SyntheticFolder ofText(SyntheticCheckpoint checkpoint) {
        return of(checkpoint)
                .config(checkpoint.textConfigJson())
                .keeping("text_model.", "text_projection.")
                .withoutPreprocessor();
    }

    /** Leaves out all tensors but those whose names begin so. */
    public SyntheticFolder keeping(String... prefixes) {
        tensors.keySet().removeIf(name -> Arrays.stream(prefixes).noneMatch(name::startsWith));
        return this;
    }

    /** The text of {@code config.json}. */
    public SyntheticFolder config(String json) {
        config = json;
        return this;
    }

    /** The text of {@code preprocessor_config.json}. */
    public SyntheticFolder preprocessor(String json) {
        preprocessor = Optional.of(json);
        return this;
    }

    public SyntheticFolder withoutPreprocessor() {
        preprocessor = Optional.empty();
        return this;
    }

    /** Deals the tensors out to this many files, one by one; 1 is a single file without an index. */
    public SyntheticFolder shards(int count) {
        shards = count;
        return this;
    }

    /**
     * Stores the synthetic tensors as {@code F32}, {@code F16} or {@code BF16}, the last cut off rather than rounded. To be
     * called once, and before others are added.
     */
    public SyntheticFolder storedAs(String dtype) {
        int size = dtype.equals("F32") ? 4 : 2;
        tensors.replaceAll((name, entry) -> new Entry(
                dtype,
                entry.shape(),
                entry.bytes() / 4 * size,
                () -> encode(dtype, decode(entry.data().get()))));
        return this;
    }

    /** Adds a tensor of F32, or puts it in another's place. */
    public SyntheticFolder with(String name, List<Integer> shape, float... values) {
        return with(name, "F32", shape, encode("F32", values));
    }

    /** Adds a tensor of any type, or puts it in another's place. */
    public SyntheticFolder with(String name, String dtype, List<Integer> shape, byte[] data) {
        tensors.put(name, new Entry(dtype, shape, data.length, () -> data));
        return this;
    }

    public SyntheticFolder without(String name) {
        tensors.remove(name);
        return this;
    }

    /** Writes the files, and makes the folder if there is none. */
    public Path write(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("config.json"), config);
            if (preprocessor.isPresent()) {
                Files.writeString(folder.resolve("preprocessor_config.json"), preprocessor.get());
            }
            List<String> names = new ArrayList<>(tensors.keySet());
            StringBuilder weightMap = new StringBuilder();
            for (int shard = 0; shard < shards; shard++) {
                String file = shards == 1
                        ? "model.safetensors"
                        : "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards);
                List<String> dealt = new ArrayList<>();
                for (int i = shard; i < names.size(); i += shards) {
                    dealt.add(names.get(i));
                    weightMap
                            .append(weightMap.isEmpty() ? "" : ",\n")
                            .append("  \"%s\": \"%s\"".formatted(names.get(i), file));
                }
                SequencedMap<String, Entry> entries = new LinkedHashMap<>();
                dealt.forEach(name -> entries.put(name, tensors.get(name)));
                writeSafetensors(folder.resolve(file), entries);
            }
            if (shards > 1) {
                Files.writeString(
                        folder.resolve("model.safetensors.index.json"),
                        "{\"metadata\": {},\n \"weight_map\": {\n" + weightMap + "}}\n");
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A safetensors file of any tensors, in their order. */
    public static void writeSafetensors(Path file, List<NamedTensor> tensors) {
        SequencedMap<String, Entry> entries = new LinkedHashMap<>();
        for (NamedTensor tensor : tensors) {
            int bytes = tensor.size()
                    * switch (tensor.dtype()) {
                        case "F16", "BF16" -> 2;
                        case "F32" -> 4;
                        case "F64", "I64" -> 8;
                        default -> throw new IllegalArgumentException(tensor.dtype());
                    };
            entries.put(tensor.name(), new Entry(tensor.dtype(), tensor.shape(), bytes, tensor.data()));
        }
        try {
            writeSafetensors(file, entries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeSafetensors(Path file, SequencedMap<String, Entry> entries) throws IOException {
        List<String> descriptions = new ArrayList<>();
        descriptions.add("\"__metadata__\":{\"format\":\"pt\"}");
        long offset = 0;
        for (Map.Entry<String, Entry> named : entries.entrySet()) {
            Entry entry = named.getValue();
            String shape = entry.shape().stream().map(String::valueOf).collect(Collectors.joining(","));
            descriptions.add("\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
                    .formatted(named.getKey(), entry.dtype(), shape, offset, offset + entry.bytes()));
            offset += entry.bytes();
        }
        byte[] header = ("{" + String.join(",", descriptions) + "}").getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(header, Math.ceilDiv(header.length, 8) * 8);
        Arrays.fill(padded, header.length, padded.length, (byte) ' ');
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(padded.length)
                    .array());
            out.write(padded);
            for (Entry entry : entries.values()) {
                out.write(entry.data().get());
            }
        }
    }

    private static byte[] encode(String dtype, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * (dtype.equals("F32") ? 4 : 2))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (dtype) {
                case "F32" -> bytes.putFloat(value);
                case "F16" -> bytes.putShort(Float.floatToFloat16(value));
                case "BF16" -> bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
                default -> throw new IllegalArgumentException(dtype);
            }
        }
        return bytes.array();
    }

    private static float[] decode(byte[] f32) {
        float[] values = new float[f32.length / 4];
        ByteBuffer.wrap(f32).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
