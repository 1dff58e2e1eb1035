package org.clipjava.eval.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.clipjava.Embedding;
import org.clipjava.eval.BrokenImage;
import org.clipjava.eval.EmbeddingPass;
import org.clipjava.eval.LabelledImage;

/**
 * Keeps the embeddings of an {@link EmbeddingPass}, 4·E bytes a picture and some for the objects around them, in the pictures' order
 * whatever the order they come in. For one thread at a time.
 */
public final class FeatureCollector implements EmbeddingPass.Listener {
    private final SortedMap<Integer, Embedding> embeddings = new TreeMap<>();
    private final SortedMap<Integer, Integer> labels = new TreeMap<>();
    private final SortedMap<Integer, BrokenImage> broken = new TreeMap<>();

    /** Holds none yet. */
    public FeatureCollector() {}

    @Override
    public void embedded(int index, LabelledImage image, Embedding embedding) {
        embeddings.put(index, embedding);
        labels.put(index, image.label());
    }

    @Override
    public void broken(int index, LabelledImage image, BrokenImage why) {
        broken.put(index, why);
    }

    /** How many pictures were read or could not be. */
    public int done() {
        return embeddings.size() + broken.size();
    }

    /** How many could be read. */
    public int size() {
        return embeddings.size();
    }

    /** Those that could not be read, in the pictures' order. */
    public List<BrokenImage> broken() {
        return List.copyOf(broken.values());
    }

    /**
     * What there is, in the pictures' order.
     *
     * @param classes the labels that the pictures' are places of
     * @throws IllegalArgumentException if no picture could be read
     */
    public LabelledFeatures features(List<String> classes) {
        return LabelledFeatures.of(
                new ArrayList<>(embeddings.values()),
                labels.values().stream().mapToInt(Integer::intValue).toArray(),
                classes);
    }
}
