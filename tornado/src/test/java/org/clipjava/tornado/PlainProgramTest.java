package org.clipjava.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.SyntheticModelFile;
import org.clipjava.contract.EncoderContract;
import org.clipjava.encoder.Availability;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.encoder.Encoders;
import org.clipjava.image.PixelTensor;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.text.TokenSequence;
import org.clipjava.weights.StoredWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The towers' kernels as plain Java, with no more of TornadoVM than its API. */
class PlainProgramTest extends EncoderContract {
    /** Components are about 1, and a kernel's sums are plain ones of up to 200 floats. */
    private static final double TOLERANCE = 5e-5;

    private record PlainBackend() implements EncoderBackend {
        @Override
        public String name() {
            return "plain";
        }

        @Override
        public Availability availability() {
            return new Availability.Ready(List.of("this JVM"));
        }

        @Override
        public Encoders open(StoredWeights weights) throws IOException {
            return DeviceEncoders.open("plain Java", weights, name -> new PlainProgram());
        }
    }

    @Override
    protected EncoderBackend backend() {
        return new PlainBackend();
    }

    @Override
    protected double tolerance() {
        return TOLERANCE;
    }

    @Override
    protected double batchTolerance() {
        return 0;
    }

    @Test
    void agreesWithTheCpuOnAModelWithGelu(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("gelu.safetensors");
        SyntheticModelFile.of(SyntheticCheckpoint.TINY)
                .with("clip.activation", "gelu")
                .write(file);
        PixelTensor picture = PixelTensor.of(64, 64, SyntheticCheckpoint.uniform("picture", 3 * 64 * 64));
        TokenSequence text = TokenSequence.of(new int[] {49406, 320, 1125, 539, 49407}, false);
        try (ModelFile stored = ModelFile.open(file);
                Encoders plain = backend().open(stored.weights(true, true, false));
                Clip cpu = Clip.open(file)) {
            assertArrayEquals(
                    cpu.encodePixels(picture).toArray(),
                    plain.image().orElseThrow().encode(List.of(picture))[0],
                    (float) TOLERANCE);
            assertArrayEquals(
                    cpu.encodeTokens(List.of(text)).getFirst().toArray(),
                    plain.text().orElseThrow().encode(List.of(text))[0],
                    (float) TOLERANCE);
        }
    }
}
