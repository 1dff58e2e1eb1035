package org.clipjava.cli;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.image.RgbImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code clip preprocess}. */
@Command(name = "preprocess", description = "Writes the crop that the model sees, pixel for pixel, as PNG.")
final class PreprocessCommand implements Callable<Integer> {
    @ParentCommand
    private ClipCommand clip;

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "CROP.png",
            required = true,
            description = "The PNG to write; - is stdout.")
    private String file = "-";

    @Parameters(paramLabel = "IMAGE", description = "The picture; - reads it from stdin.")
    private String image = "-";

    @Override
    public Integer call() throws IOException {
        Terminal terminal = clip.terminal();
        ImageInput input = image.equals("-") ? new ImageInput.Stdin(terminal.in()) : new ImageInput.File(image);
        try (Clip opened = model.open(clip.globalOptions().clipOptions().withTowers(Set.of()), clip)) {
            RgbImage picture;
            try {
                picture = input.decode(ImageInput.decoder());
            } catch (IOException e) {
                throw new CommandFailure(
                        ExitCode.ALL_INPUTS_FAILED, input.name() + ": " + Reason.of(e, input.name()), e);
            }
            RgbImage crop = opened.preprocessor().crop(picture);
            return Output.write(file, terminal, out -> {
                        PngWriter.write(crop, out);
                        return ExitCode.OK;
                    })
                    .code();
        }
    }
}
