package org.clipjava.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clipjava.io.Shown;

/** What whoever gave labelled pictures may not have meant. */
final class Remarks {
    private static final Set<String> PARTS =
            Set.of("train", "training", "val", "valid", "validation", "test", "testing", "dev", "eval");

    private static final Pattern WORDNET = Pattern.compile("n\\d{8}");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    /** So many names are listed. */
    private static final int LISTED = 5;

    private PictureFolder found = new PictureFolder(List.of(), Map.of(), List.of());
    private final List<String> empty = new ArrayList<>();
    private int picturesBeside;

    /** A label as a sentence has it: with spaces for underscores where there are none. */
    static String spaced(String label) {
        boolean isOneWord = label.indexOf('_') >= 0 && label.chars().noneMatch(Character::isWhitespace);
        String spaced = isOneWord ? label.replaceAll("_+", " ").strip() : "";
        return spaced.isEmpty() ? label : spaced;
    }

    /** A file that stands beside the class folders. */
    void beside(Path file) {
        picturesBeside += PictureFolder.isPicture(file) ? 1 : 0;
    }

    /** What is in a class folder. */
    void in(PictureFolder folder) {
        found = new PictureFolder(List.of(), folder.others(), folder.loops()).and(found);
    }

    /** A folder without pictures. */
    void empty(String folder) {
        empty.add(folder);
    }

    List<String> all(Path where, LabelledImages.Classes classes) {
        List<String> remarks = new ArrayList<>();
        found.leftOut()
                .ifPresent(
                        files -> remarks.add(where + ": left out " + files + " that are no pictures by their names"));
        if (picturesBeside > 0) {
            remarks.add(where + ": left out " + pictures(picturesBeside) + " in no class folder");
        }
        if (!found.loops().isEmpty()) {
            remarks.add(where + ": left out links that lead back to a folder that they are in, as "
                    + found.loops().getFirst());
        }
        if (!empty.isEmpty()) {
            remarks.add(where + ": no label of " + listed(empty) + ", where no picture is");
        }
        Set<String> names = classes.names();
        if (classes.isMapped()) {
            shared(where, classes.shared()).ifPresent(remarks::add);
            return remarks;
        }
        if (names.stream().allMatch(name -> PARTS.contains(name.toLowerCase(Locale.ROOT)))) {
            String last = names.stream().reduce((first, second) -> second).orElseThrow();
            remarks.add(where + ": labels are " + listed(names)
                    + ", which look like the parts of a data set; did you mean " + where.resolve(last) + "?");
        } else if (names.stream().allMatch(name -> WORDNET.matcher(name).matches())) {
            remarks.add(where + ": labels look like WordNet's ids, " + listed(names)
                    + "; give --labels-map imagenet, or a list of id and label");
        } else if (names.stream().allMatch(name -> NUMBER.matcher(name).matches())) {
            remarks.add(where + ": labels are numbers, " + listed(names)
                    + "; give --labels-map FILE, a list of number and label");
        }
        List<String> spaced =
                names.stream().filter(name -> !spaced(name).equals(name)).toList();
        if (!spaced.isEmpty()) {
            remarks.add(where + ": underscores of labels are spaces in prompts: " + listed(spaced));
        }
        return remarks;
    }

    private static Optional<String> shared(Path where, Map<String, List<String>> shared) {
        return shared.isEmpty()
                ? Optional.empty()
                : Optional.of(where + ": classes that share a label stay apart: "
                        + shared.entrySet().stream()
                                .limit(LISTED)
                                .map(entry ->
                                        Shown.text(entry.getKey()) + " (" + String.join(", ", entry.getValue()) + ")")
                                .collect(Collectors.joining("; "))
                        + (shared.size() > LISTED ? "; …" : ""));
    }

    private static String pictures(int count) {
        return count == 1 ? "1 picture" : "%,d pictures".formatted(count);
    }

    private static String listed(Iterable<String> names) {
        List<String> all = new ArrayList<>();
        names.forEach(all::add);
        return Stream.concat(
                        all.stream().limit(LISTED).map(Shown::text),
                        all.size() > LISTED ? Stream.of("… (" + all.size() + ")") : Stream.empty())
                .collect(Collectors.joining(", "));
    }
}
