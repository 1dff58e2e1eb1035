package org.clipjava.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.TermQuery;
import org.clipjava.Clip;
import org.clipjava.ImageOutcome;
import org.clipjava.ImagePipeline;
import org.clipjava.ImagePipeline.Prepared;
import org.clipjava.NoDirectionException;
import org.clipjava.image.EncodedImage;
import org.clipjava.index.Documents.Stored;
import org.clipjava.io.FileFailure;
import org.clipjava.io.Sha256;

/**
 * Brings an index in line with folders: what is new or changed is encoded, what was moved keeps its vector, what is gone goes. What is done
 * is committed every now and then, so that a run that is killed goes on where it was.
 *
 * <p>Immutable; more properties may be added. One run of one index at a time.
 *
 * {@snippet :
 * IndexUpdate.Summary summary = IndexUpdate.of(index, clip).withThreads(2).run(List.of(folder), listener);
 * }
 */
public final class IndexUpdate {
    private static final int BATCH = 32;
    private static final Duration BETWEEN_COMMITS = Duration.ofSeconds(30);

    private final PictureIndex index;
    private final Clip clip;
    private final int threads;
    private final boolean hidden;
    private final boolean brokenAgain;
    private final Duration betweenCommits;

    private IndexUpdate(
            PictureIndex index, Clip clip, int threads, boolean hidden, boolean brokenAgain, Duration betweenCommits) {
        this.index = index;
        this.clip = clip;
        this.threads = threads;
        this.hidden = hidden;
        this.brokenAgain = brokenAgain;
        this.betweenCommits = betweenCommits;
    }

    /**
     * An update on all processors, without hidden files, that commits every half minute.
     *
     * @param clip its {@link Clip#imageDecoder} decodes the pictures
     */
    public static IndexUpdate of(PictureIndex index, Clip clip) {
        return new IndexUpdate(
                Objects.requireNonNull(index),
                Objects.requireNonNull(clip),
                Runtime.getRuntime().availableProcessors(),
                false,
                false,
                BETWEEN_COMMITS);
    }

    /** The same with so many pictures decoded at once. */
    public IndexUpdate withThreads(int count) {
        return new IndexUpdate(index, clip, count, hidden, brokenAgain, betweenCommits);
    }

    /** The same with hidden files and folders, or without. */
    public IndexUpdate withHidden(boolean wanted) {
        return new IndexUpdate(index, clip, threads, wanted, brokenAgain, betweenCommits);
    }

    /**
     * The same that looks again at what has not changed, since what decodes it may be another now: tries broken pictures, and encodes
     * those that something else than this library {@linkplain IndexedPicture#decoder decoded}, if that was another decoder.
     */
    public IndexUpdate withBrokenAgain(boolean wanted) {
        return new IndexUpdate(index, clip, threads, hidden, wanted, betweenCommits);
    }

    /** The same with commits so far apart. A run that is killed loses what came after the last. */
    public IndexUpdate withTimeBetweenCommits(Duration time) {
        return new IndexUpdate(index, clip, threads, hidden, brokenAgain, time);
    }

    /** Hears of the run, on the thread of {@link #run}. */
    public interface Listener {
        /** The walk is done: so many pictures are there. */
        void found(int pictures);

        /**
         * Further pictures are done.
         *
         * @param done of those that were found
         * @param quick of the done, those that were not encoded
         */
        void done(int done, int quick);

        /** Something that was passed over and may be missed: one line. */
        void remark(String line);

        /** A picture that can't be read, and was not known for it. */
        void broken(BrokenPicture picture);
    }

    /**
     * What a run did, in pictures.
     *
     * @param unchanged were left as they were, the broken among them
     * @param added are new
     * @param changed were there with another content
     * @param moved are new by their path alone, moved or copied: their vector was there
     * @param touched have another time of modification and the same content
     * @param removed are gone
     * @param broken can't be read, and were not known for it
     */
    public record Summary(int unchanged, int added, int changed, int moved, int touched, int removed, int broken) {
        /** Whether other pictures can be found than before. */
        public boolean isChange() {
            return added + changed + moved + removed > 0;
        }
    }

    /**
     * Brings the index in line with its own folders and these.
     *
     * @param folders of which one that can't be read keeps what the index has of it
     * @throws IndexException if the index is no new one, and {@link Clip#draft} is another than that of its pictures
     */
    public Summary run(Collection<Path> folders, Listener listener) throws IOException, InterruptedException {
        if (!index.folders().isEmpty()) {
            index.checkDraft(clip);
        }
        TreeSet<Path> all = new TreeSet<>(index.folders());
        folders.forEach(folder -> all.add(folder.toAbsolutePath().normalize()));
        List<Path> outermost = outermost(all);
        index.noteFolders(outermost, clip.draft());
        PictureWalk walk = PictureWalk.of(outermost, hidden);
        walk.remarks().forEach(listener::remark);
        listener.found(walk.pictures().size());
        try (PictureIndex.Reading reading = index.reading()) {
            Run run = new Run(reading.snapshot(), walk, outermost, listener);
            run.encode();
            run.removeGone();
            index.settle();
            return run.summary();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Without those that lie in another. */
    private static List<Path> outermost(Collection<Path> sorted) {
        List<Path> outermost = new ArrayList<>();
        for (Path folder : sorted) {
            if (outermost.stream().noneMatch(folder::startsWith)) {
                outermost.add(folder);
            }
        }
        return List.copyOf(outermost);
    }

    /** One run, over the index as it was when it began. For one thread. */
    private final class Run implements Iterator<PictureSource> {
        private final Snapshot before;
        private final Listener listener;
        private final PictureWalk walk;
        private final List<Path> folders;
        private final Iterator<FileStamp> files;
        private final BitSet seen = new BitSet();

        /** What a moved or copied picture was found by. */
        private final BitSet movedFrom = new BitSet();

        private Optional<PictureSource> next = Optional.empty();
        private long lastCommit = System.nanoTime();
        private int done;
        private int unchanged;
        private int added;
        private int changed;
        private int moved;
        private int touched;
        private int removed;
        private int broken;
        private int vanished;

        Run(Snapshot before, PictureWalk walk, List<Path> folders, Listener listener) {
            this.before = before;
            this.walk = walk;
            this.folders = folders;
            this.files = walk.pictures().iterator();
            this.listener = listener;
        }

        Summary summary() {
            return new Summary(unchanged, added, changed, moved, touched, removed, broken);
        }

        private int quick() {
            return unchanged + moved + touched + vanished;
        }

        void encode() throws IOException, InterruptedException {
            try (ImagePipeline<PictureSource> pipeline =
                    ImagePipeline.start(this, clip.imageDecoder(), threads, BATCH)) {
                pipeline.preprocessWith(clip.preprocessor());
                for (List<Prepared<PictureSource>> some = pipeline.nextFull();
                        !some.isEmpty();
                        some = pipeline.nextFull()) {
                    for (ImageOutcome<PictureSource> outcome : ImageOutcome.ofBatch(some, clip::encodePixels)) {
                        put(outcome);
                    }
                    listener.done(done, quick());
                    commitIfDue();
                }
            }
            listener.done(done, quick());
        }

        private void put(ImageOutcome<PictureSource> outcome) throws IOException {
            done++;
            switch (outcome) {
                case ImageOutcome.Encoded<PictureSource> encoded -> {
                    boolean known = before.find(
                                    PictureId.of(encoded.source().stamp().file()))
                            .isPresent();
                    try {
                        index.put(encoded.source().with(encoded.embedding()));
                        added += known ? 0 : 1;
                        changed += known ? 1 : 0;
                    } catch (NoDirectionException e) {
                        putBroken(encoded.source().stamp(), "the model makes no embedding of it: " + e.getMessage());
                    }
                }
                case ImageOutcome.Unreadable<PictureSource> failure -> {
                    if (failure.cause() instanceof NoSuchFileException) {
                        vanished++; // since the walk; what the index has of it goes
                        before.find(PictureId.of(failure.source().stamp().file()))
                                .ifPresent(seen::clear);
                    } else {
                        putBroken(failure.source().stamp(), failure.reason());
                    }
                }
            }
        }

        private void putBroken(FileStamp stamp, String reason) throws IOException {
            broken++;
            BrokenPicture picture = new BrokenPicture(stamp, reason);
            index.put(picture);
            listener.broken(picture);
        }

        private void commitIfDue() throws IOException {
            if (System.nanoTime() - lastCommit > betweenCommits.toNanos()) {
                index.commit();
                lastCommit = System.nanoTime();
            }
        }

        /** The next file that has to be encoded; deals with those before it. */
        @Override
        public boolean hasNext() {
            while (next.isEmpty() && files.hasNext()) {
                FileStamp file = files.next();
                try {
                    if (!isKnown(file)) {
                        next = Optional.of(new PictureSource(file));
                    } else {
                        done++;
                        listener.done(done, quick());
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return next.isPresent();
        }

        @Override
        public PictureSource next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            PictureSource source = next.orElseThrow();
            next = Optional.empty();
            return source;
        }

        private boolean isKnown(FileStamp file) throws IOException {
            Optional<Integer> document = before.find(PictureId.of(file.file()));
            if (document.isPresent()) {
                seen.set(document.get());
                Stored stored = before.stored(document.get());
                if (stored.stamp().equals(file) && !isToBeDecoded(stored)) {
                    unchanged++;
                    return true;
                }
                if (stored.stamp().bytes() != file.bytes() || !(stored instanceof Stored.Sound)) {
                    return false;
                }
            }
            if (!hasSize(file.bytes())) {
                return false;
            }
            Optional<Integer> same = sameContent(file);
            if (same.isEmpty() || !(before.stored(same.get()) instanceof Stored.Sound other) || isToBeDecoded(other)) {
                return false;
            }
            index.put(other.picture().movedTo(file), before.vector(same.get()), before.thumbnail(same.get()));
            movedFrom.set(same.get());
            touched += document.isPresent() ? 1 : 0;
            moved += document.isPresent() ? 0 : 1;
            return true;
        }

        private boolean isToBeDecoded(Stored stored) {
            return brokenAgain
                    && switch (stored) {
                        case Stored.Broken broken -> true;
                        case Stored.Sound sound -> wasDecodedByAnother(sound.picture());
                    };
        }

        private boolean wasDecodedByAnother(IndexedPicture picture) {
            if (picture.decoder().isEmpty()) {
                return false;
            }
            try (EncodedImage opened = EncodedImage.open(picture.stamp().file())) {
                return !picture.decoder().equals(clip.imageDecoder().identity(opened));
            } catch (IOException e) {
                System.getLogger(IndexUpdate.class.getName())
                        .log(
                                System.Logger.Level.DEBUG,
                                "can't open " + picture.stamp().file(),
                                e);
                return true; // it is decoded, which says why
            }
        }

        private boolean hasSize(long bytes) throws IOException {
            return before.searcher().count(LongPoint.newExactQuery(Documents.BYTES, bytes)) > 0;
        }

        private Optional<Integer> sameContent(FileStamp file) {
            try {
                String content = Sha256.of(file.file());
                return before.matching(new TermQuery(new Term(Documents.CONTENT, content))).stream()
                        .findFirst();
            } catch (IOException e) {
                System.getLogger(IndexUpdate.class.getName())
                        .log(
                                System.Logger.Level.DEBUG,
                                FileFailure.reason(e, file.file().toString()),
                                e);
                return Optional.empty(); // why it can't be read is said when it is decoded
            }
        }

        /** Takes out what lies in the folders, was not found, and would have been if it were there. */
        void removeGone() throws IOException {
            List<String> gone = new ArrayList<>();
            before.records((document, stored) -> {
                Path file = stored.stamp().file();
                if (!seen.get(document)
                        && folders.stream().anyMatch(file::startsWith)
                        && walk.unread().stream().noneMatch(file::startsWith)) {
                    gone.add(PictureId.of(file));
                    removed += movedFrom.get(document) ? 0 : 1;
                }
            });
            for (String id : gone) {
                index.remove(id);
            }
        }
    }
}
