package org.clipjava.server.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** The keys of those who may call. None at all: everybody may. */
public final class Keys {
    private final List<byte[]> digests;

    public Keys(List<String> keys) {
        this.digests = keys.stream().map(Keys::digest).toList();
    }

    boolean areAsked() {
        return !digests.isEmpty();
    }

    /** Takes as long for a key that is nearly right as for any other. */
    boolean knows(String key) {
        byte[] digest = digest(key);
        boolean known = false;
        for (byte[] one : digests) {
            known |= MessageDigest.isEqual(one, digest);
        }
        return known;
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
