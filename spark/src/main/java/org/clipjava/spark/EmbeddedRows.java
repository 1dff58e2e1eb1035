package org.clipjava.spark;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.clipjava.Embedding;
import org.clipjava.ImageOutcome;
import org.clipjava.ImagePipeline;
import org.clipjava.ImagePipeline.Prepared;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.image.PixelTensor;
import org.jspecify.annotations.Nullable;

/**
 * A task: its pictures' rows, embedded by the batch as they are asked for. Some threads read ahead, and wait for disks and
 * networks; those that hash, decode or encode are never more than the task has cores.
 */
final class EmbeddedRows implements Iterator<Row> {
    private static final int BATCH = 16;

    /** A picture takes some 30 ms of a core, and a far-off store as long or longer to send it. */
    private static final int READERS_PER_CORE = 4;

    private final PictureEmbedder embedder;
    private final SharedModels.Lease model;
    private final Optional<ZeroShotClassifier> classifier;
    private final ImagePipeline<Picture> pictures;
    private final Semaphore cores;
    private final int coreCount;
    private final Queue<Row> ready = new ArrayDeque<>();

    private EmbeddedRows(
            PictureEmbedder embedder,
            SharedModels.Lease model,
            ImagePipeline<Picture> pictures,
            Semaphore cores,
            int coreCount) {
        this.embedder = embedder;
        this.model = model;
        this.pictures = pictures;
        this.cores = cores;
        this.coreCount = coreCount;
        this.classifier =
                embedder.labels().isEmpty() ? Optional.empty() : Optional.of(model.classifier(embedder.labels()));
    }

    /**
     * Begins to read. The task gives back what this holds when it ends, in whatever way.
     *
     * @param rows of {@code path} and, if they have it, {@code content}
     */
    static Iterator<Row> of(
            PictureEmbedder embedder, Iterator<Row> rows, boolean haveContent, Configuration files, TaskContext task) {
        if (!rows.hasNext()) {
            return rows; // and no reason to open a model
        }
        int coreCount = task.cpus();
        SharedModels.Lease model = SharedModels.ofThisJvm().lease(embedder.model(), embedder.towers(), coreCount);
        task.addTaskCompletionListener(ended -> {
            model.close();
        });
        embedder.towers().forEach(model::require);
        Semaphore cores = new Semaphore(coreCount, true);
        Iterator<Picture> sources = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Picture next() {
                Row row = rows.next();
                // Whoever has a column of pictures means to find them there: no content is none, and not a path to try.
                Optional<byte[]> content =
                        haveContent ? Optional.of(row.isNullAt(1) ? new byte[0] : row.getAs(1)) : Optional.empty();
                return new Picture(row.isNullAt(0) ? "" : row.getString(0), content, files, cores);
            }
        };
        ImagePipeline<Picture> pictures =
                ImagePipeline.start(sources, embedder.decoder(), READERS_PER_CORE * coreCount, BATCH);
        task.addTaskCompletionListener(ended -> {
            pictures.close();
        });
        pictures.preprocessWith(model.clip().preprocessor());
        return new EmbeddedRows(embedder, model, pictures, cores, coreCount);
    }

    @Override
    public boolean hasNext() {
        if (ready.isEmpty()) {
            encodeNext();
        }
        return !ready.isEmpty();
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    private void encodeNext() {
        List<Prepared<Picture>> batch;
        try {
            batch = pictures.nextFull();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the task was interrupted", e);
        }
        for (ImageOutcome<Picture> picture : ImageOutcome.ofBatch(batch, this::encode)) {
            ready.add(
                    switch (picture) {
                        case ImageOutcome.Encoded<Picture> encoded -> row(encoded.source(), encoded.embedding());
                        case ImageOutcome.Unreadable<Picture> failure -> failed(failure.source(), failure.reason());
                    });
        }
    }

    private List<Embedding> encode(List<PixelTensor> pixels) {
        cores.acquireUninterruptibly(coreCount);
        try {
            return model.clip().encodePixels(pixels);
        } finally {
            cores.release(coreCount);
        }
    }

    private Row row(Picture picture, Embedding embedding) {
        float[] unit;
        try {
            unit = embedding.normalized().toArray();
        } catch (ArithmeticException e) {
            return failed(picture, e.getMessage());
        }
        String hash = picture.hash().orElseThrow();
        return classifier
                .map(known -> RowFactory.create(picture.name(), hash, unit, null, scores(known, embedding)))
                .orElseGet(() -> RowFactory.create(picture.name(), hash, unit, null));
    }

    private Row[] scores(ZeroShotClassifier known, Embedding embedding) {
        return known.classify(embedding).top(embedder.labels().top()).stream()
                .map(score -> RowFactory.create(score.label(), score.score()))
                .toArray(Row[]::new);
    }

    private Row failed(Picture picture, @Nullable String reason) {
        String hash = picture.hash().orElse(null);
        return classifier.isPresent()
                ? RowFactory.create(picture.name(), hash, null, reason, null)
                : RowFactory.create(picture.name(), hash, null, reason);
    }
}
