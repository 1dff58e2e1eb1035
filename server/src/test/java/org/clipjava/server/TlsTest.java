package org.clipjava.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates and keys out of PEM files. */
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path folder;

    @BeforeAll
    static void makeCertificates() throws Exception {
        make("RSA", "-keysize", "2048");
        make("EC", "-groupname", "secp256r1");
    }

    /** {@code RSA.cert.pem}, {@code RSA.key.pem} and a store that trusts it, by the JDK's own tool. */
    private static void make(String algorithm, String... size) throws Exception {
        Path store = folder.resolve(algorithm + ".p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                algorithm,
                "-alias",
                "server",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                store.toString()));
        command.addAll(List.of(size));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, keytool.waitFor(), said);
        KeyStore keys = load(store);
        write(
                algorithm + ".key.pem",
                "PRIVATE KEY",
                keys.getKey("server", PASSWORD).getEncoded());
        write(
                algorithm + ".cert.pem",
                "CERTIFICATE",
                keys.getCertificate("server").getEncoded());
    }

    private static KeyStore load(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private static void write(String name, String what, byte[] encoded) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        Files.writeString(
                folder.resolve(name), "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(what, base64, what));
    }

    private static ClipServer.Builder withTls(ClipServer.Builder builder, String certificate, String key) {
        try {
            return builder.tls(folder.resolve(certificate), folder.resolve(key));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void speaksTls(String algorithm) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "server", load(folder.resolve(algorithm + ".p12")).getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (TestServer server =
                        TestServer.start(builder -> withTls(builder, algorithm + ".cert.pem", algorithm + ".key.pem"));
                Socket socket = context.getSocketFactory()
                        .createSocket("127.0.0.1", server.server().address().getPort())) {
            assertEquals("https", server.server().address().getScheme());
            String body = "{\"input\": \"a\"}";
            socket.getOutputStream()
                    .write(("POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        }
    }

    @Test
    void tellsWhatIsWrongWithAFile() throws IOException {
        Files.writeString(
                folder.resolve("old.pem"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        ClipServer.Builder builder = ClipServer.builder();

        assertTrue(refusal(builder, "RSA.cert.pem", "old.pem").contains("openssl pkcs8 -topk8"));
        assertTrue(refusal(builder, "old.pem", "RSA.key.pem").contains("expected certificates in PEM"));
        assertTrue(refusal(builder, "RSA.cert.pem", "RSA.cert.pem").contains("BEGIN PRIVATE KEY"));
    }

    private static String refusal(ClipServer.Builder builder, String certificate, String key) {
        return String.valueOf(
                assertThrows(IOException.class, () -> builder.tls(folder.resolve(certificate), folder.resolve(key)))
                        .getMessage());
    }
}
