package org.clipjava.kernel;

class ScalarKernelsTest extends KernelsContract {
    @Override
    Kernels kernels() {
        return Kernels.scalar();
    }
}
