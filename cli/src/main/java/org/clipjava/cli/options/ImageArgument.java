package org.clipjava.cli.options;

import org.clipjava.ClipOptions;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.output.Terminal;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The one picture that a command is about. */
public final class ImageArgument {
    @Parameters(paramLabel = "IMAGE", description = "The picture; - reads it from stdin.")
    private String image = "-";

    @Mixin
    private BackgroundOption background = new BackgroundOption();

    @Mixin
    private DecoderOption decoder = new DecoderOption();

    @Mixin
    private DraftOption draft = new DraftOption();

    /** The same options with what is seen through transparent pictures, drafting if that is asked for. */
    public ClipOptions in(ClipOptions options) {
        return draft.in(decoder.in(background.in(options)));
    }

    /** Whether large JPEGs are decoded smaller. */
    public boolean draft() {
        return draft.asked();
    }

    public ImageInput input(Terminal terminal) {
        return ImageInput.of(image, terminal);
    }
}
