package org.clipjava.eval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.ImageOutcome;
import org.clipjava.ImagePipeline;
import org.clipjava.ImagePipeline.Prepared;
import org.clipjava.ImageSource;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;

/**
 * Goes once through labelled pictures: the next are decoded while those before them are encoded, or their embeddings are found in a
 * cache. No embedding is kept.
 * <p>Immutable and thread-safe, if its cache is used by no other pass meanwhile; more properties may be added.
 *
 * {@snippet :
 * EmbeddingPass pass = EmbeddingPass.of(clip, ImageDecoder.standard()).withThreads(2).withCache(cache);
 * }
 */
public final class EmbeddingPass {
    private static final int BATCH = 32;

    private final Clip clip;
    private final ImageDecoder decoder;
    private final int threads;
    private final int batch;
    private final Optional<EmbeddingCache> cache;

    private EmbeddingPass(Clip clip, ImageDecoder decoder, int threads, int batch, Optional<EmbeddingCache> cache) {
        this.clip = clip;
        this.decoder = decoder;
        this.threads = threads;
        this.batch = batch;
        this.cache = cache;
    }

    /** A pass on all processors, in batches of 32, without a cache. */
    public static EmbeddingPass of(Clip clip, ImageDecoder decoder) {
        return new EmbeddingPass(
                Objects.requireNonNull(clip),
                Objects.requireNonNull(decoder),
                Runtime.getRuntime().availableProcessors(),
                BATCH,
                Optional.empty());
    }

    /**
     * The same with so many pictures decoded at once.
     *
     * @throws IllegalArgumentException if there is none
     */
    public EmbeddingPass withThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("expected at least one thread, found " + threads);
        }
        return new EmbeddingPass(clip, decoder, threads, batch, cache);
    }

    /**
     * The same with so many pictures encoded together. What comes out does not depend on it.
     *
     * @throws IllegalArgumentException if there is none
     */
    public EmbeddingPass withBatch(int batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("expected batches of at least one picture, found " + batch);
        }
        return new EmbeddingPass(clip, decoder, threads, batch, cache);
    }

    /** The same where embeddings are looked for, and put, in a cache. */
    public EmbeddingPass withCache(EmbeddingCache cache) {
        return new EmbeddingPass(clip, decoder, threads, batch, Optional.of(cache));
    }

    /** What encodes. */
    public Clip clip() {
        return clip;
    }

    /** Hears of every picture once, on the thread of {@link #run}; in their order, except that what is in the cache comes early. */
    public interface Listener {
        /**
         * A picture that was encoded.
         *
         * @param index the picture's place among all, from 0
         * @param embedding [E], not normalised
         */
        void embedded(int index, LabelledImage image, Embedding embedding) throws IOException;

        /** A picture that can't be read. */
        void broken(int index, LabelledImage image, BrokenImage why) throws IOException;
    }

    /** Tells the listener of all pictures. */
    public void run(LabelledImages images, Listener listener) throws IOException, InterruptedException {
        try (ImagePipeline<Source> pipeline =
                ImagePipeline.start(new Sources(images.iterator(), listener), decoder, threads, batch)) {
            pipeline.preprocessWith(clip.preprocessor());
            for (List<Prepared<Source>> some = pipeline.nextFull(); !some.isEmpty(); some = pipeline.nextFull()) {
                for (ImageOutcome<Source> one : ImageOutcome.ofBatch(some, clip::encodePixels)) {
                    Source source = one.source();
                    switch (one) {
                        case ImageOutcome.Encoded<Source> encoded -> {
                            if (cache.isPresent()) {
                                cache.get().put(source.content.orElseThrow(), encoded.embedding());
                            }
                            listener.embedded(source.index, source.image, encoded.embedding());
                        }
                        case ImageOutcome.Unreadable<Source> failure ->
                            listener.broken(
                                    source.index, source.image, new BrokenImage(source.image.file(), failure.reason()));
                    }
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause(); // of the folder or list
        }
    }

    /** The pictures that are not in the cache; the listener hears of the others on the way. */
    private final class Sources implements Iterator<Source> {
        private final Iterator<LabelledImage> images;
        private final Listener listener;
        private final boolean mayBeKnown;
        private int index;
        private Optional<Source> next = Optional.empty();

        Sources(Iterator<LabelledImage> images, Listener listener) {
            this.images = images;
            this.listener = listener;
            this.mayBeKnown = cache.isPresent() && cache.get().size() > 0;
        }

        @Override
        public boolean hasNext() {
            while (next.isEmpty() && images.hasNext()) {
                Source source = new Source(index++, images.next(), cache.isPresent());
                if (!mayBeKnown || !find(source)) {
                    next = Optional.of(source);
                }
            }
            return next.isPresent();
        }

        private boolean find(Source source) {
            try {
                Optional<ContentHash> content = source.hash(decoder);
                Optional<Embedding> known =
                        content.isPresent() ? cache.orElseThrow().find(content.get()) : Optional.empty();
                if (known.isPresent()) {
                    listener.embedded(source.index, source.image, known.get());
                }
                return known.isPresent();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Source next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Source source = next.orElseThrow();
            next = Optional.empty();
            return source;
        }
    }

    /** A picture's file, read once so that the hash is of the bytes that were decoded. */
    private static final class Source implements ImageSource {
        private final int index;
        private final LabelledImage image;
        private final boolean hashed;
        private Optional<ContentHash> content = Optional.empty();

        Source(int index, LabelledImage image, boolean hashed) {
            this.index = index;
            this.image = image;
            this.hashed = hashed;
        }

        @Override
        public String name() {
            return image.file().toString();
        }

        /** Empty if the file can't be read: why will be said when it is decoded. */
        Optional<ContentHash> hash(ImageDecoder decoder) {
            try (EncodedImage opened = open()) {
                return Optional.of(EmbeddingCache.key(opened, decoder));
            } catch (IOException e) {
                System.getLogger(EmbeddingPass.class.getName())
                        .log(System.Logger.Level.DEBUG, "no hash of " + name(), e);
                return Optional.empty();
            }
        }

        @Override
        public EncodedImage open() throws IOException {
            return EncodedImage.open(image.file());
        }

        @Override
        public PixelTensor decodePixels(
                EncodedImage opened, ImageDecoder decoder, Future<ImagePreprocessor> preprocessor) throws IOException {
            if (hashed) {
                content = Optional.of(EmbeddingCache.key(opened, decoder));
            }
            return ImageSource.super.decodePixels(opened, decoder, preprocessor);
        }
    }
}
