package org.clipjava.machinecode;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.clipjava.encoder.Availability;
import org.clipjava.kernel.DotProducts;

/** The backend {@code machinecode}: the CPU, with multiplies of int8 models in machine code. Thread-safe. */
public final class MachineCodeProvider implements DotProducts.Provider {
    /** Names the instructions to use, for measurements: {@code amx}, {@code avx512_vnni}, {@code avx_vnni} or {@code avx2}. */
    static final String PROPERTY = "clip.machinecode";

    @Override
    public String name() {
        return "machinecode";
    }

    @Override
    public Availability availability() {
        Optional<String> missing = missing();
        if (missing.isPresent()) {
            return new Availability.Missing(missing.get());
        }
        try {
            return new Availability.Ready(List.of(choose().title()));
        } catch (IllegalStateException e) {
            return new Availability.Missing(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public DotProducts open() {
        missing().ifPresent(what -> {
            throw new IllegalStateException(what);
        });
        return new MachineCode(choose());
    }

    /** What is known to be missing before any code is run. */
    private static Optional<String> missing() {
        String architecture = System.getProperty("os.arch");
        if (!architecture.equals("amd64") && !architecture.equals("x86_64")) {
            return Optional.of("there is machine code for x86-64 only, and this is " + architecture);
        }
        Module module = MachineCodeProvider.class.getModule();
        if (!module.isNativeAccessEnabled()) {
            return Optional.of("native access is not enabled: start Java with --enable-native-access="
                    + (module.isNamed() ? module.getName() : "ALL-UNNAMED")
                    + "; clip.jar does so by itself with --backend machinecode");
        }
        return Optional.empty();
    }

    /** The fastest that there is, or the one that was asked for. */
    static InstructionSet choose() {
        Set<InstructionSet> sets = usable();
        if (sets.isEmpty()) {
            throw new IllegalStateException("this processor has no AVX2, or the system does not save its registers");
        }
        String wanted = System.getProperty(PROPERTY, "");
        if (wanted.isEmpty()) {
            return sets.iterator().next();
        }
        return sets.stream()
                .filter(set -> set.spelling().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("-D" + PROPERTY + ": expected one of "
                        + sets.stream().map(InstructionSet::spelling).collect(Collectors.joining(", "))
                        + ", which this processor has, found '" + wanted + "'"));
    }

    /** What this processor has and the system grants. */
    static Set<InstructionSet> usable() {
        Set<InstructionSet> sets = EnumSet.noneOf(InstructionSet.class);
        sets.addAll(Processor.instructionSets());
        if (sets.contains(InstructionSet.AMX) && !TilePermission.ask()) {
            sets.remove(InstructionSet.AMX);
        }
        return sets;
    }
}
