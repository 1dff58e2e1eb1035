package org.clipjava.convert;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.clipjava.convert.PickleValue.Dict;
import org.clipjava.convert.PickleValue.Int;
import org.clipjava.convert.PickleValue.Module;
import org.clipjava.convert.PickleValue.Sequence;
import org.clipjava.convert.PickleValue.Text;
import org.clipjava.convert.PickleValue.Tuple;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.ModelFormatException;

/**
 * Reads a pickle without running it: a stack machine that knows the opcodes which {@code torch.save} and TorchScript write,
 * and makes {@link PickleValue}s of them.
 *
 * <p>A pickle is a program that may call anything by name. This one can name only what {@link TorchNames} lists, and what is
 * called there makes a record. Every other opcode and name is refused by its name. Nothing recurses; what is allocated is
 * bounded by the pickle's length.
 */
final class PickleReader {
    /** More open marks than any state dict has, by a factor of ten. */
    private static final int MAX_MARKS = 100;

    /** A shape in a list in an argument: a handful. */
    private static final int MAX_TUPLE_DEPTH = 50;

    private static final int HIGHEST_PROTOCOL = 5;

    private static final PickleValue.None NONE = new PickleValue.None();

    private final ByteBuffer pickle;
    private final String where;
    private final TorchNames names;

    private List<PickleValue> stack = new ArrayList<>();

    /** The stacks below the open marks. */
    private final Deque<List<PickleValue>> below = new ArrayDeque<>();

    private final Map<Integer, PickleValue> memo = new HashMap<>();

    /** Where the opcode at work stands. */
    private int at;

    /**
     * @param pickle from its position on; left behind the pickle's end
     * @param where what messages call it
     */
    PickleReader(ByteBuffer pickle, String where) {
        this.pickle = pickle.order(ByteOrder.LITTLE_ENDIAN);
        this.where = where;
        this.names = new TorchNames(this::malformed);
    }

    /** Reads one pickle, up to its STOP. */
    PickleValue read() throws ModelFormatException {
        while (true) {
            at = pickle.position();
            int code = u8();
            PickleOpcode opcode = PickleOpcode.of(code)
                    .orElseThrow(() -> malformed("an opcode of pickle", "byte 0x%02x".formatted(code)));
            if (opcode == PickleOpcode.STOP) {
                PickleValue value = pop();
                if (!stack.isEmpty() || !below.isEmpty()) {
                    throw malformed("one value at the end", "more");
                }
                return value;
            }
            run(opcode);
        }
    }

    /** Every storage that the pickle mentions, by its key. */
    SequencedMap<String, PickleValue.Storage> storages() {
        return names.storages();
    }

    private void run(PickleOpcode opcode) throws ModelFormatException {
        switch (opcode) {
            case PROTO -> protocol(u8());
            case FRAME -> count(i64());
            case MARK -> mark();
            case POP -> pop();
            case POP_MARK -> popMark();
            case NONE -> stack.add(NONE);
            case NEWTRUE -> stack.add(new PickleValue.Bool(true));
            case NEWFALSE -> stack.add(new PickleValue.Bool(false));
            case BININT -> stack.add(new Int(i32()));
            case BININT1 -> stack.add(new Int(u8()));
            case BININT2 -> stack.add(new Int(u8() | u8() << 8));
            case LONG1 -> stack.add(integer(u8()));
            case BINFLOAT -> stack.add(new PickleValue.Real(Double.longBitsToDouble(Long.reverseBytes(i64()))));
            case SHORT_BINUNICODE -> stack.add(new Text(utf8(u8())));
            case BINUNICODE -> stack.add(new Text(utf8(u32())));
            case BINUNICODE8 -> stack.add(new Text(utf8(i64())));
            case SHORT_BINBYTES -> stack.add(bytes(u8()));
            case BINBYTES -> stack.add(bytes(u32()));
            case EMPTY_TUPLE -> stack.add(tuple(List.of()));
            case TUPLE1 -> stack.add(tuple(popLast(1)));
            case TUPLE2 -> stack.add(tuple(popLast(2)));
            case TUPLE3 -> stack.add(tuple(popLast(3)));
            case TUPLE -> {
                Tuple tuple = tuple(popMark());
                stack.add(tuple);
            }
            case EMPTY_LIST -> stack.add(new Sequence());
            case APPEND -> {
                PickleValue item = pop();
                list().items().add(item);
            }
            case APPENDS -> {
                List<PickleValue> items = popMark();
                list().items().addAll(items);
            }
            case EMPTY_DICT -> stack.add(new Dict());
            case SETITEM -> put(popLast(2));
            case SETITEMS -> put(popMark());
            case BINPUT -> memo.put(u8(), top());
            case LONG_BINPUT -> memo.put(memoIndex(u32()), top());
            case MEMOIZE -> memo.put(memo.size(), top());
            case BINGET -> stack.add(remembered(u8()));
            case LONG_BINGET -> stack.add(remembered(memoIndex(u32())));
            case GLOBAL -> {
                String module = line();
                stack.add(names.global(module, line()));
            }
            case STACK_GLOBAL -> {
                String name = text(pop());
                stack.add(names.global(text(pop()), name));
            }
            case REDUCE -> {
                Tuple arguments = arguments(pop());
                stack.add(names.call(pop(), arguments));
            }
            case NEWOBJ -> {
                Tuple arguments = arguments(pop());
                stack.add(names.make(pop(), arguments));
            }
            case BUILD -> {
                PickleValue state = pop();
                build(top(), state);
            }
            case BINPERSID -> stack.add(names.storage(pop()));
            default -> throw malformed("the opcodes of a state dict", "%s, which one does not need".formatted(opcode));
        }
    }

    private void protocol(int version) throws ModelFormatException {
        if (version > HIGHEST_PROTOCOL) {
            throw malformed("a protocol up to " + HIGHEST_PROTOCOL, "protocol " + version);
        }
    }

    private void mark() throws ModelFormatException {
        if (below.size() == MAX_MARKS) {
            throw malformed("at most " + MAX_MARKS + " marks within marks", "one more");
        }
        below.push(stack);
        stack = new ArrayList<>();
    }

    /** What lies above the last mark, which goes too. */
    private List<PickleValue> popMark() throws ModelFormatException {
        if (below.isEmpty()) {
            throw malformed("a mark on the stack", "none");
        }
        List<PickleValue> items = stack;
        stack = below.pop();
        return items;
    }

    private PickleValue pop() throws ModelFormatException {
        return popLast(1).getFirst();
    }

    private List<PickleValue> popLast(int count) throws ModelFormatException {
        if (stack.size() < count) {
            throw malformed("a value on the stack", "none");
        }
        List<PickleValue> last = stack.subList(stack.size() - count, stack.size());
        List<PickleValue> popped = List.copyOf(last);
        last.clear();
        return popped;
    }

    private PickleValue top() throws ModelFormatException {
        if (stack.isEmpty()) {
            throw malformed("a value on the stack", "none");
        }
        return stack.getLast();
    }

    private Sequence list() throws ModelFormatException {
        if (top() instanceof Sequence sequence) {
            return sequence;
        }
        throw malformed("a list to append to", top().kind());
    }

    private Tuple tuple(List<PickleValue> items) throws ModelFormatException {
        Tuple tuple = Tuple.of(items);
        if (tuple.depth() > MAX_TUPLE_DEPTH) {
            throw malformed("at most " + MAX_TUPLE_DEPTH + " tuples within tuples", "one more");
        }
        return tuple;
    }

    private void put(List<PickleValue> keysAndValues) throws ModelFormatException {
        if (!(top() instanceof Dict dict)) {
            throw malformed("a dict to put into", top().kind());
        }
        if (keysAndValues.size() % 2 != 0) {
            throw malformed("a value for each key of a dict", keysAndValues.size() + " keys and values");
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            PickleValue key = keysAndValues.get(i);
            if (!(key instanceof Text || key instanceof Int || key instanceof PickleValue.Bool)) {
                throw malformed("a string or a number as a dict's key", key.kind());
            }
            if (dict.entries().put(key, keysAndValues.get(i + 1)) != null) {
                String shown = key instanceof Text text ? Shown.quoted(text.value()) : key.kind();
                throw malformed("each key of a dict once", shown + " again");
            }
        }
    }

    /** Gives a module its attributes. What an ordered dict is given (a state dict has the versions of layers) is dropped. */
    private void build(PickleValue object, PickleValue state) throws ModelFormatException {
        if (object instanceof PickleValue.Opaque) {
            return;
        }
        if (!(state instanceof Dict attributes)) {
            throw malformed("an object's state as a dict", state.kind());
        }
        switch (object) {
            case Module module -> module.become(attributes);
            case Dict ignored -> {}
            default -> throw malformed("a module or a dict to give a state", object.kind());
        }
    }

    private Tuple arguments(PickleValue value) throws ModelFormatException {
        if (value instanceof Tuple tuple) {
            return tuple;
        }
        throw malformed("a tuple of arguments", value.kind());
    }

    private String text(PickleValue value) throws ModelFormatException {
        if (value instanceof Text text) {
            return text.value();
        }
        throw malformed("a name as a string", value.kind());
    }

    private PickleValue remembered(int index) throws ModelFormatException {
        PickleValue value = memo.get(index);
        if (value == null) {
            throw malformed("something under " + index + " in the memo", "nothing");
        }
        return value;
    }

    private int memoIndex(long index) throws ModelFormatException {
        // Each entry of the memo is made by an opcode, so that a larger index than there are bytes is nobody's.
        if (index > pickle.limit()) {
            throw malformed("an index into the memo up to " + pickle.limit(), Long.toString(index));
        }
        return (int) index;
    }

    private PickleValue integer(int length) throws ModelFormatException {
        byte[] littleEndian = take(length);
        byte[] bigEndian = new byte[length];
        for (int i = 0; i < length; i++) {
            bigEndian[i] = littleEndian[length - 1 - i];
        }
        BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bigEndian);
        return value.bitLength() < Long.SIZE ? new Int(value.longValue()) : new PickleValue.LargeInt(value);
    }

    private String utf8(long length) throws ModelFormatException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(take(length)))
                    .toString();
        } catch (CharacterCodingException e) {
            ModelFormatException refusal = malformed("text in UTF-8", "other bytes");
            refusal.initCause(e);
            throw refusal;
        }
    }

    private PickleValue bytes(long length) throws ModelFormatException {
        pickle.position(pickle.position() + count(length));
        return new PickleValue.Bytes(length);
    }

    /** Up to a line feed, which goes too. */
    private String line() throws ModelFormatException {
        int start = pickle.position();
        while (u8() != '\n') {
            // goes on
        }
        int length = pickle.position() - start - 1;
        byte[] bytes = new byte[length];
        pickle.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private byte[] take(long length) throws ModelFormatException {
        byte[] bytes = new byte[count(length)];
        pickle.get(bytes);
        return bytes;
    }

    /** A number of bytes that are there. */
    private int count(long length) throws ModelFormatException {
        if (length < 0 || length > pickle.remaining()) {
            throw malformed(
                    "at most the " + pickle.remaining() + " bytes that are left",
                    Long.toUnsignedString(length) + " bytes");
        }
        return (int) length;
    }

    private int u8() throws ModelFormatException {
        count(1);
        return Byte.toUnsignedInt(pickle.get());
    }

    private int i32() throws ModelFormatException {
        count(Integer.BYTES);
        return pickle.getInt();
    }

    private long u32() throws ModelFormatException {
        return Integer.toUnsignedLong(i32());
    }

    private long i64() throws ModelFormatException {
        count(Long.BYTES);
        return pickle.getLong();
    }

    private ModelFormatException malformed(String expected, String found) {
        return new ModelFormatException("%s: byte %d: expected %s, found %s; nothing of the pickle was run"
                .formatted(where, at, expected, found));
    }
}
