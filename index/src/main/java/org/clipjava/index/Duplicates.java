package org.clipjava.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;
import org.clipjava.Embedding;
import org.clipjava.index.Documents.Stored;
import org.clipjava.index.PictureIndex.Effort;

/**
 * Finds pictures of an index that are the same. Nothing is deleted.
 *
 * <p>The same picture: files of one content; and those whose embeddings are near and whose looks agree, by a perceptual hash or when one
 * thumbnail is laid on the other or on a part of it. So other sizes, other compression, a filter and a crop are the same picture, and
 * what is merely alike, or was taken at another second, is not. The same scene: embeddings that are near, taken within minutes.
 *
 * <p>Immutable and thread-safe; more properties may be added.
 */
public final class Duplicates {
    /** The cosine from which on two pictures show the same scene. */
    static final double SAME_SCENE = 0.9;

    /** The cosine from which on two may be the same picture. */
    private static final double CANDIDATE = 0.7;

    /** Bits in which two looks differ that are the same at once. */
    private static final int SAME_LOOK = 4;

    /** The correlation of two small pictures that are the same. */
    private static final double SAME_GREY = 0.9;

    private static final Duration SAME_TIME = Duration.ofMinutes(10);

    /** So few are all compared with each other. */
    private static final int ALL_PAIRS_BELOW = 30_000;

    /** Neighbours that are looked at, of each of more. */
    private static final int NEIGHBOURS = 24;

    private final PictureIndex index;
    private final boolean scenes;

    private Duplicates(PictureIndex index, boolean scenes) {
        this.index = index;
        this.scenes = scenes;
    }

    /** Of an index, the same pictures alone. */
    public static Duplicates of(PictureIndex index) {
        return new Duplicates(index, false);
    }

    /** The same with pictures of the same scene, or without. */
    public Duplicates withScenes(boolean wanted) {
        return new Duplicates(index, wanted);
    }

    /** In what pictures of a group are the same; the closest last. */
    public enum Likeness {
        /** The scene: not the same picture. */
        SAME_SCENE,
        /** What is to be seen, and not the file. */
        SAME_PICTURE,
        /** Every byte of the file. */
        SAME_FILE
    }

    /**
     * Pictures that belong together, at least two.
     *
     * @param likeness what holds for all of them
     * @param pictures the best copy first: the most pixels, then the largest file, then the oldest
     */
    public record Group(Likeness likeness, List<IndexedPicture> pictures) {
        /** Copies the list. */
        public Group {
            pictures = List.copyOf(pictures);
            if (pictures.size() < 2) {
                throw new IllegalArgumentException("expected a group of at least two, found " + pictures.size());
            }
        }
    }

    /** The groups, those with the most bytes in copies first. */
    public List<Group> find() throws IOException {
        try (PictureIndex.Reading reading = index.reading()) {
            return new Search(reading.snapshot()).groups();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Pictures of an index, each content once, and what joins them. */
    private final class Search {
        private final Snapshot snapshot;
        private final List<IndexedPicture> pictures = new ArrayList<>();
        private final List<Integer> documents = new ArrayList<>();

        /** Those of one content: the first stands for all. */
        private final Map<String, List<IndexedPicture>> byContent = new LinkedHashMap<>();

        private final Map<Integer, SmallPicture> small = Collections.synchronizedMap(new HashMap<>());

        Search(Snapshot snapshot) throws IOException {
            this.snapshot = snapshot;
            snapshot.records((document, stored) -> {
                if (stored instanceof Stored.Sound sound) {
                    List<IndexedPicture> same =
                            byContent.computeIfAbsent(sound.picture().content(), of -> new ArrayList<>());
                    if (same.isEmpty()) {
                        pictures.add(sound.picture());
                        documents.add(document);
                    }
                    same.add(sound.picture());
                }
            });
        }

        private record Pair(int first, int second, Likeness likeness) {}

        List<Group> groups() throws IOException {
            List<Pair> pairs = pairs();
            List<Group> groups = new ArrayList<>();
            for (List<Integer> joined : joined(pairs, Likeness.SAME_PICTURE)) {
                List<IndexedPicture> all = files(joined);
                if (all.size() > 1) {
                    groups.add(group(joined.size() == 1 ? Likeness.SAME_FILE : Likeness.SAME_PICTURE, all));
                }
            }
            if (scenes) {
                for (List<Integer> joined : joined(pairs, Likeness.SAME_SCENE)) {
                    boolean isScene = pairs.stream()
                            .anyMatch(pair -> pair.likeness == Likeness.SAME_SCENE && joined.contains(pair.first));
                    if (joined.size() > 1 && isScene) {
                        groups.add(group(Likeness.SAME_SCENE, files(joined)));
                    }
                }
            }
            groups.sort(Comparator.comparing(Group::likeness)
                    .reversed()
                    .thenComparing(Comparator.comparingLong(Duplicates::copies).reversed()));
            return Collections.unmodifiableList(groups);
        }

        private List<IndexedPicture> files(List<Integer> joined) {
            return joined.stream()
                    .flatMap(one -> byContent.getOrDefault(pictures.get(one).content(), List.of()).stream())
                    .toList();
        }

        private List<Pair> pairs() throws IOException {
            List<float[]> vectors = new ArrayList<>();
            for (int document : documents) {
                vectors.add(snapshot.vector(document));
            }
            if (pictures.size() < ALL_PAIRS_BELOW) {
                return IntStream.range(0, pictures.size())
                        .parallel()
                        .boxed()
                        .flatMap(first -> IntStream.range(first + 1, pictures.size())
                                .boxed()
                                .flatMap(second -> pair(
                                        first, second, VectorUtil.dotProduct(vectors.get(first), vectors.get(second)))
                                        .stream()))
                        .toList();
            }
            Map<Integer, Integer> places = new HashMap<>();
            for (int i = 0; i < documents.size(); i++) {
                places.put(documents.get(i), i);
            }
            List<Pair> pairs = new ArrayList<>();
            for (int first = 0; first < vectors.size(); first++) {
                Embedding direction = Embedding.of(vectors.get(first));
                for (Nearest.Near near :
                        index.nearest(snapshot, direction, PictureFilter.NONE, NEIGHBOURS, Effort.FAST)) {
                    int second = places.getOrDefault(near.document(), first);
                    if (second != first) {
                        pair(Math.min(first, second), Math.max(first, second), near.cosine())
                                .ifPresent(pairs::add);
                    }
                }
            }
            return pairs;
        }

        private Optional<Pair> pair(int first, int second, float cosine) {
            if (cosine < CANDIDATE) {
                return Optional.empty();
            }
            IndexedPicture a = pictures.get(first);
            IndexedPicture b = pictures.get(second);
            boolean same = !isOtherShot(a, b)
                    && (PerceptualHash.distance(a.look(), b.look()) <= SAME_LOOK
                            || small(first).match(small(second), SAME_GREY) >= SAME_GREY);
            if (same) {
                return Optional.of(new Pair(first, second, Likeness.SAME_PICTURE));
            }
            return cosine >= SAME_SCENE && isSameTime(a, b)
                    ? Optional.of(new Pair(first, second, Likeness.SAME_SCENE))
                    : Optional.empty();
        }

        private SmallPicture small(int picture) {
            return small.computeIfAbsent(picture, of -> {
                try {
                    return SmallPicture.of(snapshot.thumbnail(documents.get(of)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        /** What pairs of at least this likeness join, singles too. */
        private List<List<Integer>> joined(List<Pair> pairs, Likeness least) {
            int[] parents = IntStream.range(0, pictures.size()).toArray();
            for (Pair pair : pairs) {
                if (pair.likeness.compareTo(least) >= 0) {
                    parents[root(parents, pair.first)] = root(parents, pair.second);
                }
            }
            Map<Integer, List<Integer>> joined = new LinkedHashMap<>();
            for (int i = 0; i < parents.length; i++) {
                joined.computeIfAbsent(root(parents, i), of -> new ArrayList<>())
                        .add(i);
            }
            return List.copyOf(joined.values());
        }

        private static int root(int[] parents, int of) {
            int root = of;
            while (parents[root] != root) {
                parents[root] = parents[parents[root]];
                root = parents[root];
            }
            return root;
        }
    }

    /** A copy keeps the time at which it was taken, or loses it: two of a series look the same and have two times. */
    private static boolean isOtherShot(IndexedPicture a, IndexedPicture b) {
        Optional<LocalDateTime> first = a.shot().taken();
        Optional<LocalDateTime> second = b.shot().taken();
        return first.isPresent() && second.isPresent() && !first.equals(second);
    }

    private static boolean isSameTime(IndexedPicture a, IndexedPicture b) {
        Optional<LocalDateTime> first = a.shot().taken();
        Optional<LocalDateTime> second = b.shot().taken();
        return first.isPresent()
                && second.isPresent()
                && Duration.between(first.get(), second.get()).abs().compareTo(SAME_TIME) <= 0;
    }

    private static Group group(Likeness likeness, List<IndexedPicture> pictures) {
        return new Group(
                likeness,
                pictures.stream()
                        .sorted(Comparator.comparingLong(IndexedPicture::pixels)
                                .thenComparingLong(picture -> picture.stamp().bytes())
                                .reversed()
                                .thenComparingLong(Duplicates::age)
                                .thenComparing(picture -> picture.stamp().file()))
                        .toList());
    }

    private static long age(IndexedPicture picture) {
        return picture.shot()
                .taken()
                .map(taken -> taken.toEpochSecond(ZoneOffset.UTC))
                .orElseGet(() -> picture.stamp().modified().getEpochSecond());
    }

    /** Bytes that would be free if the best copy were the only one. */
    private static long copies(Group group) {
        return group.pictures().stream()
                .skip(1)
                .mapToLong(picture -> picture.stamp().bytes())
                .sum();
    }
}
