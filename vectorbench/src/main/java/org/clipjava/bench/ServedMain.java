package org.clipjava.bench;

import ai.onnxruntime.OrtException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.ImagePipeline;
import org.clipjava.ImageSource;
import org.clipjava.config.KernelChoice;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.PixelTensor;
import org.clipjava.server.ClipServer;

/**
 * A process that {@link ServeRates} measures: the bare engine, or a server. It says {@code ready}, and where; then each line of its stdin is
 * a command that it answers with a line, until stdin ends. What it can't do it says as {@code failed}, with the reason.
 */
final class ServedMain {
    /** Answers {@code HEAP RESIDENT}, in bytes. */
    static final String MEMORY = "memory";

    /** With seconds behind it; answers {@code PICTURES_A_SECOND}. */
    static final String ENCODE = "encode ";

    /** As in the server: more gains a twentieth. */
    private static final int PICTURES_AT_ONCE = 4;

    private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

    private final PrintStream out;

    private ServedMain(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        JETTY.setLevel(Level.WARNING);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try {
            new ServedMain(out).run(List.of(args));
        } catch (IOException | OrtException | RuntimeException e) {
            out.println("failed " + e.getMessage());
        }
    }

    private void run(List<String> arguments) throws IOException, OrtException {
        Path model = Path.of(arguments.get(1));
        int processors = Runtime.getRuntime().availableProcessors();
        switch (arguments.getFirst()) {
            case "bare" -> bare(model, PictureLoad.pictures(Path.of(arguments.get(2))), processors);
            case "ours" -> ours(model, Integer.parseInt(arguments.get(2)));
            case "theirs" -> {
                OnnxServer.Way way = OnnxServer.Way.candidates(processors).get(Integer.parseInt(arguments.get(3)));
                try (OnnxServer server = OnnxServer.start(model, Path.of(arguments.get(2)), processors, way)) {
                    answer(server.address().toString(), command -> "unknown");
                }
            }
            default -> throw new IllegalArgumentException(arguments.getFirst());
        }
    }

    private void ours(Path model, int queue) throws IOException {
        try (ClipServer server = ClipServer.builder()
                .model("model", () -> Clip.open(model))
                .port(0)
                .queue(queue)
                .withoutPage()
                .start()) {
            server.loaded().join();
            answer(server.address().toString(), command -> "unknown");
        }
    }

    private void bare(Path model, List<byte[]> pictures, int processors) throws IOException {
        try (Clip clip =
                Clip.open(model, ClipOptions.defaults().withThreads(processors).withKernels(KernelChoice.VECTOR))) {
            answer(
                    "",
                    command -> String.valueOf(encode(
                            clip, pictures, processors, Double.parseDouble(command.substring(ENCODE.length())))));
        }
    }

    /** Answers a command. */
    private interface Commands {
        String answer(String command) throws IOException;
    }

    private void answer(String address, Commands commands) throws IOException {
        out.println("ready " + address);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(line.equals(MEMORY) ? memory() : commands.answer(line));
        }
    }

    private static String memory() throws IOException {
        for (int i = 0; i < 3; i++) { // what finalisers and cleaners let go of goes with the next
            System.gc();
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return heap + " " + resident();
    }

    private static long resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }

    private record InMemory(byte[] encoded) implements ImageSource {
        @Override
        public String name() {
            return "picture";
        }

        @Override
        public EncodedImage open() {
            return EncodedImage.of(encoded, name());
        }
    }

    /** Pictures a second, decoded ahead of the encoder: the engine as a program uses it that has nothing else to do. */
    private static double encode(Clip clip, List<byte[]> pictures, int processors, double seconds) throws IOException {
        Iterator<InMemory> again = Stream.iterate(0, i -> (i + 1) % pictures.size())
                .map(i -> new InMemory(pictures.get(i)))
                .iterator();
        try (ImagePipeline<InMemory> pipeline =
                ImagePipeline.start(again, clip.imageDecoder(), processors, PICTURES_AT_ONCE)) {
            pipeline.preprocessWith(clip.preprocessor());
            encodeBatch(clip, pipeline);
            long start = System.nanoTime();
            int count = 0;
            double taken = 0;
            while (taken < seconds) {
                count += encodeBatch(clip, pipeline);
                taken = (System.nanoTime() - start) / 1e9;
            }
            return count / taken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static int encodeBatch(Clip clip, ImagePipeline<InMemory> pipeline)
            throws IOException, InterruptedException {
        List<PixelTensor> batch = new ArrayList<>();
        for (ImagePipeline.Prepared<InMemory> picture : pipeline.nextFull()) {
            switch (picture) {
                case ImagePipeline.Prepared.Pixels<InMemory> pixels -> batch.add(pixels.tensor());
                case ImagePipeline.Prepared.Unreadable<InMemory> unreadable -> throw unreadable.cause();
            }
        }
        return clip.encodePixels(batch).size();
    }
}
