package org.clipjava.cli.verify;

import java.io.IOException;
import java.util.List;
import org.clipjava.Embedding;
import org.clipjava.config.WeightType;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.modelfile.ModelInfo;

/** What is verified: a model, with all that goes from a picture or a text to an embedding. */
public interface Subject extends AutoCloseable {
    ModelInfo info();

    float logitScale();

    /** What is added to make a logit. */
    float logitBias();

    /** Whether activations are rounded to narrow numbers on their way: then a difference of a last bit may become one of theirs. */
    default boolean roundsActivations() {
        return info().weightType() == WeightType.INT8;
    }

    /** A text's ids, from start to end token. */
    List<Integer> tokens(String text);

    /** [E] each, not normalised. */
    List<Embedding> encodeTexts(List<String> texts);

    /** [E] each, not normalised. */
    List<Embedding> encodePixels(List<PixelTensor> pixels);

    /** What the image tower reads of a picture. */
    PixelTensor preprocess(RgbImage picture);

    /** The same with one thing changed. */
    Subject with(Change change) throws IOException;

    @Override
    void close();
}
