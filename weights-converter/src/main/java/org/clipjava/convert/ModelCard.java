package org.clipjava.convert;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a checkpoint's {@code README.md} says in the YAML before its text, of which only the licence is read. */
final class ModelCard {
    /** The YAML comes first, and is short. */
    private static final int BEGINNING = 1 << 16;

    private static final String FENCE = "---";
    private static final Pattern FIELD = Pattern.compile("(license|license_name):(.*)");
    private static final Pattern ITEM = Pattern.compile("\\s*-\\s+(.*)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");

    private ModelCard() {}

    /** The licence as Hugging Face's model cards name it; empty where the file does not tell one. */
    static Optional<String> licence(Path readme) throws IOException {
        try (InputStream in = Files.newInputStream(readme)) {
            return licence(new String(in.readNBytes(BEGINNING), StandardCharsets.UTF_8));
        }
    }

    static Optional<String> licence(String text) {
        List<String> lines =
                (text.startsWith("\ufeff") ? text.substring(1) : text).lines().toList();
        if (lines.isEmpty() || !lines.getFirst().strip().equals(FENCE)) {
            return Optional.empty();
        }
        Optional<String> licence = Optional.empty();
        Optional<String> ownName = Optional.empty();
        for (int i = 1; i < lines.size() && !lines.get(i).strip().equals(FENCE); i++) {
            Matcher field = FIELD.matcher(lines.get(i));
            if (field.matches()) {
                Optional<String> value = value(field.group(2), lines.subList(i + 1, lines.size()));
                if (field.group(1).equals("license")) {
                    licence = value;
                } else {
                    ownName = value;
                }
            }
        }
        // "other" says no more than that the hub has no name for it
        return licence.filter(value -> value.equals("other")).isPresent()
                ? ownName.or(() -> Optional.of("other"))
                : licence;
    }

    /** A word, or the words of a list, which is written in brackets or in the lines that follow. */
    private static Optional<String> value(String written, List<String> following) {
        String value = written.replaceFirst("(^|\\s)#.*", "").strip();
        List<String> words = new ArrayList<>();
        if (value.startsWith("[") && value.endsWith("]")) {
            words.addAll(List.of(value.substring(1, value.length() - 1).split(",", -1)));
        } else if (value.isEmpty()) {
            for (String line : following) {
                Matcher item = ITEM.matcher(line);
                if (!item.matches()) {
                    break;
                }
                words.add(item.group(1));
            }
        } else {
            words.add(value);
        }
        List<String> names = words.stream().map(ModelCard::unquoted).toList();
        return names.isEmpty()
                        || !names.stream().allMatch(name -> NAME.matcher(name).matches())
                ? Optional.empty()
                : Optional.of(String.join(", ", names));
    }

    private static String unquoted(String word) {
        String bare = word.strip();
        boolean quoted = bare.length() >= 2
                && ((bare.startsWith("\"") && bare.endsWith("\"")) || (bare.startsWith("'") && bare.endsWith("'")));
        return quoted ? bare.substring(1, bare.length() - 1) : bare;
    }
}
