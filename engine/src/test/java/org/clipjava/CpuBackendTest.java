package org.clipjava;

import org.clipjava.backend.CpuBackend;
import org.clipjava.config.KernelChoice;
import org.clipjava.contract.EncoderContract;
import org.clipjava.encoder.EncoderBackend;
import org.junit.jupiter.api.Nested;

/** The CPU as one backend among others. */
class CpuBackendTest {
    @Nested
    class OnScalarKernels extends Contract {
        OnScalarKernels() {
            super(ClipOptions.defaults().withKernels(KernelChoice.SCALAR).withThreads(1));
        }
    }

    @Nested
    class OnVectorKernels extends Contract {
        OnVectorKernels() {
            super(ClipOptions.defaults().withKernels(KernelChoice.VECTOR).withThreads(3));
        }
    }

    abstract static class Contract extends EncoderContract {
        private final ClipOptions options;

        Contract(ClipOptions options) {
            this.options = options;
        }

        @Override
        protected EncoderBackend backend() {
            return new CpuBackend(options.cpu());
        }

        /** The bound that the reference sets itself. */
        @Override
        protected double tolerance() {
            return 2e-5;
        }

        @Override
        protected double batchTolerance() {
            return 0;
        }
    }
}
