package org.clipjava.server.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.clipjava.server.http.ApiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures by address: from named hosts, and only if these are on the internet. */
class FetchedPicturesTest {
    private static final byte[] PICTURE = {1, 2, 3};

    private static HttpServer origin;
    private static int port;
    private static final AtomicInteger ASKED = new AtomicInteger();

    @BeforeAll
    static void open() throws IOException {
        origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        port = origin.getAddress().getPort();
        answer("/picture", 200, PICTURE, "");
        answer("/large", 200, new byte[2000], "");
        answer("/missing", 404, PICTURE, "");
        answer("/here", 302, new byte[0], "/picture");
        answer("/loop", 302, new byte[0], "/loop");
        answer("/to-loopback", 302, new byte[0], "http://127.0.0.1:" + port + "/picture");
        answer("/to-other", 302, new byte[0], "http://other.example:" + port + "/picture");
        answer("/to-file", 302, new byte[0], "file:///etc/passwd");
        origin.start();
    }

    private static void answer(String path, int status, byte[] body, String location) {
        origin.createContext(path, exchange -> {
            ASKED.incrementAndGet();
            if (!location.isEmpty()) {
                exchange.getResponseHeaders().set("location", location);
            }
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    @AfterAll
    static void close() {
        origin.stop(0);
    }

    private static InetAddress[] loopback(String host) {
        return new InetAddress[] {InetAddress.getLoopbackAddress()};
    }

    /** As if this machine were on the internet. */
    private static FetchedPictures lenient() throws IOException {
        return new FetchedPictures(
                List.of("images.example", "inner.example"), 1000, FetchedPicturesTest::loopback, address -> true);
    }

    private static String refusal(FetchedPictures pictures, String address) {
        return assertThrows(ApiException.class, () -> pictures.fetch("input[0]", address))
                .text();
    }

    @Test
    void fetchesFromANamedHost() throws IOException {
        try (FetchedPictures pictures = lenient()) {
            assertArrayEquals(PICTURE, pictures.fetch("input", "http://images.example:" + port + "/picture"));
            assertArrayEquals(PICTURE, pictures.fetch("input", "http://IMAGES.example.:" + port + "/picture"));
            assertArrayEquals(PICTURE, pictures.fetch("input", "http://images.example:" + port + "/here"));
        }
    }

    @Test
    void refusesOtherHostsAndWhatIsTooLargeOrMissing() throws IOException {
        try (FetchedPictures pictures = lenient()) {
            String start = "http://images.example:" + port;
            assertEquals(
                    "input[0]: http://other.example/a.png: the server fetches from hosts alone that it is started with, as"
                            + " --allow-urls other.example",
                    refusal(pictures, "http://other.example/a.png"));
            assertTrue(refusal(pictures, start + "/large").endsWith("expected at most 1000 bytes, found more"));
            assertTrue(refusal(pictures, start + "/missing").endsWith("found an answer of status 404"));
            assertTrue(refusal(pictures, start + "/loop").endsWith("expected at most 3 redirects, found more"));
            assertTrue(refusal(pictures, start + "/to-loopback").contains("127.0.0.1"));
            assertTrue(refusal(pictures, start + "/to-other").contains("--allow-urls other.example"));
            assertTrue(refusal(pictures, start + "/to-file").contains("file:///etc/passwd: expected an address as"));
            assertTrue(refusal(pictures, "http://user@images.example/a").contains("expected an address as"));
            assertTrue(
                    refusal(pictures, "http://images.example@other.example/a").contains("expected an address as"));
            assertTrue(refusal(pictures, "http://images.example:1/a").contains("can't be had"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.1.2.3",
                "10.0.0.1",
                "172.31.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "198.18.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "192.0.2.1",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd12:3456::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::127.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2001:0:7f00:1::",
                "2001:db8::1",
                "fec0::1",
                "100::1",
                "5f00::1"
            })
    void aNamedHostMustBeOnTheInternet(String address) throws IOException {
        int before = ASKED.get();
        InetAddress[] addresses = {InetAddress.getByName("93.184.216.34"), InetAddress.getByName(address)};
        try (FetchedPictures pictures =
                new FetchedPictures(List.of("images.example"), 1000, host -> addresses, PublicAddresses::contains)) {
            String refusal = refusal(pictures, "http://images.example:" + port + "/picture");

            assertTrue(refusal.contains("has an address that is not on the internet"), refusal);
        }
        assertEquals(before, ASKED.get());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "192.0.1.1", "172.32.0.1"})
    void addressesOnTheInternetAreAllowed(String address) throws IOException {
        assertTrue(PublicAddresses.contains(InetAddress.getByName(address)));
    }

    /** 127.0.0.2 stands for an address on the internet, so that nothing leaves this machine. */
    @Test
    void aNameThatChangesItsMindIsCheckedEachTime() throws IOException {
        InetAddress outside = InetAddress.getByName("127.0.0.2");
        AtomicInteger lookups = new AtomicInteger();
        try (FetchedPictures rebinding = new FetchedPictures(
                List.of("images.example"),
                1000,
                host -> lookups.incrementAndGet() == 1 ? new InetAddress[] {outside} : loopback(host),
                outside::equals)) {
            // the address that was checked is the one that is asked, and nobody listens there
            String first = refusal(rebinding, "http://images.example:" + port + "/picture");
            assertTrue(first.contains("can't be had"), first);
            assertEquals(1, lookups.get());
            String second = refusal(rebinding, "http://images.example:" + port + "/picture");
            assertTrue(second.contains("has an address that is not on the internet: 127.0.0.1"), second);
        }
    }

    /** A host may be named by its address, in any of the forms that a browser reads. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://[::1]",
                "http://[::ffff:127.0.0.1]",
                "http://127.0.0.1",
                "http://2130706433",
                "http://0x7f.1",
                "http://localhost"
            })
    void thisMachineIsRefusedEvenIfItIsNamed(String start) throws IOException {
        String host = start.substring("http://".length());
        int before = ASKED.get();
        try (FetchedPictures pictures = FetchedPictures.from(List.of(host), 1000)) {
            assertTrue(refusal(pictures, start + ":" + port + "/picture").length() > 0);
        }
        assertEquals(before, ASKED.get());
    }
}
