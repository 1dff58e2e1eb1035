package org.clipjava.cli.commands;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.ImagePipeline;
import org.clipjava.Tower;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.input.ImageRun;
import org.clipjava.cli.options.DraftOption;
import org.clipjava.cli.options.ImageInputs;
import org.clipjava.cli.options.ModelOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.Tally;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.RankingWriter;
import org.clipjava.cli.report.TextRemarks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clip rank}. */
@Command(
        name = "rank",
        description = "Puts pictures in the order in which they fit a text.",
        footer = {
            "",
            "The text is taken as it is, without a template. Nothing is printed before the last picture is encoded.",
            "",
            "Example: clip rank --text \"a red car in the snow\" --top-k 10 -r photos"
        })
public final class RankCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--text", paramLabel = "TEXT", required = true, description = "What the pictures are to show.")
    private String text = "";

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(names = "--top-k", paramLabel = "K", description = "Show the best K pictures. Default: all.")
    private Optional<Integer> topK = Optional.empty();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, json, jsonl or csv. Default: ${DEFAULT-VALUE}.")
    private RankingWriter.Format format = RankingWriter.Format.TABLE;

    @Mixin
    private ImageInputs images = new ImageInputs();

    @Mixin
    private DraftOption draft = new DraftOption();

    public RankCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        if (text.isBlank()) {
            throw CommandFailure.usage("--text: expected a text, found a blank one");
        }
        if (topK.isPresent() && topK.get() < 1) {
            throw CommandFailure.usage("--top-k: expected at least 1, found " + topK.get());
        }
        Terminal terminal = session.terminal();
        List<ImageInput> inputs = images.inputs(terminal);
        ClipOptions options =
                draft.in(images.in(session.global().clipOptions(inputs.size()))).withTowers(Set.of(Tower.values()));
        try (ImagePipeline<ImageInput> prepared = ImageRun.prepare(inputs, options);
                Clip opened = model.open(options, session)) {
            TextRemarks.ofTexts(opened, List.of(text)).forEach(terminal::say);
            Embedding wanted = opened.encodeText(text).normalized();
            List<RankingWriter.Ranked> ranked = new ArrayList<>();
            Tally tally = new ImageRun(opened, prepared, inputs.size(), terminal).run(new ImageRun.Listener() {
                @Override
                public void encoded(ImageInput input, Embedding embedding) {
                    float cosine = (float) embedding.normalized().dot(wanted);
                    ranked.add(new RankingWriter.Ranked(input.name(), cosine));
                }

                @Override
                public void failed(ImageInput input, String reason) {}
            });
            List<RankingWriter.Ranked> best = ranked.stream()
                    .sorted(Comparator.comparingDouble(RankingWriter.Ranked::cosine)
                            .reversed())
                    .limit(topK.orElse(Integer.MAX_VALUE))
                    .toList();
            terminal.print(format.write(best));
            return tally.exitCode().code();
        }
    }
}
