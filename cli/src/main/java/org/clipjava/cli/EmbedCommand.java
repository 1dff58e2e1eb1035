package org.clipjava.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.ImagePipeline;
import org.clipjava.Tower;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code clip embed}: pictures and texts as points of the space that they share. */
@Command(
        name = "embed",
        description = "Writes the embeddings of pictures or texts.",
        synopsisSubcommandLabel = "(image | text)",
        subcommands = {EmbedCommand.Image.class, EmbedCommand.Text.class})
final class EmbedCommand implements Callable<Integer> {
    private static final int TEXTS_AT_A_TIME = 32;

    @ParentCommand
    private ClipCommand clip;

    @Override
    public Integer call() {
        throw CommandFailure.usage("embed what? name image or text; see clip embed --help");
    }

    /** What both kinds share. */
    static final class Target {
        @Mixin
        private ModelOption model = new ModelOption();

        @Option(
                names = "--normalize",
                negatable = true,
                defaultValue = "true",
                fallbackValue = "true",
                description = "Scale each embedding to length 1 (the default), or leave it as the projection gives it.")
        private boolean normalize;

        @Option(
                names = "--format",
                paramLabel = "FORMAT",
                description =
                        "jsonl, csv or npy (float32, a row for each input; that of a failed one is NaN); jsonl unless given.")
        private EmbeddingWriter.Format format = EmbeddingWriter.Format.JSONL;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "Write here instead of stdout; the file appears when it is complete.")
        private String file = "-";

        float[] values(Embedding embedding) {
            return (normalize ? embedding.normalized() : embedding).toArray();
        }
    }

    /** Writes embeddings. */
    private interface Run {
        ExitCode to(EmbeddingWriter writer) throws IOException;
    }

    private ExitCode write(Target target, String key, int rows, int dimension, Run run) throws IOException {
        return Output.write(target.file, clip.terminal(), out -> {
            EmbeddingWriter writer = target.format.to(out, key, rows, dimension);
            ExitCode exitCode = run.to(writer);
            writer.end();
            return exitCode;
        });
    }

    /** {@code clip embed image}. */
    @Command(name = "image", description = "Writes the embeddings of pictures.")
    static final class Image implements Callable<Integer> {
        @ParentCommand
        private EmbedCommand embed;

        @Mixin
        private Target target = new Target();

        @Mixin
        private ImageInputs images = new ImageInputs();

        @Override
        public Integer call() throws IOException {
            Terminal terminal = embed.clip.terminal();
            List<ImageInput> inputs = images.inputs(terminal);
            ClipOptions options =
                    embed.clip.globalOptions().clipOptions(inputs.size()).withTowers(Set.of(Tower.IMAGE));
            try (ImagePipeline<ImageInput> images = ImageRun.prepare(inputs, options);
                    Clip clip = target.model.open(options, embed.clip)) {
                ImageRun run = new ImageRun(clip, images, inputs.size(), terminal);
                return embed.write(
                                target,
                                "image",
                                inputs.size(),
                                clip.config().projection(),
                                writer -> run.run(new ImageRun.Listener() {
                                    @Override
                                    public void encoded(ImageInput input, Embedding embedding) throws IOException {
                                        writer.embedded(input.name(), target.values(embedding));
                                    }

                                    @Override
                                    public void failed(ImageInput input, String reason) throws IOException {
                                        writer.failed(input.name(), reason);
                                    }
                                }))
                        .code();
            }
        }
    }

    /** {@code clip embed text}. */
    @Command(name = "text", description = "Writes the embeddings of texts.")
    static final class Text implements Callable<Integer> {
        @ParentCommand
        private EmbedCommand embed;

        @Mixin
        private Target target = new Target();

        @Parameters(
                paramLabel = "TEXT",
                arity = "1..*",
                description = "Texts, as they are: no template; - alone reads them from stdin, one a line.")
        private List<String> arguments = new ArrayList<>();

        @Override
        public Integer call() throws IOException {
            Terminal terminal = embed.clip.terminal();
            List<String> texts = Texts.of(arguments, terminal);
            ClipOptions options =
                    embed.clip.globalOptions().clipOptions(texts.size()).withTowers(Set.of(Tower.TEXT));
            try (Clip clip = target.model.open(options, embed.clip)) {
                return embed.write(target, "text", texts.size(), clip.config().projection(), writer -> {
                            for (int i = 0; i < texts.size(); i += TEXTS_AT_A_TIME) {
                                List<String> some = texts.subList(i, Math.min(i + TEXTS_AT_A_TIME, texts.size()));
                                List<Embedding> embeddings = clip.encodeTexts(some);
                                for (int j = 0; j < some.size(); j++) {
                                    writer.embedded(some.get(j), target.values(embeddings.get(j)));
                                }
                            }
                            return ExitCode.OK;
                        })
                        .code();
            }
        }
    }
}
