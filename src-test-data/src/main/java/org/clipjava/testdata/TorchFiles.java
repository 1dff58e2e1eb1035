package org.clipjava.testdata;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes tensors as PyTorch does: a state dict as {@code torch.save} writes it, now and before version 1.6, and modules as
 * {@code torch.jit.save} does.
 */
public final class TorchFiles {
    private static final int ALIGNMENT = 64;

    private TorchFiles() {}

    /** A zip archive of a state dict. */
    public static void writeStateDict(Path file, List<NamedTensor> tensors) {
        Pickle pickle = new Pickle().protocol(2);
        stateDict(pickle, tensors, false);
        writeZip(file, "archive", pickle.stop().toBytes(), tensors, List.of());
    }

    /** A checkpoint of a training run, of which the state dict is a part. */
    public static void writeTrainingCheckpoint(Path file, List<NamedTensor> tensors) {
        Pickle pickle = new Pickle().protocol(2).emptyDict().mark();
        pickle.text("epoch").integer(32).text("name").text("a run").text("state_dict");
        stateDict(pickle, tensors, false);
        pickle.text("scaler")
                .emptyDict()
                .text("scale")
                .op('G')
                .bytes(new byte[8])
                .setItem();
        writeZip(file, "epoch_32", pickle.setItems().stop().toBytes(), tensors, List.of());
    }

    /**
     * What the training code of tutorials saves: a state dict among settings, losses and the optimizer's state.
     *
     * @param key under which the state dict is
     */
    public static void writeTutorialCheckpoint(Path file, String key, List<NamedTensor> tensors) {
        Pickle pickle = new Pickle().protocol(2).emptyDict().mark();
        pickle.text("epoch").integer(3);
        pickle.text("args").global("argparse", "Namespace").emptyTuple().op(0x81);
        pickle.emptyDict().text("lr").integer(1).setItem().op('b');
        // numpy.float64(0), as protocol 2 has it
        pickle.text("loss").global("numpy.core.multiarray", "scalar").mark();
        pickle.global("numpy", "dtype")
                .mark()
                .text("f8")
                .op(0x89)
                .op(0x88)
                .tuple()
                .reduce();
        pickle.mark().integer(3).text("<").op('N').tuple().op('b');
        pickle.global("_codecs", "encode")
                .mark()
                .text("00000000")
                .text("latin1")
                .tuple()
                .reduce();
        pickle.tuple().reduce();
        pickle.text("optimizer_state_dict")
                .emptyDict()
                .text("state")
                .emptyDict()
                .setItem();
        pickle.text(key);
        stateDict(pickle, tensors, false);
        writeZip(file, "checkpoint", pickle.setItems().stop().toBytes(), tensors, List.of());
    }

    /** Pickles in a row and then the values, as versions before 1.6 wrote it. */
    public static void writeLegacyStateDict(Path file, List<NamedTensor> tensors) {
        Map<String, NamedTensor> byKey = new TreeMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            byKey.put(Integer.toString(i), tensors.get(i));
        }
        Pickle magic =
                new Pickle().protocol(2).op(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19);
        magic.stop().protocol(2).integer(1001).stop().protocol(2).emptyDict().mark();
        magic.text("protocol_version")
                .integer(1001)
                .text("little_endian")
                .op(0x88)
                .text("type_sizes")
                .emptyDict();
        magic.setItems().stop().protocol(2);
        stateDict(magic, tensors, true);
        magic.stop().protocol(2).op(']').mark();
        byKey.keySet().forEach(magic::text);
        magic.op('e').stop();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write(magic.toBytes());
            for (NamedTensor tensor : byKey.values()) {
                out.write(ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(tensor.size())
                        .array());
                out.write(tensor.bytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void stateDict(Pickle pickle, List<NamedTensor> tensors, boolean legacy) {
        pickle.global("collections", "OrderedDict").emptyTuple().reduce().mark();
        for (int i = 0; i < tensors.size(); i++) {
            pickle.text(tensors.get(i).name());
            tensor(pickle, tensors.get(i), i, legacy);
        }
        // Each layer's version, which is an attribute of the dict.
        pickle.setItems().emptyDict().text("_metadata");
        pickle.global("collections", "OrderedDict").emptyTuple().reduce();
        pickle.text("")
                .emptyDict()
                .text("version")
                .integer(1)
                .setItem()
                .setItem()
                .setItem()
                .op('b');
    }

    private static void tensor(Pickle pickle, NamedTensor tensor, int key, boolean legacy) {
        long[] shape = tensor.shape().stream().mapToLong(Integer::longValue).toArray();
        if (!legacy) {
            pickle.tensor(storage(tensor.dtype()), Integer.toString(key), shape);
            return;
        }
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        pickle.global("torch._utils", "_rebuild_tensor_v2").mark();
        pickle.mark().text("storage").global("torch", storage(tensor.dtype())).text(Integer.toString(key));
        pickle.text("cpu").integer(tensor.size()).op('N').tuple().op('Q');
        pickle.integer(0).integers(shape).integers(strides).endTensor();
    }

    private static String storage(String dtype) {
        return switch (dtype) {
            case "F32" -> "FloatStorage";
            case "F16" -> "HalfStorage";
            case "BF16" -> "BFloat16Storage";
            case "I64" -> "LongStorage";
            default -> throw new IllegalArgumentException(dtype);
        };
    }

    /** A TorchScript archive of the modules that the tensors' names make. */
    public static void writeScript(Path file, List<NamedTensor> tensors, String activationClass) {
        Pickle pickle = new Pickle().protocol(2);
        Map<String, Object> root = new LinkedHashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            String[] path = tensors.get(i).name().split("\\.", -1);
            Map<String, Object> module = root;
            for (int depth = 0; depth < path.length - 1; depth++) {
                module = submodule(module, path[depth]);
            }
            module.put(path[path.length - 1], i);
            if (tensors.get(i).name().endsWith("mlp.c_fc.bias")) {
                submodule(module(root, path, path.length - 2), "gelu").put("class", activationClass);
            }
        }
        module(pickle, root, tensors);
        byte[] code = "class Module(Module):\n  training : bool\n".repeat(20).getBytes(StandardCharsets.UTF_8);
        writeZip(file, "ViT", pickle.stop().toBytes(), tensors, List.of(code));
    }

    private static Map<String, Object> module(Map<String, Object> root, String[] path, int depth) {
        Map<String, Object> module = root;
        for (int i = 0; i < depth; i++) {
            module = submodule(module, path[i]);
        }
        return module;
    }

    @SuppressWarnings("unchecked") // an attribute is a tensor's number, a class's name or such a map
    private static Map<String, Object> submodule(Map<String, Object> module, String name) {
        return (Map<String, Object>) module.computeIfAbsent(name, key -> new LinkedHashMap<String, Object>());
    }

    private static void module(Pickle pickle, Map<String, Object> module, List<NamedTensor> tensors) {
        String type = module.get("class") instanceof String name ? name : "Module";
        pickle.global("__torch__.multimodal.model.___torch_mangle_7", type)
                .emptyTuple()
                .op(0x81);
        pickle.emptyDict()
                .mark()
                .text("training")
                .op(0x89)
                .text("_is_full_backward_hook")
                .op('N');
        for (Map.Entry<String, Object> attribute : module.entrySet()) {
            if (attribute.getValue() instanceof Integer index) {
                pickle.text(attribute.getKey());
                tensor(pickle, tensors.get(index), index, false);
            } else if (attribute.getValue() instanceof Map<?, ?>) {
                pickle.text(attribute.getKey());
                module(pickle, submodule(module, attribute.getKey()), tensors);
            }
        }
        pickle.setItems().op('b');
    }

    private static void writeZip(
            Path file, String folder, byte[] pickle, List<NamedTensor> tensors, List<byte[]> compressedCode) {
        try (CountingStream counted = new CountingStream(Files.newOutputStream(file));
                ZipOutputStream zip = new ZipOutputStream(counted)) {
            store(zip, counted, folder + "/data.pkl", pickle);
            for (byte[] code : compressedCode) {
                zip.setMethod(ZipOutputStream.DEFLATED);
                zip.setLevel(Deflater.BEST_SPEED);
                zip.putNextEntry(new ZipEntry(folder + "/code/__torch__.py"));
                zip.write(code);
                zip.closeEntry();
            }
            for (int i = 0; i < tensors.size(); i++) {
                store(zip, counted, folder + "/data/" + i, tensors.get(i).bytes());
            }
            store(zip, counted, folder + "/version", "3\n".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Uncompressed, and at a multiple of 64 bytes. */
    private static void store(ZipOutputStream zip, CountingStream counted, String name, byte[] bytes)
            throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.flush();
        int header = 30 + name.length() + 4;
        int padding = (int) (-(counted.count + header) & (ALIGNMENT - 1));
        ByteArrayOutputStream extra = new ByteArrayOutputStream();
        extra.writeBytes(new byte[] {'F', 'B', (byte) padding, 0});
        extra.writeBytes("Z".repeat(padding).getBytes(StandardCharsets.US_ASCII));
        entry.setExtra(extra.toByteArray());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    private static final class CountingStream extends OutputStream {
        private final OutputStream out;
        private long count;

        CountingStream(OutputStream out) {
            this.out = new BufferedOutputStream(out, 1 << 20);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }

        @Override
        public void flush() {
            // Only at the end: nothing reads on the way, and small writes cost.
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /** Tensors under OpenAI's names of the checkpoint's under Hugging Face's. */
    public static List<NamedTensor> openAi(SyntheticCheckpoint checkpoint, String textPrefix) {
        Map<String, SyntheticCheckpoint.Tensor> byName = new LinkedHashMap<>();
        checkpoint.tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
        List<NamedTensor> tensors = new ArrayList<>();
        for (SyntheticCheckpoint.Tensor tensor : checkpoint.tensors()) {
            String name = tensor.name();
            String tower = name.startsWith("vision_model.") || name.startsWith("visual_") ? "visual." : textPrefix;
            if (name.contains("k_proj") || name.contains("v_proj")) {
                continue;
            }
            if (name.contains("q_proj")) {
                tensors.add(inProjection(tower, name, byName));
            } else if (name.endsWith("_projection.weight")) {
                String own = tower + (tower.equals("visual.") ? "proj" : "text_projection");
                tensors.add(new NamedTensor(
                        own, "F32", tensor.shape().reversed(), () -> NamedTensor.f32(transposed(tensor))));
            } else {
                tensors.add(NamedTensor.of(name.equals("logit_scale") ? name : tower + openAiName(name), tensor));
            }
        }
        return List.copyOf(tensors);
    }

    private static NamedTensor inProjection(String tower, String q, Map<String, SyntheticCheckpoint.Tensor> byName) {
        List<SyntheticCheckpoint.Tensor> parts = List.of(
                byName.get(q), byName.get(q.replace("q_proj", "k_proj")), byName.get(q.replace("q_proj", "v_proj")));
        List<Integer> shape = new ArrayList<>(parts.getFirst().shape());
        shape.set(0, 3 * shape.getFirst());
        String name = openAiName(q).replace("self_attn.q_proj.", "attn.in_proj_");
        return new NamedTensor(tower + name, "F32", List.copyOf(shape), () -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            parts.forEach(part -> bytes.writeBytes(NamedTensor.f32(part.values())));
            return bytes.toByteArray();
        });
    }

    private static float[] transposed(SyntheticCheckpoint.Tensor tensor) {
        float[] values = tensor.values();
        int rows = tensor.shape().get(0);
        int columns = tensor.shape().get(1);
        float[] transposed = new float[values.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = values[row * columns + column];
            }
        }
        return transposed;
    }

    private static String openAiName(String name) {
        return name.replaceFirst("^(vision|text)_model\\.encoder\\.layers", "transformer.resblocks")
                .replaceFirst("^(vision|text)_model\\.(embeddings\\.)?", "")
                .replace("patch_embedding", "conv1")
                .replace("position_embedding.weight", "positional_embedding")
                .replace("pre_layrnorm", "ln_pre")
                .replace("post_layernorm", "ln_post")
                .replace("final_layer_norm", "ln_final")
                .replace("layer_norm", "ln_")
                .replace("self_attn.out_proj", "attn.out_proj")
                .replace("mlp.fc1", "mlp.c_fc")
                .replace("mlp.fc2", "mlp.c_proj");
    }
}
