package org.clipjava.cli;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.text.TokenSequence;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code clip tokenize}. */
@Command(
        name = "tokenize",
        description = "Shows the tokens that the model reads: JSON lines of text, ids, tokens and truncated.")
final class TokenizeCommand implements Callable<Integer> {
    @ParentCommand
    private ClipCommand clip;

    @Mixin
    private ModelOption model = new ModelOption();

    @Parameters(paramLabel = "TEXT", arity = "1..*", description = "Texts; - alone reads them from stdin, one a line.")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        List<String> texts = Texts.of(arguments, clip.terminal());
        try (Clip opened = model.open(clip.globalOptions().clipOptions().withTowers(Set.of()), clip)) {
            Writer out = clip.terminal().writer();
            for (String text : texts) {
                TokenSequence sequence = opened.tokenizer().encode(text);
                List<String> tokens = opened.tokenizer().tokens(sequence);
                out.write(line(text, sequence, tokens));
                out.flush();
            }
            return ExitCode.OK.code();
        }
    }

    static String line(String text, TokenSequence sequence, List<String> tokens) {
        return Json.object(json -> {
                    json.name("text").value(text).name("ids").beginArray();
                    for (int id : sequence.ids()) {
                        json.value(id);
                    }
                    json.endArray().name("tokens").beginArray();
                    for (String token : tokens) {
                        json.value(token);
                    }
                    json.endArray().name("truncated").value(sequence.truncated());
                })
                + "\n";
    }
}
