package org.clipjava.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.util.VectorUtil;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.error.ClipException;
import org.clipjava.index.Documents.Stored;
import org.clipjava.index.Nearest.Near;
import org.clipjava.index.PictureIndex.Effort;
import org.clipjava.index.PictureQuery.Term;
import org.clipjava.io.FileFailure;
import org.clipjava.io.Shown;
import org.clipjava.text.PromptTemplate;

/**
 * Answers queries on an index.
 *
 * <p>Terms of words become one direction, and so do terms of pictures. If a query has both, their two orders are fused by rank: cosines of
 * texts and of pictures can't be compared. A term behind {@code -} leaves out what shows it, or, by {@link #withSubtraction}, is subtracted.
 * What is found by words has a probability that it shows them.
 *
 * <p>Thread-safe; more properties may be added.
 *
 * {@snippet :
 * PictureSearch search = PictureSearch.of(index, clip);
 * PictureSearch.Page page = search.page(PictureQuery.parse("a dog -leash"), 0, 20);
 * }
 */
public final class PictureSearch {
    /** Of reciprocal rank fusion. The 60 of its authors is for many orders; of two, the first of each is to come first. */
    private static final int FUSION = 10;

    /** Of each order that is fused. */
    private static final int FUSED = 1000;

    /** What the first look at the index gives, so that what is left out does not leave a page empty. */
    private static final int LEAST_CANDIDATES = 200;

    private final PictureIndex index;
    private final Clip clip;
    private final List<PromptTemplate> templates;
    private final Effort effort;
    private final boolean subtracts;
    private final double cutOff;
    private final Measured measured;
    private final TextEncoder texts;

    /** What the words of queries are encoded by, where it is not the model itself. */
    public interface TextEncoder {
        /** The embeddings, [E] each, of the texts, in their order. */
        List<Embedding> encode(List<String> texts);
    }

    private PictureSearch(
            PictureIndex index,
            Clip clip,
            List<PromptTemplate> templates,
            Effort effort,
            boolean subtracts,
            double cutOff,
            Measured measured,
            TextEncoder texts) {
        this.index = index;
        this.clip = clip;
        this.templates = List.copyOf(templates);
        this.effort = effort;
        this.subtracts = subtracts;
        this.cutOff = cutOff;
        this.measured = measured;
        this.texts = texts;
    }

    /**
     * A search with the model's own template, by the graph, that gives what {@link Likelihood#CUT_OFF} lets through.
     *
     * @throws IndexException if the index was made by another model
     */
    public static PictureSearch of(PictureIndex index, Clip clip) throws IndexException {
        index.check(clip, clip.info().id().orElse("this model"));
        return new PictureSearch(
                index,
                clip,
                List.of(clip.defaultTemplate()),
                Effort.FAST,
                false,
                Likelihood.CUT_OFF,
                new Measured(index, clip),
                clip::encodeTexts);
    }

    /** The same with other templates; a term's direction is the mean over all. */
    public PictureSearch withTemplates(List<PromptTemplate> others) {
        if (others.isEmpty()) {
            throw new IllegalArgumentException("expected at least one template");
        }
        return new PictureSearch(index, clip, others, effort, subtracts, cutOff, measured, texts);
    }

    /** The same with so much of the index compared. */
    public PictureSearch withEffort(Effort wanted) {
        return new PictureSearch(
                index, clip, templates, Objects.requireNonNull(wanted), subtracts, cutOff, measured, texts);
    }

    /** The same where {@code -term} is a direction to keep away from, or what is left out. */
    public PictureSearch withSubtraction(boolean wanted) {
        return new PictureSearch(index, clip, templates, effort, wanted, cutOff, measured, texts);
    }

    /** The same with the words of queries encoded by another than the model itself, such as one that lets requests wait in a queue. */
    public PictureSearch withTextEncoder(TextEncoder encoder) {
        return new PictureSearch(
                index, clip, templates, effort, subtracts, cutOff, measured, Objects.requireNonNull(encoder));
    }

    /**
     * The same with another cut-off.
     *
     * @param probability of the least likely picture that is given, 0 for all, to 1
     */
    public PictureSearch withCutOff(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("expected a probability of 0 to 1, found " + probability);
        }
        return new PictureSearch(index, clip, templates, effort, subtracts, probability, measured, texts);
    }

    /**
     * A picture that was found.
     *
     * @param cosine to the words, else to the pictures that were asked for; 1 if the query has filters alone
     * @param probability that it shows the words; empty if the query has none
     */
    public record Found(IndexedPicture picture, float cosine, OptionalDouble probability) {}

    /**
     * A part of what was found.
     *
     * @param found the best first
     * @param more whether others come behind them
     * @param cutOff whether the cut-off has kept others back
     */
    public record Page(List<Found> found, boolean more, boolean cutOff) {
        /** Copies the list. */
        public Page {
            found = List.copyOf(found);
        }
    }

    /**
     * Finds.
     *
     * @param offset how many of the best come before the page; at least 0
     * @param count most pictures of the page; at least 1
     * @throws IndexException if a picture of the query can't be read
     */
    public Page page(PictureQuery query, int offset, int count) throws IOException {
        if (offset < 0 || count < 1) {
            throw new IllegalArgumentException(
                    "expected a page of at least one picture from 0 on, found " + count + " from " + offset);
        }
        try (PictureIndex.Reading reading = index.reading()) {
            return new Answer(reading.snapshot(), query).page(offset, count);
        }
    }

    /** What one query needs. */
    private final class Answer {
        private final Snapshot snapshot;
        private final PictureQuery query;
        private final Optional<Embedding> words;
        private final Optional<Embedding> pictures;

        Answer(Snapshot snapshot, PictureQuery query) throws IOException {
            this.snapshot = snapshot;
            this.query = query;
            this.words = direction(true);
            this.pictures = direction(false);
        }

        private Optional<Embedding> direction(boolean ofWords) throws IOException {
            double[] sum = new double[index.model().dimension()];
            boolean some = false;
            for (Term term : query.terms()) {
                if (term instanceof Term.Words == ofWords && (!term.negative() || subtracts)) {
                    Embedding one = embedding(term);
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] += (term.negative() ? -1 : 1) * term.weight() * one.get(i);
                    }
                    some |= !term.negative();
                }
            }
            return some ? Optional.of(normalized(sum)) : Optional.empty();
        }

        Page page(int offset, int count) throws IOException {
            int wanted = Math.addExact(offset, count);
            int all = Math.max(1, snapshot.searcher().getIndexReader().numDocs());
            // One more than is asked for says whether there are more.
            for (int k = Math.min(all, Math.max(LEAST_CANDIDATES, 2 * wanted + 1)); ; k = Math.min(all, 4 * k)) {
                List<Near> candidates = candidates(k);
                Judged judged = judge(candidates, wanted + 1);
                boolean ended = candidates.size() < k || k == all;
                if (judged.kept.size() > wanted || judged.below || ended) {
                    List<Found> some = judged.kept.subList(
                            Math.min(offset, judged.kept.size()), Math.min(wanted, judged.kept.size()));
                    return new Page(some, judged.kept.size() > wanted, judged.below);
                }
            }
        }

        private List<Near> candidates(int k) throws IOException {
            if (words.isPresent() && pictures.isPresent()) {
                int depth = Math.max(k, FUSED);
                return fused(
                        index.nearest(snapshot, words.get(), query.filter(), depth, effort),
                        index.nearest(snapshot, pictures.get(), query.filter(), depth, effort));
            }
            Optional<Embedding> direction = words.or(() -> pictures);
            if (direction.isPresent()) {
                return index.nearest(snapshot, direction.get(), query.filter(), k, effort);
            }
            return snapshot.matching(query.filter().query()).stream()
                    .map(document -> new Near(document, 1))
                    .limit(k)
                    .toList();
        }

        private static List<Near> fused(List<Near> first, List<Near> second) {
            Map<Integer, Double> scores = new HashMap<>();
            for (List<Near> order : List.of(first, second)) {
                for (int rank = 0; rank < order.size(); rank++) {
                    scores.merge(order.get(rank).document(), 1.0 / (FUSION + rank + 1), Double::sum);
                }
            }
            return scores.entrySet().stream()
                    .sorted(Map.Entry.<Integer, Double>comparingByValue()
                            .reversed()
                            .thenComparing(Map.Entry.comparingByKey()))
                    .map(entry -> new Near(entry.getKey(), 0))
                    .toList();
        }

        /** @param below whether the cut-off kept some back */
        private record Judged(List<Found> kept, boolean below) {}

        private record Unwanted(Embedding direction, Optional<Likelihood.OfText> likelihood) {}

        private Judged judge(List<Near> candidates, int most) throws IOException {
            Optional<Likelihood.OfText> likelihood =
                    words.isPresent() ? Optional.of(measured.ofText(snapshot, words.get())) : Optional.empty();
            List<Unwanted> unwanted = subtracts ? List.of() : unwanted();
            List<Found> kept = new ArrayList<>();
            boolean below = false;
            for (Near near : candidates) {
                if (kept.size() == most) {
                    break;
                }
                if (!(snapshot.stored(near.document()) instanceof Stored.Sound sound)
                        || query.terms().stream().anyMatch(term -> isItself(term, sound.picture()))) {
                    continue;
                }
                Optional<float[]> vector = words.isPresent() || pictures.isPresent() || !unwanted.isEmpty()
                        ? Optional.of(snapshot.vector(near.document()))
                        : Optional.empty();
                if (unwanted.stream().anyMatch(one -> shows(one, vector.orElseThrow()))) {
                    continue;
                }
                float cosine = words.or(() -> pictures)
                        .map(direction -> VectorUtil.dotProduct(direction.toArray(), vector.orElseThrow()))
                        .orElse(1f);
                OptionalDouble probability = likelihood.isPresent()
                        ? OptionalDouble.of(likelihood.get().probability(cosine))
                        : OptionalDouble.empty();
                if (probability.isPresent() && probability.getAsDouble() < cutOff) {
                    below = true;
                    if (pictures.isEmpty()) {
                        break; // the others are less likely still
                    }
                    continue;
                }
                kept.add(new Found(sound.picture(), cosine, probability));
            }
            return new Judged(kept, below);
        }

        private static boolean isItself(Term term, IndexedPicture picture) {
            return term instanceof Term.IndexedPicture known && known.id().equals(picture.id());
        }

        private List<Unwanted> unwanted() throws IOException {
            List<Unwanted> unwanted = new ArrayList<>();
            for (Term term : query.terms()) {
                if (term.negative()) {
                    Embedding direction = embedding(term);
                    unwanted.add(new Unwanted(
                            direction,
                            term instanceof Term.Words
                                    ? Optional.of(measured.ofText(snapshot, direction))
                                    : Optional.empty()));
                }
            }
            return unwanted;
        }

        private static boolean shows(Unwanted unwanted, float[] vector) {
            float cosine = VectorUtil.dotProduct(unwanted.direction.toArray(), vector);
            return unwanted.likelihood
                    .map(likelihood -> likelihood.probability(cosine) >= Likelihood.CUT_OFF)
                    .orElseGet(() -> cosine >= Duplicates.SAME_SCENE);
        }
    }

    /** Of a term, [E], of length 1. */
    private Embedding embedding(Term term) throws IOException {
        return switch (term) {
            case Term.Words words -> ofWords(words);
            case Term.PictureFile file -> ofPicture(file.name());
            case Term.EncodedPicture encoded -> encoded.embedding().normalized();
            case Term.IndexedPicture known ->
                index.embedding(known.id())
                        .orElseThrow(() -> IndexException.query("query: no picture of the index has the id "
                                + Shown.quoted(known.id()) + "; take one that a search gave"));
        };
    }

    private Embedding ofWords(Term.Words words) {
        List<String> prompts = words.literal()
                ? List.of(words.text())
                : templates.stream()
                        .map(template -> template.format(withoutArticle(words.text())))
                        .toList();
        double[] sum = new double[index.model().dimension()];
        for (Embedding one : texts.encode(prompts)) {
            Embedding unit = one.normalized();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += unit.get(i);
            }
        }
        return normalized(sum);
    }

    /** Templates bring their own: a photo of a dog, not of a a dog. */
    private static String withoutArticle(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (String article : List.of("a ", "an ", "the ")) {
            if (lower.startsWith(article) && text.length() > article.length()) {
                return text.substring(article.length());
            }
        }
        return text;
    }

    private Embedding ofPicture(String name) throws IOException {
        String home = System.getProperty("user.home", "");
        Path file = Path.of(name.startsWith("~/") ? home + name.substring(1) : name);
        Optional<IndexedPicture> known = index.picture(file);
        if (known.isPresent()) {
            Optional<Embedding> embedding = index.embedding(known.get().id());
            if (embedding.isPresent()) {
                return embedding.get();
            }
        }
        try {
            return clip.encodeImage(file).normalized();
        } catch (ClipException e) {
            throw e; // says what is wrong with the picture
        } catch (IOException e) {
            throw new IndexException(
                    IndexException.Kind.QUERY, name + ": " + FileFailure.reason(e, file.toString()), e);
        }
    }

    private static Embedding normalized(double[] sum) {
        float[] values = new float[sum.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) sum[i];
        }
        return Embedding.of(values).normalized();
    }

    /** What was measured on an index, kept until the index changes. */
    private static final class Measured {
        private final PictureIndex index;
        private final Clip clip;
        private long version = -1;
        private List<float[]> sample = List.of();
        private Optional<Likelihood> likelihood = Optional.empty();

        Measured(PictureIndex index, Clip clip) {
            this.index = index;
            this.clip = clip;
        }

        synchronized Likelihood.OfText ofText(Snapshot snapshot, Embedding direction) throws IOException {
            long now = ((DirectoryReader) snapshot.searcher().getIndexReader()).getVersion();
            if (now != version) {
                sample = Collections.unmodifiableList(snapshot.sample(Likelihood.SAMPLE));
                version = now;
            }
            if (likelihood.isEmpty()) {
                likelihood = index.likelihood();
            }
            if (likelihood.isEmpty() && !sample.isEmpty()) {
                likelihood = Optional.of(Likelihood.of(sample, Likelihood.generic(clip)));
            }
            return likelihood.orElse(new Likelihood(0, 1)).ofText(sample, direction);
        }
    }
}
