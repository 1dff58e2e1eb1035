package org.clipjava;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Future;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;

/**
 * Where a picture comes from, for an {@link ImagePipeline}: first opened, then decoded, both at most once and on one thread of the
 * pipeline.
 */
public interface ImageSource {

    /** What messages call it. */
    String name();

    /**
     * Opens it. What comes is asked for its size, by which a pipeline bounds its memory, and closed by the pipeline; a picture that
     * does not say its size is decoded while no other is.
     */
    EncodedImage open() throws IOException;

    /**
     * Reads, decodes and preprocesses what was opened, on this thread alone: others have pictures of their own.
     *
     * @param opened what {@link #open} gave
     * @param preprocessor may be still to come: the model that knows it may still be being opened
     * @return [3, S, S]
     */
    default PixelTensor decodePixels(EncodedImage opened, ImageDecoder decoder, Future<ImagePreprocessor> preprocessor)
            throws IOException {
        return decoder.decodePixels(opened, preprocessor, Runnable::run);
    }

    /** Opens, reads, decodes and closes it, for whoever has no pipeline. */
    default RgbImage decode(ImageDecoder decoder) throws IOException {
        try (EncodedImage opened = open()) {
            return decoder.decode(opened);
        }
    }

    /** Whether reading may block for ever, deaf to interruptions, as a console's is: then no one waits for its end. */
    default boolean mayNeverCome() {
        return false;
    }

    /** A file. */
    static ImageSource of(Path file) {
        return new OfFile(file);
    }

    /** A file; its name is its path. */
    record OfFile(Path file) implements ImageSource {
        @Override
        public String name() {
            return file.toString();
        }

        @Override
        public EncodedImage open() throws IOException {
            return EncodedImage.open(file);
        }
    }
}
