package org.clipjava.testdata;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Blind mutations of some inputs: far more of them in an hour than a fuzzer makes that watches what each one reaches.
 * {@code -Dfuzz.factor=2000} makes 2000 times as many, {@code -Dfuzz.seed=N} repeats a run.
 */
public final class Mutations {
    private static final int FACTOR = Integer.getInteger("fuzz.factor", 1);
    private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());

    /** One input may take so long, as decoding the largest picture does on a slow machine. */
    private static final double LONGEST_SECONDS = 5;

    /** What grammars are made of; the rest of the bytes comes by itself. */
    private static final byte[] SYNTAX = {
        '{',
        '}',
        '[',
        ']',
        '"',
        ':',
        ',',
        '\\',
        'u',
        '0',
        '9',
        '-',
        '.',
        'e',
        ' ',
        '\n',
        '=',
        0,
        (byte) 0xff,
        (byte) 0x80
    };

    /** Takes any bytes; whatever it throws is a failure. */
    @FunctionalInterface
    public interface Target {
        void accept(byte[] input) throws Exception;
    }

    private Mutations() {}

    /**
     * Gives the target the inputs and then mutations of them, and prints how many, from which seed on, and what they took.
     *
     * @param name of the inputs
     * @param count how many mutations, times the factor
     * @throws AssertionError if the target throws or takes too long
     */
    public static void run(String name, int count, Stream<byte[]> inputs, Target target) {
        List<byte[]> originals = inputs.toList();
        long executions = (long) count * FACTOR;
        double slowest = 0;
        double start = CpuTime.seconds();
        double before = start;
        for (long i = -originals.size(); i < executions; i++) {
            byte[] input = i < 0
                    ? originals.get((int) (i + originals.size()))
                    : mutated(originals, new SplittableRandom(SEED + i));
            try {
                target.accept(input);
            } catch (Exception | Error e) {
                throw new AssertionError(which(name, i, originals.size()), e);
            }
            double now = CpuTime.seconds();
            if (now - before > LONGEST_SECONDS) {
                throw new AssertionError(which(name, i, originals.size()) + ": " + (now - before) + " s");
            }
            slowest = Math.max(slowest, now - before);
            before = now;
        }
        System.out.printf(
                "%s: %,d mutations from seed %d on, %.0f s of the processor's time, the slowest %.3f s%n",
                name, executions, SEED, before - start, slowest);
    }

    private static String which(String name, long i, int originals) {
        return name + (i < 0 ? ": input " + (i + originals) : ": -Dfuzz.seed=" + (SEED + i));
    }

    private static byte[] mutated(List<byte[]> inputs, SplittableRandom random) {
        byte[] input = inputs.get(random.nextInt(inputs.size())).clone();
        for (int n = random.nextInt(random.nextBoolean() ? 3 : 12); n >= 0 && input.length > 0; n--) {
            int at = random.nextInt(input.length);
            switch (random.nextInt(8)) {
                case 0 -> input[at] = (byte) random.nextInt(256);
                case 1 -> input[at] = SYNTAX[random.nextInt(SYNTAX.length)];
                case 2 -> input[at] ^= (byte) (1 << random.nextInt(8));
                case 3 -> input[at] += (byte) (random.nextBoolean() ? 1 : -1);
                case 4 -> {
                    int from = random.nextInt(input.length);
                    int length = Math.min(random.nextInt(1, 24), input.length - Math.max(at, from));
                    System.arraycopy(input, from, input, at, length);
                }
                case 5 -> input = without(input, at, Math.min(random.nextInt(1, 9), input.length - at));
                case 6 -> {
                    byte[] other = inputs.get(random.nextInt(inputs.size()));
                    int from = other.length == 0 ? 0 : random.nextInt(other.length);
                    input = with(
                            input,
                            at,
                            Arrays.copyOfRange(other, from, Math.min(other.length, from + random.nextInt(32))));
                }
                default -> input = with(input, at, new byte[] {SYNTAX[random.nextInt(SYNTAX.length)]});
            }
        }
        return input;
    }

    private static byte[] without(byte[] input, int at, int length) {
        byte[] shorter = Arrays.copyOf(input, input.length - length);
        System.arraycopy(input, at + length, shorter, at, shorter.length - at);
        return shorter;
    }

    private static byte[] with(byte[] input, int at, byte[] inserted) {
        byte[] longer = Arrays.copyOf(input, input.length + inserted.length);
        System.arraycopy(inserted, 0, longer, at, inserted.length);
        System.arraycopy(input, at, longer, at + inserted.length, input.length - at);
        return longer;
    }
}
