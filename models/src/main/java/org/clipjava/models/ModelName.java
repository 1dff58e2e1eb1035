package org.clipjava.models;

import java.util.Optional;
import org.clipjava.config.WeightType;
import org.clipjava.hub.RepoReference;

/**
 * How a model of the hub is named: {@code openai/clip-vit-base-patch32}, with {@code @REVISION} and {@code :TYPE} behind it where
 * several are there. Names of OpenAI and OpenCLIP ({@code ViT-B/32}, {@code ViT-B-32/laion2b_s34b_b79k}) and addresses of the hub mean
 * their repository. Immutable and thread-safe.
 *
 * @param reference the repository and its revision
 * @param type how the weights are stored; empty if any will do
 */
public record ModelName(RepoReference reference, Optional<WeightType> type) {

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException if it is none; the message says what was expected
     */
    public static ModelName parse(String text) {
        Optional<String> repository = OtherNames.repository(text);
        if (repository.isPresent()) {
            return new ModelName(RepoReference.parse(repository.get()), Optional.empty());
        }
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return new ModelName(RepoReference.parse(text), Optional.empty());
        }
        String spelling = text.substring(colon + 1);
        WeightType type = WeightType.spelled(spelling)
                .orElseThrow(() -> new IllegalArgumentException("'" + text
                        + "': expected f32, f16, bf16, q8 or int8 behind the colon, found '" + spelling + "'"));
        String name = text.substring(0, colon);
        return new ModelName(RepoReference.parse(OtherNames.repository(name).orElse(name)), Optional.of(type));
    }

    /** The name that a text is; empty if it is none. */
    public static Optional<ModelName> of(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return reference + type.map(wanted -> ":" + wanted.spelling()).orElse("");
    }
}
