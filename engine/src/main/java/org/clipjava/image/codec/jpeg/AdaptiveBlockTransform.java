package org.clipjava.image.codec.jpeg;

import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Begins as {@link ScalarBlockTransform} and goes on as {@link VectorBlockTransform} once that is quicker.
 *
 * <p>Before its code is compiled, the Vector API is hundreds of times slower than plain Java. So the code is run in, once, on a
 * thread beside the decoder's, and not before there have been as many blocks as make that worth while: whoever classifies one
 * picture does without.
 */
final class AdaptiveBlockTransform implements BlockTransform {
    /** Blocks of some seven photos of 12 megapixels. Running in costs a second, and what it wins of each is a twentieth of that. */
    static final long BLOCKS_BEFORE = 1 << 21;

    private static final int TRIAL_BLOCKS = 256;
    private static final int TRIALS = 2000;

    /** Trials in which vectors must be quicker, one after the other. */
    private static final int QUICK_TRIALS = 8;

    private static final System.Logger LOGGER = System.getLogger(AdaptiveBlockTransform.class.getName());

    private static final AtomicLong BLOCKS = new AtomicLong();
    private static final AtomicBoolean BEGUN = new AtomicBoolean();
    private static volatile boolean vectorsAreQuicker;

    private BlockTransform transform = new ScalarBlockTransform();
    private boolean switched;

    @Override
    public void transform(
            short[] coefficients, int at, int blocks, short[] quantization, byte[] samples, int to, int stride) {
        if (!switched) {
            if (vectorsAreQuicker) {
                transform = new VectorBlockTransform();
                switched = true;
            } else if (!BEGUN.get() && BLOCKS.addAndGet(blocks) >= BLOCKS_BEFORE && BEGUN.compareAndSet(false, true)) {
                begin();
            }
        }
        transform.transform(coefficients, at, blocks, quantization, samples, to, stride);
    }

    /** Whether it goes on with vectors from now on. */
    static boolean usesVectors() {
        return vectorsAreQuicker;
    }

    private static void begin() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return;
        }
        try {
            Thread.ofPlatform()
                    .daemon()
                    .name("clip-jpeg-vectors")
                    .start(() -> vectorsAreQuicker = VectorBlockTransform.isSupported() && becomesQuicker());
        } catch (OutOfMemoryError e) {
            LOGGER.log(System.Logger.Level.DEBUG, "no thread to run in the JPEG decoder's vectors on", e);
        }
    }

    /** Runs both on blocks like those of photos, until vectors are quicker. */
    private static boolean becomesQuicker() {
        Random random = new Random(1);
        short[] quantization = new short[Blocks.SIZE];
        short[] coefficients = new short[TRIAL_BLOCKS * Blocks.SIZE];
        for (int i = 0; i < quantization.length; i++) {
            quantization[i] = (short) (2 + i / 4);
        }
        for (int i = 0; i < coefficients.length; i++) {
            boolean dc = i % Blocks.SIZE == 0;
            boolean some = random.nextInt(1 + i % Blocks.SIZE) < 4;
            coefficients[i] = (short) (dc || some ? random.nextInt(21) - 10 : 0);
        }
        byte[] samples = new byte[coefficients.length];
        BlockTransform vector = new VectorBlockTransform();
        BlockTransform scalar = new ScalarBlockTransform();
        int quick = 0;
        for (int i = 0; i < TRIALS && quick < QUICK_TRIALS; i++) {
            long vectors = nanos(vector, coefficients, quantization, samples);
            long scalars = nanos(scalar, coefficients, quantization, samples);
            quick = vectors < scalars ? quick + 1 : 0;
        }
        return quick == QUICK_TRIALS;
    }

    private static long nanos(BlockTransform transform, short[] coefficients, short[] quantization, byte[] samples) {
        long start = System.nanoTime();
        transform.transform(coefficients, 0, TRIAL_BLOCKS, quantization, samples, 0, TRIAL_BLOCKS * Blocks.SIDE);
        return System.nanoTime() - start;
    }
}
