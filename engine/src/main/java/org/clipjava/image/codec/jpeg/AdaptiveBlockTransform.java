package org.clipjava.image.codec.jpeg;

import java.util.Random;
import org.clipjava.image.codec.VectorSwitch;

/** Begins as {@link ScalarBlockTransform} and goes on as {@link VectorBlockTransform} once that is quicker. */
final class AdaptiveBlockTransform implements BlockTransform {
    /** Blocks of some seven photos of 12 megapixels. Running in costs a second, and what it wins of each is a twentieth of that. */
    static final long BLOCKS_BEFORE = 1 << 21;

    private static final int TRIAL_BLOCKS = 256;
    private static final VectorSwitch SWITCH =
            new VectorSwitch("clip-jpeg-vectors", BLOCKS_BEFORE, AdaptiveBlockTransform::becomesQuicker);

    private BlockTransform transform = new ScalarBlockTransform();
    private boolean switched;

    @Override
    public void transform(
            short[] coefficients, int at, int blocks, short[] quantization, byte[] samples, int to, int stride) {
        if (!switched && SWITCH.isOn(blocks)) {
            transform = new VectorBlockTransform();
            switched = true;
        }
        transform.transform(coefficients, at, blocks, quantization, samples, to, stride);
    }

    /** Whether it goes on with vectors from now on. */
    static boolean usesVectors() {
        return SWITCH.isOn();
    }

    /** On blocks like those of photos. */
    private static boolean becomesQuicker() {
        if (!VectorBlockTransform.isSupported()) {
            return false;
        }
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
        return VectorSwitch.becomesQuicker(
                () -> transformAll(vector, coefficients, quantization, samples),
                () -> transformAll(scalar, coefficients, quantization, samples));
    }

    private static void transformAll(
            BlockTransform transform, short[] coefficients, short[] quantization, byte[] samples) {
        transform.transform(coefficients, 0, TRIAL_BLOCKS, quantization, samples, 0, TRIAL_BLOCKS * Blocks.SIDE);
    }
}
