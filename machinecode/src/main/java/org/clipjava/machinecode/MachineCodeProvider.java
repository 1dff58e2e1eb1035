package org.clipjava.machinecode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.clipjava.config.WeightType;
import org.clipjava.encoder.Availability;
import org.clipjava.kernel.DotProducts;

/** The backend {@code machinecode}: the CPU, with multiplies of int8 and bf16 models in machine code. Thread-safe. */
public final class MachineCodeProvider implements DotProducts.Provider {
    /** Names the instructions to use for the numbers that they multiply, for measurements: {@link InstructionSet#spelling}. */
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
            return new Availability.Ready(
                    choose().stream().map(InstructionSet::title).toList());
        } catch (IllegalStateException e) {
            return new Availability.Missing(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public DotProducts open() {
        missing().ifPresent(what -> {
            throw new IllegalStateException(what);
        });
        return new MachineCode(choose().toArray(InstructionSet[]::new));
    }

    /** What is known to be missing before any code is run. */
    private static Optional<String> missing() {
        if (Architecture.ofThisMachine().isEmpty()) {
            return Optional.of(noArchitecture());
        }
        Module module = MachineCodeProvider.class.getModule();
        if (!module.isNativeAccessEnabled()) {
            return Optional.of("native access is not enabled: start Java with --enable-native-access="
                    + (module.isNamed() ? module.getName() : "ALL-UNNAMED")
                    + "; clip.jar does so by itself with --backend machinecode");
        }
        return Optional.empty();
    }

    private static String noArchitecture() {
        return "there is machine code for " + Architecture.titles() + " only, and this is "
                + System.getProperty("os.arch");
    }

    /** For each kind of numbers the fastest that there are, or those that were asked for; bytes first. */
    static List<InstructionSet> choose() {
        Architecture architecture =
                Architecture.ofThisMachine().orElseThrow(() -> new IllegalStateException(noArchitecture()));
        Set<InstructionSet> sets = architecture.usable();
        if (sets.isEmpty()) {
            throw new IllegalStateException("this processor has no " + architecture.least());
        }
        Optional<InstructionSet> wanted = wanted(sets);
        List<InstructionSet> chosen = new ArrayList<>();
        for (WeightType numbers : List.of(WeightType.INT8, WeightType.BF16)) {
            wanted.filter(set -> set.numbers() == numbers)
                    .or(() -> sets.stream()
                            .filter(set -> set.numbers() == numbers)
                            .findFirst())
                    .ifPresent(chosen::add);
        }
        return chosen;
    }

    private static Optional<InstructionSet> wanted(Set<InstructionSet> sets) {
        String wanted = System.getProperty(PROPERTY, "");
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(sets.stream()
                .filter(set -> set.spelling().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("-D" + PROPERTY + ": expected one of "
                        + sets.stream().map(InstructionSet::spelling).collect(Collectors.joining(", "))
                        + ", which this processor has, found '" + wanted + "'")));
    }

    /** What this processor has and the system grants. */
    static Set<InstructionSet> usable() {
        return Architecture.ofThisMachine().map(Architecture::usable).orElse(Set.of());
    }
}
