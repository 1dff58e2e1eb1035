package org.clipjava.tornado;

import java.io.IOException;
import org.clipjava.SyntheticModelFile;
import org.clipjava.contract.EncoderContract;
import org.clipjava.encoder.Availability;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.encoder.Encoders;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The towers on a device; skipped where Java was not started with TornadoVM's argument file. */
class TornadoBackendTest extends EncoderContract {
    @Override
    protected EncoderBackend backend() {
        TornadoBackend backend = new TornadoBackend();
        if (backend.availability() instanceof Availability.Missing missing) {
            Assumptions.abort(missing.what());
        }
        return backend;
    }

    /** A device may fuse and reorder what the reference does not. */
    @Override
    protected double tolerance() {
        return 1e-4;
    }

    @Override
    protected double batchTolerance() {
        return 0;
    }

    @Test
    void equalsTheReferenceAtFullSize() throws IOException {
        try (Encoders encoders = open(SyntheticModelFile.of(SyntheticCheckpoint.VIT_B_32))) {
            assertEqualsTheReference("vit-b-32", SyntheticCheckpoint.VIT_B_32, encoders);
        }
    }
}
