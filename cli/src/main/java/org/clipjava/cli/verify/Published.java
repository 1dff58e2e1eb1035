package org.clipjava.cli.verify;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.clipjava.image.PreprocessorConfig;

/**
 * Numbers that others have published for a model.
 *
 * @param models the hub ids of the checkpoints that they are of
 * @param parameters how many weights it has, if that is known
 * @param preprocessing what was done to pictures, if any were
 * @param tokens texts and their ids
 * @param pixels logits of pictures of one colour each
 * @param texts embeddings of texts
 * @param ranges extremes of embeddings of texts
 * @param pictures logits or probabilities of known pictures
 */
public record Published(
        List<String> models,
        OptionalLong parameters,
        Optional<PreprocessorConfig> preprocessing,
        List<Tokens> tokens,
        List<ConstantPixels> pixels,
        List<TextValues> texts,
        List<TextRange> ranges,
        List<Picture> pictures) {

    public Published {
        models = List.copyOf(models);
        tokens = List.copyOf(tokens);
        pixels = List.copyOf(pixels);
        texts = List.copyOf(texts);
        ranges = List.copyOf(ranges);
        pictures = List.copyOf(pictures);
        if (!pictures.isEmpty() && preprocessing.isEmpty()) {
            throw new IllegalArgumentException("numbers of pictures need their preprocessing");
        }
    }

    /** A text and its ids, from start to end token. */
    public record Tokens(String text, List<Integer> ids) {}

    /**
     * Logits of pictures whose normalised values are all the same.
     *
     * @param values one a picture, P of them
     * @param texts T of them, as they are
     * @param logits [P][T]
     */
    public record ConstantPixels(
            List<Double> values, List<String> texts, List<List<Double>> logits, double tolerance) {}

    /**
     * Components of a text's embedding.
     *
     * @param normalised whether the embedding has length 1
     * @param components from the first on
     */
    public record TextValues(String text, boolean normalised, List<Double> components, double tolerance) {}

    /** The least and the greatest component of the embeddings of some texts, not normalised. */
    public record TextRange(List<String> texts, double least, double greatest, double tolerance) {}

    /**
     * How texts fit a picture that the user has.
     *
     * @param name of its file, without what stands behind the last dot
     * @param texts T of them, as they are
     * @param probabilities whether {@code values} are a softmax over the texts; else they are logits
     * @param values [T]
     */
    public record Picture(
            String name, List<String> texts, boolean probabilities, List<Double> values, double tolerance) {}
}
