package org.clipjava.tornado;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.clipjava.config.ClipConfig;
import org.clipjava.encoder.Encoders;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.encoder.TextEncoder;
import org.clipjava.weights.Parallel;
import org.clipjava.weights.StoredWeights;
import org.clipjava.weights.TextWeights;
import org.clipjava.weights.VisionWeights;

/** Opens both towers as programs, and has all calls run on one thread: TornadoVM keeps a queue to the device for each. */
final class DeviceEncoders {
    /** Rows of a pass: enough work items for a large GPU, in buffers of a few tens of megabytes. */
    private static final int ROWS_AT_ONCE = 1024;

    private static final int TEXTS_AT_ONCE = 128;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread own = new Thread(task, "clip-tornado");
        own.setDaemon(true);
        return own;
    });
    private final List<Program> programs = new ArrayList<>();

    private DeviceEncoders() {}

    /**
     * Brings the weights to the device and compiles all kernels.
     *
     * @param description of the encoders, for people
     * @param newProgram makes an empty program of a name
     */
    static Encoders open(String description, StoredWeights weights, Function<String, Program> newProgram)
            throws IOException {
        DeviceEncoders device = new DeviceEncoders();
        try {
            ClipConfig config = weights.config();
            Optional<ImageEncoder> image = device.image(config, weights, newProgram);
            Optional<TextEncoder> text = device.text(config, weights, newProgram);
            return new Encoders(description, image, text, device::release);
        } catch (Throwable e) {
            device.release();
            throw e;
        }
    }

    private Optional<ImageEncoder> image(ClipConfig config, StoredWeights weights, Function<String, Program> newProgram)
            throws IOException {
        try (Arena arena = Arena.ofShared()) {
            Optional<VisionWeights> vision = weights.vision(arena, Parallel.none());
            return vision.map(tower -> onThread(() -> {
                DeviceImageEncoder encoder =
                        new DeviceImageEncoder(config, tower, program("clipImage", newProgram), ROWS_AT_ONCE);
                encoder.run(0);
                return pictures -> onThread(() -> encoder.encode(pictures));
            }));
        }
    }

    private Optional<TextEncoder> text(ClipConfig config, StoredWeights weights, Function<String, Program> newProgram)
            throws IOException {
        try (Arena arena = Arena.ofShared()) {
            Optional<TextWeights> text = weights.text(arena, Parallel.none());
            return text.map(tower -> onThread(() -> {
                DeviceTextEncoder encoder = new DeviceTextEncoder(
                        config, tower, program("clipText", newProgram), ROWS_AT_ONCE, TEXTS_AT_ONCE);
                encoder.runEmpty();
                return texts -> onThread(() -> encoder.encode(texts));
            }));
        }
    }

    private Program program(String name, Function<String, Program> newProgram) {
        Program program = newProgram.apply(name);
        programs.add(program);
        return program;
    }

    private <T> T onThread(Supplier<T> call) {
        try {
            return CompletableFuture.supplyAsync(call, thread).join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw e;
            }
        }
    }

    private void release() {
        try {
            onThread(() -> {
                programs.forEach(Program::close);
                return programs.size();
            });
        } finally {
            thread.close();
        }
    }
}
