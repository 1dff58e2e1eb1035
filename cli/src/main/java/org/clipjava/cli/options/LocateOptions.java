package org.clipjava.cli.options;

import java.util.Locale;
import java.util.Optional;
import org.clipjava.Clip;
import org.clipjava.PatchOptions;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.config.PatchMethod;
import org.clipjava.locate.Locator;
import picocli.CommandLine.Option;

/** How pictures are read to find where something is, and what is enough to be there. */
public final class LocateOptions {
    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description = "windows: the model looks through a window that moves over the picture. naclip, clearclip, "
                    + "maskclip, last-layer: it looks at the whole picture, and its last layer is run in that form for "
                    + "each patch. Default: ${DEFAULT-VALUE}.")
    private Method method = Method.WINDOWS;

    @Option(
            names = "--tiles",
            description = "Read the picture in tiles that overlap by half, each as large as the model's pictures; "
                    + "not with windows.")
    private boolean tiles;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "The picture's short side when it is read: the larger, the smaller the things that are found,"
                    + " and the longer it takes. Default: four times the side of the model's pictures for windows, "
                    + "three times for tiles, else twice.")
    private Optional<Integer> size = Optional.empty();

    @Option(
            names = "--threshold",
            paramLabel = "RANK",
            description = "A label is there if it fits its place better than this share of common nouns fit theirs: a "
                    + "label that is not there is found in at most one minus this of pictures. 0: always somewhere. "
                    + "Default: ${DEFAULT-VALUE}.")
    private double threshold = Locator.DEFAULT_THRESHOLD;

    private enum Method {
        WINDOWS,
        NACLIP,
        CLEARCLIP,
        MASKCLIP,
        LAST_LAYER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Complains before anything is loaded. */
    public void check() {
        if (tiles && method == Method.WINDOWS) {
            throw CommandFailure.usage("--tiles: windows are tiles already; give another --method with it");
        }
        if (size.isPresent() && size.get() < 1) {
            throw CommandFailure.usage("--size: expected at least 1, found " + size.get());
        }
        if (!(threshold >= 0 && threshold < 1)) {
            throw CommandFailure.usage("--threshold: expected 0 to below 1, found " + threshold);
        }
    }

    /** The same locator, as these options have it. */
    public Locator with(Locator locator, Clip clip) {
        return locator.withOptions(patches(clip)).withThreshold(threshold);
    }

    private PatchOptions patches(Clip clip) {
        PatchOptions options = switch (method) {
            case WINDOWS -> Locator.defaultOptions(clip);
            case NACLIP, CLEARCLIP, MASKCLIP, LAST_LAYER ->
                PatchOptions.defaults().withMethod(PatchMethod.valueOf(method.name()));
        };
        if (tiles) {
            options = options.withShortSide(3 * clip.config().vision().imageSize())
                    .withTiles(Math.max(1, clip.config().vision().grid() / 2));
        }
        return size.isPresent() ? options.withShortSide(size.get()) : options;
    }
}
