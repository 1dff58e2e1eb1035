package org.clipjava.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.clipjava.image.codec.Background;
import org.clipjava.image.codec.ImageSize;

/** Turns an encoded picture into pixels. Implementations are stateless, or at least thread-safe: any number of threads may share one. */
public interface ImageDecoder {
    /**
     * The largest width x height that is decoded: 178,956,970 pixels, twice Pillow's {@code MAX_IMAGE_PIXELS}, where Pillow, too,
     * refuses. A picture whose header says more is refused before anything is allocated for it.
     */
    int MAX_PIXELS = ImageSize.MAX_PIXELS;

    /** The largest encoded picture that is read from a stream or a file: 1 GiB. */
    int MAX_ENCODED_BYTES = 1 << 30;

    /**
     * Decodes the first picture of a file, upright (EXIF orientation applied), as Pillow's {@code convert("RGB")} has it.
     *
     * @param encoded the whole file; not kept, not written to
     * @param name what messages call it
     * @throws ImageFormatException if it is unsupported, corrupt, truncated or too large
     */
    RgbImage decode(byte[] encoded, String name) throws IOException;

    /**
     * Reads and decodes what was opened.
     *
     * @throws ImageFormatException if it is unsupported, corrupt, truncated or too large
     * @throws IOException if it can't be read
     */
    default RgbImage decode(EncodedImage encoded) throws IOException {
        return decode(encoded.bytes(), encoded.name());
    }

    /** Reads the stream to its end and decodes it; the stream is not closed. */
    default RgbImage decode(InputStream encoded, String name) throws IOException {
        try (EncodedImage image = EncodedImage.of(encoded, name)) {
            return decode(image);
        }
    }

    /** Opens, reads and decodes a file. */
    default RgbImage decode(Path file) throws IOException {
        try (EncodedImage image = EncodedImage.open(file)) {
            return decode(image);
        }
    }

    /**
     * The same, but {@link #drafting}: a JPEG is decoded at 1/2, 1/4 or 1/8 where what a preprocessor resizes it to is that much
     * smaller, sooner and in less memory. The pixels are those of Pillow's {@code draft("RGB", size)} before it decodes, with the
     * preprocessor's shortest edge, twice, or the size that it makes of a picture; they are <em>not</em> those of the whole picture, and
     * embeddings differ a little. {@link #decode}, which knows of no preprocessor, decodes whole pictures still.
     *
     * @return this one where it can't do that
     */
    default ImageDecoder drafting() {
        return this;
    }

    /**
     * Tells apart decoders that may make other pixels of a picture, for who keeps what was made of them: the same from one run to the
     * next, another where pixels may be others. Of decoders that draft, JPEGs may; of programs, what these decode.
     *
     * @param encoded only looked at
     * @return empty for {@link #standard()}; unless overridden the class's name
     * @throws IOException if it can't be read
     */
    default String identity(EncodedImage encoded) throws IOException {
        return getClass().getName();
    }

    /**
     * Reads and decodes what was opened, for one preprocessor: the picture that {@link #decodePixels} makes pixels of, which is the
     * whole one unless this is {@link #drafting}.
     *
     * @throws ImageFormatException if it is unsupported, corrupt, truncated or too large
     * @throws IOException if it can't be read
     */
    default RgbImage decodeFor(EncodedImage encoded, ImagePreprocessor preprocessor) throws IOException {
        return decode(encoded);
    }

    /**
     * What {@code preprocessor.get().preprocess(decodeFor(encoded, preprocessor.get()))} gives, in less memory and sooner for a JPEG
     * that stands upright: it is resized by bands of rows, each, if the helper has a thread for it, while the next is being decoded.
     * Of a JPEG of a megapixel or more, upright or not, the helper takes over a part of the decoding, too. The way through the file is
     * the same, whoever helps and whenever the preprocessor comes.
     *
     * @param preprocessor may be still to come: then what is decoded is kept until it does
     * @param helper runs a part of the work, if it can; {@code Runnable::run} for none
     * @return [3, height, width]
     * @throws ImageFormatException if it is unsupported, corrupt, truncated or too large
     * @throws IOException if it can't be read
     * @throws IllegalStateException if this thread is interrupted before the preprocessor is known
     */
    default PixelTensor decodePixels(EncodedImage encoded, Future<ImagePreprocessor> preprocessor, Executor helper)
            throws IOException {
        RgbImage image = decode(encoded);
        return BandPreprocessing.known(preprocessor).preprocess(image);
    }

    /**
     * The same on this thread alone, while a listener sees the picture that pixels are made of. It may turn out after the last row that
     * the file is damaged.
     */
    default PixelTensor decodePixels(EncodedImage encoded, Future<ImagePreprocessor> preprocessor, RowListener listener)
            throws IOException {
        ImagePreprocessor known = BandPreprocessing.known(preprocessor);
        RgbImage image = decodeFor(encoded, known);
        listener.begin(image.width(), image.height());
        listener.rows(image.rgb(), 0, image.height());
        return known.preprocess(image);
    }

    /** The same of a file that is in memory. */
    default PixelTensor decodePixels(byte[] encoded, String name, ImagePreprocessor preprocessor, Executor helper)
            throws IOException {
        try (EncodedImage image = EncodedImage.of(encoded, name)) {
            return decodePixels(image, CompletableFuture.completedFuture(preprocessor), helper);
        }
    }

    /** Opens, reads, decodes and preprocesses a file. */
    default PixelTensor decodePixels(Path file, ImagePreprocessor preprocessor, Executor helper) throws IOException {
        try (EncodedImage image = EncodedImage.open(file)) {
            return decodePixels(image, CompletableFuture.completedFuture(preprocessor), helper);
        }
    }

    /**
     * JPEG, PNG, GIF, WebP, BMP, TIFF, Windows icons, Netpbm, QOI, TGA, Photoshop documents and JPEG 2000; and whatever else a plugin of ImageIO
     * reads, if this Java has the module {@code java.desktop}.
     */
    static ImageDecoder standard() {
        return new CodecDecoder(Background.NONE);
    }

    /**
     * {@link #standard()}, but with transparent pictures laid over a colour, as Pillow's {@code alpha_composite} does it. Without one,
     * pixels have the colour that is stored, however transparent they are, which is what CLIP was trained on.
     *
     * @param color 0xRRGGBB
     * @throws IllegalArgumentException if it has other bits
     */
    static ImageDecoder onBackground(int color) {
        if (color >>> 24 != 0) {
            throw new IllegalArgumentException("expected a colour of 24 bits, found 0x" + Integer.toHexString(color));
        }
        return new CodecDecoder(Background.of(color));
    }
}
