package org.clipjava.image.codec.xz;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.Checksum;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.LittleEndian;

/** The checksum of what a block holds, and then of the next one. Kinds that are not known are not looked at, as liblzma has it. */
final class BlockSum {
    private static final int NONE = 0;
    private static final int CRC32 = 1;
    private static final int CRC64 = 4;
    private static final int SHA256 = 10;

    private final Optional<Checksum> checksum;
    private final Optional<MessageDigest> digest;

    /** @param kind from 0 to 15 */
    BlockSum(int kind) {
        checksum = switch (kind) {
            case CRC32 -> Optional.of(new CRC32());
            case CRC64 -> Optional.of(new Crc64());
            default -> Optional.empty();
        };
        digest = kind == SHA256 ? Optional.of(sha256()) : Optional.empty();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** How many bytes one of a kind has. */
    static int bytes(int kind) {
        return kind == NONE ? 0 : Integer.BYTES << ((kind - 1) / 3);
    }

    void update(byte[] bytes, int from, int n) {
        if (checksum.isPresent()) {
            checksum.get().update(bytes, from, n);
        }
        if (digest.isPresent()) {
            digest.get().update(bytes, from, n);
        }
    }

    /** Compares it with the one that is stored. */
    void check(byte[] data, int at, int bytes) throws CodecException {
        if (checksum.isPresent()) {
            long stored = LittleEndian.number(data, at, bytes);
            long found = checksum.get().getValue();
            checksum.get().reset();
            if (stored != found) {
                throw Corrupt.xz("expected a block of checksum 0x" + Long.toHexString(stored) + ", found 0x"
                        + Long.toHexString(found));
            }
        }
        if (digest.isPresent()) {
            byte[] found = digest.get().digest();
            if (!Arrays.equals(data, at, at + bytes, found, 0, found.length)) {
                HexFormat hex = HexFormat.of();
                throw Corrupt.xz("expected a block of SHA-256 " + hex.formatHex(data, at, at + bytes) + ", found "
                        + hex.formatHex(found));
            }
        }
    }
}
