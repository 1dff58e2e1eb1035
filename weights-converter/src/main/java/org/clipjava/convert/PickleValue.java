package org.clipjava.convert;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.DType;

/**
 * What a pickle may hold here: plain data, and records that stand for the few objects of PyTorch that a state dict is made
 * of. None of them does anything. Lists, dicts and modules may contain themselves; whoever walks through them counts.
 */
sealed interface PickleValue {

    /** What it is, as messages call it. */
    String kind();

    /** Python's None. */
    record None() implements PickleValue {
        @Override
        public String kind() {
            return "None";
        }
    }

    record Bool(boolean value) implements PickleValue {
        @Override
        public String kind() {
            return "a truth value";
        }
    }

    record Int(long value) implements PickleValue, Comparable<Int> {
        @Override
        public int compareTo(Int other) {
            return Long.compare(value, other.value);
        }

        @Override
        public String kind() {
            return "an integer";
        }
    }

    /** An integer beyond 64 bits. */
    record LargeInt(BigInteger value) implements PickleValue {
        @Override
        public String kind() {
            return "an integer";
        }
    }

    record Real(double value) implements PickleValue {
        @Override
        public String kind() {
            return "a float";
        }
    }

    /** Comparable as a key: keys that are made to collide in a hash table cost no more than others. */
    record Text(String value) implements PickleValue, Comparable<Text> {
        @Override
        public int compareTo(Text other) {
            return value.compareTo(other.value);
        }

        @Override
        public String kind() {
            return "a string";
        }
    }

    /** Bytes, of which nothing here has any use: only their number is kept. */
    record Bytes(long length) implements PickleValue {
        @Override
        public String kind() {
            return "bytes";
        }
    }

    /**
     * A tuple.
     *
     * @param depth of tuples in tuples
     */
    record Tuple(List<PickleValue> items, int depth) implements PickleValue {
        static Tuple of(List<PickleValue> items) {
            int depth = 0;
            for (PickleValue item : items) {
                depth = Math.max(depth, item instanceof Tuple inner ? inner.depth : 0);
            }
            return new Tuple(List.copyOf(items), depth + 1);
        }

        @Override
        public String kind() {
            return "a tuple";
        }
    }

    /** A list. */
    final class Sequence implements PickleValue {
        private final List<PickleValue> items = new ArrayList<>();

        List<PickleValue> items() {
            return items;
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    /** A dict, ordered or not. */
    final class Dict implements PickleValue {
        private final SequencedMap<PickleValue, PickleValue> entries = new LinkedHashMap<>();

        /** Keys are {@link Text}, {@link Int} or {@link Bool}. */
        SequencedMap<PickleValue, PickleValue> entries() {
            return entries;
        }

        @Override
        public String kind() {
            return "a dict";
        }
    }

    /** What a training run leaves beside its weights, and nothing here has any use for: of it only the name is kept. */
    record Opaque(String name) implements PickleValue {
        @Override
        public String kind() {
            return "the object " + Shown.text(name);
        }
    }

    /** A name that a pickle may mention. */
    record Global(String module, String name) implements PickleValue {
        @Override
        public String kind() {
            return "the name " + Shown.text(fullName());
        }

        String fullName() {
            return module + "." + name;
        }
    }

    /** A module of a TorchScript archive: its class's name and its attributes. */
    final class Module implements PickleValue {
        private final Global type;
        private Dict attributes = new Dict();

        Module(Global type) {
            this.type = type;
        }

        Global type() {
            return type;
        }

        Dict attributes() {
            return attributes;
        }

        void become(Dict state) {
            attributes = state;
        }

        @Override
        public String kind() {
            return "a module " + Shown.text(type.name());
        }
    }

    /**
     * A run of values elsewhere in the checkpoint.
     *
     * @param elements how many values
     */
    record Storage(DType dtype, String key, long elements) implements PickleValue {
        @Override
        public String kind() {
            return "a storage";
        }
    }

    /**
     * A view of a storage, within its bounds.
     *
     * @param offset of the first element in the storage, in elements
     * @param strides of each dimension, in elements, none negative
     */
    record Tensor(Storage storage, long offset, List<Long> shape, List<Long> strides) implements PickleValue {
        @Override
        public String kind() {
            return "a tensor";
        }
    }
}
