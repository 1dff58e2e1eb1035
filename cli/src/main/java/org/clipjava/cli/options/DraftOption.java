package org.clipjava.cli.options;

import org.clipjava.ClipOptions;
import picocli.CommandLine.Option;

/** {@code --draft}: large JPEGs are decoded smaller. For commands that only embed pictures, or show what is embedded. */
public final class DraftOption {
    @Option(
            names = "--draft",
            description =
                    "Decode large JPEGs at 1/2, 1/4 or 1/8, as Pillow's draft does: sooner, and with slightly other"
                            + " embeddings.")
    private boolean draft;

    /** Whether it is given. */
    public boolean asked() {
        return draft;
    }

    /** The same options, drafting if that is asked for. */
    public ClipOptions in(ClipOptions options) {
        return draft ? options.withDraft(true) : options;
    }
}
