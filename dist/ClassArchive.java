import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes {@code lib/clip.jsa} of an image that brings its Java: the classes of Java, of clip and of its libraries that a command may load,
 * as one archive. Runs the commands whose classes differ, has Java list what each loads, and archives the union.
 *
 * <pre>java dist/ClassArchive.java IMAGE PICTURES</pre>
 *
 * PICTURES is a folder of pictures.
 */
final class ClassArchive {
    private static final Pattern LISTENING = Pattern.compile("clip: listening on (\\S+),.*");

    private final Path image;
    private final Path work;
    private final Set<String> classes = new LinkedHashSet<>();
    private int runs;

    private ClassArchive(Path image, Path work) {
        this.image = image;
        this.work = work;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Path pictures = Path.of(args[1]).toRealPath();
        Path work = Files.createTempDirectory("clip-classes");
        try {
            ClassArchive archive = new ClassArchive(Path.of(args[0]).toRealPath(), work);
            String index = work.resolve("index").toString();
            archive.run("classify", "--labels", "cat,dog,snail", pictures.resolve("snail.png").toString());
            archive.run("index", pictures.toString(), "-i", index);
            archive.run("search", "a snail", "-i", index);
            archive.serve();
            archive.write();
        } finally {
            delete(work);
        }
    }

    private void run(String... arguments) throws IOException, InterruptedException {
        Path list = work.resolve(runs++ + ".classes");
        succeed(start(list, arguments), arguments);
        take(list);
    }

    private void serve() throws IOException, InterruptedException {
        Path list = work.resolve("serve.classes");
        Process server = start(list, "serve", "--port", "0");
        try (HttpClient client = HttpClient.newHttpClient();
                BufferedReader said = server.errorReader()) {
            String address = "";
            for (String line = said.readLine(); line != null && !line.equals("clip: ready"); line = said.readLine()) {
                Matcher listening = LISTENING.matcher(line);
                address = listening.matches() ? listening.group(1) : address;
            }
            HttpRequest text = HttpRequest.newBuilder(URI.create(address + "/v1/embeddings"))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"input\": \"a snail\"}"))
                    .build();
            int status = client.send(text, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status != 200) {
                throw new IOException(text.uri() + ": expected 200, found " + status);
            }
        } finally {
            server.destroy();
            server.waitFor();
        }
        take(list);
    }

    /** A run of clip in the image's Java that lists its classes. */
    private Process start(Path list, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("-XX:DumpLoadedClassList=" + list));
        words.addAll(clip());
        words.add("org.clipjava.cli.Main");
        words.addAll(List.of(arguments));
        return java(words);
    }

    /** As bin/clip starts it. */
    private List<String> clip() {
        return List.of(
                "--add-modules=jdk.incubator.vector",
                "@" + image.resolve("lib/jvm.options"),
                "-cp",
                image.resolve("lib/clip.jar").toString());
    }

    private Process java(List<String> options) throws IOException {
        List<String> words = new ArrayList<>(List.of(image.resolve("runtime/bin/java").toString()));
        words.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(words).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.startsWith("CLIP_"));
        return builder.start();
    }

    private static void succeed(Process process, String... what) throws IOException, InterruptedException {
        try (BufferedReader said = process.errorReader()) {
            List<String> lines = said.lines().toList();
            if (process.waitFor() != 0) {
                throw new IOException(Arrays.toString(what) + " failed: " + String.join(" ", lines));
            }
        }
    }

    /** A class is listed with a number, which counts for one list alone. */
    private void take(Path list) throws IOException {
        for (String line : Files.readAllLines(list)) {
            if (!line.startsWith("#")) {
                classes.add(line.replaceFirst(" id: \\d+$", ""));
            }
        }
    }

    private void write() throws IOException, InterruptedException {
        Path all = Files.write(work.resolve("all.classes"), classes);
        Path archive = image.resolve("lib/clip.jsa");
        List<String> options = new ArrayList<>(
                List.of("-Xshare:dump", "-XX:SharedClassListFile=" + all, "-XX:SharedArchiveFile=" + archive));
        options.addAll(clip());
        succeed(java(options), "-Xshare:dump");
        System.out.println(archive + ": " + classes.size() + " lines of classes, " + Files.size(archive) + " bytes");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
