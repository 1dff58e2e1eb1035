package org.clipjava.hub;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.clipjava.io.FileFailure;
import org.clipjava.io.SizeLimit;

/**
 * Certificates in PEM, of a company's proxy that opens secure connections, as Python's clients are told of them. They are trusted
 * beside Java's own.
 *
 * @param variable that names the file, for messages
 * @param file of one certificate or more
 */
record CertificateFile(String variable, Path file) {
    private static final List<String> VARIABLES = List.of("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE");

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----");

    private static final SizeLimit LIMIT = SizeLimit.of("a file of certificates", 16 << 20, IOException::new);

    /** The first of the variables that names a file. */
    static Optional<CertificateFile> of(UserEnvironment variables) {
        for (String variable : VARIABLES) {
            Optional<Path> file = variables.path(variable);
            if (file.isPresent()) {
                return Optional.of(new CertificateFile(variable, file.get()));
            }
        }
        return Optional.empty();
    }

    /**
     * Trusts these and whom Java trusts.
     *
     * @throws HubException if the file can't be read, or holds no certificate in PEM
     */
    SSLContext context() throws HubException {
        List<X509Certificate> trusted = new ArrayList<>(certificates());
        try {
            ofJava().forEach(manager -> trusted.addAll(Arrays.asList(manager.getAcceptedIssuers())));
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < trusted.size(); i++) {
                store.setCertificateEntry(Integer.toString(i), trusted.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw refusal("can't be trusted", e);
        }
    }

    private static Stream<X509TrustManager> ofJava() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        TrustManager[] managers = factory.getTrustManagers();
        return Arrays.stream(managers)
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast);
    }

    /** Whatever stands between them is for people. */
    private List<X509Certificate> certificates() throws HubException {
        String text;
        try {
            text = new String(LIMIT.read(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw refusal(FileFailure.reason(e, file.toString()), e);
        }
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(text);
        while (blocks.find()) {
            try {
                certificates.add((X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(blocks.group().getBytes(StandardCharsets.US_ASCII))));
            } catch (CertificateException e) {
                throw refusal("certificate " + (certificates.size() + 1) + " is damaged", e);
            }
        }
        if (certificates.isEmpty()) {
            throw refusal("found no certificate", new IOException("no block of PEM"));
        }
        return certificates;
    }

    private HubException refusal(String reason, Throwable cause) {
        return new HubException(
                HubException.Kind.NETWORK,
                variable + ": " + file + ": " + reason + "; expected certificates in PEM (BEGIN CERTIFICATE)",
                cause);
    }
}
