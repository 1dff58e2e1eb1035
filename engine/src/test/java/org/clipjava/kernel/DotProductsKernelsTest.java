package org.clipjava.kernel;

import java.util.Optional;
import org.clipjava.kernel.DotProducts.PairOrder;

/** The seam for machine code, with the definition behind it. */
class DotProductsKernelsTest extends KernelsContract {
    @Override
    Kernels kernels() {
        return Kernels.vector(false, new DefinedProducts(Optional.of(PairOrder.NEIGHBOURS)));
    }

    @Override
    boolean multipliesInBf16() {
        return true;
    }
}
