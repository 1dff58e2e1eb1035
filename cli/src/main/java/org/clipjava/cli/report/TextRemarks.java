package org.clipjava.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.clipjava.Clip;
import org.clipjava.io.Shown;
import org.clipjava.text.PromptTemplate;
import org.clipjava.text.TokenSequence;

/** What a model does not read of texts, and which it does not tell apart: a line each, for stderr. */
public final class TextRemarks {
    /** Of a softmax over one label. */
    public static final String ALONE =
            "one label alone always has 100 %; compare it with others, or look at its cosine (--scores cosine,"
                    + " --threshold)";

    /** So many texts are named. */
    private static final int NAMED = 3;

    /** Of a text that is named. */
    private static final int CHARACTERS = 40;

    private TextRemarks() {}

    /** Of texts that stand alone. */
    public static List<String> ofTexts(Clip clip, List<String> texts) {
        List<String> cut = texts.stream()
                .filter(text -> clip.tokenizer().encode(text).truncated())
                .toList();
        return cut.isEmpty() ? List.of() : List.of(cut("text", cut, clip));
    }

    /** Of labels as a user gives them, in templates. */
    public static List<String> ofLabels(Clip clip, List<String> labels, List<PromptTemplate> templates) {
        List<String> remarks = new ArrayList<>();
        List<String> underscores = labels.stream()
                .filter(label -> label.indexOf('_') >= 0 && label.chars().noneMatch(Character::isWhitespace))
                .toList();
        if (!underscores.isEmpty()) {
            remarks.add("labels stand in the prompt as they are, with their underscores: " + named(underscores)
                    + "; write spaces");
        }
        remarks.addAll(ofPrompts(clip, labels, templates));
        return remarks;
    }

    /** Of what stands in templates, whoever wrote it. */
    public static List<String> ofPrompts(Clip clip, List<String> labels, List<PromptTemplate> templates) {
        Comparator<PromptTemplate> byLength =
                Comparator.comparingInt(template -> template.toString().length());
        PromptTemplate longest = templates.stream().max(byLength).orElseThrow();
        PromptTemplate shortest = templates.stream().min(byLength).orElseThrow();
        List<String> remarks = new ArrayList<>();
        List<String> cut = labels.stream()
                .filter(label -> clip.tokenizer().encode(longest.format(label)).truncated())
                .toList();
        if (!cut.isEmpty()) {
            remarks.add(cut("label", cut, clip));
        }
        // What is one text in the shortest template is so in all.
        Map<TokenSequence, List<String>> same = new LinkedHashMap<>();
        for (String label : labels) {
            same.computeIfAbsent(clip.tokenizer().encode(shortest.format(label)), ids -> new ArrayList<>())
                    .add(label);
        }
        same.values().stream()
                .filter(some -> some.size() > 1)
                .limit(NAMED)
                .forEach(some -> remarks.add(
                        "the labels " + named(some) + " are the same text to the model, and share its score"));
        return remarks;
    }

    private static String cut(String what, List<String> texts, Clip clip) {
        boolean one = texts.size() == 1;
        return (one ? "a " + what + " is" : "%,d %ss are".formatted(texts.size(), what)) + " longer than the "
                + clip.config().text().contextLength() + " tokens that the model reads, and " + (one ? "is" : "are")
                + " cut: " + named(texts);
    }

    private static String named(List<String> texts) {
        return texts.stream()
                        .limit(NAMED)
                        .map(text -> "'" + Shown.text(text, CHARACTERS) + "'")
                        .collect(Collectors.joining(", "))
                + (texts.size() > NAMED ? ", …" : "");
    }
}
