package org.clipjava.kernel;

import java.util.Optional;
import org.clipjava.kernel.DotProducts.PairOrder;
import org.junit.jupiter.api.Nested;

class Bf16KernelsTest {
    @Nested
    class PlainJava extends Bf16Contract {
        @Override
        Kernels kernels() {
            return Kernels.scalarInBf16();
        }
    }

    @Nested
    class SeamWithNeighbours extends Bf16Contract {
        @Override
        Kernels kernels() {
            return Kernels.vector(false, new DefinedProducts(Optional.of(PairOrder.NEIGHBOURS)));
        }
    }

    @Nested
    class SeamWithTheSecondFirst extends Bf16Contract {
        @Override
        Kernels kernels() {
            return Kernels.vector(true, new DefinedProducts(Optional.of(PairOrder.SECOND_FIRST)));
        }
    }

    /** Whose other first calls are plain Java's. */
    @Nested
    class FirstCalls extends Bf16Contract {
        @Override
        Kernels kernels() {
            return Kernels.starting(false, Optional.of(new DefinedProducts(Optional.of(PairOrder.NEIGHBOURS))));
        }
    }
}
