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

    /** The same options with what is seen through transparent pictures. */
    public ClipOptions in(ClipOptions options) {
        return background.in(options);
    }

    public ImageInput input(Terminal terminal) {
        return ImageInput.of(image, terminal);
    }
}
