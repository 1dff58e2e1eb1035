package org.clipjava.eval;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.io.Sha256;

/**
 * Embeddings of pictures that one model has made, on disk, found by the SHA-256 of the pictures' files and what
 * decodes them: so that a run that was
 * interrupted goes on, and one with other labels or templates need not encode again.
 *
 * <p>A file holds a head and then records of one size, each with a checksum, and is only ever appended to. What a killed process
 * left half written at its end is cut off when it is opened next; a record that is damaged is passed over, and those behind it stay. A
 * file that is no cache is refused.
 *
 * <p>For one thread, and one process: another that opens it meanwhile is refused.
 */
public final class EmbeddingCache implements Closeable {
    private static final long MAGIC = 0x434c4950_454d4231L; // CLIPEMB1

    /** Magic, E, and the model's hash. */
    private static final int HEAD_BYTES = Long.BYTES + Integer.BYTES + Sha256.BYTES;

    private final Path file;
    private final FileChannel channel;
    private final int dimension;
    private final int recordBytes;

    /** Where each one's record stands, counted in records. */
    private final Map<ContentHash, Integer> places = new HashMap<>();

    private int records;
    private int damaged;

    private EmbeddingCache(Path file, FileChannel channel, int dimension) {
        this.file = file;
        this.channel = channel;
        this.dimension = dimension;
        this.recordBytes = Sha256.BYTES + dimension * Float.BYTES + Integer.BYTES;
    }

    /**
     * Opens the cache of a model in a folder, which is made if it is not there.
     *
     * @throws DatasetException if the file is no cache of this model, or another run uses it
     * @throws FileSystemException if it can't be written
     */
    public static EmbeddingCache open(Path folder, Clip clip) throws IOException {
        Files.createDirectories(folder);
        ContentHash model = modelHash(clip);
        return open(
                folder.resolve(model.toString().substring(0, 16) + ".embeddings"),
                model,
                clip.config().embedDim());
    }

    /**
     * Tells apart whatever gives other embeddings: the SHA-256 of the model's fingerprint, the types of its weights, the kernels, which
     * agree with one another closely and not to the last bit. What decodes the pictures is part of {@link #key}.
     */
    public static ContentHash modelHash(Clip clip) {
        MessageDigest digest = Sha256.digest();
        for (String part :
                new String[] {clip.fingerprint(), clip.info().weightType().spelling(), clip.kernels()}) {
            digest.update((part + "\n").getBytes(UTF_8));
        }
        for (String wide : clip.info().wide()) {
            digest.update((wide + "\n").getBytes(UTF_8));
        }
        return ContentHash.read(ByteBuffer.wrap(digest.digest()));
    }

    /**
     * What a picture's embedding is found by: the SHA-256 of its file, and unless the decoder is the standard one, whose
     * {@linkplain ImageDecoder#identity identity} is empty, of that identity.
     *
     * @param opened read to its end
     * @param decoder that makes the pixels
     */
    public static ContentHash key(EncodedImage opened, ImageDecoder decoder) throws IOException {
        byte[] file = opened.bytes();
        String identity = decoder.identity(opened);
        if (identity.isEmpty()) {
            return ContentHash.of(file);
        }
        MessageDigest digest = Sha256.digest();
        digest.update(Sha256.digest().digest(file));
        return ContentHash.read(ByteBuffer.wrap(digest.digest(identity.getBytes(UTF_8))));
    }

    static EmbeddingCache open(Path file, ContentHash model, int dimension) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new DatasetException(file + ": is no plain file; delete it, or name another folder");
        }
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(channel, file);
            EmbeddingCache cache = new EmbeddingCache(file, channel, dimension);
            cache.readHead(model);
            cache.readRecords();
            return cache;
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    private static void lock(FileChannel channel, Path file) throws IOException {
        Optional<FileLock> lock; // held until the channel is closed
        try {
            lock = Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            lock = Optional.empty();
        }
        if (lock.isEmpty()) {
            throw new DatasetException(file + ": is in use by another run");
        }
    }

    private void readHead(ContentHash model) throws IOException {
        ByteBuffer expected = ByteBuffer.allocate(HEAD_BYTES).putLong(MAGIC).putInt(dimension);
        model.write(expected);
        ByteBuffer found = ByteBuffer.allocate(HEAD_BYTES);
        read(found, 0);
        expected.flip();
        found.flip();
        if (found.remaining() < HEAD_BYTES && found.equals(expected.slice(0, found.remaining()))) {
            write(expected, 0); // new, or killed before it was begun
            channel.truncate(HEAD_BYTES);
        } else if (!found.equals(expected)) {
            throw new DatasetException(file + ": expected a cache of embeddings of this model, found "
                    + HexFormat.of().formatHex(found.array(), 0, Math.min(found.remaining(), 12))
                    + " at its beginning; delete it, or name another folder");
        }
    }

    /** Only what is no whole record, at the end, is cut off: of all others but the damaged ones are good. */
    private void readRecords() throws IOException {
        ByteBuffer record = ByteBuffer.allocate(recordBytes);
        while (read(record.clear(), position(records)) == recordBytes) {
            if (isSound(record.flip())) {
                places.putIfAbsent(ContentHash.read(record), records);
            } else {
                damaged++;
            }
            records = Math.addExact(records, 1);
        }
        channel.truncate(position(records));
    }

    /** Whether it is what was written, and an embedding that can be compared. */
    private boolean isSound(ByteBuffer record) {
        if (record.getInt(record.limit() - Integer.BYTES) != checksum(record)) {
            return false;
        }
        double squares = 0;
        for (float value : values(record)) {
            squares += (double) value * value;
        }
        return squares > 0 && squares < Double.POSITIVE_INFINITY;
    }

    private float[] values(ByteBuffer record) {
        float[] values = new float[dimension];
        record.slice(Sha256.BYTES, dimension * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    private static int checksum(ByteBuffer record) {
        CRC32C crc = new CRC32C();
        crc.update(record.slice(0, record.capacity() - Integer.BYTES));
        return (int) crc.getValue();
    }

    /** How many there are. */
    public int size() {
        return places.size();
    }

    /** How many were damaged when this was opened, and are not found: their pictures have to be encoded again. */
    public int damaged() {
        return damaged;
    }

    /** The embedding of a file of this {@linkplain #key key}, [E], not normalised. */
    public Optional<Embedding> find(ContentHash content) throws IOException {
        Integer place = places.get(content);
        if (place == null) {
            return Optional.empty();
        }
        ByteBuffer record = ByteBuffer.allocate(recordBytes);
        if (read(record, position(place)) != recordBytes || !isSound(record.flip())) {
            throw new DatasetException(file + ": was changed while it was in use; delete it");
        }
        return Optional.of(Embedding.of(values(record)));
    }

    /** Adds one; one that is there already stays. */
    public void put(ContentHash content, Embedding embedding) throws IOException {
        if (embedding.dimension() != dimension) {
            throw new IllegalArgumentException(
                    "expected an embedding of " + dimension + " components, found " + embedding.dimension());
        }
        if (places.containsKey(content)) {
            return;
        }
        ByteBuffer record = ByteBuffer.allocate(recordBytes);
        content.write(record);
        record.order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < dimension; i++) {
            record.putFloat(embedding.get(i));
        }
        record.order(ByteOrder.BIG_ENDIAN).putInt(checksum(record)).flip();
        write(record, position(records));
        places.put(content, records);
        records = Math.addExact(records, 1);
    }

    private long position(int record) {
        return HEAD_BYTES + (long) record * recordBytes;
    }

    private int read(ByteBuffer into, long position) throws IOException {
        while (into.hasRemaining() && channel.read(into, position + into.position()) >= 0) {}
        return into.position();
    }

    private void write(ByteBuffer from, long position) throws IOException {
        try {
            while (from.hasRemaining()) {
                channel.write(from, position + from.position());
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            // of a full disk the system gives no file's name
            FileSystemException named = new FileSystemException(file.toString(), null, e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    /** Closes the file. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
