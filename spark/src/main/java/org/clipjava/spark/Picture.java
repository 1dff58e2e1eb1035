package org.clipjava.spark;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.clipjava.ImageSource;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.io.Sha256;
import org.clipjava.io.SizeLimit;

/**
 * One row's picture on its way through an {@link org.clipjava.ImagePipeline}. It is read as soon as a thread is free, for that is
 * mostly waiting; hashed and decoded only on one of the task's cores.
 */
final class Picture implements ImageSource {
    private static final SizeLimit ENCODED =
            SizeLimit.of("a picture", ImageDecoder.MAX_ENCODED_BYTES, IOException::new);

    private final String path;
    private final Configuration files;
    private final Semaphore cores;

    private Optional<byte[]> content;
    private Optional<String> hash = Optional.empty();

    /**
     * @param content the encoded picture; if empty, it is read from {@code path}
     * @param files how to reach {@code path}
     * @param cores of the task
     */
    Picture(String path, Optional<byte[]> content, Configuration files, Semaphore cores) {
        this.path = path;
        this.content = content;
        this.files = files;
        this.cores = cores;
    }

    @Override
    public String name() {
        return path;
    }

    /** SHA-256 of the encoded picture, once it was read; empty if it can't be. */
    Optional<String> hash() {
        return hash;
    }

    /** Reads it: the header is at hand only when the picture is. */
    @Override
    public EncodedImage open() throws IOException {
        byte[] encoded = content.isPresent() ? content.get() : read(path, files);
        content = Optional.empty(); // this outlives the pixels
        return EncodedImage.of(encoded, path);
    }

    @Override
    public PixelTensor decodePixels(EncodedImage opened, ImageDecoder decoder, Future<ImagePreprocessor> preprocessor)
            throws IOException {
        cores.acquireUninterruptibly();
        try {
            hash = Optional.of(Sha256.of(opened.bytes()));
            return ImageSource.super.decodePixels(opened, decoder, preprocessor);
        } catch (RuntimeException e) {
            // A decoder's bug. It stops a command, but it must not stop a job of millions: the row says it.
            throw new IOException("internal error, please report it: " + e, e);
        } finally {
            cores.release();
        }
    }

    /** SHA-256 of the encoded picture of a path; empty if it can't be read, and decoding it will tell why. */
    static Optional<String> hash(String path, Configuration files) {
        try {
            return Optional.of(Sha256.of(read(path, files)));
        } catch (IOException e) {
            System.getLogger(Picture.class.getName()).log(System.Logger.Level.DEBUG, "no hash of " + path, e);
            return Optional.empty();
        }
    }

    private static byte[] read(String path, Configuration files) throws IOException {
        try {
            Path file = new Path(path);
            try (InputStream in = file.getFileSystem(files).open(file)) {
                return ENCODED.read(in, path);
            }
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            // Hadoop's of a malformed path, and of a file system that can't be read from
            throw new IOException(e.getMessage(), e);
        }
    }
}
