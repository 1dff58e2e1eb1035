package org.clipjava.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.clipjava.convert.PickleValue.Dict;
import org.clipjava.convert.PickleValue.Global;
import org.clipjava.convert.PickleValue.Int;
import org.clipjava.convert.PickleValue.Module;
import org.clipjava.convert.PickleValue.Opaque;
import org.clipjava.convert.PickleValue.Sequence;
import org.clipjava.convert.PickleValue.Storage;
import org.clipjava.convert.PickleValue.Tensor;
import org.clipjava.convert.PickleValue.Text;
import org.clipjava.convert.PickleValue.Tuple;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;

/** The names that a state dict or a TorchScript archive needs, and what stands for them here. There are no others. */
final class TorchNames {
    private static final Map<String, DType> STORAGES = Map.of(
            "FloatStorage", DType.F32,
            "HalfStorage", DType.F16,
            "BFloat16Storage", DType.BF16,
            "DoubleStorage", DType.F64,
            "LongStorage", DType.I64,
            "IntStorage", DType.I32,
            "ShortStorage", DType.I16,
            "CharStorage", DType.I8,
            "ByteStorage", DType.U8,
            "BoolStorage", DType.BOOL);

    private static final Global ORDERED_DICT = new Global("collections", "OrderedDict");
    private static final Global REBUILD_TENSOR = new Global("torch._utils", "_rebuild_tensor_v2");
    private static final Global REBUILD_PARAMETER = new Global("torch._utils", "_rebuild_parameter");

    /** Lists of one type, as TorchScript writes them, and a type's name put beside a value. */
    private static final List<String> SCRIPT_NAMES =
            List.of("build_intlist", "build_doublelist", "build_boollist", "build_tensorlist", "restore_type_tag");

    private static final String SCRIPT_MODULE = "torch.jit._pickle";

    /** More dimensions than any tensor of a CLIP has. */
    private static final int MAX_DIMENSIONS = 8;

    /** Of what a training run saves beside its weights: settings, losses. What they make is never looked into. */
    private static final Map<String, Set<String>> PLAIN_DATA = Map.ofEntries(
            Map.entry("argparse", Set.of("Namespace")),
            Map.entry("torch", Set.of("device", "Size", "float16", "bfloat16", "float32", "float64", "int64")),
            Map.entry("numpy", Set.of("dtype", "ndarray")),
            Map.entry("numpy.core.multiarray", Set.of("scalar", "_reconstruct")),
            Map.entry("numpy._core.multiarray", Set.of("scalar", "_reconstruct")),
            Map.entry("_codecs", Set.of("encode")),
            Map.entry("pathlib", Set.of("PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath")),
            Map.entry("pathlib._local", Set.of("PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath")),
            Map.entry("builtins", Set.of("set", "list", "dict", "int", "float")),
            Map.entry("__builtin__", Set.of("set", "list", "dict", "int", "float")));

    private static final Global DEFAULT_DICT = new Global("collections", "defaultdict");

    private final Refusal refusal;

    /** What each key was said to stand for. */
    private final SequencedMap<String, Storage> storages = new LinkedHashMap<>();

    /** Makes the exception that says what was expected and found. */
    interface Refusal {
        ModelFormatException of(String expected, String found);
    }

    TorchNames(Refusal refusal) {
        this.refusal = refusal;
    }

    /** Every storage that was mentioned, by its key. */
    SequencedMap<String, Storage> storages() {
        return storages;
    }

    Global global(String module, String name) throws ModelFormatException {
        Global global = new Global(module, name);
        boolean known = global.equals(ORDERED_DICT)
                || global.equals(REBUILD_TENSOR)
                || global.equals(REBUILD_PARAMETER)
                || global.equals(DEFAULT_DICT)
                || isPlainData(global)
                || storageType(global).isPresent()
                || (module.equals(SCRIPT_MODULE) && SCRIPT_NAMES.contains(name))
                || isModule(global);
        if (known) {
            return global;
        }
        String cure = module.startsWith("torch.nn.") ? "; save the model's state_dict(), not the model" : "";
        throw refusal.of(
                "the names of a state dict",
                "the global " + Shown.text(global.fullName()) + ", which one does not need" + cure);
    }

    private static Optional<DType> storageType(PickleValue value) {
        return value instanceof Global global && global.module().equals("torch")
                ? Optional.ofNullable(STORAGES.get(global.name()))
                : Optional.empty();
    }

    private static boolean isPlainData(Global global) {
        return PLAIN_DATA.getOrDefault(global.module(), Set.of()).contains(global.name());
    }

    /** A class that TorchScript compiled; its code is in the archive too, and stays there. */
    private static boolean isModule(Global global) {
        return global.module().equals("__torch__") || global.module().startsWith("__torch__.");
    }

    /** REDUCE: calls a function. */
    PickleValue call(PickleValue function, Tuple arguments) throws ModelFormatException {
        if (!(function instanceof Global global)) {
            throw refusal.of("a name to call", function.kind());
        }
        if (global.equals(ORDERED_DICT)) {
            expectArguments(global, arguments, 0, 0);
            return new Dict();
        }
        if (global.equals(DEFAULT_DICT)) {
            expectArguments(global, arguments, 0, 1);
            return new Dict();
        }
        if (isPlainData(global)) {
            return new Opaque(global.fullName());
        }
        if (global.equals(REBUILD_TENSOR)) {
            // storage, offset, shape, strides, requires_grad, hooks, and in newer versions metadata
            expectArguments(global, arguments, 6, 7);
            return tensor(arguments.items());
        }
        if (global.equals(REBUILD_PARAMETER)) {
            // tensor, requires_grad, hooks
            expectArguments(global, arguments, 3, 3);
            if (arguments.items().getFirst() instanceof Tensor tensor) {
                return tensor;
            }
            throw refusal.of(
                    "a parameter's tensor", arguments.items().getFirst().kind());
        }
        if (global.module().equals(SCRIPT_MODULE)) {
            int count = global.name().equals("restore_type_tag") ? 2 : 1;
            expectArguments(global, arguments, count, count);
            return arguments.items().getFirst();
        }
        throw refusal.of("a function to call", global.kind());
    }

    /** NEWOBJ: makes an object of a class. */
    PickleValue make(PickleValue type, Tuple arguments) throws ModelFormatException {
        if (type instanceof Global data && isPlainData(data)) {
            return new Opaque(data.fullName());
        }
        if (!(type instanceof Global global) || !isModule(global)) {
            throw refusal.of("a class of the TorchScript archive", type.kind());
        }
        expectArguments(global, arguments, 0, 0);
        return new Module(global);
    }

    private void expectArguments(Global function, Tuple arguments, int least, int most) throws ModelFormatException {
        int count = arguments.items().size();
        if (count < least || count > most) {
            String expected = least == most ? Integer.toString(least) : least + " or " + most;
            throw refusal.of(expected + " arguments of " + Shown.text(function.fullName()), Integer.toString(count));
        }
    }

    /** BINPERSID: {@code ("storage", type, key, location, elements)}, and in old files {@code (key, first, elements)} of a view. */
    Storage storage(PickleValue id) throws ModelFormatException {
        if (!(id instanceof Tuple tuple)
                || tuple.items().size() < 5
                || tuple.items().size() > 6
                || !tuple.items().getFirst().equals(new Text("storage"))) {
            throw refusal.of("a persistent id (\"storage\", type, key, location, elements)", id.kind());
        }
        List<PickleValue> items = tuple.items();
        Optional<DType> type = storageType(items.get(1));
        if (type.isEmpty()) {
            throw refusal.of(
                    "a type of storage in a persistent id", items.get(1).kind());
        }
        if (!(items.get(2) instanceof Text key) || !key.value().matches("[0-9A-Za-z_]{1,64}")) {
            String found = items.get(2) instanceof Text text
                    ? Shown.quoted(text.value())
                    : items.get(2).kind();
            throw refusal.of("a storage's key of letters and digits", found);
        }
        if (items.size() == 6 && !(items.get(5) instanceof PickleValue.None)) {
            throw refusal.of("a storage of its own", "a view of storage " + key.value());
        }
        Storage storage =
                new Storage(type.get(), key.value(), count(items.get(4), "the elements of storage " + key.value()));
        Storage before = storages.putIfAbsent(key.value(), storage);
        if (before != null && !before.equals(storage)) {
            throw refusal.of(
                    "storage %s to be %d of %s as before".formatted(key.value(), before.elements(), before.dtype()),
                    "%d of %s".formatted(storage.elements(), storage.dtype()));
        }
        return storage;
    }

    private Tensor tensor(List<PickleValue> arguments) throws ModelFormatException {
        if (!(arguments.get(0) instanceof Storage storage)) {
            throw refusal.of("a tensor's storage", arguments.get(0).kind());
        }
        long offset = count(arguments.get(1), "a tensor's offset");
        List<Long> shape = counts(arguments.get(2), "a tensor's shape");
        List<Long> strides = counts(arguments.get(3), "a tensor's strides");
        if (shape.size() != strides.size()) {
            throw refusal.of("a stride for each of " + shape.size() + " dimensions", strides.size() + " strides");
        }
        try {
            checkWithin(storage, offset, shape, strides);
        } catch (ArithmeticException e) {
            ModelFormatException tooLarge =
                    refusal.of("a tensor of less than 2^63 elements", shape + " by strides " + strides);
            tooLarge.initCause(e);
            throw tooLarge;
        }
        return new Tensor(storage, offset, shape, strides);
    }

    /** No element lies outside the storage, and there are no more of them than it holds: then none need be there twice. */
    private void checkWithin(Storage storage, long offset, List<Long> shape, List<Long> strides)
            throws ModelFormatException {
        long elements = 1;
        long last = offset;
        for (int i = 0; i < shape.size(); i++) {
            elements = Math.multiplyExact(elements, shape.get(i));
            last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape.get(i) - 1), strides.get(i)));
        }
        boolean outside = elements == 0 ? offset > storage.elements() : last >= storage.elements();
        if (outside) {
            throw refusal.of(
                    "a tensor within the %d elements of storage %s".formatted(storage.elements(), storage.key()),
                    "%s by strides %s from element %d".formatted(shape, strides, offset));
        }
        if (elements > storage.elements()) {
            throw refusal.of(
                    "at most the %d elements of storage %s in a tensor".formatted(storage.elements(), storage.key()),
                    "%s, which overlaps itself by strides %s".formatted(shape, strides));
        }
    }

    private List<Long> counts(PickleValue value, String what) throws ModelFormatException {
        List<PickleValue> items = switch (value) {
            case Tuple tuple -> tuple.items();
            case Sequence sequence -> sequence.items();
            default -> throw refusal.of(what + " as a tuple", value.kind());
        };
        if (items.size() > MAX_DIMENSIONS) {
            throw refusal.of(what + " of at most " + MAX_DIMENSIONS + " dimensions", items.size() + " dimensions");
        }
        List<Long> counts = new ArrayList<>();
        for (PickleValue item : items) {
            counts.add(count(item, what));
        }
        return List.copyOf(counts);
    }

    private long count(PickleValue value, String what) throws ModelFormatException {
        if (value instanceof Int number && number.value() >= 0) {
            return number.value();
        }
        throw refusal.of(what + " as numbers from 0", value instanceof Int number ? number.value() + "" : value.kind());
    }
}
