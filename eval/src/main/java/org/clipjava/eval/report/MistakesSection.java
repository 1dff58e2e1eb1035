package org.clipjava.eval.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.eval.Evaluation;
import org.clipjava.eval.Mistake;
import org.clipjava.image.ImageDecoder;
import org.clipjava.io.Shown;

/** The most confident mistakes of the first set of templates, with the pictures. Immutable and thread-safe. */
public final class MistakesSection implements ReportSection {
    private static final int SHOWN = 5;

    private final List<String> labels;
    private final List<Mistake> mistakes;
    private final ImageDecoder decoder;

    private MistakesSection(Evaluation evaluation, ImageDecoder decoder) {
        this.labels = evaluation.labels();
        this.mistakes = evaluation.results().getFirst().worst();
        this.decoder = decoder;
    }

    /**
     * The mistakes.
     *
     * @param decoder reads the pictures again for the page
     */
    public static MistakesSection of(Evaluation evaluation, ImageDecoder decoder) {
        return new MistakesSection(evaluation, decoder);
    }

    @Override
    public String key() {
        return "worst_mistakes";
    }

    @Override
    public String title() {
        return "Worst mistakes";
    }

    @Override
    public String text() {
        if (mistakes.isEmpty()) {
            return "";
        }
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("worst mistakes", "is", "taken for", "confidence"));
        for (Mistake mistake : mistakes.subList(0, Math.min(SHOWN, mistakes.size()))) {
            table.add(List.of(
                    Shown.escaped(mistake.file().toString()),
                    Shown.escaped(labels.get(mistake.truth())),
                    Shown.escaped(labels.get(mistake.predicted())),
                    Words.percent(mistake.confidence())));
        }
        return Words.columns("  ", table);
    }

    @Override
    public JsonElement json() {
        JsonArray all = new JsonArray();
        for (Mistake mistake : mistakes) {
            JsonObject object = new JsonObject();
            object.addProperty("file", mistake.file().toString());
            object.addProperty("label", labels.get(mistake.truth()));
            object.addProperty("predicted", labels.get(mistake.predicted()));
            object.addProperty("confidence", mistake.confidence());
            all.add(object);
        }
        return all;
    }

    @Override
    public void html(HtmlWriter page) {
        if (mistakes.isEmpty()) {
            return;
        }
        page.element("p", "Wrong, and the most confident of it.", "class", "faint");
        page.open("ul", "class", "pictures");
        for (Mistake mistake : mistakes) {
            String label = labels.get(mistake.truth());
            String predicted = labels.get(mistake.predicted());
            page.open("li");
            Optional<String> thumbnail = Thumbnail.of(mistake.file(), decoder);
            if (thumbnail.isPresent()) {
                page.empty(
                        "img",
                        "src",
                        thumbnail.get(),
                        "alt",
                        label + ", taken for " + predicted,
                        "width",
                        "112",
                        "height",
                        "112");
            } else {
                page.element("span", "no picture", "class", "none");
            }
            page.element("b", predicted)
                    .text(" " + Words.percent(mistake.confidence()).replace(' ', '\u00a0'))
                    .empty("br")
                    .text("is " + label)
                    .empty("br")
                    .element(
                            "span",
                            Optional.ofNullable(mistake.file().getFileName())
                                    .orElse(mistake.file())
                                    .toString(),
                            "class",
                            "faint",
                            "title",
                            mistake.file().toString())
                    .close("li");
        }
        page.close("ul");
    }
}
