package org.clipjava.machinecode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What a processor says of itself. */
interface Cpuid {
    /** What {@code cpuid} answers. */
    record Answer(int eax, int ebx, int ecx, int edx) {}

    /** Asks for a leaf and a subleaf. */
    Answer ask(int leaf, int subleaf);

    /** The states that the system saves, one bit each (XCR0); asked for only where leaf 1 says that it can be. */
    long savedStates();

    /** Asks this processor, by instructions assembled for that. */
    static Cpuid ofThisProcessor() {
        return new Cpuid() {
            @Override
            public Answer ask(int leaf, int subleaf) {
                int[] numbers = run(Cpuid::writeCpuid, leaf, subleaf);
                return new Answer(numbers[0], numbers[1], numbers[2], numbers[3]);
            }

            @Override
            public long savedStates() {
                int[] numbers = run(Cpuid::writeXgetbv, 0, 0);
                return (long) numbers[3] << 32 | Integer.toUnsignedLong(numbers[0]);
            }
        };
    }

    /** Writes a function. */
    interface Writer {
        void write(Assembler code, Convention convention);
    }

    private static int[] run(Writer writer, int first, int second) {
        Assembler code = new Assembler();
        writer.write(code, Convention.ofThisSystem());
        try (CodeMemory memory = CodeMemory.of(code.toBytes());
                Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(ValueLayout.JAVA_LONG, 4);
            block.setAtIndex(ValueLayout.JAVA_LONG, 0, first);
            block.setAtIndex(ValueLayout.JAVA_LONG, 1, second);
            NativeCalls.call(memory.function(0), block.address());
            int[] numbers = new int[4];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (int) block.getAtIndex(ValueLayout.JAVA_LONG, i);
            }
            return numbers;
        }
    }

    /** Takes leaf and subleaf from a block of four numbers, and puts EAX, EBX, ECX and EDX there. */
    static void writeCpuid(Assembler code, Convention convention) {
        convention.enter(code);
        code.push(Register.RBX); // belongs to the caller
        code.load(Register.RAX, Register.R8, 0);
        code.load(Register.RCX, Register.R8, 8);
        code.cpuid();
        code.store(Register.R8, 0, Register.RAX);
        code.store(Register.R8, 8, Register.RBX);
        code.store(Register.R8, 16, Register.RCX);
        code.store(Register.R8, 24, Register.RDX);
        code.pop(Register.RBX);
        convention.leave(code);
    }

    /** Puts the lower and the upper half of XCR0 where {@link #writeCpuid} puts EAX and EDX. */
    static void writeXgetbv(Assembler code, Convention convention) {
        convention.enter(code);
        code.load(Register.RCX, Register.R8, 0);
        code.xgetbv();
        code.store(Register.R8, 0, Register.RAX);
        code.store(Register.R8, 24, Register.RDX);
        convention.leave(code);
    }
}
