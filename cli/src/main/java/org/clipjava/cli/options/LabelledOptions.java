package org.clipjava.cli.options;

import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands on labelled pictures share: the pictures, a model, templates, a seed, and the report's format. */
public final class LabelledOptions {
    @Mixin
    private LabelledInput input = new LabelledInput();

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private Templates templates = new Templates();

    @Mixin
    private TextOrJson format = new TextOrJson();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Of all that is drawn at random; the same seed gives the same numbers. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    public LabelledInput input() {
        return input;
    }

    /** What {@link #open} opens, for people. */
    public String modelName(Session session) {
        return model.name(session);
    }

    public Clip open(ClipOptions options, Session session) {
        return model.open(options, session);
    }

    public Templates templates() {
        return templates;
    }

    public TextOrJson format() {
        return format;
    }

    public long seed() {
        return seed;
    }
}
