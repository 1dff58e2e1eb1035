package org.clipjava.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.VectorUtil;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.index.Documents.Stored;
import org.clipjava.index.Nearest.Near;

/**
 * Pictures in a folder on disk, found by the direction of their embeddings.
 *
 * <pre>{@code
 * try (PictureIndex index = PictureIndex.open(folder, IndexModel.of(clip, "model"), IndexOptions.defaults())) {
 *     index.put(picture);
 *     index.commit();
 *     List<Hit> hits = index.similar(clip.encodeText("a dog"), PictureFilter.NONE, 10, Effort.FAST);
 * }
 * }</pre>
 *
 * <p>An index belongs to one model, by its fingerprint. What was committed outlasts the process, however it ends; what was not is gone
 * when it ends. A picture is known by its path, so that none is there twice. One process writes at a time, any number may read.
 * Thread-safe.
 */
public final class PictureIndex implements AutoCloseable {
    private static final String FORMAT = "clip.format";
    private static final String FORMAT_VERSION = "1";
    private static final String FINGERPRINT = "clip.fingerprint";
    private static final String DIMENSION = "clip.dimension";
    private static final String MODEL = "clip.model";
    private static final String LIKELIHOOD = "clip.likelihood";
    private static final String FOLDERS = "clip.folders";
    private static final String DRAFT = "clip.draft";

    private static final double WRITE_BUFFER_MB = 96;

    /** An index that has grown or shrunk by less than one in so many is about as large. */
    private static final int SAME_SIZE = 10;

    /** So few are compared as fast as a graph is searched. */
    private static final int EXACT_BELOW = 20_000;

    /** Candidates that the graph gives, besides those that are asked for. */
    private static final int MORE_CANDIDATES = 90;

    private final Path folder;
    private final Directory directory;
    private final Optional<IndexWriter> writer;
    private final SearcherManager searchers;
    private final IndexModel model;
    private final Map<String, String> commitData;

    /** How much of an index is compared. */
    public enum Effort {
        /** By the graph of neighbours, where there are many pictures: of the ten nearest it may miss one in a hundred. */
        FAST,
        /** Every picture is compared. */
        EXACT
    }

    /** A picture that was found, and the cosine of its embedding to what was asked for. */
    public record Hit(IndexedPicture picture, float cosine) {}

    private PictureIndex(
            Path folder,
            Directory directory,
            Optional<IndexWriter> writer,
            SearcherManager searchers,
            Map<String, String> commitData)
            throws IOException {
        this.folder = folder;
        this.directory = directory;
        this.writer = writer;
        this.searchers = searchers;
        this.commitData = new ConcurrentHashMap<>(commitData);
        this.model = model(folder, commitData);
    }

    /**
     * Opens an index to write to it, or begins one.
     *
     * @param folder is made if it is not there
     * @throws IndexException if it holds embeddings of another model, is damaged, or another process writes to it
     */
    public static PictureIndex open(Path folder, IndexModel model, IndexOptions options) throws IOException {
        Files.createDirectories(folder);
        return opened(folder, directory -> {
            Map<String, String> found = DirectoryReader.indexExists(directory) ? commitData(directory) : Map.of();
            if (!found.isEmpty()) {
                check(folder, model(folder, found), model.fingerprint(), model.name());
            }
            Map<String, String> data = new HashMap<>(found);
            data.put(FORMAT, FORMAT_VERSION);
            data.put(FINGERPRINT, model.fingerprint());
            data.put(DIMENSION, Integer.toString(model.dimension()));
            data.put(MODEL, model.name());
            IndexWriterConfig config = new IndexWriterConfig()
                    .setOpenMode(IndexWriterConfig.OpenMode.CREATE_OR_APPEND)
                    .setCommitOnClose(false)
                    .setRAMBufferSizeMB(WRITE_BUFFER_MB)
                    .setCodec(new VectorCodec(options));
            IndexWriter writer = new IndexWriter(directory, config);
            try {
                writer.setLiveCommitData(data.entrySet());
                if (found.isEmpty()) {
                    writer.commit(); // from now on it is this model's
                }
                return new PictureIndex(
                        folder, directory, Optional.of(writer), new SearcherManager(writer, null), data);
            } catch (Throwable e) {
                writer.rollback();
                throw e;
            }
        });
    }

    /**
     * Opens an index to search it.
     *
     * @throws IndexException if there is none, or it is damaged
     */
    public static PictureIndex read(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw noIndex(folder);
        }
        return opened(
                folder,
                directory -> new PictureIndex(
                        folder,
                        directory,
                        Optional.empty(),
                        new SearcherManager(directory, null),
                        commitData(directory)));
    }

    private interface Opening {
        PictureIndex open(Directory directory) throws IOException;
    }

    private static PictureIndex opened(Path folder, Opening opening) throws IOException {
        Directory directory = FSDirectory.open(folder);
        try {
            return opening.open(directory);
        } catch (Throwable e) {
            directory.close();
            switch (e) {
                case IndexNotFoundException missing -> throw noIndex(folder);
                case LockObtainFailedException locked ->
                    throw new IndexException(
                            IndexException.Kind.INDEX_IN_USE,
                            folder + ": another process writes to this index; wait for it, or name another with -i",
                            locked);
                case CorruptIndexException damaged -> throw damaged(folder, damaged);
                case IndexFormatTooNewException newer -> throw damaged(folder, newer);
                case IndexFormatTooOldException older -> throw damaged(folder, older);
                default -> throw e;
            }
        }
    }

    private static IndexException noIndex(Path folder) {
        return new IndexException(
                IndexException.Kind.NO_INDEX, folder + ": no index of pictures; make one with clip index DIR");
    }

    private static IndexException damaged(Path folder, IOException cause) {
        return new IndexException(
                IndexException.Kind.DAMAGED_INDEX,
                folder + ": the index can't be read: " + cause.getMessage() + "; delete the folder and index anew",
                cause);
    }

    private static Map<String, String> commitData(Directory directory) throws IOException {
        return SegmentInfos.readLatestCommit(directory).getUserData();
    }

    private static IndexModel model(Path folder, Map<String, String> data) throws IndexException {
        if (!FORMAT_VERSION.equals(data.get(FORMAT))) {
            throw new IndexException(
                    IndexException.Kind.DAMAGED_INDEX,
                    folder + ": expected an index of pictures of format " + FORMAT_VERSION + ", found "
                            + data.getOrDefault(FORMAT, "another index") + "; name another folder");
        }
        try {
            return new IndexModel(
                    data.getOrDefault(FINGERPRINT, ""),
                    Integer.parseInt(data.getOrDefault(DIMENSION, "")),
                    data.getOrDefault(MODEL, ""));
        } catch (IllegalArgumentException e) {
            throw new IndexException(
                    IndexException.Kind.DAMAGED_INDEX,
                    folder + ": the index does not say its dimension; delete the folder and index anew",
                    e);
        }
    }

    /**
     * Complains of a model whose embeddings can't be compared with those of this index.
     *
     * @param name what its user calls it
     * @throws IndexException if it is another model than the index was made with
     */
    public void check(Clip clip, String name) throws IndexException {
        check(folder, model, clip.fingerprint(), name);
    }

    private static void check(Path folder, IndexModel indexed, String fingerprint, String name) throws IndexException {
        if (!indexed.fingerprint().equals(fingerprint)) {
            throw new IndexException(
                    IndexException.Kind.OTHER_MODEL,
                    folder + ": the index was made with the model " + indexed.name() + ", and can't be compared with "
                            + name + "; give --model " + indexed.name() + ", or name another index with -i");
        }
    }

    /** Whether large JPEGs were decoded smaller for it, as {@link org.clipjava.ClipOptions#withDraft} says. */
    public boolean draft() {
        return Boolean.parseBoolean(commitData.get(DRAFT));
    }

    /**
     * Complains of a model that decodes pictures otherwise than those of this index were: what it makes of a file is a little beside
     * what the index has of the same.
     *
     * @throws IndexException if one of the two decodes large JPEGs smaller
     */
    public void checkDraft(Clip clip) throws IndexException {
        if (clip.draft() != draft()) {
            throw new IndexException(
                    IndexException.Kind.OTHER_DRAFT,
                    folder + ": the index was made "
                            + (draft() ? "with --draft; give it too" : "without --draft; leave it out")
                            + ", or name another index with -i");
        }
    }

    /** The folder that it is in. */
    public Path folder() {
        return folder;
    }

    /** The model that it belongs to. */
    public IndexModel model() {
        return model;
    }

    /** The folders whose pictures it holds, as the last commit has them. */
    public List<Path> folders() {
        String joined = commitData.getOrDefault(FOLDERS, "");
        return joined.isEmpty()
                ? List.of()
                : Arrays.stream(joined.split("\0")).map(Path::of).toList();
    }

    /** Notes the folders and how their pictures are decoded, with the next commit. */
    void noteFolders(Collection<Path> folders, boolean draft) {
        commitData.put(DRAFT, Boolean.toString(draft));
        commitData.put(
                FOLDERS, String.join("\0", folders.stream().map(Path::toString).toList()));
        writer().setLiveCommitData(commitData.entrySet());
    }

    /** What {@link #measure} found, with the last commit that it was part of. */
    Optional<Likelihood> likelihood() {
        return Optional.ofNullable(commitData.get(LIKELIHOOD))
                .map(text -> text.split(" "))
                .map(numbers -> new Likelihood(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1])));
    }

    /**
     * Measures how large a cosine is large in this index, for {@link PictureSearch}, and commits. To be called after a run that changed
     * much; a search measures for itself if nobody has. Nothing is done where the index has about as many pictures as when it was
     * measured last: encoding the texts for it takes as long as encoding some pictures.
     *
     * @param clip with its text tower
     */
    public void measure(Clip clip) throws IOException {
        try (Reading reading = reading()) {
            int pictures = reading.searcher().getIndexReader().numDocs() - broken(reading);
            if (Math.abs(pictures - measuredPictures()) * SAME_SIZE <= pictures) {
                return;
            }
            List<float[]> sample = reading.snapshot().sample(Likelihood.SAMPLE);
            if (!sample.isEmpty()) {
                Likelihood measured = Likelihood.of(sample, Likelihood.generic(clip));
                commitData.put(LIKELIHOOD, measured.mean() + " " + measured.spread() + " " + pictures);
                writer().setLiveCommitData(commitData.entrySet());
            }
        }
        commit();
    }

    /** How many pictures there were when they were measured last; 0 if they never were, or nobody noted it. */
    private long measuredPictures() {
        String[] numbers = commitData.getOrDefault(LIKELIHOOD, "").split(" ", -1);
        return numbers.length < 3 ? 0 : Long.parseLong(numbers[2]);
    }

    private IndexWriter writer() {
        return writer.orElseThrow(() -> new IllegalStateException("this index was opened to be read"));
    }

    /** Puts a picture in, in the place of what has its path. */
    public void put(NewPicture added) throws IOException {
        put(added.picture(), added.embedding().normalized().toArray(), added.thumbnail());
    }

    void put(IndexedPicture picture, float[] vector, byte[] thumbnail) throws IOException {
        if (vector.length != model.dimension()) {
            throw new IllegalArgumentException(
                    "expected an embedding of " + model.dimension() + " components, found " + vector.length);
        }
        writer().updateDocument(new Term(Documents.ID, picture.id()), Documents.of(picture, vector, thumbnail));
    }

    /** Notes that a picture can't be read, in the place of what has its path. */
    public void put(BrokenPicture broken) throws IOException {
        String id = PictureId.of(broken.stamp().file());
        writer().updateDocument(new Term(Documents.ID, id), Documents.of(broken));
    }

    /** Changes a picture's labels; does nothing if it is not there. */
    public void tag(String id, List<String> tags) throws IOException {
        try (Reading reading = reading()) {
            Snapshot snapshot = reading.snapshot();
            Optional<Integer> document = snapshot.find(id);
            if (document.isPresent() && snapshot.stored(document.get()) instanceof Stored.Sound sound) {
                put(
                        sound.picture().withTags(tags),
                        snapshot.vector(document.get()),
                        snapshot.thumbnail(document.get()));
            }
        }
    }

    /** Takes out what has an id. */
    public void remove(String id) throws IOException {
        writer().deleteDocuments(new Term(Documents.ID, id));
    }

    /** Takes out what has a path. */
    public void remove(Path file) throws IOException {
        remove(PictureId.of(file.toAbsolutePath()));
    }

    /** Makes all changes durable, and lets searches see them. */
    public void commit() throws IOException {
        writer().commit();
        refresh();
    }

    /** Commits, and waits for the merges that make searches fast; for the end of a run that put many pictures in. */
    public void settle() throws IOException {
        writer().maybeMerge();
        ((ConcurrentMergeScheduler) writer().getConfig().getMergeScheduler()).sync();
        commit();
    }

    /** Lets searches see what this or another process has committed. */
    public void refresh() throws IOException {
        searchers.maybeRefreshBlocking();
        if (writer.isEmpty()) {
            try (Reading reading = reading()) {
                DirectoryReader reader = (DirectoryReader) reading.searcher().getIndexReader();
                commitData.putAll(reader.getIndexCommit().getUserData());
            }
        }
    }

    /** A number that is another after every commit that searches see. */
    public long version() throws IOException {
        try (Reading reading = reading()) {
            return ((DirectoryReader) reading.searcher().getIndexReader()).getVersion();
        }
    }

    /** A snapshot that is in use; to be closed. */
    record Reading(SearcherManager searchers, IndexSearcher searcher) implements AutoCloseable {
        Snapshot snapshot() {
            return new Snapshot(searcher);
        }

        @Override
        public void close() throws IOException {
            searchers.release(searcher);
        }
    }

    Reading reading() throws IOException {
        return new Reading(searchers, searchers.acquire());
    }

    /** How many pictures there are, without the broken ones. */
    public int count() throws IOException {
        try (Reading reading = reading()) {
            return reading.searcher().getIndexReader().numDocs() - broken(reading);
        }
    }

    private static int broken(Reading reading) throws IOException {
        return reading.searcher().count(new TermQuery(new Term(Documents.BROKEN, "1")));
    }

    /** The pictures that could not be read, by path. */
    public List<BrokenPicture> broken() throws IOException {
        List<BrokenPicture> broken = new ArrayList<>();
        try (Reading reading = reading()) {
            Snapshot snapshot = reading.snapshot();
            for (int document : snapshot.matching(new TermQuery(new Term(Documents.BROKEN, "1")))) {
                if (snapshot.stored(document) instanceof Stored.Broken refused) {
                    broken.add(refused.picture());
                }
            }
        }
        broken.sort((a, b) -> a.stamp().file().compareTo(b.stamp().file()));
        return Collections.unmodifiableList(broken);
    }

    /** Tells of every picture, in no order. */
    public void forEach(Consumer<IndexedPicture> visitor) throws IOException {
        try (Reading reading = reading()) {
            reading.snapshot().records((document, stored) -> {
                if (stored instanceof Stored.Sound sound) {
                    visitor.accept(sound.picture());
                }
            });
        }
    }

    /** The picture of an id; empty if there is none that can be read. */
    public Optional<IndexedPicture> picture(String id) throws IOException {
        try (Reading reading = reading()) {
            Snapshot snapshot = reading.snapshot();
            Optional<Integer> document = snapshot.find(id);
            return document.isPresent() && snapshot.stored(document.get()) instanceof Stored.Sound sound
                    ? Optional.of(sound.picture())
                    : Optional.empty();
        }
    }

    /** The picture at a path; empty if there is none that can be read. */
    public Optional<IndexedPicture> picture(Path file) throws IOException {
        return picture(PictureId.of(file.toAbsolutePath().normalize()));
    }

    /** The small JPEG of an id; empty if there is no such picture. */
    public Optional<byte[]> thumbnail(String id) throws IOException {
        return of(id, Snapshot::thumbnail);
    }

    /** The embedding of an id, [E], of length 1; empty if there is no such picture. */
    public Optional<Embedding> embedding(String id) throws IOException {
        return of(id, (snapshot, document) -> Embedding.of(snapshot.vector(document)));
    }

    private interface Part<T> {
        T of(Snapshot snapshot, int document) throws IOException;
    }

    private <T> Optional<T> of(String id, Part<T> part) throws IOException {
        try (Reading reading = reading()) {
            Snapshot snapshot = reading.snapshot();
            Optional<Integer> document = snapshot.find(id);
            return document.isPresent() && snapshot.stored(document.get()) instanceof Stored.Sound
                    ? Optional.of(part.of(snapshot, document.get()))
                    : Optional.empty();
        }
    }

    /**
     * The pictures nearest to a direction, the best first.
     *
     * @param direction [E], of any length but zero
     * @param k most pictures
     * @throws org.clipjava.NoDirectionException if the direction's length is zero or not finite
     */
    public List<Hit> similar(Embedding direction, PictureFilter filter, int k, Effort effort) throws IOException {
        try (Reading reading = reading()) {
            Snapshot snapshot = reading.snapshot();
            List<Hit> hits = new ArrayList<>();
            for (Near near : nearest(snapshot, direction, filter, k, effort)) {
                if (snapshot.stored(near.document()) instanceof Stored.Sound sound) {
                    hits.add(new Hit(sound.picture(), near.cosine()));
                }
            }
            return Collections.unmodifiableList(hits);
        }
    }

    List<Near> nearest(Snapshot snapshot, Embedding direction, PictureFilter filter, int k, Effort effort)
            throws IOException {
        if (direction.dimension() != model.dimension()) {
            throw new IllegalArgumentException(
                    "expected an embedding of " + model.dimension() + " components, found " + direction.dimension());
        }
        if (k < 1) {
            throw new IllegalArgumentException("expected at least one picture to look for, found " + k);
        }
        float[] wanted = direction.normalized().toArray();
        int pictures = snapshot.searcher().getIndexReader().numDocs();
        Query query = filter.query();
        if (effort == Effort.EXACT
                || pictures < EXACT_BELOW
                || k > pictures / 4
                || !filter.equals(PictureFilter.NONE)) {
            return snapshot.nearest(wanted, query, k).bestFirst();
        }
        Nearest nearest = new Nearest(k);
        Query graph = new KnnFloatVectorQuery(Documents.VECTOR, wanted, k + MORE_CANDIDATES);
        for (ScoreDoc found : snapshot.searcher().search(graph, k + MORE_CANDIDATES).scoreDocs) {
            nearest.offer(found.doc, VectorUtil.dotProduct(wanted, snapshot.vector(found.doc)));
        }
        return nearest.bestFirst();
    }

    /** Closes the files; of what was not committed nothing is kept. */
    @Override
    public void close() throws IOException {
        try {
            searchers.close();
            if (writer.isPresent()) {
                writer.get().rollback();
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            directory.close();
        }
    }
}
