package org.clipjava.convert;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.clipjava.config.Activation;
import org.clipjava.convert.PickleValue.Dict;
import org.clipjava.convert.PickleValue.Module;
import org.clipjava.convert.PickleValue.Storage;
import org.clipjava.convert.PickleValue.Tensor;
import org.clipjava.convert.PickleValue.Text;
import org.clipjava.io.FileKind;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.ModelFormatException;

/**
 * What {@code torch.save} or {@code torch.jit.save} wrote: a zip archive of a pickle, which describes the tensors, and of their
 * values; or, before PyTorch 1.6, pickles in a row and then the values. The tensors are views of the file.
 */
final class TorchFile implements WeightsFile {
    /** A state dict's takes some 200 bytes a tensor: this is a CLIP's, with an optimizer's state, ten times over. */
    private static final long MAX_PICKLE_BYTES = 4L << 20;

    /** The pickle of PyTorch's magic number, with which its older files begin. */
    private static final byte[] LEGACY = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e");

    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    // A CLIP has some 1,500 tensors and modules, at most 7 deep, under names of at most 30 characters.
    private static final int MAX_MODULE_DEPTH = 20;
    private static final int MAX_MODULES_AND_TENSORS = 100_000;
    private static final int MAX_ATTRIBUTE_NAME = 100;

    /** Under which training code keeps the state dict, the likeliest first. */
    private static final List<String> STATE_DICT_KEYS = List.of(
            "state_dict", "model_state_dict", "model", "module", "model_state", "clip", "clip_model", "net", "network");

    private static final int MAX_STATE_DICT_DEPTH = 4;

    private final String name;
    private final Runnable release;
    private final SequencedMap<String, SourceTensor> tensors;
    private final Optional<Activation> activation;
    private final List<String> path;

    private TorchFile(
            String name,
            Runnable release,
            SequencedMap<String, SourceTensor> tensors,
            Optional<Activation> activation,
            List<String> path) {
        this.name = name;
        this.release = release;
        this.tensors = tensors;
        this.activation = activation;
        this.path = path;
    }

    /**
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws ModelFormatException if it is no such file, is damaged, or holds anything but a state dict
     */
    static TorchFile open(Path path) throws IOException {
        return MappedFile.open(path, TorchFile::read);
    }

    /** A file that is in memory already. */
    static TorchFile of(MemorySegment file, String name) throws ModelFormatException {
        return read(file, name, () -> {});
    }

    private static TorchFile read(MemorySegment file, String name, Runnable release) throws ModelFormatException {
        Contents contents = StoredZip.isZip(file) ? zipped(file, name) : legacy(file, name);
        return new TorchFile(name, release, contents.sourceTensors(name), contents.activation(), contents.path());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public SequencedMap<String, SourceTensor> tensors() {
        return tensors;
    }

    @Override
    public Optional<Activation> activation() {
        return activation;
    }

    @Override
    public List<String> path() {
        return path;
    }

    @Override
    public void close() {
        release.run();
    }

    /** What a pickle says, and where the values of its storages are. */
    private record Contents(
            SequencedMap<String, Tensor> tensors,
            Map<String, SourceTensor.Data> storages,
            Optional<Activation> activation,
            List<String> path) {

        SequencedMap<String, SourceTensor> sourceTensors(String file) throws ModelFormatException {
            Map<String, Long> used = new HashMap<>();
            SequencedMap<String, SourceTensor> sources = new LinkedHashMap<>();
            for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                Tensor tensor = entry.getValue();
                Storage storage = tensor.storage();
                SourceTensor source = new SourceTensor(
                        file,
                        Shown.text(entry.getKey()),
                        storage.dtype(),
                        tensor.shape(),
                        tensor.strides(),
                        tensor.offset(),
                        Objects.requireNonNull(storages.get(storage.key()), storage.key()));
                // Else a small file could describe a model of any size.
                if (used.merge(storage.key(), source.elements(), Math::addExact) > storage.elements()) {
                    throw new ModelFormatException(
                            "%s: %s: expected tensors that share no element, found more than the %d of storage %s; save the checkpoint's tensors as copies"
                                    .formatted(file, source.name(), storage.elements(), storage.key()));
                }
                sources.put(entry.getKey(), source);
            }
            return sources;
        }
    }

    private static Contents zipped(MemorySegment file, String name) throws ModelFormatException {
        StoredZip zip = StoredZip.read(file, name, "torch.save stores: save the checkpoint again");
        StoredZip.Entry pickleEntry = pickleEntry(zip, name);
        String folder = pickleEntry.name().substring(0, pickleEntry.name().length() - "data.pkl".length());
        Optional<StoredZip.Entry> byteOrder = zip.entry(folder + "byteorder");
        if (byteOrder.isPresent() && !isLittleEndian(zip, byteOrder.get())) {
            throw new ModelFormatException(name + ": " + folder
                    + "byteorder: expected little; save the checkpoint on a little-endian machine");
        }
        String where = name + ": " + Shown.text(pickleEntry.name());
        MemorySegment pickle = zip.bytes(pickleEntry);
        if (pickle.byteSize() > MAX_PICKLE_BYTES) {
            throw new ModelFormatException("%s: expected a state dict's pickle of at most %d bytes, found %d"
                    .formatted(where, MAX_PICKLE_BYTES, pickle.byteSize()));
        }
        zip.checkChecksum(pickleEntry);
        PickleReader reader = new PickleReader(pickle.asByteBuffer(), where);
        PickleValue root = reader.read();

        Map<String, SourceTensor.Data> storages = new HashMap<>();
        for (Storage storage : reader.storages().values()) {
            String entryName = folder + "data/" + storage.key();
            StoredZip.Entry entry = zip.entry(entryName)
                    .orElseThrow(() -> new ModelFormatException(
                            "%s: expected the entry %s, found none; download it again".formatted(name, entryName)));
            long bytes = zip.bytes(entry).byteSize();
            if (bytes != bytes(storage, where)) {
                throw new ModelFormatException("%s: %s: expected %d bytes for %d of %s, found %d"
                        .formatted(name, entryName, bytes(storage, where), storage.elements(), storage.dtype(), bytes));
            }
            storages.put(storage.key(), zip.checked(entry));
        }
        StateDict state = StateDict.of(root, where);
        return new Contents(state.tensors, storages, state.activation(), List.copyOf(state.path));
    }

    private static boolean isLittleEndian(StoredZip zip, StoredZip.Entry entry) throws ModelFormatException {
        MemorySegment bytes = zip.bytes(entry);
        return bytes.byteSize() == 6
                && new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8).equals("little");
    }

    /** {@code <folder>/data.pkl}; the folder is called as the file was when it was written. */
    private static StoredZip.Entry pickleEntry(StoredZip zip, String name) throws ModelFormatException {
        List<StoredZip.Entry> pickles = zip.entries().values().stream()
                .filter(entry -> entry.name().matches("[^/]+/data\\.pkl"))
                .toList();
        if (pickles.size() != 1) {
            throw new ModelFormatException("%s: expected one entry <folder>/data.pkl as torch.save writes, found %d"
                    .formatted(name, pickles.size()));
        }
        return pickles.getFirst();
    }

    /** Five pickles (magic number, version, machine, state dict, keys), then each storage's number of values and values. */
    private static Contents legacy(MemorySegment file, String name) throws ModelFormatException {
        MemorySegment start = file.asSlice(0, Math.min(file.byteSize(), LEGACY.length));
        if (start.mismatch(MemorySegment.ofArray(LEGACY)) != -1) {
            throw new ModelFormatException(name + ": expected what torch.save writes (a zip archive), found "
                    + (beginsWith(file, "version https://git-lfs")
                            ? "a Git LFS pointer to it; fetch it with git lfs pull"
                            : otherKind(file).orElse("something else; is it a PyTorch checkpoint?")));
        }
        ByteBuffer pickles =
                file.asSlice(0, Math.min(file.byteSize(), MAX_PICKLE_BYTES)).asByteBuffer();
        pickles.position(LEGACY.length);
        new PickleReader(pickles, name).read(); // the version, always 1001
        if (!(new PickleReader(pickles, name).read() instanceof Dict machine)
                || !new PickleValue.Bool(true).equals(machine.entries().get(new Text("little_endian")))) {
            throw new ModelFormatException(
                    name + ": expected little_endian, found another byte order; save the checkpoint again");
        }
        PickleReader reader = new PickleReader(pickles, name);
        StateDict state = StateDict.of(reader.read(), name);
        if (!(new PickleReader(pickles, name).read() instanceof PickleValue.Sequence keys)) {
            throw new ModelFormatException(name + ": expected a list of the storages' keys, found something else");
        }
        Map<String, SourceTensor.Data> storages = new HashMap<>();
        long at = pickles.position();
        for (PickleValue key : keys.items()) {
            Storage storage = key instanceof Text text ? reader.storages().get(text.value()) : null;
            if (storage == null) {
                throw new ModelFormatException(name + ": expected the key of a storage, found another");
            }
            long data = at + Long.BYTES;
            long bytes = bytes(storage, name);
            if (data > file.byteSize() || bytes > file.byteSize() - data) {
                throw new ModelFormatException(
                        "%s: expected the %d bytes of storage %s at byte %d, found the file's end; it is cut short: download it again"
                                .formatted(name, bytes, storage.key(), data));
            }
            if (file.get(I64, at) != storage.elements()) {
                throw new ModelFormatException("%s: byte %d: expected the %d elements of storage %s, found %d"
                        .formatted(name, at, storage.elements(), storage.key(), file.get(I64, at)));
            }
            MemorySegment values = file.asSlice(data, bytes);
            if (storages.put(storage.key(), () -> values) != null) {
                throw new ModelFormatException(name + ": expected storage " + storage.key() + " once, found it again");
            }
            at = data + bytes;
        }
        for (String key : reader.storages().keySet()) {
            if (!storages.containsKey(key)) {
                throw new ModelFormatException(name + ": expected the values of storage " + key + ", found none");
            }
        }
        return new Contents(state.tensors, storages, state.activation(), List.copyOf(state.path));
    }

    private static Optional<String> otherKind(MemorySegment file) {
        return file.byteSize() < Long.BYTES ? Optional.empty() : FileKind.notAModel(file.get(I64, 0));
    }

    private static boolean beginsWith(MemorySegment file, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return file.byteSize() >= bytes.length
                && file.asSlice(0, bytes.length).mismatch(MemorySegment.ofArray(bytes)) == -1;
    }

    private static long bytes(Storage storage, String where) throws ModelFormatException {
        try {
            return storage.dtype().bytes(List.of(storage.elements()));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(where + ": storage " + storage.key() + ": " + e.getMessage(), e);
        }
    }

    /** The tensors of a pickle's value, by name. */
    private static final class StateDict {
        private final String where;
        private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();

        /** The keys that led to the tensors. */
        private final List<String> path = new ArrayList<>();

        /** Names of the classes of all attributes called {@code gelu}. */
        private final Set<String> geluClasses = new TreeSet<>();

        private StateDict(String where) {
            this.where = where;
        }

        static StateDict of(PickleValue root, String where) throws ModelFormatException {
            StateDict state = new StateDict(where);
            switch (root) {
                case Module module -> state.addModules(module);
                case Dict dict -> state.addAll(state.found(dict));
                default ->
                    throw new ModelFormatException(
                            where + ": expected a state dict or a TorchScript module, found " + root.kind());
            }
            return state;
        }

        /** What a training run saved may be within what it saved with it. */
        private Dict found(Dict root) {
            Dict dict = root;
            for (int depth = 0; depth < MAX_STATE_DICT_DEPTH; depth++) {
                Optional<String> key = Optional.empty();
                for (String usual : STATE_DICT_KEYS) {
                    if (key.isEmpty() && dict.entries().get(new Text(usual)) instanceof Dict) {
                        key = Optional.of(usual);
                    }
                }
                if (key.isEmpty()
                        || !(dict.entries().get(new Text(key.get())) instanceof Dict inner)
                        || inner == dict) {
                    break;
                }
                path.add(key.get());
                dict = inner;
            }
            return dict;
        }

        private void addAll(Dict dict) throws ModelFormatException {
            boolean anyTensor = dict.entries().values().stream().anyMatch(Tensor.class::isInstance);
            for (Map.Entry<PickleValue, PickleValue> entry : dict.entries().entrySet()) {
                if (!(entry.getKey() instanceof Text key) || !(entry.getValue() instanceof Tensor tensor)) {
                    String shown = entry.getKey() instanceof Text text ? Shown.quoted(text.value()) : "a number";
                    String cure = anyTensor
                            ? ""
                            : "; no tensor is beside it, nor a dict under " + String.join(", ", STATE_DICT_KEYS);
                    throw new ModelFormatException("%s: %s: expected a state dict, of names and tensors, found %s%s"
                            .formatted(where, shown, entry.getValue().kind(), cure));
                }
                tensors.put(key.value(), tensor);
            }
        }

        private record Pending(Module module, String prefix, int depth) {}

        /** A module's tensors and those of the modules in it, by their path. Attributes that are neither are no weights. */
        private void addModules(Module root) throws ModelFormatException {
            Set<Module> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            Deque<Pending> pending = new ArrayDeque<>();
            pending.add(new Pending(root, "", 0));
            while (!pending.isEmpty()) {
                Pending next = pending.remove();
                if (!seen.add(next.module()) || next.depth() > MAX_MODULE_DEPTH) {
                    throw new ModelFormatException("%s: %s: expected a tree of modules, found one that is in %s"
                            .formatted(
                                    where,
                                    Shown.text(next.prefix()),
                                    next.depth() > MAX_MODULE_DEPTH ? "more than " + MAX_MODULE_DEPTH : "two places"));
                }
                addAttributes(next, pending);
            }
        }

        private void addAttributes(Pending owner, Deque<Pending> pending) throws ModelFormatException {
            for (Map.Entry<PickleValue, PickleValue> attribute :
                    owner.module().attributes().entries().entrySet()) {
                if (!(attribute.getKey() instanceof Text key) || key.value().length() > MAX_ATTRIBUTE_NAME) {
                    throw new ModelFormatException("%s: expected names of attributes of at most %d characters, found %s"
                            .formatted(
                                    where,
                                    MAX_ATTRIBUTE_NAME,
                                    attribute.getKey().kind()));
                }
                if (tensors.size() + pending.size() >= MAX_MODULES_AND_TENSORS) {
                    throw new ModelFormatException("%s: expected at most %d modules and tensors, found more"
                            .formatted(where, MAX_MODULES_AND_TENSORS));
                }
                String path = owner.prefix() + key.value();
                switch (attribute.getValue()) {
                    case Tensor tensor -> {
                        if (tensors.put(path, tensor) != null) {
                            throw new ModelFormatException("%s: %s: expected one tensor of this name, found two"
                                    .formatted(where, Shown.text(path)));
                        }
                    }
                    case Module module -> {
                        if (key.value().equals("gelu")) {
                            geluClasses.add(module.type().name());
                        }
                        pending.add(new Pending(module, path + ".", owner.depth() + 1));
                    }
                    default -> {}
                }
            }
        }

        /** A TorchScript archive names the classes of its activations. */
        Optional<Activation> activation() {
            return switch (String.join(",", geluClasses)) {
                case "QuickGELU" -> Optional.of(Activation.QUICK_GELU);
                case "GELU" -> Optional.of(Activation.GELU);
                default -> Optional.empty();
            };
        }
    }
}
