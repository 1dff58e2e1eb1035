package org.clipjava.testdata;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Hugging Face hub on the loopback interface, with one repository and a CDN under another name and port, which large files
 * are redirected to. Answers as the real one does; a {@link Fault} may answer in its place.
 */
public final class FakeHub implements AutoCloseable {
    /** The commit that {@code main} is. */
    public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    private static final String REPO = "/fake/clip";

    private final HttpServer hub;
    private final HttpServer cdn;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Entry> files = new LinkedHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Fault fault = (request, exchange) -> false;
    private volatile boolean listsHashes = true;
    private volatile Pace pace = new Pace(1 << 16, 0);

    /** Bytes at once, and the pause behind them. */
    private record Pace(int bytes, long millis) {}

    /** What a file is; the hash is announced, and need not be the content's. */
    public record Entry(byte[] content, String etag, boolean lfs) {}

    /** What was asked. */
    public record Request(boolean atCdn, String method, String path, Map<String, String> headers) {
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(java.util.Locale.ROOT)));
        }
    }

    /** Answers in the hub's place. */
    public interface Fault {
        /** Whether it has answered. */
        boolean answer(Request request, HttpExchange exchange) throws IOException;
    }

    public FakeHub() {
        try {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            hub = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
            cdn = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hub.createContext("/", exchange -> serve(exchange, false));
        cdn.createContext("/", exchange -> serve(exchange, true));
        hub.setExecutor(threads);
        cdn.setExecutor(threads);
        hub.start();
        cdn.start();
    }

    /** The repository's name. */
    public static String repo() {
        return REPO.substring(1);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
    }

    public URI cdn() {
        return URI.create("http://localhost:" + cdn.getAddress().getPort());
    }

    /** A file that the hub sends itself, named by Git's hash. */
    public FakeHub small(String path, byte[] content) {
        return file(path, new Entry(content, sha("SHA-1", gitBlob(content)), false));
    }

    /** A file that the CDN sends, named by its SHA-256. */
    public FakeHub large(String path, byte[] content) {
        return file(path, new Entry(content, sha("SHA-256", content), true));
    }

    /** Any file, in place of another of its name. */
    public synchronized FakeHub file(String path, Entry entry) {
        files.put(path, entry);
        return this;
    }

    /** The files of a folder; those over 100 kB are large. */
    public FakeHub folder(Path folder) {
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.sorted().toList()) {
                byte[] content = Files.readAllBytes(path);
                String name = path.getFileName().toString();
                if (content.length > 100_000) {
                    large(name, content);
                } else {
                    small(name, content);
                }
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public synchronized Entry entry(String path) {
        return Optional.ofNullable(files.get(path)).orElseThrow();
    }

    public FakeHub fault(Fault fault) {
        this.fault = fault;
        return this;
    }

    /** As an older hub or a mirror, which tells names alone. */
    public FakeHub listsNamesAlone() {
        listsHashes = false;
        return this;
    }

    /** How fast bodies are sent. */
    public FakeHub pace(int bytes, long millis) {
        pace = new Pace(bytes, millis);
        return this;
    }

    /** Every request so far. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    private void serve(HttpExchange exchange, boolean atCdn) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
        String path =
                exchange.getRequestURI().getPath().replace(REPO + "/resolve/main/", REPO + "/resolve/" + COMMIT + "/");
        Request request = new Request(atCdn, exchange.getRequestMethod(), path, headers);
        requests.add(request);
        try (exchange) {
            if (fault.answer(request, exchange)) {
                return;
            }
            String list = "/api/models" + REPO + "/revision/";
            String resolve = REPO + "/resolve/" + COMMIT + "/";
            if (path.equals(list + "main") || path.equals(list + COMMIT)) {
                send(exchange, 200, list().getBytes(UTF_8));
            } else if (path.startsWith(list)) {
                refuse(exchange, 404, "RevisionNotFound");
            } else if (path.startsWith("/api/")) {
                refuse(exchange, 401, "RepoNotFound");
            } else if (atCdn) {
                sendFile(request, exchange, entry(path.substring(1)));
            } else if (path.startsWith(resolve) && files.containsKey(path.substring(resolve.length()))) {
                sendOrRedirect(request, exchange, path.substring(resolve.length()));
            } else {
                refuse(exchange, 404, "EntryNotFound");
            }
        }
    }

    private synchronized String list() {
        return files.entrySet().stream()
                .map(file -> {
                    Entry entry = file.getValue();
                    int size = entry.content.length;
                    return "{\"rfilename\": %s%s}"
                            .formatted(
                                    quoted(file.getKey()),
                                    !listsHashes
                                            ? ""
                                            : entry.lfs
                                                    ? ", \"size\": %d, \"blobId\": \"%s\", \"lfs\": {\"sha256\": \"%s\", \"size\": %d, \"pointerSize\": 134}"
                                                            .formatted(
                                                                    size, sha("SHA-1", entry.content), entry.etag, size)
                                                    : ", \"size\": %d, \"blobId\": \"%s\"".formatted(size, entry.etag));
                })
                .collect(Collectors.joining(
                        ",\n", "{\"id\": \"%s\", \"sha\": \"%s\", \"siblings\": [".formatted(repo(), COMMIT), "]}"));
    }

    private static String quoted(String text) {
        return text.chars()
                .mapToObj(c -> c < ' ' || c == '"' || c == '\\' ? "\\u%04x".formatted(c) : Character.toString(c))
                .collect(Collectors.joining("", "\"", "\""));
    }

    private void sendOrRedirect(Request request, HttpExchange exchange, String path) throws IOException {
        Entry entry = entry(path);
        Headers headers = exchange.getResponseHeaders();
        headers.set("X-Repo-Commit", COMMIT);
        if (entry.lfs) {
            headers.set("X-Linked-Etag", '"' + entry.etag + '"');
            headers.set("X-Linked-Size", Integer.toString(entry.content.length));
            headers.set("Location", cdn() + "/" + path + "?signature=secret");
            exchange.sendResponseHeaders(302, -1);
        } else {
            headers.set("ETag", '"' + entry.etag + '"');
            sendFile(request, exchange, entry);
        }
    }

    private void sendFile(Request request, HttpExchange exchange, Entry entry) throws IOException {
        if (request.atCdn) {
            // A CDN has etags of its own.
            exchange.getResponseHeaders().set("ETag", "\"cdn-" + entry.etag.substring(0, 8) + '"');
        }
        String etag = exchange.getResponseHeaders().getFirst("ETag");
        boolean ranged = request.header("If-Range").map(etag::equals).orElse(true);
        int from = ranged
                ? request.header("Range")
                        .map(range -> Integer.parseInt(range.replaceAll("\\D", "")))
                        .orElse(0)
                : 0;
        send(exchange, entry.content, from, entry.content.length);
    }

    /** Sends the bytes from {@code from} to {@code end} of a content, announcing those to its end; fewer break off. */
    public void send(HttpExchange exchange, byte[] content, int from, int end) throws IOException {
        int length = content.length - from;
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
        }
        exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, length == 0 ? -1 : length);
        OutputStream out = exchange.getResponseBody();
        Pace now = pace;
        for (int at = from; at < end; at += now.bytes) {
            out.write(content, at, Math.min(now.bytes, end - at));
            out.flush();
            pause(now.millis);
        }
    }

    /** Sends a whole answer. */
    public static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** Says no, as the hub does. */
    public static void refuse(HttpExchange exchange, int status, String code) throws IOException {
        exchange.getResponseHeaders().set("X-Error-Code", code);
        send(exchange, status, "{\"error\":\"no\"}".getBytes(UTF_8));
    }

    /** Does nothing for a while. */
    public static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] gitBlob(byte[] content) {
        byte[] header = ("blob " + content.length + "\0").getBytes(UTF_8);
        byte[] blob = java.util.Arrays.copyOf(header, header.length + content.length);
        System.arraycopy(content, 0, blob, header.length, content.length);
        return blob;
    }

    /** A hash in lower-case hex. */
    public static String sha(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        hub.stop(0);
        cdn.stop(0);
        threads.shutdownNow();
    }
}
