package org.clipjava.cli;

import java.util.Optional;
import org.clipjava.config.WeightType;
import org.clipjava.hub.RepoReference;

/**
 * How a pulled model is named: {@code openai/clip-vit-base-patch32}, with {@code @REVISION} and {@code :TYPE} behind it where
 * several are there.
 */
record ModelName(RepoReference reference, Optional<WeightType> type) {

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException if it is none
     */
    static ModelName parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return new ModelName(RepoReference.parse(text), Optional.empty());
        }
        String spelling = text.substring(colon + 1);
        WeightType type = WeightType.spelled(spelling)
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + text + "': expected f32, f16, bf16 or q8 behind the colon, found '" + spelling + "'"));
        return new ModelName(RepoReference.parse(text.substring(0, colon)), Optional.of(type));
    }

    /** The name, if that is what the text is. */
    static Optional<ModelName> of(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What to type to have it. */
    String cure() {
        return "clip pull " + reference
                + type.filter(wanted -> wanted != WeightType.F32)
                        .map(wanted -> " --dtype " + wanted.spelling())
                        .orElse("");
    }

    @Override
    public String toString() {
        return reference + type.map(wanted -> ":" + wanted.spelling()).orElse("");
    }
}
