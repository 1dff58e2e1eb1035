package org.clipjava;

import java.io.IOException;
import java.nio.file.Path;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;

/** Where a picture comes from, for an {@link ImagePipeline}. Its methods are called once each, on a thread of the pipeline. */
public interface ImageSource {

    /** What messages call it. */
    String name();

    /** Reads and decodes. Called where the preprocessor is not known yet. */
    RgbImage decode(ImageDecoder decoder) throws IOException;

    /** Reads, decodes and preprocesses, [3, S, S], on this thread alone: others have pictures of their own. */
    default PixelTensor decodePixels(ImageDecoder decoder, ImagePreprocessor preprocessor) throws IOException {
        return preprocessor.preprocess(decode(decoder));
    }

    /**
     * Width x height as far as that is known without decoding, by which a pipeline bounds its memory; {@link Long#MAX_VALUE} if it
     * is not, and then the picture is decoded while no other is.
     */
    long pixels(ImageDecoder decoder);

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
        public RgbImage decode(ImageDecoder decoder) throws IOException {
            return decoder.decode(file);
        }

        @Override
        public PixelTensor decodePixels(ImageDecoder decoder, ImagePreprocessor preprocessor) throws IOException {
            return decoder.decodePixels(file, preprocessor, Runnable::run);
        }

        @Override
        public long pixels(ImageDecoder decoder) {
            return decoder.pixels(file);
        }
    }
}
