package org.clipjava.machinecode;

/**
 * Makes bytes of those arm64 instructions that the kernels need; numbers and fields are those of Arm's manual, chapter C6 for general
 * registers and C7 for vectors. Every instruction is four bytes long.
 */
final class Arm64Assembler extends CodeBuffer {
    // Registers and memory

    /** {@code mov to, from}, 64 bits, neither of them SP. */
    void mov(Arm64Register to, Arm64Register from) {
        emit32(0xaa0003e0 | general(from) << 16 | general(to));
    }

    /** {@code mov to, #value}, from 0 to 65,535. */
    void mov(Arm64Register to, int value) {
        emit32(0xd2800000 | field(value, 1, 16) << 5 | general(to));
    }

    /** {@code add to, a, #value}, from 0 to 4,095. */
    void add(Arm64Register to, Arm64Register a, int value) {
        emit32(0x91000000 | field(value, 1, 12) << 10 | a.number() << 5 | to.number());
    }

    /** {@code add to, a, b}, none of them SP. */
    void add(Arm64Register to, Arm64Register a, Arm64Register b) {
        emit32(0x8b000000 | general(b) << 16 | general(a) << 5 | general(to));
    }

    /** {@code sub to, a, #value}, from 0 to 4,095. */
    void sub(Arm64Register to, Arm64Register a, int value) {
        emit32(0xd1000000 | field(value, 1, 12) << 10 | a.number() << 5 | to.number());
    }

    /** {@code subs to, a, #value}, from 0 to 4,095; sets the zero flag. */
    void subs(Arm64Register to, Arm64Register a, int value) {
        emit32(0xf1000000 | field(value, 1, 12) << 10 | general(a) << 5 | general(to));
    }

    /** {@code ldr to, [base, #displacement]}, 64 bits; a multiple of 8. */
    void load(Arm64Register to, Arm64Register base, int displacement) {
        emit32(0xf9400000 | field(displacement, 8, 12) << 10 | base.number() << 5 | general(to));
    }

    /** {@code b.ne label}: back, while the last result was not zero. */
    void jumpIfNotZero(Label label) {
        int instructions = (label.at() - position()) / Integer.BYTES;
        if (instructions < -(1 << 18) || instructions > 0) {
            throw new IllegalArgumentException(instructions + " instructions ahead");
        }
        emit32(0x54000001 | (instructions & 0x7ffff) << 5);
    }

    void ret() {
        emit32(0xd65f03c0);
    }

    // Vectors

    /** {@code ldr q, [base, #displacement]}, 128 bits; a multiple of 16. */
    void loadVector(int to, Arm64Register base, int displacement) {
        emit32(0x3dc00000 | field(displacement, 16, 12) << 10 | base.number() << 5 | vector(to));
    }

    /** {@code str q, [base, #displacement]}, 128 bits; a multiple of 16. */
    void storeVector(Arm64Register base, int displacement, int from) {
        emit32(0x3d800000 | field(displacement, 16, 12) << 10 | base.number() << 5 | vector(from));
    }

    /** {@code ldp d, d, [base, #displacement]}: lower halves; a multiple of 8. */
    void loadHalves(int first, int second, Arm64Register base, int displacement) {
        emit32(0x6d400000
                | field(displacement, 8, 6) << 15
                | vector(second) << 10
                | base.number() << 5
                | vector(first));
    }

    /** {@code stp d, d, [base, #displacement]}: lower halves; a multiple of 8. */
    void storeHalves(Arm64Register base, int displacement, int first, int second) {
        emit32(0x6d000000
                | field(displacement, 8, 6) << 15
                | vector(second) << 10
                | base.number() << 5
                | vector(first));
    }

    /** {@code movi to.16b, #value}: the same byte everywhere. */
    void fill(int to, int value) {
        int bits = field(value, 1, 8);
        emit32(0x4f00e400 | bits >> 5 << 16 | (bits & 0x1f) << 5 | vector(to));
    }

    /** {@code eor to.16b, a.16b, b.16b}. */
    void eor(int to, int a, int b) {
        emit32(0x6e201c00 | vector(b) << 16 | vector(a) << 5 | vector(to));
    }

    /** {@code sub to.4s, a.4s, b.4s}. */
    void sub(int to, int a, int b) {
        emit32(0x6ea08400 | vector(b) << 16 | vector(a) << 5 | vector(to));
    }

    /** {@code sdot sum.4s, signed.16b, others.4b[index]}: adds to each int products of its four bytes and one group of four. */
    void sdot(int sum, int signed, int others, int index) {
        emit32(0x4f80e000 | element(others, index) | vector(signed) << 5 | vector(sum));
    }

    /** {@code sudot sum.4s, signed.16b, unsigned.4b[index]}: the same, of signed and unsigned bytes. */
    void sudot(int sum, int signed, int unsigned, int index) {
        emit32(0x4f00f000 | element(unsigned, index) | vector(signed) << 5 | vector(sum));
    }

    // Encodings

    /** A group of four bytes: its number's lower bit stands above the register, and its upper one below. */
    private static int element(int register, int index) {
        int number = field(index, 1, 2);
        return vector(register) << 16 | (number & 1) << 21 | number >> 1 << 11;
    }

    /** Where 31 means zero, and not SP. */
    private static int general(Arm64Register register) {
        if (register == Arm64Register.SP) {
            throw new IllegalArgumentException("SP can't stand here");
        }
        return register.number();
    }

    private static int vector(int number) {
        return field(number, 1, 5);
    }

    /** So many units, in so many bits. */
    private static int field(int value, int unit, int bits) {
        if (value < 0 || value % unit != 0 || value / unit >= 1 << bits) {
            throw new IllegalArgumentException(value + " is not of " + bits + " bits, in units of " + unit);
        }
        return value / unit;
    }
}
