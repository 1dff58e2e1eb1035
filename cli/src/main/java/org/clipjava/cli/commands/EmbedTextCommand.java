package org.clipjava.cli.commands;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.Tower;
import org.clipjava.cli.options.EmbeddingOptions;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.TextArguments;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.report.EmbeddingWriter;
import org.clipjava.cli.report.TextRemarks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code clip embed text}. */
@Command(
        name = "text",
        description = "Writes the embeddings of texts.",
        footer = {"", "Example: clip embed text \"a photo of a cat\" \"a photo of a dog\""})
public final class EmbedTextCommand implements Callable<Integer> {
    private static final int TEXTS_AT_A_TIME = 32;

    private final Session session;

    @Mixin
    private EmbeddingOptions embedding = new EmbeddingOptions();

    @Mixin
    private TextArguments arguments = new TextArguments();

    public EmbedTextCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        List<String> texts = arguments.texts(session.terminal());
        ClipOptions options = session.global().clipOptions(texts.size()).withTowers(Set.of(Tower.TEXT));
        try (Clip clip = embedding.open(options, session)) {
            TextRemarks.ofTexts(clip, texts).forEach(session.terminal()::say);
            EmbeddingOptions.Rows rows = new EmbeddingOptions.Rows(
                    "text", texts.size(), clip.config().embedDim());
            return embedding
                    .write(rows, session.terminal(), writer -> encode(texts, clip, writer))
                    .code();
        }
    }

    private ExitCode encode(List<String> texts, Clip clip, EmbeddingWriter writer) throws IOException {
        for (int i = 0; i < texts.size(); i += TEXTS_AT_A_TIME) {
            List<String> some = texts.subList(i, Math.min(i + TEXTS_AT_A_TIME, texts.size()));
            List<Embedding> embeddings = clip.encodeTexts(some);
            for (int j = 0; j < some.size(); j++) {
                writer.embedded(some.get(j), embedding.values(embeddings.get(j)));
            }
        }
        return ExitCode.OK;
    }
}
