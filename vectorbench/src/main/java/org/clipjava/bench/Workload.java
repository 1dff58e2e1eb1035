package org.clipjava.bench;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.text.PromptTemplate;

/** What one line of the comparison measures. */
sealed interface Workload {
    /** Pictures in one call, preprocessed beforehand. */
    record Images(int batch) implements Workload {
        @Override
        public String toString() {
            return "image" + batch;
        }
    }

    /** Labels in the model's default template, in one call. */
    record Labels(int count) implements Workload {
        @Override
        public String toString() {
            return "text" + count;
        }
    }

    /** Each of some labels in each of some templates, in one call. */
    record Prompts(int labels, int templates) implements Workload {
        @Override
        public String toString() {
            return "text" + labels + "x" + templates;
        }
    }

    /** What is measured unless told otherwise. */
    List<Workload> DEFAULTS =
            List.of(new Images(1), new Images(8), new Images(32), new Labels(10), new Prompts(1000, 7));

    /** Imagenette's ten classes. */
    List<String> IMAGENETTE = List.of(
            "tench",
            "English springer",
            "cassette player",
            "chain saw",
            "church",
            "French horn",
            "garbage truck",
            "gas pump",
            "golf ball",
            "parachute");

    /** The seven templates that CLIP's authors recommend for ImageNet when 80 are too many. */
    List<PromptTemplate> TEMPLATES = List.of(
            PromptTemplate.of("itap of a {}."),
            PromptTemplate.of("a bad photo of the {}."),
            PromptTemplate.of("a origami {}."),
            PromptTemplate.of("a photo of the large {}."),
            PromptTemplate.of("a {} in a video game."),
            PromptTemplate.of("art of the {}."),
            PromptTemplate.of("a photo of the small {}."));

    /**
     * Reads {@code image<batch>}, {@code text<labels>} or {@code text<labels>x<templates>}.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    static Workload parse(String name) {
        Matcher matcher =
                Pattern.compile("(image|text)([1-9]\\d{0,4})(?:x([1-9]))?").matcher(name);
        if (matcher.matches()) {
            int count = Integer.parseInt(matcher.group(2));
            boolean image = matcher.group(1).equals("image");
            if (matcher.group(3) == null) {
                return image ? new Images(count) : new Labels(count);
            }
            int templates = Integer.parseInt(matcher.group(3));
            if (!image && templates <= TEMPLATES.size()) {
                return new Prompts(count, templates);
            }
        }
        throw new IllegalArgumentException("--cases: expected image<batch>, text<labels> or text<labels>x<1 to "
                + TEMPLATES.size() + " templates>, found '" + name + "'");
    }

    /** The texts of a workload that has labels: each label in each template. */
    static List<String> texts(int labels, List<PromptTemplate> templates) {
        return labels(labels).stream()
                .flatMap(label -> templates.stream().map(template -> template.format(label)))
                .toList();
    }

    /** Imagenette's labels as far as they go, beyond them made-up ones of one or two words, the same each time. */
    static List<String> labels(int count) {
        if (count <= IMAGENETTE.size()) {
            return IMAGENETTE.subList(0, count);
        }
        Random random = new Random(1000);
        Set<String> labels = new LinkedHashSet<>();
        while (labels.size() < count) {
            String first = word(random);
            labels.add(random.nextInt(2) == 0 ? first : first + " " + word(random));
        }
        return List.copyOf(labels);
    }

    /** One or two syllables: about as many tokens as a word of ImageNet's labels has. */
    private static String word(Random random) {
        List<String> onsets =
                Arrays.asList("b", "br", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "st", "t", "w");
        List<String> rimes = Arrays.asList("an", "ar", "at", "ea", "ed", "en", "er", "in", "ing", "on", "ow", "un");
        StringBuilder word = new StringBuilder();
        for (int syllables = 1 + random.nextInt(2); syllables > 0; syllables--) {
            word.append(onsets.get(random.nextInt(onsets.size()))).append(rimes.get(random.nextInt(rimes.size())));
        }
        return word.toString();
    }
}
