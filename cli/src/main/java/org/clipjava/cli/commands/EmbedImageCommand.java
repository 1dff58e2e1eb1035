package org.clipjava.cli.commands;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.ImagePipeline;
import org.clipjava.Tower;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.input.ImageRun;
import org.clipjava.cli.input.KnownPictures;
import org.clipjava.cli.options.DraftOption;
import org.clipjava.cli.options.EmbeddingOptions;
import org.clipjava.cli.options.ImageInputs;
import org.clipjava.cli.options.ResumeOptions;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.EmbeddingWriter;
import org.clipjava.eval.EmbeddingCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code clip embed image}. */
@Command(
        name = "image",
        description = "Writes the embeddings of pictures.",
        footer = {
            "",
            "A picture that can't be read is a line on stderr and, in jsonl, an object with the key error; in "
                    + "npy its row is NaN. The run goes on and exits 5 (6 if no picture could be read).",
            "",
            "Example: clip embed image --format npy -o photos.npy photos/*.jpg"
        })
public final class EmbedImageCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private EmbeddingOptions embedding = new EmbeddingOptions();

    @Mixin
    private ImageInputs images = new ImageInputs();

    @Mixin
    private DraftOption draft = new DraftOption();

    @Mixin
    private ResumeOptions resume = new ResumeOptions();

    public EmbedImageCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        resume.check();
        Terminal terminal = session.terminal();
        List<ImageInput> inputs = images.inputs(terminal);
        ClipOptions options =
                draft.in(images.in(session.global().clipOptions(inputs.size()))).withTowers(Set.of(Tower.IMAGE));
        return (resume.asked() ? resumed(inputs, options) : run(inputs, options)).code();
    }

    private ExitCode run(List<ImageInput> inputs, ClipOptions options) throws IOException {
        try (ImagePipeline<ImageInput> prepared = ImageRun.prepare(inputs, options);
                Clip clip = embedding.open(options, session)) {
            ImageRun run = new ImageRun(clip, prepared, inputs.size(), session.terminal());
            return embedding.write(
                    rows(inputs, clip),
                    session.terminal(),
                    writer -> run.run(written(writer)).exitCode());
        }
    }

    private ExitCode resumed(List<ImageInput> inputs, ClipOptions options) throws IOException {
        try (Clip clip = embedding.open(options, session);
                EmbeddingCache cache = resume.open(clip, session)) {
            return embedding.write(rows(inputs, clip), session.terminal(), writer -> {
                KnownPictures pictures = new KnownPictures(inputs, cache, options.imageDecoder(), written(writer));
                try (ImagePipeline<ImageInput> prepared = ImageRun.prepare(pictures, options)) {
                    ImageRun run = new ImageRun(clip, prepared, inputs.size(), session.terminal());
                    return run.run(pictures).plus(pictures.end()).exitCode();
                }
            });
        }
    }

    private static EmbeddingOptions.Rows rows(List<ImageInput> inputs, Clip clip) {
        return new EmbeddingOptions.Rows("image", inputs.size(), clip.config().embedDim());
    }

    private ImageRun.Listener written(EmbeddingWriter writer) {
        return new ImageRun.Listener() {
            @Override
            public void encoded(ImageInput input, Embedding encoded) throws IOException {
                writer.embedded(input.name(), embedding.values(encoded));
            }

            @Override
            public void failed(ImageInput input, String reason) throws IOException {
                writer.failed(input.name(), reason);
            }
        };
    }
}
