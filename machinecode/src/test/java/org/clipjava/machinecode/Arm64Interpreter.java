package org.clipjava.machinecode;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs those instructions of arm64 that the kernels are made of, on any machine: by their descriptions in Arm's manual, one after the
 * other. It knows no other instruction, and no memory but what it is given: each is an error.
 */
final class Arm64Interpreter {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int STACK_POINTER = 31;
    private static final int VECTOR = 16;

    /** More than any loop of a test takes. */
    private static final int MOST_STEPS = 10_000_000;

    /** X0 to X30, and SP. */
    final long[] general = new long[32];

    /** V0 to V31, 16 bytes each. */
    final MemorySegment vectors = MemorySegment.ofArray(new byte[32 * VECTOR]);

    private final MemorySegment code;
    private final TreeMap<Long, MemorySegment> memory = new TreeMap<>();
    private boolean zero;

    Arm64Interpreter(byte[] code) {
        this.code = MemorySegment.ofArray(code);
    }

    /** Has memory stand at an address. */
    void map(long address, MemorySegment bytes) {
        memory.put(address, bytes);
    }

    /** Runs from a position of the code on, until it returns. */
    void call(int position) {
        int at = position;
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            int instruction = code.get(INT, at);
            if (instruction == 0xd65f03c0) { // ret
                return;
            }
            if (matches(instruction, 0xff00001f, 0x54000001)) { // b.ne
                at += zero ? Integer.BYTES : (instruction << 8 >> 13) * Integer.BYTES;
            } else {
                run(instruction);
                at += Integer.BYTES;
            }
        }
        throw new IllegalStateException("still running after " + MOST_STEPS + " instructions");
    }

    private void run(int instruction) {
        int d = instruction & 31;
        int n = instruction >>> 5 & 31;
        int m = instruction >>> 16 & 31;
        int twelve = instruction >>> 10 & 0xfff;
        if (matches(instruction, 0xffe0ffe0, 0xaa0003e0)) { // mov
            set(d, get(m));
        } else if (matches(instruction, 0xffe00000, 0xd2800000)) { // mov of a number
            set(d, instruction >>> 5 & 0xffff);
        } else if (matches(instruction, 0xffe0fc00, 0x8b000000)) { // add of registers
            set(d, get(n) + get(m));
        } else if (matches(instruction, 0xffc00000, 0x91000000)) { // add of a number
            general[d] = general[n] + twelve;
        } else if (matches(instruction, 0xffc00000, 0xd1000000)) { // sub of a number
            general[d] = general[n] - twelve;
        } else if (matches(instruction, 0xffc00000, 0xf1000000)) { // subs of a number
            set(d, general[n] - twelve);
            zero = general[d] == 0;
        } else if (matches(instruction, 0xffc00000, 0xf9400000)) { // ldr of 64 bits
            set(d, at(general[n] + 8L * twelve, Long.BYTES).get(LONG, 0));
        } else if (matches(instruction, 0xffc00000, 0x3dc00000)) { // ldr of a vector
            vector(d).copyFrom(at(general[n] + (long) VECTOR * twelve, VECTOR));
        } else if (matches(instruction, 0xffc00000, 0x3d800000)) { // str of a vector
            at(general[n] + (long) VECTOR * twelve, VECTOR).copyFrom(vector(d));
        } else if (matches(instruction, 0xff800000, 0x6d000000)) { // ldp and stp of halves
            pair(instruction, d, n);
        } else if (matches(instruction, 0xfff8fc00, 0x4f00e400)) { // movi
            vector(d).fill((byte) ((instruction >>> 11 & 0xe0) | n));
        } else if (matches(instruction, 0xffe0fc00, 0x6e201c00)) { // eor
            for (int i = 0; i < VECTOR; i += Long.BYTES) {
                vector(d).set(LONG, i, vector(n).get(LONG, i) ^ vector(m).get(LONG, i));
            }
        } else if (matches(instruction, 0xffe0fc00, 0x6ea08400)) { // sub of ints
            for (int i = 0; i < VECTOR; i += Integer.BYTES) {
                vector(d).set(INT, i, vector(n).get(INT, i) - vector(m).get(INT, i));
            }
        } else if (matches(instruction, 0xffc0f400, 0x4f80e000)) { // sdot by an element
            dot(instruction, d, n, m, false);
        } else if (matches(instruction, 0xffc0f400, 0x4f00f000)) { // sudot by an element
            dot(instruction, d, n, m, true);
        } else {
            throw new AssertionError("unknown: %08x".formatted(instruction));
        }
    }

    private void pair(int instruction, int first, int n) {
        int second = instruction >>> 10 & 31;
        MemorySegment bytes = at(general[n] + 8L * (instruction << 10 >> 25), 2L * Long.BYTES);
        if ((instruction >>> 22 & 1) == 0) {
            bytes.set(LONG, 0, vector(first).get(LONG, 0));
            bytes.set(LONG, Long.BYTES, vector(second).get(LONG, 0));
        } else {
            // a load of a part sets the rest to zero
            vector(first).fill((byte) 0).set(LONG, 0, bytes.get(LONG, 0));
            vector(second).fill((byte) 0).set(LONG, 0, bytes.get(LONG, Long.BYTES));
        }
    }

    private void dot(int instruction, int d, int n, int m, boolean unsigned) {
        int index = (instruction >>> 10 & 2) | (instruction >>> 21 & 1);
        MemorySegment sums = vector(d);
        for (int lane = 0; lane < 4; lane++) {
            int sum = sums.get(INT, 4L * lane);
            for (int i = 0; i < 4; i++) {
                byte other = vector(m).get(ValueLayout.JAVA_BYTE, 4L * index + i);
                sum += vector(n).get(ValueLayout.JAVA_BYTE, 4L * lane + i) * (unsigned ? other & 0xff : other);
            }
            sums.set(INT, 4L * lane, sum);
        }
    }

    private MemorySegment vector(int number) {
        return vectors.asSlice((long) number * VECTOR, VECTOR);
    }

    /** Where 31 means zero. */
    private long get(int register) {
        return register == STACK_POINTER ? 0 : general[register];
    }

    private void set(int register, long value) {
        if (register != STACK_POINTER) {
            general[register] = value;
        }
    }

    private MemorySegment at(long address, long bytes) {
        Map.Entry<Long, MemorySegment> found = memory.floorEntry(address);
        if (found == null || address + bytes > found.getKey() + found.getValue().byteSize()) {
            throw new AssertionError("nothing is at " + Long.toHexString(address));
        }
        return found.getValue().asSlice(address - found.getKey(), bytes);
    }

    private static boolean matches(int instruction, int mask, int bits) {
        return (instruction & mask) == bits;
    }
}
