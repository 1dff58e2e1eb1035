package org.clipjava.cli.options;

import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.TextRemarks;
import org.clipjava.text.PromptTemplate;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;

/** A model, labels, and the sentences that these are put into. */
public final class LabelOptions {
    @ArgGroup(multiplicity = "1")
    private Labels labels = new Labels();

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private Templates templates = new Templates();

    /** The labels; complains of them, and of the templates, before anything is loaded. */
    public List<String> labels(Terminal terminal) {
        List<String> list = labels.labels(terminal);
        templates.check();
        return list;
    }

    public Clip open(ClipOptions options, Session session) {
        return model.open(options, session);
    }

    public ZeroShotClassifier classifier(Clip clip, List<String> list, Terminal terminal) {
        return templates.classifier(clip, list, terminal);
    }

    public List<PromptTemplate> templates(Clip clip) {
        return templates.orDefault(clip);
    }

    /** The templates; says what the model does not read of the labels in them. */
    public List<PromptTemplate> templates(Clip clip, List<String> list, Terminal terminal) {
        TextRemarks.ofLabels(clip, list, templates.orDefault(clip)).forEach(terminal::say);
        return templates.orDefault(clip);
    }
}
