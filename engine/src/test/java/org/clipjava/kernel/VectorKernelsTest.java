package org.clipjava.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

/** Runs once for each vector width that the machine has: the build repeats it with -XX:MaxVectorSize. */
class VectorKernelsTest extends KernelsContract {
    @Override
    Kernels kernels() {
        return Kernels.vector();
    }

    @Test
    void runsInNoWiderVectorsThanTheBuildAskedFor() {
        Integer asked = Integer.getInteger("clip.test.vectorBits");
        assumeTrue(asked != null, "no width asked for");

        assertTrue(Tile.SPECIES.vectorBitSize() <= asked, Kernels.vector().description());
    }
}
