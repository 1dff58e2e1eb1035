package org.clipjava.cli.input;

import java.util.Optional;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.PreprocessorConfig;

/** Tells of pictures that are next to black to the model, as those of 16 bits are of which 12 are used. */
final class DarkPictures {
    /** A sixteenth of 256 levels. */
    private static final int BRIGHTER = 16;

    private final float[] least = new float[3];
    private int count;

    DarkPictures(PreprocessorConfig config) {
        for (int channel = 0; channel < least.length; channel++) {
            float level = (BRIGHTER - 0.5f) / 255;
            least[channel] = (level - config.mean().get(channel)) / config.std().get(channel);
        }
    }

    /** What is to be said of a picture: of the first that is dark, since others of its kind may follow. */
    Optional<String> remark(String name, PixelTensor pixels) {
        if (isBright(pixels)) {
            return Optional.empty();
        }
        count++;
        return count > 1
                ? Optional.empty()
                : Optional.of(
                        name + ": is almost black, with no sample above 15 of 255; if it has 16 bits of which few are"
                                + " used, scale it first, as with `convert in.png -auto-level out.png`");
    }

    /** What is to be said in the end. */
    Optional<String> others() {
        return count < 2 ? Optional.empty() : Optional.of("%,d more are almost black".formatted(count - 1));
    }

    private boolean isBright(PixelTensor pixels) {
        float[] values = pixels.values();
        int plane = values.length / least.length;
        for (int i = 0; i < values.length; i++) {
            if (values[i] >= least[i / plane]) {
                return true;
            }
        }
        return false;
    }
}
