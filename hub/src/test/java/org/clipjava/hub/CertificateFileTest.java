package org.clipjava.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hub behind a certificate that nobody but its owner has signed, as one behind a company's proxy. */
class CertificateFileTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path folder;

    private HttpsServer server;
    private String pem;

    @BeforeEach
    void startsTheHub() throws IOException, GeneralSecurityException, InterruptedException {
        Path store = folder.resolve("hub.p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-alias", "hub", "-dname", "CN=localhost"));
        command.addAll(List.of("-ext", "san=dns:localhost,ip:127.0.0.1", "-storetype", "PKCS12"));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", new String(PASSWORD)));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertEquals(0, keytool.waitFor());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(keys.getCertificate("hub").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            byte[] body = "hello".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopsTheHub() {
        server.stop(0);
    }

    private String get(Optional<CertificateFile> certificates) throws IOException {
        URI endpoint = URI.create("https://localhost:" + server.getAddress().getPort());
        HubSettings plain = HubSettings.of(endpoint, folder);
        HubSettings settings = certificates.map(plain::withCertificates).orElse(plain);
        try (Transport transport = new Transport(settings);
                Transport.Answer answer = transport.get(endpoint, Map.of())) {
            return new String(answer.body().readAll(100).orElseThrow(), StandardCharsets.UTF_8);
        }
    }

    private Optional<CertificateFile> file(String content) throws IOException {
        return Optional.of(new CertificateFile("SSL_CERT_FILE", Files.writeString(folder.resolve("ca.pem"), content)));
    }

    @Test
    void trustsThoseOfTheFile() throws IOException {
        assertEquals("hello", get(file("# Example's own\n" + pem)));
        assertEquals("hello", get(file((pem + "text between\n" + pem).replace("\n", "\r\n"))));
    }

    @Test
    void namesTheVariableWhereNobodyIsTrusted() {
        String message = assertThrows(Transport.UnreachableException.class, () -> get(Optional.empty()))
                .getMessage();
        assertTrue(message.startsWith("localhost: no secure connection ("), message);
        assertTrue(
                message.endsWith("; behind a proxy that opens them, name its certificates: SSL_CERT_FILE=FILE, in PEM"),
                message);
    }

    @Test
    void namesAFileThatHasNoCertificates() throws IOException {
        Path ca = folder.resolve("ca.pem");
        assertRefused("SSL_CERT_FILE: " + ca + ": found no certificate; expected certificates in PEM", file(""));
        assertRefused("found no certificate", file("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));
        assertRefused("certificate 2 is damaged", file(pem + pem.replaceFirst("\nM", "\nA")));
        Files.delete(ca);
        assertRefused("SSL_CERT_FILE: " + ca + ": ", Optional.of(new CertificateFile("SSL_CERT_FILE", ca)));
        assertRefused("found a folder", Optional.of(new CertificateFile("SSL_CERT_FILE", folder)));
    }

    private void assertRefused(String expected, Optional<CertificateFile> file) {
        HubException e = assertThrows(HubException.class, () -> get(file));
        assertEquals(HubException.Kind.NETWORK, e.kind());
        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }

    @Tag("thorough")
    @Test
    void takesTheFirstVariableThatNamesOne() {
        assertEquals(Optional.empty(), of(Map.of()));
        assertEquals(
                Optional.of(new CertificateFile("REQUESTS_CA_BUNDLE", Path.of("/b"))),
                of(Map.of("REQUESTS_CA_BUNDLE", "/b", "SSL_CERT_FILE", "")));
        assertEquals(
                Optional.of(new CertificateFile("SSL_CERT_FILE", Path.of("/a"))),
                of(Map.of("REQUESTS_CA_BUNDLE", "/b", "SSL_CERT_FILE", "/a")));
    }

    private static Optional<CertificateFile> of(Map<String, String> variables) {
        return HubSettings.of(UserEnvironment.of(variables, "/home/someone", "Linux"))
                .certificates();
    }
}
