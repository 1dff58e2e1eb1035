package org.clipjava.image;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.clipjava.image.PreprocessorConfig.Resize;
import org.clipjava.image.codec.Background;
import org.clipjava.image.codec.DraftSize;
import org.clipjava.image.codec.ImageFormat;
import org.clipjava.image.codec.PictureConsumer;
import org.clipjava.image.codec.PixelRows;

/** Decodes with the codec of each format. */
final class CodecDecoder implements ImageDecoder {
    private final Background background;
    private final boolean drafts;

    CodecDecoder(Background background) {
        this(background, false);
    }

    private CodecDecoder(Background background, boolean drafts) {
        this.background = background;
        this.drafts = drafts;
    }

    @Override
    public ImageDecoder drafting() {
        return new CodecDecoder(background, true);
    }

    @Override
    public String identity(EncodedImage encoded) throws IOException {
        boolean draft = drafts && encoded.format().equals(ImageFormat.JPEG.name());
        return background.identity() + (draft ? "draft" : "");
    }

    @Override
    public RgbImage decode(byte[] encoded, String name) throws IOException {
        try (EncodedImage image = EncodedImage.of(encoded, name)) {
            return decode(image);
        }
    }

    @Override
    public RgbImage decode(EncodedImage encoded) throws IOException {
        return decode(encoded, Optional.empty());
    }

    @Override
    public RgbImage decodeFor(EncodedImage encoded, ImagePreprocessor preprocessor) throws IOException {
        return decode(encoded, wanted(encoded, CompletableFuture.completedFuture(preprocessor)));
    }

    /** Empty unless this drafts; else waits for the preprocessor, since the size must not depend on when it comes. */
    private Optional<DraftSize> wanted(EncodedImage encoded, Future<ImagePreprocessor> preprocessor)
            throws IOException {
        if (!drafts) {
            return Optional.empty();
        }
        ImagePreprocessor known = BandPreprocessing.known(preprocessor);
        return switch (known.config().resize()) {
            case Resize.ShortestEdge edge -> Optional.of(new DraftSize(edge.size(), edge.size()));
            case Resize.Exact exact -> Optional.of(new DraftSize(exact.width(), exact.height()));
            case Resize.Patches patches ->
                encoded.sizeBeforeDraft()
                        .map(size -> known.geometry(size.height(), size.width()))
                        .map(resized -> new DraftSize((int) resized.width(), (int) resized.height()));
            case Resize.None none -> Optional.empty();
        };
    }

    private RgbImage decode(EncodedImage encoded, Optional<DraftSize> wanted) throws IOException {
        Whole whole = new Whole();
        encoded.decode(background, wanted, whole);
        try {
            return whole.image();
        } catch (OutOfMemoryError e) {
            throw encoded.tooLarge(e);
        }
    }

    @Override
    public PixelTensor decodePixels(EncodedImage encoded, Future<ImagePreprocessor> preprocessor, Executor helper)
            throws IOException {
        return decodePixels(encoded, preprocessor, new BandPreprocessing(preprocessor, helper), Optional.empty());
    }

    @Override
    public PixelTensor decodePixels(EncodedImage encoded, Future<ImagePreprocessor> preprocessor, RowListener listener)
            throws IOException {
        return decodePixels(
                encoded, preprocessor, new BandPreprocessing(preprocessor, Runnable::run), Optional.of(listener));
    }

    private PixelTensor decodePixels(
            EncodedImage encoded,
            Future<ImagePreprocessor> preprocessor,
            BandPreprocessing preprocessing,
            Optional<RowListener> listener)
            throws IOException {
        PictureConsumer consumer = listener.isPresent() ? new Watched(preprocessing, listener.get()) : preprocessing;
        try {
            encoded.decode(background, wanted(encoded, preprocessor), consumer);
        } catch (Throwable e) {
            preprocessing.cancel();
            throw e;
        }
        try {
            return preprocessing.result();
        } catch (OutOfMemoryError | StackOverflowError e) {
            if (preprocessor.state() == Future.State.FAILED) {
                throw e; // not the picture's
            }
            throw encoded.tooLarge(e);
        }
    }

    /** Shows a listener what a consumer takes. */
    private record Watched(PictureConsumer consumer, RowListener listener) implements PictureConsumer {
        @Override
        public void begin(int width, int height) {
            listener.begin(width, height);
            consumer.begin(width, height);
        }

        @Override
        public void rows(byte[] rgb, int at, int count) {
            listener.rows(rgb, at, count);
            consumer.rows(rgb, at, count);
        }

        @Override
        public void whole(PixelRows picture) {
            listener.begin(picture.width(), picture.height());
            listener.rows(picture.rgb(), 0, picture.height());
            consumer.whole(picture);
        }
    }

    /** Puts a picture together. */
    private static final class Whole implements PictureConsumer {
        private Optional<PixelRows> picture = Optional.empty();
        private int rows;

        @Override
        public void begin(int width, int height) {
            picture = Optional.of(new PixelRows(width, height, new byte[3 * width * height]));
        }

        @Override
        public void rows(byte[] rgb, int at, int count) {
            PixelRows whole = picture.orElseThrow();
            int stride = 3 * whole.width();
            System.arraycopy(rgb, at, whole.rgb(), rows * stride, count * stride);
            rows += count;
        }

        @Override
        public void whole(PixelRows given) {
            picture = Optional.of(given);
        }

        RgbImage image() {
            PixelRows whole = picture.orElseThrow();
            return RgbImage.of(whole.width(), whole.height(), whole.rgb());
        }
    }
}
