package org.clipjava.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.clipjava.io.Sha256;

/** The hash that names a content on the hub. */
final class ContentHash {
    private static final int CHUNK = 1 << 20;

    private ContentHash() {}

    /** The hash of a whole file, of the kind that {@code file} is named by. */
    static String of(FileChannel content, RepoFile file) throws IOException {
        MessageDigest digest = file.isLfs() ? Sha256.digest() : gitsOf(content.size());
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        for (long at = 0; content.read(chunk.clear(), at) > 0; at += chunk.limit()) {
            digest.update(chunk.flip());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Git hashes a blob with its kind and length in front. */
    private static MessageDigest gitsOf(long bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(("blob " + bytes + "\0").getBytes(StandardCharsets.US_ASCII));
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
