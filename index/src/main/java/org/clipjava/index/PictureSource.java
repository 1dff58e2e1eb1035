package org.clipjava.index;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.clipjava.Embedding;
import org.clipjava.ImageSource;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.EncodedImage.Size;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.io.Sha256;

/** A file on its way into an index: it is decoded once, for the model, for the thumbnail and for the rest. */
final class PictureSource implements ImageSource {
    private final FileStamp stamp;
    private Optional<IndexedPicture> picture = Optional.empty();
    private byte[] thumbnail = {};

    /** @param stamp taken before the file is opened: should it change meanwhile, the next run sees that */
    PictureSource(FileStamp stamp) {
        this.stamp = stamp;
    }

    FileStamp stamp() {
        return stamp;
    }

    /** After it was decoded. */
    NewPicture with(Embedding embedding) {
        return new NewPicture(picture.orElseThrow(), embedding, thumbnail);
    }

    @Override
    public String name() {
        return stamp.file().toString();
    }

    @Override
    public EncodedImage open() throws IOException {
        return EncodedImage.open(stamp.file());
    }

    @Override
    public PixelTensor decodePixels(EncodedImage opened, ImageDecoder decoder, Future<ImagePreprocessor> preprocessor)
            throws IOException {
        byte[] file = opened.bytes();
        ImagePreprocessor model = known(preprocessor);
        RgbImage image = decoder.decodeFor(opened, model);
        Size size = opened.sizeBeforeDraft().orElseGet(() -> new Size(image.width(), image.height()));
        thumbnail = Thumbnail.of(isSmall(image, size) ? decoder.decode(opened) : image);
        picture = Optional.of(new IndexedPicture(
                PictureId.of(stamp.file()),
                stamp,
                Sha256.of(file),
                size.width(),
                size.height(),
                PerceptualHash.of(image),
                ShotReader.read(file, name()),
                List.of(),
                opened.hasCodec() ? "" : decoder.identity(opened)));
        return model.preprocess(image);
    }

    /** Whether a draft has too few pixels for the thumbnail. */
    private static boolean isSmall(RgbImage draft, Size whole) {
        return draft.width() < whole.width() && Math.max(draft.width(), draft.height()) < Thumbnail.SIDE;
    }

    private static ImagePreprocessor known(Future<ImagePreprocessor> preprocessor) {
        try {
            return preprocessor.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before the preprocessor was known", e);
        } catch (ExecutionException | CancellationException e) {
            throw new IllegalStateException("no preprocessor to wait for", e);
        }
    }
}
