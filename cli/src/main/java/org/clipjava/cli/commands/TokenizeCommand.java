package org.clipjava.cli.commands;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.Tower;
import org.clipjava.cli.options.ModelFailure;
import org.clipjava.cli.options.ModelOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.TextArguments;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.report.TokenLine;
import org.clipjava.text.TokenSequence;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code clip tokenize}. */
@Command(
        name = "tokenize",
        description = "Shows the tokens that the model reads: JSON lines of text, ids, tokens and truncated.",
        footer = {"", "Example: clip tokenize \"a photo of a cat\""})
public final class TokenizeCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private TextArguments arguments = new TextArguments();

    public TokenizeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        List<String> texts = arguments.texts(session.terminal());
        try (Clip opened = model.open(session.global().clipOptions().withTowers(Set.of()), session)) {
            ModelFailure.require(opened, Tower.TEXT);
            Writer out = session.terminal().writer();
            for (String text : texts) {
                TokenSequence sequence = opened.tokenizer().encode(text);
                List<String> tokens = opened.tokenizer().tokens(sequence);
                out.write(TokenLine.of(text, sequence, tokens));
                out.flush();
            }
            return ExitCode.OK.code();
        }
    }
}
