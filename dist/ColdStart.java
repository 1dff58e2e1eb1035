import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long clip takes from nothing to its end, in each way to start it, with the built-in model. The ways take turns, so that what else
 * the machine does meets all of them.
 *
 * <pre>java dist/ColdStart.java IMAGE PICTURE [RUNS]</pre>
 *
 * IMAGE is the folder of an archive of dist/build that brings its Java. RUNS is 21, unless it is given; two more come before them and
 * are not counted, in which clip.jar makes its archive of classes.
 */
final class ColdStart {
    private static final int UNCOUNTED = 2;

    private final Path work;
    private final List<Long> nanoseconds = new ArrayList<>();

    private ColdStart(Path work) {
        this.work = work;
    }

    public static void main(String[] args) throws Exception {
        Path image = Path.of(args[0]).toRealPath();
        String jar = image.resolve("lib/clip.jar").toString();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        int runs = args.length > 2 ? Integer.parseInt(args[2]) : 21;
        Map<String, List<String>> ways = new LinkedHashMap<>();
        ways.put("bin/clip of the image", List.of(image.resolve("bin/clip").toString()));
        ways.put("java -jar clip.jar", List.of(java, "-jar", jar));
        Map<String, List<String>> commands = new LinkedHashMap<>();
        commands.put("--version", List.of("--version"));
        commands.put("classify", List.of("classify", "--labels", "cat,dog,turtle,snail,fish", args[1]));

        Path work = Files.createTempDirectory("cold-start");
        Map<String, ColdStart> cases = new LinkedHashMap<>();
        for (int run = -UNCOUNTED; run < runs; run++) {
            for (Map.Entry<String, List<String>> command : commands.entrySet()) {
                for (Map.Entry<String, List<String>> way : ways.entrySet()) {
                    List<String> line = new ArrayList<>(way.getValue());
                    line.addAll(command.getValue());
                    cases.computeIfAbsent(command.getKey() + " | " + way.getKey(), name -> new ColdStart(work))
                            .run(line, run >= 0);
                }
            }
        }
        System.out.printf("%s, %d processors, %d runs each%n%n", Runtime.version(), processors(), runs);
        System.out.println("| command | started by | best | median | 9 of 10 within |\n|---|---|---|---|---|");
        cases.forEach((name, it) -> System.out.printf(
                Locale.ROOT, "| %s | %.2f s | %.2f s | %.2f s |%n", name, it.share(0), it.share(0.5), it.share(0.9)));
        for (String command : commands.keySet()) {
            double ratio = cases.get(command + " | java -jar clip.jar").share(0.5)
                    / cases.get(command + " | bin/clip of the image").share(0.5);
            System.out.printf(Locale.ROOT, "%n%s: clip.jar takes %.2f times as long%n", command, ratio);
        }
        System.out.printf(
                Locale.ROOT, "%nthe image has %.0f MB, clip.jar %.0f MB%n", megabytes(image), megabytes(Path.of(jar)));
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    private void run(List<String> line, boolean counted) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("XDG_CACHE_HOME", work.toString());
        builder.environment().keySet().removeAll(List.of("CLIP_JAVA_HOME", "CLIP_JAVA_OPTS", "CLIP_MODEL"));
        Path said = work.resolve("said");
        builder.redirectErrorStream(true).redirectOutput(said.toFile());
        long begun = System.nanoTime();
        int code = builder.start().waitFor();
        long taken = System.nanoTime() - begun;
        if (code != 0) {
            throw new IllegalStateException(line + " ended with " + code + ": " + Files.readString(said));
        }
        if (counted) {
            nanoseconds.add(taken);
        }
    }

    /** In seconds, what this share of the runs needed at most. */
    private double share(double share) {
        List<Long> sorted = nanoseconds.stream().sorted().toList();
        return sorted.get((int) Math.round(share * (sorted.size() - 1))) / 1e9;
    }

    private static double megabytes(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes / 1e6;
        }
    }
}
