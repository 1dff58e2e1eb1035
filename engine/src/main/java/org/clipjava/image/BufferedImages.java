package org.clipjava.image;

import java.awt.image.BufferedImage;
import java.util.Optional;
import org.clipjava.image.codec.Background;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.ImageIoRaster;
import org.clipjava.image.codec.PixelRows;

/**
 * The way in for pictures that are {@link BufferedImage}s already. The only exported class that mentions {@code java.awt}: whoever
 * does not use it needs no module {@code java.desktop}. Stateless and thread-safe, as long as no one writes to the image meanwhile.
 *
 * <pre>{@code
 * Embedding embedding = clip.encodeImage(BufferedImages.toRgb(ImageIO.read(file)));
 * }</pre>
 *
 * <p>A file is better left to {@link ImageDecoder}: what {@code ImageIO.read} has changed already, by colour profiles, gamma or an EXIF
 * orientation that it does not apply, can't be undone here.
 */
public final class BufferedImages {
    private BufferedImages() {}

    /**
     * Copies an image's samples as they are: colour profiles are ignored, alpha is dropped, not blended (where colours were multiplied
     * with it, they are divided again), samples of 16 bits become their high byte, smaller ones are scaled to 8 bits.
     *
     * @param image gray, RGB, CMYK or with a palette, of at most 16 bits a sample, in whatever order they lie
     * @throws IllegalArgumentException if it is of another kind, or has more than {@link ImageDecoder#MAX_PIXELS} pixels
     */
    @SuppressWarnings("exports") // whoever has such an image requires java.desktop already
    public static RgbImage toRgb(BufferedImage image) {
        Optional<String> refusal = ImageIoRaster.refusal(image);
        if (refusal.isPresent()) {
            throw new IllegalArgumentException(refusal.get() + "; draw it into one of TYPE_INT_RGB first");
        }
        try {
            PixelRows rows = ImageIoRaster.rows(image, Background.NONE);
            return RgbImage.of(rows.width(), rows.height(), rows.rgb());
        } catch (CodecException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
