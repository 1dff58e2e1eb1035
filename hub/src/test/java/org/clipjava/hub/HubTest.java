package org.clipjava.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.clipjava.hub.HubException.Kind;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.FakeHub;
import org.clipjava.testdata.FakeHub.Entry;
import org.clipjava.testdata.FakeHub.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads from a hub on the loopback interface that does everything wrong that a hub can. */
class HubTest {
    private static final byte[] CONFIG = "{\"model_type\": \"clip\"}\n".getBytes(UTF_8);
    private static final byte[] WEIGHTS = bytes(300_000);
    private static final String MODEL = "model.safetensors";

    /** All but a README and older weights. */
    static final FileSelection FILES = (there, reader) -> {
        reader.read("config.json");
        if (!there.contains(MODEL)) {
            throw new NoSuchFileException("fake/clip", null, "expected " + MODEL);
        }
        return there.stream()
                .filter(name -> !name.equals("README.md") && !name.endsWith(".bin"))
                .toList();
    };

    private static final RepoReference REFERENCE = RepoReference.parse(FakeHub.repo());

    @TempDir
    private Path folder;

    private final FakeHub hub = new FakeHub()
            .small("README.md", bytes(10))
            .small("config.json", CONFIG)
            .small("merges.txt", bytes(1000))
            .small("preprocessor_config.json", bytes(100))
            .small("vocab.json", bytes(2000))
            .large("pytorch_model.bin", bytes(5000))
            .large(MODEL, WEIGHTS);

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private Optional<String> token = Optional.empty();
    private boolean symlinks = true;
    private ProxySelector proxies = EnvironmentProxies.of(Map.of());

    @AfterEach
    void stopsTheHub() {
        hub.close();
    }

    @Test
    void downloadsWhatAConverterNeedsAndNothingElse() throws IOException {
        Snapshot snapshot = pull();
        assertEquals(FakeHub.COMMIT, snapshot.commit());
        assertEquals(
                List.of("config.json", "merges.txt", MODEL, "preprocessor_config.json", "vocab.json"),
                names(snapshot.folder()));
        assertArrayEquals(WEIGHTS, Files.readAllBytes(snapshot.folder().resolve(MODEL)));
        assertEquals(
                6, hub.requests().stream().filter(request -> !request.atCdn()).count(), "one a file, and the list");
        assertTrue(heard.contains("finished " + MODEL), heard.toString());
    }

    @Test
    void laysTheCacheOutAsPythonDoes() throws IOException {
        pull();
        Path repo = folder.resolve("models--fake--clip");
        assertEquals(FakeHub.COMMIT, Files.readString(repo.resolve("refs/main")));
        Path pointer = repo.resolve("snapshots").resolve(FakeHub.COMMIT).resolve(MODEL);
        assertEquals(Path.of("../../blobs", FakeHub.sha("SHA-256", WEIGHTS)), Files.readSymbolicLink(pointer));
        assertEquals(
                Path.of("../../blobs", hub.entry("config.json").etag()),
                Files.readSymbolicLink(pointer.resolveSibling("config.json")));
        assertTrue(
                Files.exists(folder.resolve(".locks/models--fake--clip/" + FakeHub.sha("SHA-256", WEIGHTS) + ".lock")));
        assertEquals(List.of(".locks", "models--fake--clip"), names(folder));
        assertEquals(5, names(repo.resolve("blobs")).size());
    }

    @Test
    void putsFilesIntoTheSnapshotWhereThereAreNoLinks() throws IOException {
        symlinks = false;
        Snapshot snapshot = pull();
        Path model = snapshot.folder().resolve(MODEL);
        assertFalse(Files.isSymbolicLink(model));
        assertArrayEquals(WEIGHTS, Files.readAllBytes(model));
        assertEquals(List.of(), names(folder.resolve("models--fake--clip/blobs")), "moved, as Python does");
        int before = hub.requests().size();
        pull();
        assertEquals(before + 1, hub.requests().size(), "nothing but the list");
    }

    @Test
    void copiesABlobThatWasThereWhereThereAreNoLinks() throws IOException {
        Snapshot linked = pull();
        for (String name : names(linked.folder())) {
            Files.delete(linked.folder().resolve(name));
        }
        symlinks = false;
        Snapshot copied = pull();
        assertArrayEquals(WEIGHTS, Files.readAllBytes(copied.folder().resolve(MODEL)));
        assertEquals(5, names(folder.resolve("models--fake--clip/blobs")).size(), "other snapshots may link to them");
    }

    @Test
    void asksForNothingTwice() throws IOException {
        pull();
        int before = hub.requests().size();
        pull();
        assertEquals(before + 1, hub.requests().size(), "nothing but the list");
    }

    @Test
    void downloadsAgainWhenToldTo() throws IOException {
        pull();
        int before = hub.requests().size();
        new Hub(settings(), listener()).pull(REFERENCE, FILES, true);
        assertTrue(hub.requests().size() > before + 5);
        assertArrayEquals(
                WEIGHTS,
                Files.readAllBytes(new Hub(settings(), listener())
                        .cached(REFERENCE, FILES)
                        .orElseThrow()
                        .folder()
                        .resolve(MODEL)));
    }

    @Test
    void usesWhatPythonHasDownloaded() throws IOException {
        // Written as huggingface_hub would, and the hub would answer nothing.
        Path repo = folder.resolve("models--fake--clip");
        Path snapshot = repo.resolve("snapshots").resolve(FakeHub.COMMIT);
        Files.createDirectories(snapshot);
        Files.createDirectories(repo.resolve("blobs"));
        Files.createDirectories(repo.resolve("refs"));
        Files.writeString(repo.resolve("refs/main"), FakeHub.COMMIT);
        for (String name : List.of("config.json", MODEL)) {
            Entry entry = hub.entry(name);
            Files.write(repo.resolve("blobs").resolve(entry.etag()), entry.content());
            Files.createSymbolicLink(
                    snapshot.resolve(name), Path.of("../../blobs").resolve(entry.etag()));
        }
        Snapshot found = new Hub(settings().withoutNetwork(), listener()).pull(REFERENCE, FILES, false);
        assertEquals(snapshot, found.folder());
        assertEquals(List.of(), hub.requests());
    }

    @Test
    void needsNoNetworkForWhatIsThere() throws IOException {
        Hub offline = new Hub(settings().withoutNetwork(), listener());
        HubException e = assertThrows(HubException.class, () -> offline.pull(REFERENCE, FILES, false));
        assertEquals(Kind.OFFLINE, e.kind());
        assertEquals(List.of(), hub.requests());
        Path snapshot = pull().folder();
        int before = hub.requests().size();
        assertEquals(snapshot, offline.pull(REFERENCE, FILES, false).folder());
        assertEquals(
                snapshot,
                offline.pull(new RepoReference(REFERENCE.repo(), FakeHub.COMMIT), FILES, false)
                        .folder());
        assertEquals(before, hub.requests().size());
        Files.delete(snapshot.resolve(MODEL));
        assertEquals(Optional.empty(), offline.cached(REFERENCE, FILES), "without weights it is not there");
    }

    @Test
    void knowsWhatAReferenceMeans() throws IOException {
        Hub offline = new Hub(settings().withoutNetwork(), listener());
        assertThrows(HubException.class, () -> offline.commit(REFERENCE));
        assertEquals(FakeHub.COMMIT, new Hub(settings(), listener()).commit(REFERENCE));
        pull();
        assertEquals(FakeHub.COMMIT, offline.commit(REFERENCE));
        assertEquals("a".repeat(40), offline.commit(new RepoReference(REFERENCE.repo(), "a".repeat(40))));
    }

    @Test
    void goesOnWhereAnEarlierAttemptEnded() throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("models--fake--clip/blobs"));
        String etag = hub.entry(MODEL).etag();
        Files.write(blobs.resolve(etag + ".incomplete"), Arrays.copyOf(WEIGHTS, 123_456));
        assertArrayEquals(WEIGHTS, Files.readAllBytes(pull().folder().resolve(MODEL)));
        Request last = lastAtCdn();
        assertEquals(Optional.of("bytes=123456-"), last.header("Range"));
        assertEquals(Optional.empty(), last.header("If-Range"), "whose etag that would be is not known");
        assertFalse(Files.exists(blobs.resolve(etag + ".incomplete")));
    }

    @Test
    void beginsAnewWhereTheBeginningWasAnothers() throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("models--fake--clip/blobs"));
        Files.write(blobs.resolve(hub.entry(MODEL).etag() + ".incomplete"), new byte[100_000]);
        assertArrayEquals(WEIGHTS, Files.readAllBytes(pull().folder().resolve(MODEL)));
        assertTrue(heard.toString().contains("begun anew"), heard.toString());
    }

    @Test
    void beginsAnewWhereThereIsMoreThanTheFileHas() throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("models--fake--clip/blobs"));
        Files.write(blobs.resolve(hub.entry(MODEL).etag() + ".incomplete"), new byte[400_000]);
        assertArrayEquals(WEIGHTS, Files.readAllBytes(pull().folder().resolve(MODEL)));
    }

    @Test
    void goesOnWhenTheBodyBreaksOff() throws IOException {
        hub.fault(breakOffAt(MODEL, 100_000, 200_000));
        assertArrayEquals(WEIGHTS, Files.readAllBytes(pull().folder().resolve(MODEL)));
        List<Request> atCdn = hub.requests().stream().filter(Request::atCdn).toList();
        assertEquals(3, atCdn.size());
        assertTrue(atCdn.get(1).header("Range").isPresent());
        assertTrue(atCdn.get(1).header("If-Range").orElseThrow().startsWith("\"cdn-"), "its own etag");
    }

    @Test
    void goesOnWhenTheBodyStalls() throws IOException {
        AtomicInteger stalls = new AtomicInteger();
        hub.fault((request, exchange) -> {
            if (!request.atCdn() || stalls.getAndIncrement() > 0) {
                return false;
            }
            hub.send(exchange, WEIGHTS, 0, 150_000);
            FakeHub.pause(2500);
            return true;
        });
        assertArrayEquals(WEIGHTS, Files.readAllBytes(pull().folder().resolve(MODEL)));
        assertTrue(heard.toString().contains("nothing came for"), heard.toString());
    }

    @Test
    void givesUpWhenTheBodyStallsEachTime() {
        hub.fault((request, exchange) -> {
            if (request.atCdn()) {
                hub.send(exchange, WEIGHTS, 0, 10);
                FakeHub.pause(2500);
            }
            return request.atCdn();
        });
        assertFails(Kind.NETWORK, "nothing came for 0.4 s, in 4 attempts");
    }

    @Test
    void givesUpWhenTheBodyBreaksOffEachTimeAndKeepsWhatCame() throws IOException {
        hub.fault((request, exchange) -> {
            if (request.atCdn()) {
                hub.send(exchange, WEIGHTS, 0, 50_000);
            }
            return request.atCdn();
        });
        assertFails(Kind.NETWORK, "in 4 attempts");
        Path incomplete =
                folder.resolve("models--fake--clip/blobs/" + hub.entry(MODEL).etag() + ".incomplete");
        assertEquals(50_000, Files.size(incomplete));
        hub.fault((request, exchange) -> false);
        assertArrayEquals(WEIGHTS, Files.readAllBytes(pull().folder().resolve(MODEL)));
    }

    @Test
    void beginsAnewWhenTheContentChangesOnTheWay() throws IOException {
        AtomicInteger count = new AtomicInteger();
        hub.fault((request, exchange) -> {
            if (!request.atCdn()) {
                return false;
            }
            switch (count.getAndIncrement()) {
                case 0 -> {
                    exchange.getResponseHeaders().set("ETag", "\"first\"");
                    hub.send(exchange, bytes(7, WEIGHTS.length), 0, 100_000);
                }
                case 1 -> {
                    assertEquals(Optional.of("\"first\""), request.header("If-Range"));
                    exchange.getResponseHeaders().set("ETag", "\"second\"");
                    hub.send(exchange, WEIGHTS, 0, WEIGHTS.length);
                }
                default -> throw new AssertionError("asked a third time");
            }
            return true;
        });
        assertArrayEquals(WEIGHTS, Files.readAllBytes(pull().folder().resolve(MODEL)));
    }

    @Test
    void beginsAnewWhenAServerThatIgnoresIfRangeSendsTheRestOfAnother() throws IOException {
        AtomicInteger count = new AtomicInteger();
        hub.fault((request, exchange) -> {
            if (!request.atCdn() || count.get() > 1) {
                return false;
            }
            boolean first = count.getAndIncrement() == 0;
            exchange.getResponseHeaders().set("ETag", first ? "\"first\"" : "\"second\"");
            hub.send(exchange, WEIGHTS, first ? 0 : 100_000, first ? 100_000 : WEIGHTS.length);
            return true;
        });
        assertArrayEquals(WEIGHTS, Files.readAllBytes(pull().folder().resolve(MODEL)));
        assertTrue(heard.toString().contains("changed on the way"), heard.toString());
    }

    @Test
    void refusesAContentOfAnotherHashAndDeletesIt() throws IOException {
        byte[] other = WEIGHTS.clone();
        other[WEIGHTS.length / 2]++;
        hub.file(MODEL, new Entry(other, FakeHub.sha("SHA-256", WEIGHTS), true));
        assertFails(Kind.CORRUPT, "expected SHA-256 " + FakeHub.sha("SHA-256", WEIGHTS));
        assertTrue(names(folder.resolve("models--fake--clip/blobs")).stream()
                .noneMatch(name -> name.startsWith(FakeHub.sha("SHA-256", WEIGHTS))));
    }

    @Test
    void refusesASmallFileOfAnotherHash() {
        byte[] other = CONFIG.clone();
        other[CONFIG.length - 1] = ' ';
        hub.file("config.json", new Entry(other, hub.entry("config.json").etag(), false));
        assertFails(Kind.CORRUPT, "expected Git's SHA-1");
    }

    @Test
    void refusesAFileThatTheHubCallsAnotherNow() {
        hub.fault((request, exchange) -> {
            boolean model = request.path().endsWith(MODEL) && !request.atCdn();
            if (model) {
                exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + "0".repeat(64) + "\"");
                exchange.getResponseHeaders().set("Location", hub.cdn() + "/" + MODEL);
                exchange.sendResponseHeaders(302, -1);
            }
            return model;
        });
        assertFails(Kind.CORRUPT, "the hub offers 000000");
    }

    @Test
    void refusesMoreThanWasAnnounced() {
        hub.fault((request, exchange) -> {
            if (request.atCdn()) {
                exchange.sendResponseHeaders(200, 0); // without a length
                exchange.getResponseBody().write(new byte[400_000]);
            }
            return request.atCdn();
        });
        assertFails(Kind.CORRUPT, "expected 300000 bytes, more came");
    }

    @Test
    void refusesAnotherLengthThanWasAnnounced() {
        hub.fault((request, exchange) -> {
            if (request.atCdn()) {
                FakeHub.send(exchange, 200, new byte[299_999]);
            }
            return request.atCdn();
        });
        assertFails(Kind.CORRUPT, "expected 300,000 bytes, localhost offers 299,999");
    }

    @Test
    void saysThatTheDiskIsFull() throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("models--fake--clip/blobs"));
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "a device that is always full");
        Files.createSymbolicLink(blobs.resolve(hub.entry(MODEL).etag() + ".incomplete"), full);
        assertFails(Kind.DISK, "No space left on device");
    }

    @Test
    void saysThatThereIsTooLittleRoomBeforeItBegins() {
        try (FakeHub huge = new FakeHub().small("config.json", CONFIG).fault((request, exchange) -> {
            boolean list = request.path().startsWith("/api/");
            if (list) {
                FakeHub.send(
                        exchange,
                        200,
                        ("{\"sha\": \"%s\", \"siblings\": [{\"rfilename\": \"config.json\", \"size\": %d, \"blobId\":"
                                        + " \"%s\"}, {\"rfilename\": \"%s\", \"lfs\": {\"sha256\": \"%s\", \"size\":"
                                        + " 1000000000000000000}}]}")
                                .formatted(
                                        FakeHub.COMMIT,
                                        CONFIG.length,
                                        hub.entry("config.json").etag(),
                                        MODEL,
                                        "a".repeat(64))
                                .getBytes(UTF_8));
            }
            return list;
        })) {
            HubException e = assertThrows(
                    HubException.class,
                    () -> new Hub(settings(huge.endpoint()), listener()).pull(REFERENCE, FILES, false));
            assertEquals(Kind.DISK, e.kind());
            assertTrue(e.getMessage().contains("expected 1,000,000,000,000,000,000 bytes of room"), e.getMessage());
        }
    }

    @Test
    void saysThatTheCacheIsNotWritable() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        HubSettings settings =
                HubSettings.of(hub.endpoint(), file.resolve("cache")).withPatience(patience());
        HubException e =
                assertThrows(HubException.class, () -> new Hub(settings, listener()).pull(REFERENCE, FILES, false));
        assertEquals(Kind.DISK, e.kind());
        assertTrue(e.getMessage().contains("HF_HUB_CACHE"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "401, '', NOT_FOUND, no such repository",
        "401, GatedRepo, DENIED, agree at",
        "403, GatedRepo, DENIED, set HF_TOKEN",
        "403, '', DENIED, agree at",
        "404, RepoNotFound, NOT_FOUND, no such repository or revision",
        "404, RevisionNotFound, NOT_FOUND, no such revision",
        "407, '', NETWORK, the proxy wants a login",
        "418, '', SERVER, unexpected answer 418",
        "429, '', RATE_LIMITED, too many requests",
        "500, '', SERVER, a fault of its own (500)",
        "503, '', SERVER, a fault of its own (503)",
    })
    void saysWhyTheHubSaysNo(int status, String code, Kind kind, String message) {
        hub.fault((request, exchange) -> {
            FakeHub.refuse(exchange, status, code);
            return true;
        });
        assertFails(kind, message);
        assertEquals(status == 429 || status >= 500 ? 4 : 1, hub.requests().size(), "attempts");
    }

    @Test
    void saysThatTheTokenIsNotAccepted() {
        token = Optional.of("hf_secret");
        hub.fault((request, exchange) -> {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"Authentication required\"");
            FakeHub.refuse(exchange, 401, "");
            return true;
        });
        HubException e = assertFails(Kind.DENIED, "does not accept the token");
        assertFalse(e.getMessage().contains("hf_secret"), "never shown");
        assertFalse(settings().toString().contains("hf_secret"), "never shown");
    }

    @Test
    void saysThatAFileHasGone() {
        hub.fault((request, exchange) -> {
            boolean model = request.path().endsWith(MODEL);
            if (model) {
                FakeHub.refuse(exchange, 404, "EntryNotFound");
            }
            return model;
        });
        assertFails(Kind.NOT_FOUND, MODEL + ": no such file there any more");
    }

    @Test
    void saysThatThereIsNoSuchRevision() {
        HubException e = assertThrows(
                HubException.class,
                () -> new Hub(settings(), listener()).pull(RepoReference.parse(FakeHub.repo() + "@v2"), FILES, false));
        assertEquals(Kind.NOT_FOUND, e.kind());
        assertTrue(e.getMessage().startsWith("fake/clip@v2: no such revision"), e.getMessage());
    }

    @Test
    void waitsAsLongAsTheHubAsks() throws IOException {
        AtomicInteger count = new AtomicInteger();
        hub.fault((request, exchange) -> {
            boolean limited = count.getAndIncrement() == 0;
            if (limited) {
                exchange.getResponseHeaders().set("Retry-After", "1");
                FakeHub.refuse(exchange, 429, "");
            }
            return limited;
        });
        long start = System.nanoTime();
        pull();
        assertTrue(System.nanoTime() - start >= Duration.ofSeconds(1).toNanos());
        assertTrue(heard.toString().contains("again in 1 s"), heard.toString());
    }

    @Test
    void doesNotWaitForHours() {
        hub.fault((request, exchange) -> {
            exchange.getResponseHeaders().set("Retry-After", "7200");
            FakeHub.refuse(exchange, 429, "");
            return true;
        });
        assertFails(Kind.RATE_LIMITED, "it says to wait 120 min");
        assertEquals(1, hub.requests().size());
    }

    @Test
    void goesOnAfterAFaultOfTheHub() throws IOException {
        Set<String> failed = ConcurrentHashMap.newKeySet();
        hub.fault((request, exchange) -> {
            boolean fails = failed.add(request.atCdn() + request.path());
            if (fails) {
                FakeHub.refuse(exchange, 502, "");
            }
            return fails;
        });
        assertArrayEquals(WEIGHTS, Files.readAllBytes(pull().folder().resolve(MODEL)));
    }

    @Test
    void sendsTheTokenToTheHubAndNowhereElse() throws IOException {
        token = Optional.of("hf_secret");
        pull();
        List<Request> atCdn = hub.requests().stream().filter(Request::atCdn).toList();
        assertFalse(atCdn.isEmpty());
        for (Request request : hub.requests()) {
            assertEquals(
                    request.atCdn() ? Optional.empty() : Optional.of("Bearer hf_secret"),
                    request.header("Authorization"),
                    request.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ftp://localhost/x", "file:///etc/passwd", "http://user:password@localhost/x", "no address %%"})
    void refusesARedirectToWhatIsNoPlaceForIt(String location) {
        hub.fault((request, exchange) -> {
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(302, -1);
            return true;
        });
        HubException e = assertFails(Kind.SERVER, "redirected to ");
        assertFalse(e.getMessage().contains("password"), e.getMessage());
        assertFalse(e.getMessage().contains("%%"), e.getMessage());
    }

    @Test
    void refusesARedirectFromHttpsToHttp() throws IOException {
        URI hub = URI.create("https://huggingface.co/a/b");
        HubException e = assertThrows(HubException.class, () -> Transport.target(hub, "http://cdn.example/x?secret"));
        assertTrue(e.getMessage().contains("'http://cdn.example/x'; refused"), e.getMessage());
        assertEquals(URI.create("https://cdn.example/x"), Transport.target(hub, "https://cdn.example/x"));
        assertEquals(URI.create("https://huggingface.co/a/c"), Transport.target(hub, "c"));
        assertEquals(URI.create("https://cdn.example/x"), Transport.target(hub, "//cdn.example/x"));
    }

    @Test
    void followsNoRedirectForEver() {
        hub.fault((request, exchange) -> {
            exchange.getResponseHeaders().set("Location", request.path() + "/more");
            exchange.sendResponseHeaders(302, -1);
            return true;
        });
        assertFails(Kind.SERVER, "redirected more than 5 times");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "/etc/passwd",
                "a/../../evil",
                "C:evil",
                "a\\\\b",
                "a\\nb",
                "a\\u0000b",
                "..",
                "a//b",
                "a/./b",
                ""
            })
    void refusesHostileNames(String name) throws IOException {
        hub.fault((request, exchange) -> {
            if (request.path().startsWith("/api/")) {
                FakeHub.send(
                        exchange,
                        200,
                        "{\"sha\": \"%s\", \"siblings\": [{\"rfilename\": \"%s\"}]}"
                                .formatted(FakeHub.COMMIT, name)
                                .getBytes(UTF_8));
                return true;
            }
            return false;
        });
        assertFails(Kind.SERVER, "which is refused");
        assertEquals(List.of(), names(folder));
    }

    @Test
    void refusesAListWithoutEnd() {
        hub.fault((request, exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] some = new byte[1 << 16];
            Arrays.fill(some, (byte) ' ');
            for (int i = 0; i < 300; i++) {
                exchange.getResponseBody().write(some);
            }
            return true;
        });
        assertFails(Kind.SERVER, "expected a list of files of at most");
    }

    @Test
    void survivesAnythingThatCallsItselfAList() {
        byte[] list =
                ("{\"sha\": \"%s\", \"siblings\": [{\"rfilename\": \"config.json\", \"size\": 12, \"blobId\": \"%s\"},"
                                + " {\"rfilename\": \"m\", \"lfs\": {\"sha256\": \"%s\", \"size\": 5}}]}")
                        .formatted(FakeHub.COMMIT, "b".repeat(40), "a".repeat(64))
                        .getBytes(UTF_8);
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = list.clone();
            for (int k = random.nextInt(4); k >= 0; k--) {
                mutated[random.nextInt(mutated.length)] = (byte)
                        (random.nextBoolean() ? random.nextInt(256) : "\"{}[]:,/\\.0".charAt(random.nextInt(11)));
            }
            byte[] cut = random.nextInt(10) == 0 ? Arrays.copyOf(mutated, random.nextInt(mutated.length)) : mutated;
            try {
                RevisionParser.parse(REFERENCE.repo(), cut);
            } catch (IllegalArgumentException e) {
                refused++;
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ": " + new String(cut, UTF_8), e);
            }
        }
        assertTrue(refused > 1000, "seed " + seed);
    }

    @Test
    void tellsWhatASelectionMisses() {
        HubException e = assertThrows(
                HubException.class,
                () -> new Hub(settings(), listener())
                        .pull(
                                REFERENCE,
                                (there, reader) -> {
                                    assertTrue(there.contains("README.md"), there.toString());
                                    throw new NoSuchFileException("fake/clip", null, "expected a tail");
                                },
                                false));
        assertEquals(Kind.NOT_FOUND, e.kind());
        assertEquals("fake/clip: expected a tail", e.getMessage());
        assertTrue(hub.requests().stream().noneMatch(Request::atCdn), "nothing is fetched for that");
    }

    @Test
    void tellsWhatASelectionDoesNotUnderstand() {
        FileSelection files = (there, reader) -> {
            assertArrayEquals(CONFIG, reader.read("config.json"));
            throw new ModelFormatException("fake/clip: config.json: expected JSON");
        };
        HubException e =
                assertThrows(HubException.class, () -> new Hub(settings(), listener()).pull(REFERENCE, files, false));
        assertEquals(Kind.CORRUPT, e.kind());
        assertEquals("fake/clip: config.json: expected JSON", e.getMessage());
    }

    @Test
    void readsOnlySmallFilesForASelection() {
        try (FakeHub huge = new FakeHub().large("config.json", new byte[(32 << 20) + 1])) {
            HubException e = assertThrows(
                    HubException.class,
                    () -> new Hub(settings(huge.endpoint()), listener()).pull(REFERENCE, FILES, false));
            assertEquals(Kind.CORRUPT, e.kind());
            assertEquals("fake/clip: config.json: expected at most 33554432 bytes, found 33554433", e.getMessage());
            assertTrue(huge.requests().stream().noneMatch(Request::atCdn), "it is not fetched for that");
        }
    }

    @Test
    void survivesDeeplyNestedJson() {
        assertThrows(
                IllegalArgumentException.class,
                () -> RevisionParser.object("[".repeat(1_000_000).getBytes(UTF_8)));
    }

    @Test
    void asksForHashesWhereTheListHasNone() throws IOException {
        hub.listsNamesAlone();
        assertArrayEquals(WEIGHTS, Files.readAllBytes(pull().folder().resolve(MODEL)));
        assertTrue(hub.requests().stream().anyMatch(request -> request.method().equals("HEAD")));
        assertEquals(
                Path.of("../../blobs", FakeHub.sha("SHA-256", WEIGHTS)),
                Files.readSymbolicLink(pull().folder().resolve(MODEL)));
    }

    @Test
    void goesThroughAProxy() throws IOException {
        List<String> proxied = new CopyOnWriteArrayList<>();
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", exchange -> {
            proxied.add(exchange.getRequestURI().toString());
            refuse(exchange);
        });
        proxy.start();
        try {
            proxies = EnvironmentProxies.of(Map.of(
                    "http_proxy", "http://localhost:" + proxy.getAddress().getPort()));
            assertFails(Kind.NOT_FOUND, "(404)");
            assertTrue(proxied.getFirst().startsWith(hub.endpoint().toString()), proxied.toString());
            assertEquals(List.of(), hub.requests());
        } finally {
            proxy.stop(0);
        }
    }

    private static void refuse(HttpExchange exchange) throws IOException {
        try (exchange) {
            FakeHub.refuse(exchange, 404, "RepoNotFound");
        }
    }

    @Test
    void saysThatNobodyAnswers() {
        URI nobody = hub.endpoint();
        hub.close();
        HubException e = assertThrows(
                HubException.class, () -> new Hub(settings(nobody), listener()).pull(REFERENCE, FILES, false));
        assertEquals(Kind.NETWORK, e.kind());
        assertTrue(e.getMessage().contains("connection refused, in 4 attempts"), e.getMessage());
    }

    @Test
    void saysThatThereIsNoSuchHost() {
        HubException e = assertThrows(
                HubException.class,
                () -> new Hub(settings(URI.create("http://no-such-host.invalid")), listener())
                        .pull(REFERENCE, FILES, false));
        assertEquals(Kind.NETWORK, e.kind());
        assertTrue(e.getMessage().contains("no-such-host.invalid: no such host"), e.getMessage());
    }

    /** Breaks off the first answers of the CDN at these places. */
    private FakeHub.Fault breakOffAt(String path, int... places) {
        AtomicInteger count = new AtomicInteger();
        return (request, exchange) -> {
            if (!request.atCdn() || count.get() >= places.length) {
                return false;
            }
            int from = request.header("Range")
                    .map(range -> Integer.parseInt(range.replaceAll("\\D", "")))
                    .orElse(0);
            exchange.getResponseHeaders()
                    .set("ETag", "\"cdn-" + hub.entry(path).etag().substring(0, 8) + '"');
            hub.send(exchange, WEIGHTS, from, places[count.getAndIncrement()]);
            return true;
        };
    }

    private Path blob() {
        return folder.resolve("models--fake--clip/blobs").resolve(FakeHub.sha("SHA-256", WEIGHTS));
    }

    @Test
    void takesNoBlobWhoseContentIsNotThatOfItsName() throws IOException {
        pull();
        byte[] other = WEIGHTS.clone();
        other[WEIGHTS.length / 2] ^= 1;
        Files.write(blob(), other);
        HubSettings offline = settings().withoutNetwork();
        HubException e = assertThrows(
                HubException.class, () -> new Hub(offline, DownloadListener.SILENT).pull(REFERENCE, FILES, false));
        assertEquals(Kind.CORRUPT, e.kind());
        assertTrue(
                e.getMessage()
                        .endsWith(MODEL
                                + ": expected the content that its blob is named after, found another; delete"
                                + " it and pull again with the network"),
                e.getMessage());
        assertArrayEquals(WEIGHTS, Files.readAllBytes(pull().folder().resolve(MODEL)));
        assertArrayEquals(WEIGHTS, Files.readAllBytes(blob()));
        new Hub(offline, DownloadListener.SILENT).pull(REFERENCE, FILES, false);
    }

    @Test
    void takesARefThatIsNoTextForNone() throws IOException {
        pull();
        byte[] ref = new byte[40];
        Arrays.fill(ref, (byte) 0xff);
        Files.write(folder.resolve("models--fake--clip/refs/main"), ref);
        HubException e = assertThrows(
                HubException.class,
                () -> new Hub(settings().withoutNetwork(), DownloadListener.SILENT).pull(REFERENCE, FILES, false));
        assertEquals(Kind.OFFLINE, e.kind());
        assertEquals(FakeHub.COMMIT, pull().commit());
    }

    private Snapshot pull() throws IOException {
        return new Hub(settings(), listener()).pull(REFERENCE, FILES, false);
    }

    private HubException assertFails(Kind kind, String message) {
        HubException e = assertThrows(HubException.class, this::pull);
        assertEquals(kind, e.kind(), e.getMessage());
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        return e;
    }

    private Request lastAtCdn() {
        return hub.requests().stream()
                .filter(Request::atCdn)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private HubSettings settings() {
        return settings(hub.endpoint());
    }

    private HubSettings settings(URI endpoint) {
        HubSettings settings = HubSettings.of(endpoint, folder)
                .withSymlinks(symlinks)
                .withProxies(proxies)
                .withPatience(patience());
        return token.map(settings::withToken).orElse(settings);
    }

    private static HubSettings.Patience patience() {
        return new HubSettings.Patience(
                Duration.ofSeconds(5), Duration.ofMillis(400), 4, Duration.ofMillis(10), Duration.ofSeconds(3));
    }

    private DownloadListener listener() {
        return new DownloadListener() {
            @Override
            public void finished(RepoFile file) {
                heard.add("finished " + file.path());
            }

            @Override
            public void waiting(String reason) {
                heard.add(reason);
            }
        };
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static byte[] bytes(int length) {
        return bytes(length, length);
    }

    private static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
