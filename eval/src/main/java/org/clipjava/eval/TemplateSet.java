package org.clipjava.eval;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.clipjava.text.PromptTemplate;

/**
 * Templates whose embeddings are averaged, under a name: each is normalised, their mean taken, and that normalised again.
 * Immutable and thread-safe.
 *
 * @param templates at least one
 */
public record TemplateSet(String name, List<PromptTemplate> templates) {
    /**
     * The sets that come with the library. {@code article}: 'a photo of a {}'; {@code hf}: the default of Hugging Face's pipeline;
     * {@code openai-7} and {@code openai-80}: CLIP's for ImageNet; {@code none}: the bare label; the others: CLIP's for the data set of
     * that name.
     */
    public static final List<String> BUILT_IN = List.of(
            "article",
            "hf",
            "none",
            "openai-7",
            "openai-80",
            "cifar",
            "pets",
            "food101",
            "flowers102",
            "aircraft",
            "birdsnap");

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public TemplateSet {
        templates = List.copyOf(templates);
        if (templates.isEmpty()) {
            throw new IllegalArgumentException("the template set " + name + " is empty");
        }
    }

    /** One of {@link #BUILT_IN}; empty if it is none. */
    public static Optional<TemplateSet> builtIn(String name) {
        if (!BUILT_IN.contains(name)) {
            return Optional.empty();
        }
        String resource = "templates/" + name + ".txt";
        try (InputStream in = TemplateSet.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + resource + " is missing");
            }
            return Optional.of(new TemplateSet(
                    name,
                    new String(in.readAllBytes(), UTF_8)
                            .lines()
                            .map(PromptTemplate::of)
                            .toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For people: the template itself, or how many there are. */
    public String description() {
        return templates.size() == 1 ? "'" + templates.getFirst() + "'" : templates.size() + " templates";
    }
}
