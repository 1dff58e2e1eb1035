package org.clipjava.machinecode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Every instruction that the assembler for arm64 makes, with registers of every kind in every place, against what GNU's {@code as} makes
 * of it: {@code arm64-encodings.txt}, written by {@code src/test/tools/make_encodings.sh}.
 */
class Arm64EncodingsTest {
    private static final List<Arm64Register> BASES =
            List.of(Arm64Register.X0, Arm64Register.X9, Arm64Register.X14, Arm64Register.SP);
    private static final List<Arm64Register> GENERAL =
            List.of(Arm64Register.X0, Arm64Register.X9, Arm64Register.X10, Arm64Register.X15);
    private static final List<Integer> VECTORS = List.of(0, 1, 10, 15, 16, 21, 31);

    private final Map<String, Consumer<Arm64Assembler>> cases = new LinkedHashMap<>();

    @Test
    void everyInstructionIsEncodedAsGnuDoes() throws IOException {
        fill();
        Map<String, String> golden = EncodingsTest.golden("arm64-encodings.txt");
        assertEquals(List.copyOf(cases.keySet()), List.copyOf(golden.keySet()), "run make_encodings.sh again");
        cases.forEach((text, instruction) -> {
            Arm64Assembler code = new Arm64Assembler();
            instruction.accept(code);
            byte[] bytes = code.toBytes();
            assertEquals(Integer.BYTES, bytes.length, text);
            int number = MemorySegment.ofArray(bytes)
                    .get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
            assertEquals(golden.get(text), "%08x".formatted(number), text);
        });
    }

    @Test
    void refusesWhatAnInstructionHasNoRoomFor() {
        Arm64Assembler code = new Arm64Assembler();
        for (int wrong : new int[] {-16, 1, 8, 65_536}) {
            assertThrows(IllegalArgumentException.class, () -> code.loadVector(0, Arm64Register.X0, wrong));
            assertThrows(IllegalArgumentException.class, () -> code.storeVector(Arm64Register.X0, wrong, 0));
        }
        for (int wrong : new int[] {-8, 4, 32_768}) {
            assertThrows(IllegalArgumentException.class, () -> code.load(Arm64Register.X9, Arm64Register.X0, wrong));
        }
        for (int wrong : new int[] {-1, 4_096}) {
            assertThrows(IllegalArgumentException.class, () -> code.add(Arm64Register.SP, Arm64Register.SP, wrong));
            assertThrows(IllegalArgumentException.class, () -> code.sub(Arm64Register.SP, Arm64Register.SP, wrong));
            assertThrows(IllegalArgumentException.class, () -> code.subs(Arm64Register.X9, Arm64Register.X9, wrong));
        }
        for (int wrong : new int[] {-8, 4, 512}) {
            assertThrows(IllegalArgumentException.class, () -> code.loadHalves(8, 9, Arm64Register.SP, wrong));
            assertThrows(IllegalArgumentException.class, () -> code.storeHalves(Arm64Register.SP, wrong, 8, 9));
        }
        assertThrows(IllegalArgumentException.class, () -> code.mov(Arm64Register.X9, 65_536));
        assertThrows(IllegalArgumentException.class, () -> code.fill(0, 256));
        assertThrows(IllegalArgumentException.class, () -> code.eor(32, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> code.sdot(0, 0, 0, 4));
        assertThrows(IllegalArgumentException.class, () -> code.jumpIfNotZero(new CodeBuffer.Label(4)));
        assertThrows(IllegalArgumentException.class, () -> code.jumpIfNotZero(new CodeBuffer.Label(-2_000_000)));
        // register 31 is zero there, and not SP
        assertThrows(IllegalArgumentException.class, () -> code.mov(Arm64Register.X9, Arm64Register.SP));
        assertThrows(IllegalArgumentException.class, () -> code.subs(Arm64Register.SP, Arm64Register.SP, 1));
        assertEquals(0, code.position());
    }

    private void fill() {
        cases.put("ret", Arm64Assembler::ret);
        for (int distance : new int[] {0, 4, 100, 4_000}) {
            cases.put("b.ne .-" + distance, code -> {
                CodeBuffer.Label here = code.label();
                code.jumpIfNotZero(new CodeBuffer.Label(here.at() - distance));
            });
        }
        for (Arm64Register a : GENERAL) {
            for (int number : new int[] {1, 1_088, 6_528, 65_535}) {
                cases.put("mov " + name(a) + ", #" + number, code -> code.mov(a, number));
            }
            for (Arm64Register b : GENERAL) {
                cases.put("mov " + name(a) + ", " + name(b), code -> code.mov(a, b));
                for (Arm64Register c : GENERAL) {
                    cases.put("add " + name(a) + ", " + name(b) + ", " + name(c), code -> code.add(a, b, c));
                }
                for (int number : new int[] {1, 16, 4_095}) {
                    cases.put("subs " + name(a) + ", " + name(b) + ", #" + number, code -> code.subs(a, b, number));
                }
            }
            for (Arm64Register base : BASES) {
                for (int d : new int[] {0, 8, 24, 32_760}) {
                    cases.put("ldr " + name(a) + ", " + memory(base, d), code -> code.load(a, base, d));
                }
            }
        }
        for (Arm64Register a : BASES) {
            for (Arm64Register b : BASES) {
                for (int number : new int[] {1, 64, 4_095}) {
                    String operands = name(a) + ", " + name(b) + ", #" + number;
                    cases.put("add " + operands, code -> code.add(a, b, number));
                    cases.put("sub " + operands, code -> code.sub(a, b, number));
                }
            }
        }
        for (int a : VECTORS) {
            for (int number : new int[] {0, 1, 31, 32, 128, 255}) {
                cases.put("movi v" + a + ".16b, #" + number, code -> code.fill(a, number));
            }
            for (Arm64Register base : BASES) {
                for (int d : new int[] {0, 16, 1_088, 5_488, 65_520}) {
                    cases.put("ldr q" + a + ", " + memory(base, d), code -> code.loadVector(a, base, d));
                    cases.put("str q" + a + ", " + memory(base, d), code -> code.storeVector(base, d, a));
                }
            }
            for (int b : VECTORS) {
                if (a != b) { // what a load of two into one does is not said
                    for (int d : new int[] {0, 8, 504}) {
                        String operands = " d" + a + ", d" + b + ", " + memory(Arm64Register.SP, d);
                        cases.put("ldp" + operands, code -> code.loadHalves(a, b, Arm64Register.SP, d));
                        cases.put("stp" + operands, code -> code.storeHalves(Arm64Register.SP, d, a, b));
                    }
                }
                for (int c : VECTORS) {
                    cases.put("eor v%d.16b, v%d.16b, v%d.16b".formatted(a, b, c), code -> code.eor(a, b, c));
                    cases.put("sub v%d.4s, v%d.4s, v%d.4s".formatted(a, b, c), code -> code.sub(a, b, c));
                    int index = (a + b + c) % 4;
                    String operands = " v%d.4s, v%d.16b, v%d.4b[%d]".formatted(a, b, c, index);
                    cases.put("sdot" + operands, code -> code.sdot(a, b, c, index));
                    cases.put("sudot" + operands, code -> code.sudot(a, b, c, index));
                }
            }
        }
    }

    private static String name(Arm64Register register) {
        return register.name().toLowerCase(Locale.ROOT);
    }

    private static String memory(Arm64Register base, int displacement) {
        return "[" + name(base) + ", #" + displacement + "]";
    }

    /** Prints the instructions, for {@code make_encodings.sh}. */
    public static void main(String[] args) {
        Arm64EncodingsTest all = new Arm64EncodingsTest();
        all.fill();
        all.cases.keySet().forEach(System.out::println);
    }
}
