package org.clipjava.cli.options;

import java.util.ArrayList;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.TextRemarks;
import org.clipjava.text.PromptTemplate;
import picocli.CommandLine.Option;

/** {@code --template}: the sentences that labels are put into. */
public final class Templates {
    @Option(
            names = "--template",
            paramLabel = "TEXT",
            description = "The prompt; {} or {label} is the label's place. Repeat it to average several. "
                    + "Default: the model's own, usually 'a photo of a {}'.")
    private List<String> templates = new ArrayList<>();

    public boolean given() {
        return !templates.isEmpty();
    }

    /** Complains of a malformed one before anything is loaded. */
    public void check() {
        templates.forEach(Templates::template);
    }

    /** Encodes the labels, in the templates given or the model's own; says what the model does not read of them. */
    public ZeroShotClassifier classifier(Clip clip, List<String> labels, Terminal terminal) {
        TextRemarks.ofLabels(clip, labels, orDefault(clip)).forEach(terminal::say);
        return ZeroShotClassifier.of(clip, labels, orDefault(clip));
    }

    /** The templates given, or the model's own. */
    public List<PromptTemplate> orDefault(Clip clip) {
        return templates.isEmpty()
                ? List.of(clip.defaultTemplate())
                : templates.stream().map(Templates::template).toList();
    }

    private static PromptTemplate template(String text) {
        try {
            return PromptTemplate.of(text);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--" + e.getMessage(), e); // begins with: template '…'
        }
    }
}
