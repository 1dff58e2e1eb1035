package org.clipjava.cli.commands;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.Tower;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.options.ImageArgument;
import org.clipjava.cli.options.ModelFailure;
import org.clipjava.cli.options.ModelOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.OutputFile;
import org.clipjava.cli.output.PngWriter;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.RgbImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clip preprocess}. */
@Command(
        name = "preprocess",
        description = "Writes the crop that the model sees, pixel for pixel, as PNG.",
        footer = {"", "Example: clip preprocess photo.jpg -o crop.png"})
public final class PreprocessCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "CROP.png",
            required = true,
            description = "The PNG to write; - is stdout.")
    private String file = "-";

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private ImageArgument image = new ImageArgument();

    public PreprocessCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        ImageInput input = image.input(session.terminal());
        try (Clip opened = model.open(image.in(session.global().clipOptions()).withTowers(Set.of()), session)) {
            ModelFailure.require(opened, Tower.IMAGE);
            RgbImage picture;
            try (EncodedImage encoded = input.open()) {
                picture = opened.imageDecoder().decodeFor(encoded, opened.preprocessor());
            } catch (IOException e) {
                throw CommandFailure.ofPicture(input.name(), e);
            }
            RgbImage crop = opened.preprocessor().crop(picture);
            return OutputFile.of(file)
                    .write(session.terminal(), out -> {
                        PngWriter.write(crop, out);
                        return ExitCode.OK;
                    })
                    .code();
        }
    }
}
