package org.clipjava.machinecode;

import static org.clipjava.machinecode.Register.R11;
import static org.clipjava.machinecode.Register.R8;
import static org.clipjava.machinecode.Register.RAX;

import java.util.Optional;

/** Functions of x86-64, called as this system does. */
final class X86Loops implements Loops {
    private final Assembler code = new Assembler();
    private final Convention convention = Convention.ofThisSystem();

    @Override
    public int[] writeMultiply(InstructionSet set) {
        if (set.isTiled()) {
            int[] positions = new int[MachineCode.AHEAD.size()];
            for (int i = 0; i < positions.length; i++) {
                positions[i] = code.position();
                AmxTiles.write(code, convention, set, MachineCode.AHEAD.get(i));
            }
            return positions;
        }
        int[] positions = new int[set.tallest() + 1];
        for (int rows = 1; rows <= set.tallest(); rows++) {
            positions[rows] = code.position();
            switch (set) {
                case AVX512_BF16 -> PairTiles.write(code, convention, rows);
                case AVX512_VNNI, AVX_VNNI, AVX2 -> VectorTiles.write(code, convention, set, rows);
                default -> throw new IllegalArgumentException(set + " is not of x86-64");
            }
        }
        return positions;
    }

    /** AVX2 has room for pairs of products of most weights alone. */
    @Override
    public Optional<OfAnyWeights> writeOfAnyWeights(InstructionSet set) {
        if (set != InstructionSet.AVX2) {
            return Optional.empty();
        }
        int check = code.position();
        WeightPairs.write(code, convention);
        int[] positions = new int[ShortTiles.TALLEST + 1];
        for (int rows = 1; rows <= ShortTiles.TALLEST; rows++) {
            positions[rows] = code.position();
            ShortTiles.write(code, convention, rows);
        }
        return Optional.of(new OfAnyWeights(check, positions));
    }

    @Override
    public long writePeak(InstructionSet set, int times) {
        convention.enterVectors(code);
        code.load(R11, R8, 0);
        if (set.isTiled()) {
            code.load(RAX, R8, Long.BYTES);
            code.ldtilecfg(RAX, 0);
        }
        CodeBuffer.Label loop = code.label();
        for (int i = 0; i < times; i++) {
            peakBody(set);
        }
        code.sub(R11, 1);
        code.jumpIfNotZero(loop);
        if (set.isTiled()) {
            code.tilerelease();
        }
        convention.leaveVectors(code);
        return (long) times * sums(set) * products(set);
    }

    private void peakBody(InstructionSet set) {
        int sums = sums(set);
        for (int sum = 0; sum < sums; sum++) {
            switch (set) {
                case AMX, AMX_BF16 -> AmxTiles.multiply(code, set, sum, 4 + sum / 2, 6 + sum % 2);
                case AVX512_BF16 -> code.vdpbf16ps(set.length(), sum, sums, sums + 1);
                case AVX512_VNNI, AVX_VNNI -> code.vpdpbusd(set.length(), sum, sums, sums + 1);
                case AVX2 -> {
                    int products = sums + sum % 4;
                    code.vpmaddubsw(set.length(), products, 14, 15);
                    code.vpmaddwd(set.length(), products, products, 15);
                    code.vpaddd(set.length(), sum, sum, products);
                }
                default -> throw new IllegalArgumentException(set + " is not of x86-64");
            }
        }
    }

    /** That do not wait for each other. */
    private static int sums(InstructionSet set) {
        return set.isTiled() ? 4 : 2 * set.tallest();
    }

    private static int products(InstructionSet set) {
        return switch (set) {
            case AMX -> 16 * 16 * 64;
            case AMX_BF16 -> 16 * 16 * 32;
            case AVX512_BF16 -> set.length().bytes() / Short.BYTES;
            default -> set.length().bytes();
        };
    }

    @Override
    public byte[] toBytes() {
        return code.toBytes();
    }
}
