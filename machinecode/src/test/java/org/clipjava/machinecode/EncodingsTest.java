package org.clipjava.machinecode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Every instruction that the assembler makes, with registers of every kind in every place, against what GNU's {@code as} makes of it:
 * {@code encodings.txt}, written by {@code src/test/tools/make_encodings.sh}.
 */
class EncodingsTest {
    /** Of each kind that an encoding tells apart: those with and without its extra bits, and those that need more. */
    private static final List<Register> GENERAL =
            List.of(Register.RAX, Register.RCX, Register.RSP, Register.RBP, Register.R8, Register.R12, Register.R13);

    private static final List<Register> INDEXES = List.of(Register.RAX, Register.R9, Register.R10);
    private static final List<Integer> VECTORS = List.of(0, 7, 8, 15);
    private static final List<Integer> WIDE_VECTORS = List.of(0, 7, 8, 16, 24, 31);
    private static final List<Integer> DISPLACEMENTS = List.of(0, -8, 13_056);

    private final Map<String, Consumer<Assembler>> cases = new LinkedHashMap<>();

    @Test
    void everyInstructionIsEncodedAsGnuDoes() throws IOException {
        fill();
        Map<String, String> golden = golden("encodings.txt");
        assertEquals(List.copyOf(cases.keySet()), List.copyOf(golden.keySet()), "run make_encodings.sh again");
        cases.forEach((text, instruction) -> {
            Assembler code = new Assembler();
            instruction.accept(code);
            assertEquals(golden.get(text), HexFormat.of().formatHex(code.toBytes()), text);
        });
    }

    /** What GNU's {@code as} makes of each instruction, by its text. */
    static Map<String, String> golden(String name) throws IOException {
        Map<String, String> golden = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(EncodingsTest.class.getResourceAsStream(name));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            reader.lines().forEach(line -> {
                String[] parts = line.split("\t", 2);
                golden.put(parts[1], parts[0]);
            });
        }
        return golden;
    }

    private void fill() {
        cases.put("ret", Assembler::ret);
        cases.put("cpuid", Assembler::cpuid);
        cases.put("xgetbv", Assembler::xgetbv);
        cases.put("vzeroupper", Assembler::vzeroupper);
        cases.put("tilerelease", Assembler::tilerelease);
        cases.put("{disp32} jnz .-100", code -> {
            CodeBuffer.Label back = code.label();
            code.jumpIfNotZero(new CodeBuffer.Label(back.at() - 100));
        });
        for (Register a : GENERAL) {
            cases.put("push " + name(a), code -> code.push(a));
            cases.put("pop " + name(a), code -> code.pop(a));
            // as writes a shorter form for RAX alone, and for numbers of eight bits
            for (int number : List.of(1_000_000, -160_000)) {
                cases.put("mov " + name(a) + ", " + number, code -> code.mov(a, number));
                if (a != Register.RAX) {
                    cases.put("add " + name(a) + ", " + number, code -> code.add(a, number));
                    cases.put("sub " + name(a) + ", " + number, code -> code.sub(a, number));
                }
            }
            for (Register b : GENERAL) {
                cases.put("mov " + name(a) + ", " + name(b), code -> code.mov(a, b));
                for (int d : DISPLACEMENTS) {
                    cases.put("{disp32} mov " + name(a) + ", " + memory(b, d), code -> code.load(a, b, d));
                    cases.put("{disp32} mov " + memory(b, d) + ", " + name(a), code -> code.store(b, d, a));
                    cases.put("{disp32} add " + name(a) + ", " + memory(b, d), code -> code.add(a, b, d));
                }
            }
        }
        for (int d : DISPLACEMENTS) {
            for (Register base : GENERAL) {
                vectorMemory(VectorLength.XMM, VECTORS, base, d);
                vectorMemory(VectorLength.YMM, VECTORS, base, d);
                vectorMemory(VectorLength.ZMM, WIDE_VECTORS, base, d);
                cases.put("{disp32} prefetcht1 byte ptr " + memory(base, d), code -> code.prefetch(base, d));
                cases.put("{disp32} ldtilecfg " + memory(base, d), code -> code.ldtilecfg(base, d));
                for (Register index : INDEXES) {
                    for (int tile : List.of(0, 3, 7)) {
                        String memory = "[" + name(base) + "+" + name(index) + "*1" + displacement(d) + "]";
                        cases.put(
                                "{disp32} tileloadd tmm" + tile + ", " + memory,
                                code -> code.tileloadd(tile, base, index, d));
                        cases.put(
                                "{disp32} tilestored " + memory + ", tmm" + tile,
                                code -> code.tilestored(base, index, d, tile));
                    }
                }
            }
        }
        for (int a : List.of(0, 3, 7)) {
            for (int b : List.of(1, 4)) {
                for (int c : List.of(2, 6)) {
                    String tiles = " tmm%d, tmm%d, tmm%d".formatted(a, b, c);
                    cases.put("tdpbusd" + tiles, code -> code.tdpbusd(a, b, c));
                    cases.put("tdpbf16ps" + tiles, code -> code.tdpbf16ps(a, b, c));
                }
            }
        }
        vectorRegisters(VectorLength.YMM, VECTORS, "{vex} ");
        vectorRegisters(VectorLength.ZMM, WIDE_VECTORS, "");
    }

    private void vectorMemory(VectorLength length, List<Integer> registers, Register base, int d) {
        boolean wide = length == VectorLength.ZMM;
        String move = wide ? "vmovdqu32" : "vmovdqu";
        String prefix = wide ? "{disp32} " : "{vex3} {disp32} ";
        for (int r : registers) {
            String register = vector(length, r);
            cases.put(
                    prefix + move + " " + register + ", " + memory(base, d),
                    code -> code.vmovdquLoad(length, r, base, d));
            cases.put(
                    prefix + move + " " + memory(base, d) + ", " + register,
                    code -> code.vmovdquStore(length, base, d, r));
            if (length != VectorLength.XMM) {
                cases.put(
                        prefix + "vpbroadcastd " + register + ", dword ptr " + memory(base, d),
                        code -> code.vpbroadcastd(length, r, base, d));
            }
            if (length == VectorLength.YMM) {
                cases.put(
                        prefix + "vpbroadcastq " + register + ", qword ptr " + memory(base, d),
                        code -> code.vpbroadcastq(r, base, d));
                for (String sign : List.of("s", "z")) {
                    cases.put(
                            prefix + "vpmov" + sign + "xbw " + register + ", xmmword ptr " + memory(base, d), code -> {
                                if (sign.equals("s")) {
                                    code.vpmovsxbw(r, base, d);
                                } else {
                                    code.vpmovzxbw(r, base, d);
                                }
                            });
                }
            }
        }
    }

    private void vectorRegisters(VectorLength length, List<Integer> registers, String prefix) {
        for (int a : registers) {
            for (int b : registers) {
                for (int c : registers) {
                    String operands = vector(length, a) + ", " + vector(length, b) + ", " + vector(length, c);
                    cases.put(prefix + "vpdpbusd " + operands, code -> code.vpdpbusd(length, a, b, c));
                    if (length == VectorLength.ZMM) {
                        cases.put("vdpbf16ps " + operands, code -> code.vdpbf16ps(length, a, b, c));
                        cases.put("vaddps " + operands, code -> code.vaddps(length, a, b, c));
                        cases.put("vpxord " + operands, code -> code.vpxor(length, a, b, c));
                    }
                }
                if (length == VectorLength.YMM) {
                    // these are used at 256 bits alone; as puts the higher of two that commute where a shorter prefix
                    // will do
                    int c = 15 - b;
                    String operands = vector(length, a) + ", " + vector(length, b) + ", " + vector(length, c);
                    cases.put("{vex3} vpaddd " + operands, code -> code.vpaddd(length, a, b, c));
                    cases.put("{vex3} vpmaddwd " + operands, code -> code.vpmaddwd(length, a, b, c));
                    cases.put("{vex3} vpmaddubsw " + operands, code -> code.vpmaddubsw(length, a, b, c));
                    cases.put("{vex3} vpmaxsw " + operands, code -> code.vpmaxsw(length, a, b, c));
                    cases.put("{vex3} vpxor " + operands, code -> code.vpxor(length, a, b, c));
                    cases.put("{vex3} vphaddd " + operands, code -> code.vphaddd(length, a, b, c));
                    cases.put("{vex3} vpcmpeqd " + operands, code -> code.vpcmpeqd(length, a, b, c));
                    String two = vector(length, a) + ", " + vector(length, b);
                    cases.put("{vex3} vpabsb " + two, code -> code.vpabsb(length, a, b));
                    cases.put("{vex3} vpabsw " + two, code -> code.vpabsw(length, a, b));
                    cases.put("{vex3} vpsrlw " + two + ", 15", code -> code.vpsrlw(length, a, b, 15));
                    cases.put("{vex3} vpermq " + two + ", 216", code -> code.vpermq(a, b, 216));
                }
            }
        }
    }

    private static String name(Register register) {
        return register.name().toLowerCase(Locale.ROOT);
    }

    private static String vector(VectorLength length, int number) {
        return length.name().toLowerCase(Locale.ROOT) + number;
    }

    private static String memory(Register base, int displacement) {
        return "[" + name(base) + displacement(displacement) + "]";
    }

    private static String displacement(int displacement) {
        return displacement < 0 ? String.valueOf(displacement) : "+" + displacement;
    }

    /** Prints the instructions, for {@code make_encodings.sh}. */
    public static void main(String[] args) {
        EncodingsTest all = new EncodingsTest();
        all.fill();
        all.cases.keySet().forEach(System.out::println);
    }
}
