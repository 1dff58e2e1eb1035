package org.clipjava.spring;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.RgbImage;

/**
 * Encodes texts and pictures as they come to a web application, and measures it: {@code clip.decode} is the time to decode a picture,
 * {@code clip.encode} that of the model, by {@code tower}. Thread-safe; the {@link Clip} is closed by who opened it.
 */
public final class ClipEncoder {
    /** What an encoding is measured with. */
    interface Stopwatch {
        /** Runs it, and notes how long that took. */
        <T, X extends Exception> T time(String name, String tower, Work<T, X> work) throws X;
    }

    /** What is measured. */
    @FunctionalInterface
    interface Work<T, X extends Exception> {
        /** Does it. */
        T run() throws X;
    }

    private final Clip clip;
    private final Optional<Stopwatch> stopwatch;

    private ClipEncoder(Clip clip, Optional<Stopwatch> stopwatch) {
        this.clip = clip;
        this.stopwatch = stopwatch;
    }

    /** One that measures nothing. */
    public static ClipEncoder of(Clip clip) {
        return new ClipEncoder(clip, Optional.empty());
    }

    static ClipEncoder of(Clip clip, Stopwatch stopwatch) {
        return new ClipEncoder(clip, Optional.of(stopwatch));
    }

    /** What encodes. */
    public Clip clip() {
        return clip;
    }

    /**
     * Decodes a picture.
     *
     * @param encoded a JPEG, PNG, WebP or another picture's bytes
     * @param name what messages call it
     * @throws org.clipjava.image.ImageFormatException if it is unsupported, corrupt, truncated or too large
     */
    public RgbImage decode(byte[] encoded, String name) throws IOException {
        return timed("clip.decode", "image", () -> {
            try (EncodedImage image = EncodedImage.of(encoded, name)) {
                return clip.imageDecoder().decodeFor(image, clip.preprocessor());
            }
        });
    }

    /** Embeds pictures, in their order. */
    public List<Embedding> images(List<RgbImage> images) {
        return timed("clip.encode", "image", () -> clip.encodeImages(images));
    }

    /** Embeds texts, in their order. */
    public List<Embedding> texts(List<String> texts) {
        return timed("clip.encode", "text", () -> clip.encodeTexts(texts));
    }

    private <T, X extends Exception> T timed(String name, String tower, Work<T, X> work) throws X {
        return stopwatch.isPresent() ? stopwatch.get().time(name, tower, work) : work.run();
    }
}
