package org.clipjava.bench.lookup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LookupKernelTest {
    @ParameterizedTest
    @ValueSource(ints = {LookupSetting.EXACT_BITS, 14, 16})
    void isTheDotProductOfTheIntegersWhereEntriesAreExact(int entryBits) {
        SplittableRandom random = new SplittableRandom(entryBits);
        for (int bits = 2; bits <= 8; bits++) {
            for (int i = 0; i < 3; i++) {
                LookupCase one = LookupCase.random(random, new LookupSetting(bits, entryBits), 800);
                assertArrayEquals(one.dotProducts(), one.run(new ScalarLookup()), one::toString);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"8, 127, 255", "8, -128, -255", "8, -128, 255", "2, 1, -255", "2, -2, 255", "5, -16, 255"})
    void holdsTheLargestSums(int bits, byte weight, int value) {
        int inputs = 384;
        byte[] weights = new byte[inputs];
        Arrays.fill(weights, weight);
        int[] row = new int[inputs];
        Arrays.fill(row, value);
        for (int entryBits : List.of(4, 8, 16)) {
            LookupCase one =
                    new LookupCase(new LookupSetting(bits, entryBits), 1, 1, inputs, new int[][] {row}, weights);
            double expected = (double) weight * value * inputs;
            float[] scalar = one.run(new ScalarLookup());
            // all entries are the largest; the factor that makes them so is 299 at the least, rounded down
            double most = ((1 << bits) - 1) / 2.0 * 255 * inputs / 299;
            assertEquals(expected, scalar[0], most, entryBits + " bits");
            assertArrayEquals(scalar, one.run(new VectorLookup()), entryBits + " bits");
        }
    }

    @Test
    void isOffByHalfAnEntryOfEachLookupAtTheMost() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 60; i++) {
            LookupCase one = LookupCase.random(random, LookupCase.anySetting(random), 384);
            LookupTables tables = one.tables();
            float[] exact = one.dotProducts();
            float[] found = one.run(new ScalarLookup());
            for (int j = 0; j < found.length; j++) {
                int row = j / one.outputs();
                int lookups = Math.ceilDiv(one.inputs(), LookupWeights.GROUP)
                        * ((1 << one.setting().weightBits()) - 1);
                // an entry counts twice the unit; half of it, and what its factor's own rounding down leaves
                double most = lookups * (double) tables.unit(0, row) * 1.001;
                assertEquals(exact[j], found[j], most, one.toString());
            }
        }
    }

    @Test
    void roundsEntriesToTheNearestOfTheirTable() {
        SplittableRandom random = new SplittableRandom(6);
        for (int entryBits : LookupCase.ENTRY_BITS) {
            LookupCase one = LookupCase.random(random, new LookupSetting(4, entryBits), 40);
            LookupTables tables = one.tables();
            for (int index = 0; index < LookupWeights.WIDTH; index++) {
                int sum = 0;
                for (int i = 0; i < LookupWeights.GROUP && i < one.inputs(); i++) {
                    sum += (index >> i & 1) == 0 ? -one.x()[0][i] : one.x()[0][i];
                }
                int entry = 0;
                for (int digit = 0; digit < one.setting().digits(); digit++) {
                    entry += tables.digit(0, 0, digit, index)
                            << (digit * one.setting().digitBits());
                }
                assertEquals(
                        sum / (2.0 * tables.unit(0, 0)), entry - one.setting().bias(), 0.5001, one + ", " + index);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 128, 256, 512})
    void isTheSameToTheBitInVectorsOfAnyWidth(int vectorBits) throws Exception {
        compare(vectorBits, 60, 30);
    }

    @Tag("thorough")
    @ParameterizedTest
    @ValueSource(ints = {64, 128, 256, 512})
    void isTheSameToTheBitInVectorsOfAnyWidthForLargeShapesToo(int vectorBits) throws Exception {
        compare(vectorBits, 1_000, 150);
    }

    /** A width is a constant of the class: for each, the whole package is loaded anew. */
    private static void compare(int vectorBits, int cases, int mostInputs) throws ReflectiveOperationException {
        String before = System.setProperty(VectorLookup.BITS, Integer.toString(vectorBits));
        try {
            Object anew = new Anew()
                    .loadClass(SameBits.class.getName())
                    .getConstructor(int.class)
                    .newInstance(mostInputs);
            assertEquals(vectorBits + " bits", anew.toString());
            ((IntConsumer) anew).accept(cases);
        } finally {
            if (before == null) {
                System.clearProperty(VectorLookup.BITS);
            } else {
                System.setProperty(VectorLookup.BITS, before);
            }
        }
    }

    /** Loads this package's classes itself, from where the others come from. */
    private static final class Anew extends ClassLoader {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(LookupKernelTest.class.getPackageName())) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = Objects.requireNonNull(in, name).readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    /** Compares cases of up to so many inputs. */
    public static final class SameBits implements IntConsumer {
        private final int mostInputs;

        public SameBits(int mostInputs) {
            this.mostInputs = mostInputs;
        }

        @Override
        public void accept(int cases) {
            SplittableRandom random = new SplittableRandom(cases);
            for (int i = 0; i < cases; i++) {
                // now and then of more inputs than a block has
                int most = i % 100 == 0 ? 15 * mostInputs : mostInputs;
                LookupCase one = LookupCase.random(random, LookupCase.anySetting(random), most);
                assertArrayEquals(one.run(new ScalarLookup()), one.run(new VectorLookup()), one::toString);
            }
        }

        @Override
        public String toString() {
            return VectorLookup.description();
        }
    }

    @Test
    void refusesWhatIsNotMadeForEachOther() {
        LookupCase one = LookupCase.random(new SplittableRandom(1), new LookupSetting(4, 8), 20);
        LookupCase other = LookupCase.random(new SplittableRandom(1), new LookupSetting(5, 8), 20);
        float[] out = new float[one.rows() * one.outputs()];
        LookupKernel kernel = new ScalarLookup();

        assertThrows(IllegalArgumentException.class, () -> kernel.multiply(one.tables(), other.packed(), out));
        assertThrows(
                IllegalArgumentException.class, () -> kernel.multiply(one.tables(), one.packed(), new float[1000]));
        assertThrows(
                IllegalArgumentException.class,
                () -> LookupWeights.of(4, 1, 1, new byte[] {8}, new float[] {1}),
                "8 has five bits with its sign");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8", "1/8", "9/8", "8/3", "8/9", "8/18", "8/8/8", "a/8"})
    void refusesOtherSettings(String text) {
        assertThrows(IllegalArgumentException.class, () -> LookupSetting.parse(text));
    }
}
