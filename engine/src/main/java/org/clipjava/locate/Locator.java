package org.clipjava.locate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.PatchEmbeddings;
import org.clipjava.PatchOptions;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.image.RgbImage;
import org.clipjava.text.PromptTemplate;

/**
 * Tells where in a picture some labels are, and which are not there, without having been trained on any of them. The texts are encoded
 * once; it is immutable, and thread-safe as its {@link Clip} is.
 *
 * <pre>{@code
 * Locator locator = Locator.of(clip, List.of("cat", "dog"));
 * for (Location location : locator.locate(photo)) {
 *     System.out.println(location.label() + " " + location.detections());
 * }
 * }</pre>
 *
 * <p>A label is there if its map has a higher peak than those of nearly all of some 190 common nouns, most of which can't be there. A label that
 * is not there is like one of these: so it is taken for there in one minus {@link #threshold} of all pictures.
 */
public final class Locator {
    /** A label that is not there is found in at most 5 % of pictures. */
    public static final double DEFAULT_THRESHOLD = 0.95;

    /** Sides of the model's picture that go into the short side, so that things of a quarter of it fill a window. */
    private static final int SIDES = 4;

    private final Clip clip;
    private final List<String> labels;
    private final PatchOptions options;
    private final double threshold;
    private final List<Embedding> directions;
    private final List<Embedding> background;

    private Locator(
            Clip clip,
            List<String> labels,
            PatchOptions options,
            double threshold,
            List<Embedding> directions,
            List<Embedding> background) {
        this.clip = clip;
        this.labels = labels;
        this.options = options;
        this.threshold = threshold;
        this.directions = directions;
        this.background = background;
    }

    /** A locator with the model's default template and {@link #defaultOptions}. */
    public static Locator of(Clip clip, List<String> labels) {
        return of(clip, labels, List.of(clip.defaultTemplate()));
    }

    /**
     * A locator for some labels, with {@link #defaultOptions} and {@link #DEFAULT_THRESHOLD}.
     *
     * @param labels at least one, none blank, none twice
     * @param templates at least one; several are ensembled, as {@link ZeroShotClassifier} does
     * @throws IllegalArgumentException otherwise
     * @throws org.clipjava.NoDirectionException if the model gives a text no direction
     */
    public static Locator of(Clip clip, List<String> labels, List<PromptTemplate> templates) {
        return of(clip, labels, templates, clip::encodeTexts);
    }

    /**
     * The same, but someone else has the prompts encoded, the nouns' too: out of a cache, or behind others that wait.
     *
     * @param encoder what {@link Clip#encodeTexts} of this model gives, for some of the prompts at a time
     */
    public static Locator of(
            Clip clip,
            List<String> labels,
            List<PromptTemplate> templates,
            Function<List<String>, List<Embedding>> encoder) {
        Set<String> own =
                labels.stream().map(label -> label.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        List<String> others =
                CommonNouns.ALL.stream().filter(noun -> !own.contains(noun)).toList();
        return new Locator(
                clip,
                List.copyOf(labels),
                defaultOptions(clip),
                DEFAULT_THRESHOLD,
                directions(clip, labels, templates, encoder),
                directions(clip, others, templates, encoder));
    }

    private static List<Embedding> directions(
            Clip clip,
            List<String> labels,
            List<PromptTemplate> templates,
            Function<List<String>, List<Embedding>> encoder) {
        return ZeroShotClassifier.of(clip, labels, templates, encoder).linear().directions();
    }

    /**
     * How a picture is read where nobody says otherwise: through a window that moves by a third of its side, over the picture with a short
     * side of four windows. {@code docs/locate.md} has what that and the other ways were measured to find.
     */
    public static PatchOptions defaultOptions(Clip clip) {
        return PatchOptions.defaults()
                .withShortSide(SIDES * clip.config().vision().imageSize())
                .withWindows(Math.max(1, clip.config().vision().grid() / 3));
    }

    /** The same, reading pictures in another way. */
    public Locator withOptions(PatchOptions options) {
        return new Locator(clip, labels, options, threshold, directions, background);
    }

    /**
     * The same with another threshold.
     *
     * @param rank which {@link Location#rank} is enough to be there; 0: every label is
     * @throws IllegalArgumentException if it is not 0 to below 1
     */
    public Locator withThreshold(double rank) {
        if (!(rank >= 0 && rank < 1)) {
            throw new IllegalArgumentException("expected a threshold of 0 to below 1, found " + rank);
        }
        return new Locator(clip, labels, options, rank, directions, background);
    }

    /** In the order they were given. */
    public List<String> labels() {
        return labels;
    }

    /** How pictures are read. */
    public PatchOptions options() {
        return options;
    }

    /** Which {@link Location#rank} is enough to be there. */
    public double threshold() {
        return threshold;
    }

    /**
     * Reads a picture; what {@link #locate(PatchEmbeddings, int, int)} takes.
     *
     * @throws IllegalArgumentException if the grid would have too many cells
     * @throws UnsupportedOperationException if the model or backend has no embeddings of patches, and {@link #options} asks for them
     */
    public PatchEmbeddings read(RgbImage picture) {
        return clip.encodePatches(picture, options);
    }

    /** Where each label is, in the order of {@link #labels}. Throws what {@link #read} throws. */
    public List<Location> locate(RgbImage picture) {
        return locate(read(picture), picture.height(), picture.width());
    }

    /**
     * The same of a picture that was read before.
     *
     * @param height of the picture, for the boxes
     * @param width of the picture, for the boxes
     */
    public List<Location> locate(PatchEmbeddings patches, int height, int width) {
        List<HeatMap> others =
                background.stream().map(word -> map(patches, word)).toList();
        double[] peaks = others.stream().mapToDouble(HeatMap::peak).sorted().toArray();
        List<Location> locations = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            String label = labels.get(i);
            HeatMap map = map(patches, directions.get(i));
            List<Detection> detections = new ArrayList<>();
            for (HeatMap.Part part : map.parts(height, width)) {
                if (rank(part.value(), peaks) >= threshold) {
                    detections.add(new Detection(label, score(part.value(), part.cell(), others), part.box()));
                }
            }
            locations.add(new Location(label, map, rank(map.peak(), peaks), detections));
        }
        return locations;
    }

    private static HeatMap map(PatchEmbeddings patches, Embedding direction) {
        return HeatMap.of(patches.rows(), patches.columns(), patches.cosines(direction));
    }

    /** Of a label that is one of these words itself, each rank is as likely. */
    private static double rank(double value, double[] sorted) {
        int found = Arrays.binarySearch(sorted, value);
        int below = found >= 0 ? found : -found - 1;
        return (double) below / (sorted.length + 1);
    }

    private float score(double value, int cell, List<HeatMap> others) {
        double sum = 1;
        for (HeatMap other : others) {
            sum += Math.exp(clip.logitScale() * (other.value(cell) - value));
        }
        return (float) (1 / sum);
    }
}
