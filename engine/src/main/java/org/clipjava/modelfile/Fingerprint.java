package org.clipjava.modelfile;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;
import org.clipjava.io.Sha256;

/** Tells models apart by their metadata, which holds the hashes of the checkpoint's files. */
final class Fingerprint {
    private Fingerprint() {}

    static String of(Map<String, String> metadata) {
        MessageDigest digest = Sha256.digest();
        new TreeMap<>(metadata).forEach((key, value) -> {
            if (!key.equals("clip.weight_type")) {
                // lengths in front, so that no two sets of entries give the same bytes
                digest.update(
                        (key.length() + " " + value.length() + " " + key + value).getBytes(StandardCharsets.UTF_8));
            }
        });
        return Sha256.hex(digest);
    }
}
