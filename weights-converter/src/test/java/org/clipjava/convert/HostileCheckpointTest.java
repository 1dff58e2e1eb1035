package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.Pickle;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Pickles and archives that are made to do harm, or to take the reader's memory: each is refused, and what it wanted named. */
class HostileCheckpointTest {
    private static final byte[] SIX_FLOATS = new byte[6 * Float.BYTES];

    // What is read.

    @Test
    void readsTheArchiveThatTheHostileOnesAreMadeOf() throws IOException {
        for (ZipBytes zip : new ZipBytes[] {archive(good()), archive(good()).zip64()}) {
            try (TorchFile file = open(zip.toBytes())) {
                SourceTensor tensor = file.tensors().get("weight");
                assertEquals("F32 [2, 3]", tensor.typeAndShape());
                tensor.read(0, new float[6]);
            }
        }
    }

    @Test
    void readsViewsElementByElement() throws IOException {
        ByteBuffer values = ByteBuffer.allocate(12 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 12; i++) {
            values.putFloat(i);
        }
        // Of the values 0 to 11 as [3, 4]: from its second row, every other column, the other way round.
        Pickle pickle = start().text("view")
                .global("torch._utils", "_rebuild_tensor_v2")
                .mark();
        pickle.storage("FloatStorage", "0", 12)
                .integer(4)
                .integers(2, 2)
                .integers(2, 4)
                .endTensor();
        try (TorchFile file = open(ZipBytes.torch(end(pickle), values.array()).toBytes())) {
            float[] read = new float[4];
            file.tensors().get("view").read(0, read);
            assertEquals("[4.0, 8.0, 6.0, 10.0]", Arrays.toString(read));
            float[] last = new float[1];
            file.tensors().get("view").read(3, last);
            assertEquals(10, last[0]);
        }
    }

    @Test
    void readsEveryProtocolThatTorchWrites() throws IOException {
        Pickle pickle =
                new Pickle().protocol(5).op(0x95).bytes(new byte[8]).emptyDict().op(0x94);
        pickle.op(0x8c, 1, 'w');
        shortText(shortText(pickle, "torch._utils"), "_rebuild_tensor_v2")
                .op(0x93)
                .op(0x94)
                .mark()
                .mark();
        shortText(shortText(shortText(pickle, "storage"), "torch"), "HalfStorage")
                .op(0x93);
        shortText(shortText(pickle, "0"), "cpu").integer(12).tuple().op('Q').integer(0);
        pickle.integer(12).op(0x85).integer(1).op(0x85).op(0x89);
        shortText(shortText(pickle, "collections"), "OrderedDict")
                .op(0x93)
                .emptyTuple()
                .reduce()
                .tuple()
                .reduce();
        pickle.setItem().stop();
        try (TorchFile file = open(ZipBytes.torch(pickle.toBytes(), SIX_FLOATS).toBytes())) {
            assertEquals("F16 [12]", file.tensors().get("w").typeAndShape());
        }
    }

    private static Pickle shortText(Pickle pickle, String text) {
        return pickle.op(0x8c, text.length()).bytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    // What is refused.

    @TestFactory
    Stream<DynamicTest> refusesHostilePickles() {
        Map<String, Case> cases = new LinkedHashMap<>();
        globals(cases);
        opcodes(cases);
        structures(cases);
        tensors(cases);
        return tests(cases, pickle -> archive(pickle).toBytes());
    }

    @TestFactory
    Stream<DynamicTest> refusesHostileArchives() {
        Map<String, Case> cases = new LinkedHashMap<>();
        archives(cases);
        return tests(cases, file -> file);
    }

    /** What is refused, and what the message has to name. */
    private record Case(byte[] bytes, String expected) {}

    private interface Wrapping {
        byte[] file(byte[] bytes);
    }

    private static Stream<DynamicTest> tests(Map<String, Case> cases, Wrapping wrapping) {
        return cases.entrySet().stream()
                .map(hostile -> dynamicTest(hostile.getKey(), () -> {
                    byte[] file = wrapping.file(hostile.getValue().bytes());
                    ModelFormatException e = assertThrows(
                            ModelFormatException.class, () -> open(file).close());
                    assertTrue(
                            e.getMessage().contains(hostile.getValue().expected()),
                            () -> "expected: " + hostile.getValue().expected() + "\nbut was: " + e.getMessage());
                    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                    assertTrue(e.getMessage().length() < 500, e.getMessage());
                }));
    }

    private static void globals(Map<String, Case> cases) {
        cases.put(
                "the global os.system, called",
                new Case(
                        new Pickle()
                                .protocol(2)
                                .global("os", "system")
                                .mark()
                                .text("touch /tmp/owned")
                                .tuple()
                                .reduce()
                                .stop()
                                .toBytes(),
                        "byte 2: expected the names of a state dict, found the global os.system, which one does not need; nothing of the pickle was run"));
        cases.put(
                "posix.system, which is the same",
                new Case(
                        end(start().global("posix", "system")
                                .mark()
                                .text("id")
                                .tuple()
                                .reduce()),
                        "the global posix.system"));
        cases.put(
                "the built-in eval",
                new Case(
                        end(start().global("builtins", "eval")
                                .mark()
                                .text("1")
                                .tuple()
                                .reduce()),
                        "the global builtins.eval"));
        cases.put(
                "the built-in exec of Python 2",
                new Case(end(start().global("__builtin__", "exec")), "the global __builtin__.exec"));
        cases.put(
                "a name that is put together on the stack",
                new Case(
                        new Pickle()
                                .protocol(4)
                                .text("subprocess")
                                .text("Popen")
                                .op(0x93)
                                .stop()
                                .toBytes(),
                        "the global subprocess.Popen"));
        cases.put(
                "an attribute of an allowed module",
                new Case(
                        end(start().global("torch._utils", "_import_dotted_name")),
                        "the global torch._utils._import_dotted_name"));
        cases.put(
                "a path through an allowed name",
                new Case(
                        end(start().global("collections", "OrderedDict.__init__.__globals__")),
                        "the global collections.OrderedDict.__init__.__globals__"));
        cases.put(
                "a loader of more pickles",
                new Case(
                        end(start().global("torch.storage", "_load_from_bytes")
                                .mark()
                                .op('B', (byte) 0, (byte) 0, (byte) 0, (byte) 0)
                                .tuple()
                                .reduce()),
                        "the global torch.storage._load_from_bytes"));
        cases.put("torch.load", new Case(end(start().global("torch", "load")), "the global torch.load"));
        cases.put(
                "a whole model instead of its state dict",
                new Case(
                        end(start().global("torch.nn.modules.linear", "Linear")),
                        "the global torch.nn.modules.linear.Linear, which one does not need; save the model's state_dict(), not the model"));
        cases.put(
                "a name with a line feed and an escape sequence in it",
                new Case(
                        new Pickle()
                                .protocol(4)
                                .text("os\n\u001b[2J")
                                .text("system")
                                .op(0x93)
                                .stop()
                                .toBytes(),
                        "the global os\\u000a\\u001b[2J.system"));
        cases.put(
                "a name of a megabyte",
                new Case(end(start().global("x".repeat(1 << 20), "y")), "the global " + "x".repeat(80) + "…"));
        cases.put(
                "a call of what is no function",
                new Case(
                        end(start().text("os.system").mark().text("id").tuple().reduce()),
                        "expected a name to call, found a string"));
        cases.put(
                "a call of a type of storage",
                new Case(
                        end(start().global("torch", "FloatStorage").emptyTuple().reduce()),
                        "expected a function to call, found the name torch.FloatStorage"));
        cases.put(
                "an object of a function",
                new Case(
                        end(start().global("torch._utils", "_rebuild_tensor_v2")
                                .emptyTuple()
                                .op(0x81)),
                        "expected a class of the TorchScript archive, found the name torch._utils._rebuild_tensor_v2"));
        cases.put(
                "a module of TorchScript that is called",
                new Case(
                        end(start().global("__torch__.os", "system")
                                .mark()
                                .text("id")
                                .tuple()
                                .reduce()),
                        "expected a function to call, found the name __torch__.os.system"));
        cases.put(
                "a module of TorchScript with arguments",
                new Case(
                        end(start().global("__torch__.os", "system")
                                .mark()
                                .text("id")
                                .tuple()
                                .op(0x81)),
                        "expected 0 arguments of __torch__.os.system, found 1"));
    }

    private static void opcodes(Map<String, Case> cases) {
        Object[][] refused = {
            {"EXT1", new Pickle().op(0x82, 1)},
            {"EXT2", new Pickle().op(0x83, 1, 0)},
            {"EXT4", new Pickle().op(0x84, 1, 0, 0, 0)},
            {"INST", new Pickle().mark().op('i').bytes("os\nsystem\n".getBytes(StandardCharsets.US_ASCII))},
            {"OBJ", new Pickle().mark().op('o')},
            {"NEWOBJ_EX", new Pickle().op(0x92)},
            {"PERSID", new Pickle().op('P').bytes("0\n".getBytes(StandardCharsets.US_ASCII))},
            {"STRING", new Pickle().op('S').bytes("'x'\n".getBytes(StandardCharsets.US_ASCII))},
            {"INT", new Pickle().op('I').bytes("1\n".getBytes(StandardCharsets.US_ASCII))},
            {"LONG4", new Pickle().op(0x8b, 0xff, 0xff, 0xff, 0x7f)},
            {"DUP", new Pickle().op('2')},
            {"NEXT_BUFFER", new Pickle().op(0x97)},
            {"BYTEARRAY8", new Pickle().op(0x96).bytes(new byte[8])},
            {"FROZENSET", new Pickle().mark().op(0x91)},
        };
        for (Object[] opcode : refused) {
            cases.put(
                    "the opcode " + opcode[0],
                    new Case(
                            start().bytes(((Pickle) opcode[1]).toBytes()).stop().toBytes(),
                            "expected the opcodes of a state dict, found " + opcode[0] + ", which one does not need"));
        }
        cases.put("a byte that is no opcode", new Case(start().op(0xff).stop().toBytes(), "found byte 0xff"));
        cases.put(
                "a protocol of the future",
                new Case(
                        new Pickle().protocol(9).stop().toBytes(),
                        "byte 0: expected a protocol up to 5, found protocol 9"));
    }

    private static void structures(Map<String, Case> cases) {
        cases.put(
                "an empty pickle", new Case(new byte[0], "expected at most the 0 bytes that are left, found 1 bytes"));
        cases.put(
                "a pickle without an end",
                new Case(
                        Arrays.copyOf(end(good()), end(good()).length - 1),
                        "expected at most the 0 bytes that are left, found 1 bytes"));
        cases.put(
                "a name without an end",
                new Case(start().op('c', (byte) 'o', (byte) 's').toBytes(), "0 bytes that are left"));
        cases.put(
                "a string longer than the file",
                new Case(
                        start().op('X')
                                .bytes((byte) -1, (byte) -1, (byte) -1, (byte) 0x7f)
                                .stop()
                                .toBytes(),
                        "found 2147483647 bytes"));
        cases.put(
                "a string of 2^63 bytes",
                new Case(
                        start().op(0x8d).bytes(new byte[7]).op(0x80).stop().toBytes(),
                        "found 9223372036854775808 bytes"));
        cases.put(
                "a frame longer than the file",
                new Case(start().op(0x95, 0, 0, 0, 0, 1, 0, 0, 0).stop().toBytes(), "found 4294967296 bytes"));
        cases.put(
                "bytes longer than the file",
                new Case(
                        start().op('B')
                                .bytes((byte) 0, (byte) 0, (byte) 0, (byte) -1)
                                .stop()
                                .toBytes(),
                        "found 4278190080 bytes"));
        Pickle marks = start();
        for (int i = 0; i < 100_000; i++) {
            marks.mark();
        }
        cases.put(
                "a hundred thousand marks in marks",
                new Case(marks.stop().toBytes(), "expected at most 100 marks within marks, found one more"));
        Pickle tuples = start().emptyTuple();
        for (int i = 0; i < 100_000; i++) {
            tuples.op(0x85);
        }
        cases.put(
                "a hundred thousand tuples in tuples",
                new Case(end(tuples), "expected at most 50 tuples within tuples, found one more"));
        cases.put(
                "the memo before anything is in it",
                new Case(end(start().op('h', (byte) 7)), "expected something under 7 in the memo, found nothing"));
        cases.put(
                "an entry of the memo far away",
                new Case(
                        end(start().op('r').bytes((byte) -1, (byte) -1, (byte) -1, (byte) -1)),
                        "expected an index into the memo"));
        cases.put(
                "a stack that runs empty",
                new Case(new Pickle().op('0').stop().toBytes(), "expected a value on the stack, found none"));
        cases.put(
                "no value at the end",
                new Case(new Pickle().protocol(2).stop().toBytes(), "expected a value on the stack"));
        cases.put(
                "two values at the end",
                new Case(
                        new Pickle().protocol(2).emptyDict().emptyDict().stop().toBytes(),
                        "expected one value at the end, found more"));
        cases.put(
                "an open mark at the end",
                new Case(
                        new Pickle().mark().emptyDict().stop().toBytes(), "expected one value at the end, found more"));
        cases.put(
                "a tuple without a mark",
                new Case(new Pickle().tuple().stop().toBytes(), "expected a mark on the stack"));
        cases.put(
                "a key that is a dict",
                new Case(
                        new Pickle()
                                .emptyDict()
                                .emptyDict()
                                .integer(1)
                                .setItem()
                                .stop()
                                .toBytes(),
                        "expected a string or a number as a dict's key, found a dict"));
        cases.put(
                "a key without a value",
                new Case(
                        new Pickle()
                                .emptyDict()
                                .mark()
                                .text("a")
                                .setItems()
                                .stop()
                                .toBytes(),
                        "expected a value for each key of a dict, found 1 keys and values"));
        cases.put(
                "a key that is there twice",
                new Case(
                        end(good().text("weight").integer(1)),
                        "expected each key of a dict once, found \"weight\" again"));
        cases.put(
                "an append to a dict",
                new Case(
                        new Pickle().emptyDict().integer(1).op('a').stop().toBytes(),
                        "expected a list to append to, found a dict"));
        cases.put(
                "a state for a list",
                new Case(
                        new Pickle().op(']').emptyDict().op('b').stop().toBytes(),
                        "expected a module or a dict to give a state, found a list"));
        cases.put(
                "a state that is a tuple",
                new Case(
                        new Pickle().emptyDict().emptyTuple().op('b').stop().toBytes(),
                        "expected an object's state as a dict, found a tuple"));
        cases.put(
                "a dict that is in itself",
                new Case(
                        new Pickle()
                                .emptyDict()
                                .op('q', (byte) 0)
                                .text("self")
                                .op('h', (byte) 0)
                                .setItem()
                                .stop()
                                .toBytes(),
                        "\"self\": expected a state dict, of names and tensors, found a dict"));
        cases.put(
                "a state dict that is in itself as one",
                new Case(
                        new Pickle()
                                .emptyDict()
                                .op('q', (byte) 0)
                                .text("state_dict")
                                .op('h', (byte) 0)
                                .setItem()
                                .stop()
                                .toBytes(),
                        "\"state_dict\": expected a state dict, of names and tensors, found a dict"));
        cases.put(
                "a list that is in itself, as a tensor's shape",
                new Case(
                        end(start().text("w")
                                .global("torch._utils", "_rebuild_tensor_v2")
                                .mark()
                                .storage("FloatStorage", "0", 6)
                                .integer(0)
                                .op(']')
                                .op('q', (byte) 1)
                                .op('h', (byte) 1)
                                .op('a')
                                .integers(1)
                                .endTensor()),
                        "expected a tensor's shape as numbers from 0, found a list"));
        cases.put(
                "a module that is in itself",
                new Case(
                        new Pickle()
                                .global("__torch__", "M")
                                .emptyTuple()
                                .op(0x81)
                                .op('q', (byte) 0)
                                .emptyDict()
                                .text("m")
                                .op('h', (byte) 0)
                                .setItem()
                                .op('b')
                                .stop()
                                .toBytes(),
                        "m.: expected a tree of modules, found one that is in two places"));
        Pickle modules = new Pickle();
        for (int i = 0; i < 99; i++) {
            modules.global("__torch__", "M").emptyTuple().op(0x81).emptyDict().text("m");
        }
        modules.integer(1);
        for (int i = 0; i < 99; i++) {
            modules.setItem().op('b');
        }
        cases.put(
                "a hundred modules in modules",
                new Case(modules.stop().toBytes(), "expected a tree of modules, found one that is in more than 20"));
        cases.put(
                "a number instead of a state dict",
                new Case(
                        new Pickle().integer(1).stop().toBytes(),
                        "expected a state dict or a TorchScript module, found an integer"));
    }

    private static void tensors(Map<String, Case> cases) {
        cases.put(
                "a tensor that ends beyond its storage",
                new Case(
                        tensor(6, 1, shape(2, 3), shape(3, 1)),
                        "expected a tensor within the 6 elements of storage 0, found [2, 3] by strides [3, 1] from element 1"));
        cases.put(
                "a tensor that begins beyond its storage",
                new Case(
                        tensor(6, 7, shape(0), shape(1)),
                        "expected a tensor within the 6 elements of storage 0, found [0]"));
        cases.put(
                "a tensor whose strides lead beyond its storage",
                new Case(tensor(6, 0, shape(2, 3), shape(4, 1)), "by strides [4, 1] from element 0"));
        cases.put(
                "a negative size",
                new Case(
                        tensor(6, 0, shape(-2, 3), shape(3, 1)),
                        "expected a tensor's shape as numbers from 0, found -2"));
        cases.put(
                "a negative stride",
                new Case(tensor(6, 5, shape(6), shape(-1)), "expected a tensor's strides as numbers from 0, found -1"));
        cases.put(
                "a negative offset",
                new Case(tensor(6, -1, shape(6), shape(1)), "expected a tensor's offset as numbers from 0, found -1"));
        cases.put(
                "one element a thousand million times",
                new Case(
                        tensor(6, 0, shape(1_000_000_000), shape(0)),
                        "expected at most the 6 elements of storage 0 in a tensor, found [1000000000], which overlaps itself by strides [0]"));
        cases.put(
                "more elements than a long counts",
                new Case(
                        tensor(6, 0, shape(1L << 40, 1L << 40), shape(0, 0)),
                        "expected a tensor of less than 2^63 elements"));
        cases.put(
                "a stride that leads round the numbers",
                new Case(
                        tensor(6, 0, shape(3), shape(Long.MAX_VALUE)), "expected a tensor of less than 2^63 elements"));
        cases.put(
                "more dimensions than a tensor has",
                new Case(
                        tensor(6, 0, shape(1, 1, 1, 1, 1, 1, 1, 1, 1), shape(1, 1, 1, 1, 1, 1, 1, 1, 1)),
                        "expected a tensor's shape of at most 8 dimensions, found 9 dimensions"));
        cases.put(
                "a dimension without a stride",
                new Case(
                        tensor(6, 0, shape(2, 3), shape(1)),
                        "expected a stride for each of 2 dimensions, found 1 strides"));
        Pickle twice =
                start().text("a").tensor("FloatStorage", "0", 6).text("b").tensor("FloatStorage", "0", 6);
        cases.put(
                "two tensors of the same elements",
                new Case(end(twice), "b: expected tensors that share no element, found more than the 6 of storage 0"));
        Pickle retyped =
                start().text("a").tensor("FloatStorage", "0", 6).text("b").tensor("HalfStorage", "0", 12);
        cases.put(
                "a storage of two types",
                new Case(end(retyped), "expected storage 0 to be 6 of F32 as before, found 12 of F16"));
        cases.put(
                "a storage longer than its entry",
                new Case(
                        end(start().text("a").tensor("FloatStorage", "0", 7)),
                        "archive/data/0: expected 28 bytes for 7 of F32, found 24"));
        cases.put(
                "a storage of more bytes than a long counts",
                new Case(
                        tensor(Long.MAX_VALUE, 0, shape(1), shape(1)),
                        "storage 0: the size of F32 [9223372036854775807] overflows"));
        cases.put(
                "a storage of a negative number of elements",
                new Case(
                        tensor(-1, 0, shape(0), shape(1)),
                        "expected the elements of storage 0 as numbers from 0, found -1"));
        cases.put(
                "a storage that is not there",
                new Case(
                        end(start().text("a").tensor("FloatStorage", "1", 6)),
                        "expected the entry archive/data/1, found none"));
        cases.put(
                "a storage's key that leads out of the folder",
                new Case(
                        end(start().text("a").tensor("FloatStorage", "../../etc/passwd", 6)),
                        "expected a storage's key of letters and digits, found \"../../etc/passwd\""));
        cases.put(
                "a persistent id of something else",
                new Case(
                        end(start().mark()
                                .text("module")
                                .global("torch", "FloatStorage")
                                .text("0")
                                .text("cpu")
                                .integer(1)
                                .tuple()
                                .op('Q')),
                        "expected a persistent id (\"storage\", type, key, location, elements), found a tuple"));
        cases.put(
                "a persistent id that is a string",
                new Case(end(start().text("0").op('Q')), "elements), found a string"));
        cases.put(
                "a persistent id with a name that is no type",
                new Case(
                        end(start().mark()
                                .text("storage")
                                .global("collections", "OrderedDict")
                                .text("0")
                                .text("cpu")
                                .integer(1)
                                .tuple()
                                .op('Q')),
                        "expected a type of storage in a persistent id, found the name collections.OrderedDict"));
        cases.put(
                "a tensor without its arguments",
                new Case(
                        end(start().global("torch._utils", "_rebuild_tensor_v2")
                                .emptyTuple()
                                .reduce()),
                        "expected 6 or 7 arguments of torch._utils._rebuild_tensor_v2, found 0"));
        cases.put(
                "a tensor without a storage",
                new Case(
                        end(start().global("torch._utils", "_rebuild_tensor_v2")
                                .mark()
                                .integer(0)
                                .integer(0)
                                .integers(1)
                                .integers(1)
                                .endTensor()),
                        "expected a tensor's storage, found an integer"));
        cases.put(
                "a state dict of something else",
                new Case(
                        end(start().text("weight").text("not a tensor")),
                        "\"weight\": expected a state dict, of names and tensors, found a string"));
    }

    private static void archives(Map<String, Case> cases) {
        byte[] pickle = end(good());
        byte[] whole = archive(good()).toBytes();
        cases.put(
                "an archive without its end",
                new Case(Arrays.copyOf(whole, whole.length - 1), "the file is cut short: download it again"));
        cases.put(
                "half an archive",
                new Case(Arrays.copyOf(whole, whole.length / 2), "expected a zip archive's directory at the end"));
        cases.put(
                "four bytes of an archive",
                new Case(Arrays.copyOf(whole, 4), "expected a zip archive's directory at the end"));
        for (String name :
                new String[] {"../../root/.ssh/authorized_keys", "/etc/passwd", "..\\x", "C:x", "a/../../b", ""}) {
            cases.put(
                    "an entry called '" + name + "'",
                    new Case(
                            archive(good()).add(name, new byte[1]).toBytes(),
                            "expected names of entries within the archive, found \"" + name + "\""));
        }
        cases.put(
                "a bomb: a pickle that inflates to 4 GB",
                new Case(
                        new ZipBytes()
                                .add(
                                        "archive/data.pkl",
                                        new byte[100],
                                        entry -> entry.method(8).inflated(0xfffffff0L))
                                .toBytes(),
                        "archive/data.pkl: expected an entry that is stored as it is, found one compressed by method 8"));
        cases.put(
                "a bomb: a storage that inflates",
                new Case(
                        new ZipBytes()
                                .add("archive/data.pkl", pickle)
                                .add(
                                        "archive/data/0",
                                        new byte[10],
                                        entry -> entry.method(8).inflated(24))
                                .toBytes(),
                        "archive/data/0: expected an entry that is stored as it is"));
        cases.put(
                "a bomb: entries that share their bytes",
                new Case(
                        new ZipBytes()
                                .add("archive/data.pkl", pickle)
                                .add("archive/data/0", SIX_FLOATS, entry -> entry.header(0))
                                .toBytes(),
                        "archive/data/0: expected its name in its own header too, found \"archive/data.pkl\""));
        byte[] overlapping = new ZipBytes()
                .add("archive/data.pkl", pickle)
                .add("archive/data/0", SIX_FLOATS, entry -> entry.size(80))
                .add("archive/data/1", SIX_FLOATS)
                .toBytes();
        cases.put(
                "storages that overlap",
                new Case(
                        overlapping,
                        "archive/data/1: expected bytes of its own, found bytes that belong to archive/data/0 as well"));
        cases.put(
                "two entries of one name",
                new Case(
                        archive(good()).add("archive/data/0", SIX_FLOATS).toBytes(),
                        "archive/data/0: expected each name once, found a second entry of this name"));
        cases.put(
                "an entry that has another name of its own",
                new Case(
                        new ZipBytes()
                                .add("archive/data.pkl", pickle)
                                .add("archive/data/9", SIX_FLOATS, entry -> entry.named("archive/data/0"))
                                .toBytes(),
                        "archive/data/0: expected its name in its own header too, found \"archive/data/9\""));
        cases.put(
                "an entry that ends in the directory",
                new Case(
                        new ZipBytes()
                                .add("archive/data.pkl", pickle, entry -> entry.size(1 << 20))
                                .toBytes(),
                        "archive/data.pkl: expected its 1048576 bytes before the directory"));
        cases.put(
                "an entry of a size beyond 2^63",
                new Case(
                        new ZipBytes()
                                .add("archive/data.pkl", pickle, entry -> entry.size(-1))
                                .zip64()
                                .toBytes(),
                        "archive/data.pkl: expected an entry before the directory"));
        cases.put(
                "an entry behind the file's end",
                new Case(
                        new ZipBytes()
                                .add("archive/data.pkl", pickle, entry -> entry.header(Long.MAX_VALUE))
                                .zip64()
                                .toBytes(),
                        "archive/data.pkl: expected an entry before the directory, found one at byte 9223372036854775807"));
        cases.put(
                "an encrypted entry",
                new Case(
                        new ZipBytes()
                                .add("archive/data.pkl", pickle, entry -> entry.flags(1))
                                .toBytes(),
                        "archive/data.pkl: expected an entry that is not encrypted, found an encrypted one"));
        cases.put(
                "a pickle with another checksum",
                new Case(
                        new ZipBytes()
                                .add("archive/data.pkl", pickle, entry -> entry.crc(0x1234))
                                .toBytes(),
                        "archive/data.pkl: expected CRC-32 00001234"));
        cases.put(
                "a directory with fewer entries than it says",
                new Case(
                        archive(good()).toBytes(3),
                        "expected at most 2 entries in a zip directory of 122 bytes, found 3"));
        cases.put(
                "a directory with more entries than it says",
                new Case(archive(good()).toBytes(1), "expected 1 entries in the zip directory, found more"));
        cases.put(
                "a directory with thousands of millions of entries",
                new Case(
                        archive(good()).zip64().toBytes(Long.MAX_VALUE),
                        "entries in a zip directory of 178 bytes, found 9223372036854775807"));
        cases.put(
                "bytes in front of the archive's first entry",
                new Case(concatenated(Arrays.copyOf(whole, 4), whole), "expected the zip directory to end at byte"));
        cases.put(
                "no pickle",
                new Case(
                        new ZipBytes().add("archive/data/0", SIX_FLOATS).toBytes(),
                        "expected one entry <folder>/data.pkl as torch.save writes, found 0"));
        cases.put(
                "two pickles",
                new Case(
                        archive(good()).add("other/data.pkl", pickle).toBytes(),
                        "expected one entry <folder>/data.pkl as torch.save writes, found 2"));
        cases.put(
                "a pickle of five megabytes",
                new Case(
                        ZipBytes.torch(new byte[5 << 20], SIX_FLOATS).toBytes(),
                        "expected a state dict's pickle of at most 4194304 bytes"));
        cases.put(
                "values of the other byte order",
                new Case(
                        archive(good())
                                .add("archive/byteorder", "big".getBytes(StandardCharsets.US_ASCII))
                                .toBytes(),
                        "archive/byteorder: expected little"));
        legacy(cases);
    }

    private static void legacy(Map<String, Case> cases) {
        byte[] magic = new Pickle()
                .protocol(2)
                .op(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)
                .stop()
                .protocol(2)
                .integer(1001)
                .stop()
                .emptyDict()
                .text("little_endian")
                .op(0x88)
                .setItem()
                .stop()
                .toBytes();
        byte[] keys = new Pickle().op(']').text("0").op('a').stop().toBytes();
        byte[] good = concatenated(magic, end(good()), keys);
        cases.put(
                "an old file that calls os.system",
                new Case(concatenated(magic, end(start().global("os", "system")), keys), "the global os.system"));
        cases.put("an old file without its values", new Case(good, "expected the 24 bytes of storage 0"));
        cases.put(
                "an old file of which the values are cut short",
                new Case(concatenated(good, new byte[31]), "it is cut short: download it again"));
        cases.put(
                "an old file with another number of values",
                new Case(concatenated(good, new byte[32]), "expected the 6 elements of storage 0, found 0"));
        cases.put(
                "an old file with the key of nothing",
                new Case(concatenated(magic, end(start()), keys), "expected the key of a storage, found another"));
        cases.put(
                "an old file without a key",
                new Case(
                        concatenated(
                                magic, end(good()), new Pickle().op(']').stop().toBytes()),
                        "expected the values of storage 0, found none"));
    }

    /** A dict is open, and waits for its keys and values. */
    private static Pickle start() {
        return new Pickle().protocol(2).emptyDict().mark();
    }

    private static byte[] end(Pickle pickle) {
        return pickle.setItems().stop().toBytes();
    }

    private static Pickle good() {
        return start().text("weight").tensor("FloatStorage", "0", 2, 3);
    }

    private static byte[] tensor(long elements, long offset, long[] shape, long[] strides) {
        Pickle pickle = start().text("weight")
                .global("torch._utils", "_rebuild_tensor_v2")
                .mark();
        return end(pickle.storage("FloatStorage", "0", elements)
                .integer(offset)
                .integers(shape)
                .integers(strides)
                .endTensor());
    }

    private static long[] shape(long... dimensions) {
        return dimensions;
    }

    private static ZipBytes archive(Pickle pickle) {
        return archive(end(pickle));
    }

    private static ZipBytes archive(byte[] pickle) {
        return ZipBytes.torch(pickle, SIX_FLOATS);
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    private static TorchFile open(byte[] bytes) throws IOException {
        return TorchFile.of(MemorySegment.ofArray(bytes), "hostile.bin");
    }
}
