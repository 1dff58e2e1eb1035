package org.clipjava.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.clipjava.Embedding;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingCacheTest {
    private static final ContentHash MODEL = ContentHash.of(new byte[] {1});
    private static final int DIMENSION = 7;
    private static final int HEAD = 8 + 4 + 32;
    private static final int RECORD = 32 + 7 * 4 + 4;

    @TempDir
    Path folder;

    @Test
    void findsWhatWasPutAlsoAfterItWasClosed() throws IOException {
        put(0, 3);
        try (EmbeddingCache cache = open()) {
            assertEquals(3, cache.size());
            for (int i = 0; i < 3; i++) {
                assertEquals(Optional.of(embedding(i)), cache.find(content(i)));
            }
            assertEquals(Optional.empty(), cache.find(content(3)));
        }
    }

    @Test
    void tellsApartWhatOtherDecodersMakeOfAFile() throws IOException {
        byte[] png = TestData.committed().bytes("decoding/rgba.png");
        byte[] jpeg = TestData.committed().bytes("images/coffee_q75_420.jpg");
        ImageDecoder standard = ImageDecoder.standard();
        ImageDecoder white = ImageDecoder.onBackground(0xffffff);
        assertEquals(ContentHash.of(png), key(png, standard));
        assertEquals(ContentHash.of(png), key(png, standard.drafting()), "has no draft");
        assertEquals(
                6,
                Set.of(
                                key(png, standard),
                                key(png, white),
                                key(png, ImageDecoder.onBackground(0)),
                                key(jpeg, standard),
                                key(jpeg, standard.drafting()),
                                key(jpeg, white.drafting()))
                        .size());
        ImageDecoder own = (encoded, name) -> RgbImage.of(1, 1, new byte[3]);
        assertNotEquals(ContentHash.of(png), key(png, own));
    }

    private static ContentHash key(byte[] file, ImageDecoder decoder) throws IOException {
        try (EncodedImage opened = EncodedImage.of(file, "picture")) {
            return EmbeddingCache.key(opened, decoder);
        }
    }

    @Test
    void losesOnlyWhatAKilledProcessWasWriting() throws IOException {
        put(0, 3);
        byte[] whole = Files.readAllBytes(file());
        assertEquals(HEAD + 3 * RECORD, whole.length);
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            int complete = Math.max(0, (length - HEAD) / RECORD);
            try (EmbeddingCache cache = open()) {
                assertEquals(complete, cache.size(), "of " + length + " bytes");
            }
            put(complete, 3); // goes on where it was
            assertTrue(Arrays.equals(whole, Files.readAllBytes(file())), "after " + length + " bytes");
        }
    }

    @Test
    void passesOverARecordThatDoesNotMatchItsChecksumAndKeepsThoseBehindIt() throws IOException {
        put(0, 3);
        byte[] whole = Files.readAllBytes(file());
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            byte[] damaged = whole.clone();
            int at = HEAD + RECORD + random.nextInt(RECORD);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file(), damaged);
            try (EmbeddingCache cache = open()) {
                assertEquals(2, cache.size(), "byte " + at + ", seed " + seed);
                assertEquals(1, cache.damaged(), "byte " + at + ", seed " + seed);
                assertEquals(Optional.of(embedding(0)), cache.find(content(0)));
                assertEquals(Optional.empty(), cache.find(content(1)));
                assertEquals(Optional.of(embedding(2)), cache.find(content(2)));
            }
            put(1, 2);
            try (EmbeddingCache cache = open()) {
                assertEquals(3, cache.size(), "encoded again, byte " + at + ", seed " + seed);
                assertEquals(Optional.of(embedding(1)), cache.find(content(1)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 0})
    void passesOverAnEmbeddingWithoutDirectionWhateverItsChecksum(float value) throws IOException {
        float[] values = new float[DIMENSION];
        Arrays.fill(values, value);
        try (EmbeddingCache cache = open()) {
            cache.put(content(0), Embedding.of(values));
            cache.put(content(1), embedding(1));
        }
        try (EmbeddingCache cache = open()) {
            assertEquals(1, cache.damaged());
            assertEquals(Optional.empty(), cache.find(content(0)));
            assertEquals(Optional.of(embedding(1)), cache.find(content(1)));
        }
    }

    @Test
    void refusesWhatIsNoPlainFile() throws IOException {
        Files.createDirectory(file());
        DatasetException e = assertThrows(DatasetException.class, this::open);
        assertTrue(e.getMessage().endsWith(": is no plain file; delete it, or name another folder"), e.getMessage());
    }

    @Test
    void refusesAFileThatIsNoCacheOfItsModel() throws IOException {
        Files.writeString(file(), "my diary, which must not be written to");
        DatasetException e = assertThrows(DatasetException.class, this::open);
        assertEquals(
                file()
                        + ": expected a cache of embeddings of this model, found 6d792064696172792c207768 at its"
                        + " beginning; delete it, or name another folder",
                e.getMessage());
        assertEquals("my diary, which must not be written to", Files.readString(file()));
        Files.delete(file());
        put(0, 1);
        assertThrows(
                DatasetException.class, () -> EmbeddingCache.open(file(), ContentHash.of(new byte[] {2}), DIMENSION));
        assertThrows(DatasetException.class, () -> EmbeddingCache.open(file(), MODEL, DIMENSION + 1));
    }

    @Test
    void refusesASecondUser() throws IOException {
        try (EmbeddingCache first = open()) {
            DatasetException e = assertThrows(DatasetException.class, this::open);
            assertTrue(e.getMessage().endsWith(": is in use by another run"), e.getMessage());
            assertEquals(0, first.size());
        }
    }

    @Test
    void refusesAnEmbeddingOfAnotherModel() throws IOException {
        try (EmbeddingCache cache = open()) {
            assertThrows(IllegalArgumentException.class, () -> cache.put(content(0), Embedding.of(1, 2)));
        }
    }

    private EmbeddingCache open() throws IOException {
        return EmbeddingCache.open(file(), MODEL, DIMENSION);
    }

    private Path file() {
        return folder.resolve("model.embeddings");
    }

    private void put(int from, int to) throws IOException {
        try (EmbeddingCache cache = open()) {
            for (int i = from; i < to; i++) {
                cache.put(content(i), embedding(i));
                cache.put(content(i), embedding(i)); // is there already
            }
        }
    }

    private static ContentHash content(int i) {
        return ContentHash.of(new byte[] {'p', (byte) i});
    }

    private static Embedding embedding(int i) {
        float[] values = new float[DIMENSION];
        Random random = new Random(i);
        for (int j = 0; j < DIMENSION; j++) {
            values[j] = random.nextFloat() - 0.5f;
        }
        return Embedding.of(values);
    }
}
