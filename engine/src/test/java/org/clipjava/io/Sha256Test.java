package org.clipjava.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
    /** FIPS 180-4's example. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static final String NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @TempDir
    Path folder;

    @Test
    void hashesBytes() {
        assertEquals(ABC, Sha256.of("abc".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(NOTHING, Sha256.of(new byte[0]));
        assertEquals(Sha256.BYTES * 2, ABC.length());
    }

    @Test
    void hashesFiles() throws IOException {
        assertEquals(ABC, Sha256.of(Files.writeString(folder.resolve("abc"), "abc")));
        assertEquals(NOTHING, Sha256.of(Files.createFile(folder.resolve("empty"))));
        byte[] large = new byte[(2 << 20) + 7];
        new Random(7).nextBytes(large);
        assertEquals(Sha256.of(large), Sha256.of(Files.write(folder.resolve("large"), large)));
    }

    @Test
    void tellsHowFarItIs() throws IOException {
        Path large = Files.write(folder.resolve("large"), new byte[(2 << 20) + 7]);
        List<Long> pieces = new ArrayList<>();
        assertEquals(Sha256.of(large), Sha256.of(large, pieces::add));
        assertTrue(pieces.size() > 2, pieces.toString());
        assertEquals((2 << 20) + 7, pieces.stream().mapToLong(Long::longValue).sum());
    }

    @Test
    void namesAFileThatIsMissing() {
        Path missing = folder.resolve("missing");
        assertEquals(
                missing.toString(),
                assertThrows(NoSuchFileException.class, () -> Sha256.of(missing))
                        .getMessage());
    }

    @Test
    void hashesPieces() {
        MessageDigest digest = Sha256.digest();
        digest.update((byte) 'a');
        digest.update("bc".getBytes(StandardCharsets.US_ASCII));
        assertEquals(ABC, Sha256.hex(digest));
        assertEquals(NOTHING, Sha256.hex(digest), "as new afterwards");
    }
}
