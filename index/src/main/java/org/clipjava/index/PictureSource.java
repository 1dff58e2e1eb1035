package org.clipjava.index;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.clipjava.Embedding;
import org.clipjava.ImageSource;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.EncodedImage.Size;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.image.RowListener;
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
        Looks looks = new Looks();
        PixelTensor pixels = decoder.decodePixels(opened, preprocessor, looks);
        byte[] file = opened.bytes();
        RgbImage small = looks.thumbnail().result();
        Size size = opened.sizeBeforeDraft().orElse(looks.size());
        if (looks.isDraftThatIsSmall(size)) {
            RgbImage whole = decoder.decode(opened);
            small = Thumbnail.sampler(whole.width(), whole.height()).of(whole);
        }
        thumbnail = Thumbnail.of(small);
        picture = Optional.of(new IndexedPicture(
                PictureId.of(stamp.file()),
                stamp,
                Sha256.of(file),
                size.width(),
                size.height(),
                PerceptualHash.of(looks.hashed().result()),
                ShotReader.read(file, name()),
                List.of(),
                opened.hasCodec() ? "" : decoder.identity(opened)));
        return pixels;
    }

    /** What is made of a picture while it is decoded. */
    private static final class Looks implements RowListener {
        private Optional<Size> size = Optional.empty();
        private Optional<AreaSampler> thumbnail = Optional.empty();
        private Optional<AreaSampler> hashed = Optional.empty();

        @Override
        public void begin(int width, int height) {
            size = Optional.of(new Size(width, height));
            thumbnail = Optional.of(Thumbnail.sampler(width, height));
            hashed = Optional.of(PerceptualHash.sampler(width, height));
        }

        @Override
        public void rows(byte[] rgb, int at, int count) {
            thumbnail().rows(rgb, at, count);
            hashed().rows(rgb, at, count);
        }

        Size size() {
            return size.orElseThrow();
        }

        AreaSampler thumbnail() {
            return thumbnail.orElseThrow();
        }

        AreaSampler hashed() {
            return hashed.orElseThrow();
        }

        /** Whether it has too few pixels for the thumbnail. */
        boolean isDraftThatIsSmall(Size whole) {
            return size().width() < whole.width() && Math.max(size().width(), size().height()) < Thumbnail.SIDE;
        }
    }
}
