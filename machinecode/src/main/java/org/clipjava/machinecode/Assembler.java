package org.clipjava.machinecode;

import java.util.Arrays;

/**
 * Makes bytes of those x86-64 instructions that the kernels need; numbers and fields are those of Intel's manual, volume 2. A
 * displacement takes 32 bits whatever its size, so that there is one form of each. Vectors of 512 bits and registers from 16 on are
 * written with EVEX prefixes, all others with VEX.
 */
final class Assembler extends CodeBuffer {
    /** Opcode maps. */
    private static final int MAP_0F = 1;

    private static final int MAP_0F38 = 2;
    private static final int MAP_0F3A = 3;

    /** The prefix that an instruction's code begins with: none, 66, F3 or F2. */
    private static final int NONE = 0;

    private static final int P66 = 1;
    private static final int PF3 = 2;
    private static final int PF2 = 3;

    private static final int RSP_NEEDS_SIB = 4;

    // Registers and memory

    /** {@code mov to, from}, 64 bits. */
    void mov(Register to, Register from) {
        rex(1, from.number(), to.number());
        emit(0x89, modRegister(from.number(), to.number()));
    }

    /** {@code mov to, imm32}, sign-extended to 64 bits. */
    void mov(Register to, int value) {
        rex(1, 0, to.number());
        emit(0xc7, modRegister(0, to.number()));
        emit32(value);
    }

    /** {@code mov to, [base + displacement]}, 64 bits. */
    void load(Register to, Register base, int displacement) {
        rex(1, to.number(), base.number());
        emit(0x8b);
        memory(to.number(), base, displacement);
    }

    /** {@code mov [base + displacement], from}, 64 bits. */
    void store(Register base, int displacement, Register from) {
        rex(1, from.number(), base.number());
        emit(0x89);
        memory(from.number(), base, displacement);
    }

    /** {@code add to, imm32}, 64 bits. */
    void add(Register to, int value) {
        rex(1, 0, to.number());
        emit(0x81, modRegister(0, to.number()));
        emit32(value);
    }

    /** {@code add to, [base + displacement]}, 64 bits. */
    void add(Register to, Register base, int displacement) {
        rex(1, to.number(), base.number());
        emit(0x03);
        memory(to.number(), base, displacement);
    }

    /** {@code sub from, imm32}, 64 bits; sets the zero flag. */
    void sub(Register from, int value) {
        rex(1, 0, from.number());
        emit(0x81, modRegister(5, from.number()));
        emit32(value);
    }

    void push(Register register) {
        if (register.number() >= 8) {
            emit(0x41);
        }
        emit(0x50 + (register.number() & 7));
    }

    void pop(Register register) {
        if (register.number() >= 8) {
            emit(0x41);
        }
        emit(0x58 + (register.number() & 7));
    }

    /** {@code prefetcht1 [base + displacement]}: asks for a line of memory, if there is such, and waits for nothing. */
    void prefetch(Register base, int displacement) {
        if (base.number() >= 8) {
            emit(0x41);
        }
        emit(0x0f, 0x18);
        memory(2, base, displacement);
    }

    /** {@code jnz label}: back, while the last result was not zero. */
    void jumpIfNotZero(Label label) {
        emit(0x0f, 0x85);
        emit32(label.at() - (position() + Integer.BYTES));
    }

    void ret() {
        emit(0xc3);
    }

    void cpuid() {
        emit(0x0f, 0xa2);
    }

    void xgetbv() {
        emit(0x0f, 0x01, 0xd0);
    }

    // Vectors

    /** {@code vmovdqu to, [base + displacement]}; {@code vmovdqu32} with an EVEX prefix. */
    void vmovdquLoad(VectorLength length, int to, Register base, int displacement) {
        vector(length, PF3, MAP_0F, 0x6f, to, 0, base, displacement);
    }

    /** {@code vmovdqu [base + displacement], from}; {@code vmovdqu32} with an EVEX prefix. */
    void vmovdquStore(VectorLength length, Register base, int displacement, int from) {
        vector(length, PF3, MAP_0F, 0x7f, from, 0, base, displacement);
    }

    /** {@code vpbroadcastd to, [base + displacement]}. */
    void vpbroadcastd(VectorLength length, int to, Register base, int displacement) {
        vector(length, P66, MAP_0F38, 0x58, to, 0, base, displacement);
    }

    /** {@code vpbroadcastq to, [base + displacement]}, at 256 bits. */
    void vpbroadcastq(int to, Register base, int displacement) {
        requireVex(to);
        vector(VectorLength.YMM, P66, MAP_0F38, 0x59, to, 0, base, displacement);
    }

    /** {@code vpmovsxbw to, [base + displacement]}, at 256 bits: bytes to shorts, by their sign. */
    void vpmovsxbw(int to, Register base, int displacement) {
        vector(VectorLength.YMM, P66, MAP_0F38, 0x20, to, 0, base, displacement);
    }

    /** {@code vpmovzxbw to, [base + displacement]}, at 256 bits: bytes to shorts, with zeros. */
    void vpmovzxbw(int to, Register base, int displacement) {
        vector(VectorLength.YMM, P66, MAP_0F38, 0x30, to, 0, base, displacement);
    }

    /** {@code vpdpbusd sum, unsigned, signed}: adds four products of bytes to each int. */
    void vpdpbusd(VectorLength length, int sum, int unsigned, int signed) {
        vector(length, P66, MAP_0F38, 0x50, sum, unsigned, signed);
    }

    /** {@code vpaddd to, a, b}. */
    void vpaddd(VectorLength length, int to, int a, int b) {
        vector(length, P66, MAP_0F, 0xfe, to, a, b);
    }

    /** {@code vpmaddwd to, a, b}: sums of two products of shorts. */
    void vpmaddwd(VectorLength length, int to, int a, int b) {
        vector(length, P66, MAP_0F, 0xf5, to, a, b);
    }

    /** {@code vpmaddubsw to, unsigned, signed}: sums of two products of bytes, the next shorts there are where they don't fit. */
    void vpmaddubsw(VectorLength length, int to, int unsigned, int signed) {
        vector(length, P66, MAP_0F38, 0x04, to, unsigned, signed);
    }

    /** {@code vpmaxsw to, a, b}: the larger shorts. */
    void vpmaxsw(VectorLength length, int to, int a, int b) {
        vector(length, P66, MAP_0F, 0xee, to, a, b);
    }

    /** {@code vpabsb to, from}: bytes without their sign. */
    void vpabsb(VectorLength length, int to, int from) {
        vector(length, P66, MAP_0F38, 0x1c, to, 0, from);
    }

    /** {@code vpabsw to, from}: shorts without their sign. */
    void vpabsw(VectorLength length, int to, int from) {
        vector(length, P66, MAP_0F38, 0x1d, to, 0, from);
    }

    /** {@code vphaddd to, a, b}: sums of two ints side by side, of each half of 128 bits first those of a, then those of b. */
    void vphaddd(VectorLength length, int to, int a, int b) {
        requireVex(to, a, b);
        vector(length, P66, MAP_0F38, 0x02, to, a, b);
    }

    /** {@code vpermq to, from, order}, at 256 bits: the number of the quarter that comes to each place, two bits each. */
    void vpermq(int to, int from, int order) {
        requireVex(to, from);
        vex(1, VectorLength.YMM, P66, MAP_0F3A, to, 0, 0, from);
        emit(0x00, modRegister(to, from), order);
    }

    /** {@code vpcmpeqd to, a, b}: all ones where equal. */
    void vpcmpeqd(VectorLength length, int to, int a, int b) {
        vector(length, P66, MAP_0F, 0x76, to, a, b);
    }

    /** {@code vpsrlw to, from, count}: shorts to the right, with zeros. */
    void vpsrlw(VectorLength length, int to, int from, int count) {
        vector(length, P66, MAP_0F, 0x71, 2, to, from);
        emit(count);
    }

    /** {@code vdpbf16ps sum, a, b}: adds to each float two products of bf16, that of the upper halves first. */
    void vdpbf16ps(VectorLength length, int sum, int a, int b) {
        vector(length, PF3, MAP_0F38, 0x52, sum, a, b);
    }

    /** {@code vaddps to, a, b}. */
    void vaddps(VectorLength length, int to, int a, int b) {
        vector(length, NONE, MAP_0F, 0x58, to, a, b);
    }

    /** {@code vpxor to, a, b}; {@code vpxord} with an EVEX prefix. */
    void vpxor(VectorLength length, int to, int a, int b) {
        vector(length, P66, MAP_0F, 0xef, to, a, b);
    }

    void vzeroupper() {
        emit(0xc5, 0xf8, 0x77);
    }

    // Tiles

    /** {@code ldtilecfg [base + displacement]}: takes the tiles' shapes from 64 bytes. */
    void ldtilecfg(Register base, int displacement) {
        vex(VectorLength.XMM, NONE, MAP_0F38, 0, 0, 0, base.number());
        emit(0x49);
        memory(0, base, displacement);
    }

    /** {@code tilerelease}: gives the tiles back. */
    void tilerelease() {
        vex(VectorLength.XMM, NONE, MAP_0F38, 0, 0, 0, 0);
        emit(0x49, 0xc0);
    }

    /** {@code tileloadd tile, [base + stride + displacement]}: rows are a stride apart. */
    void tileloadd(int tile, Register base, Register stride, int displacement) {
        vex(VectorLength.XMM, PF2, MAP_0F38, tile, 0, stride.number(), base.number());
        emit(0x4b);
        memory(tile, base, stride, displacement);
    }

    /** {@code tilestored [base + stride + displacement], tile}. */
    void tilestored(Register base, Register stride, int displacement, int tile) {
        vex(VectorLength.XMM, PF3, MAP_0F38, tile, 0, stride.number(), base.number());
        emit(0x4b);
        memory(tile, base, stride, displacement);
    }

    /** {@code tdpbusd sum, unsigned, signed}: adds products of bytes, four inputs at a time. */
    void tdpbusd(int sum, int unsigned, int signed) {
        vex(VectorLength.XMM, P66, MAP_0F38, sum, signed, 0, unsigned);
        emit(0x5e, modRegister(sum, unsigned));
    }

    /** {@code tdpbf16ps sum, a, b}: adds products of bf16, two inputs at a time. */
    void tdpbf16ps(int sum, int a, int b) {
        vex(VectorLength.XMM, PF3, MAP_0F38, sum, b, 0, a);
        emit(0x5c, modRegister(sum, a));
    }

    // Encodings

    private void vector(
            VectorLength length,
            int prefix,
            int map,
            int opcode,
            int register,
            int other,
            Register base,
            int displacement) {
        if (isExtended(length, register, other)) {
            evex(length, prefix, map, register, other, 0, base.number());
        } else {
            vex(length, prefix, map, register, other, 0, base.number());
        }
        emit(opcode);
        memory(register, base, displacement);
    }

    private void vector(VectorLength length, int prefix, int map, int opcode, int register, int other, int last) {
        if (isExtended(length, register, other, last)) {
            // the fifth bit of the last register stands where an index register would
            evex(length, prefix, map, register, other, last >> 1, last);
        } else {
            vex(length, prefix, map, register, other, 0, last);
        }
        emit(opcode, modRegister(register, last));
    }

    private static boolean isExtended(VectorLength length, int... registers) {
        return length == VectorLength.ZMM || Arrays.stream(registers).anyMatch(register -> register >= 16);
    }

    /** Of instructions that are written with VEX prefixes alone. */
    private static void requireVex(int... registers) {
        if (Arrays.stream(registers).anyMatch(register -> register >= 16)) {
            throw new IllegalArgumentException("no such register here: " + Arrays.toString(registers));
        }
    }

    private void rex(int wide, int register, int base) {
        emit(0x40 | wide << 3 | (register >> 3 & 1) << 2 | (base >> 3 & 1));
    }

    /** W = 0. */
    private void vex(VectorLength length, int prefix, int map, int register, int other, int index, int base) {
        vex(0, length, prefix, map, register, other, index, base);
    }

    /** The form of three bytes. */
    private void vex(int wide, VectorLength length, int prefix, int map, int register, int other, int index, int base) {
        emit(
                0xc4,
                inverted(register, 3) << 7 | inverted(index, 3) << 6 | inverted(base, 3) << 5 | map,
                wide << 7 | (~other & 0xf) << 3 | length.code() << 2 | prefix);
    }

    /** W = 0, no mask, nothing broadcast. */
    private void evex(VectorLength length, int prefix, int map, int register, int other, int index, int base) {
        emit(
                0x62,
                inverted(register, 3) << 7
                        | inverted(index, 3) << 6
                        | inverted(base, 3) << 5
                        | inverted(register, 4) << 4
                        | map,
                (~other & 0xf) << 3 | 1 << 2 | prefix,
                length.code() << 5 | inverted(other, 4) << 3);
    }

    private static int inverted(int number, int bit) {
        return ~number >> bit & 1;
    }

    private static int modRegister(int register, int last) {
        return 0xc0 | (register & 7) << 3 | (last & 7);
    }

    /** {@code [base + displacement]}. */
    private void memory(int register, Register base, int displacement) {
        emit(0x80 | (register & 7) << 3 | (base.number() & 7));
        if ((base.number() & 7) == RSP_NEEDS_SIB) {
            emit(0x24);
        }
        emit32(displacement);
    }

    /** {@code [base + index + displacement]}. */
    private void memory(int register, Register base, Register index, int displacement) {
        emit(0x80 | (register & 7) << 3 | RSP_NEEDS_SIB, (index.number() & 7) << 3 | (base.number() & 7));
        emit32(displacement);
    }
}
