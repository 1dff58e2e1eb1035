package org.clipjava.machinecode;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The architectures that there is machine code for. What differs between them begins here. */
enum Architecture {
    X86_64("x86-64", "amd64|x86_64", "AVX2, or the system does not save its registers") {
        @Override
        Set<InstructionSet> usable() {
            Set<InstructionSet> sets = Processor.instructionSets();
            if (sets.stream().anyMatch(InstructionSet::isTiled) && !TilePermission.ask()) {
                sets.removeIf(InstructionSet::isTiled);
            }
            return sets;
        }

        @Override
        Loops loops() {
            return new X86Loops();
        }
    },
    ARM64("arm64", "aarch64", "dot products of bytes") {
        @Override
        Set<InstructionSet> usable() {
            return Arm64Processor.instructionSets();
        }

        @Override
        Loops loops() {
            return new Arm64Loops();
        }
    };

    private final String title;

    /** As Java has them, a regular expression. */
    private final String names;

    private final String least;

    Architecture(String title, String names, String least) {
        this.title = title;
        this.names = names;
        this.least = least;
    }

    /** That of this machine, if there is code for it. */
    static Optional<Architecture> ofThisMachine() {
        return named(System.getProperty("os.arch"));
    }

    /** As Java names it. */
    static Optional<Architecture> named(String name) {
        return Arrays.stream(values())
                .filter(architecture -> name.matches(architecture.names))
                .findFirst();
    }

    /** All of them, for people. */
    static String titles() {
        return Arrays.stream(values()).map(architecture -> architecture.title).collect(Collectors.joining(" and "));
    }

    /** What a processor has to have, for people. */
    String least() {
        return least;
    }

    /** What this processor has and the system grants, the fastest first; only where this is the machine's architecture. */
    abstract Set<InstructionSet> usable();

    /** What writes its loops. */
    abstract Loops loops();
}
