package org.clipjava.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.Compilation.Stage;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.weights.LinearWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StartingKernelsTest {
    /** A type that no other test here has compiled. */
    private static final WeightType TYPE = WeightType.Q8;

    /** Times 2,000 rows: more than plain Java is asked for. */
    private static final int INPUTS = 1024;

    private static final int OUTPUTS = 512;

    @Test
    @Timeout(60)
    void haveVectorsCompiledWhenThereIsMuchToDoAndGiveTheSameBeforeAndAfter() throws InterruptedException {
        Random random = new Random(20261129);
        float[] values = new float[OUTPUTS * INPUTS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        LinearWeights layer = new LinearWeights(Panels.of(TYPE, values, OUTPUTS, INPUTS), new float[OUTPUTS]);
        Activations x = Activations.zeros(2000, INPUTS);
        for (int row = 0; row < x.rows(); row++) {
            x.write(values, random.nextInt(values.length - INPUTS), row, 0, INPUTS);
        }
        Kernels starting = Kernels.starting(true, Optional.empty());
        assertEquals(Kernels.vector().description(), starting.description());

        Activations few = Activations.zeros(1, OUTPUTS);
        starting.linear(new Activations(x.values(), 1, INPUTS), layer, Epilogue.STORE, few, Workers.caller());
        assertFalse(Compilation.isUnderWay(TYPE));
        Activations before = Activations.zeros(x.rows(), OUTPUTS);
        starting.linear(x, layer, Epilogue.QUICK_GELU, before, Workers.caller());
        while (!Compilation.isDone(Stage.QUICK, TYPE)) {
            Thread.sleep(20);
        }
        assertFalse(Compilation.isUnderWay(TYPE));
        Activations after = Activations.zeros(x.rows(), OUTPUTS);
        starting.linear(x, layer, Epilogue.QUICK_GELU, after, Workers.caller());

        assertArrayEquals(before.values(), after.values());
        assertTrue(before.values()[0] != 0);
        haveWiderLayersCompiledToo(starting, x, values);
    }

    /** A model may have layers that are wider than the others, whose kernels have to be compiled besides. */
    private static void haveWiderLayersCompiledToo(Kernels starting, Activations x, float[] values)
            throws InterruptedException {
        LinearWeights wider = new LinearWeights(Panels.of(WeightType.F16, values, OUTPUTS, INPUTS), new float[OUTPUTS]);
        starting.linear(x, wider, Epilogue.STORE, Activations.zeros(x.rows(), OUTPUTS), Workers.caller());
        while (!Compilation.isDone(Stage.QUICK, WeightType.F16)) {
            Thread.sleep(20);
        }
    }
}
