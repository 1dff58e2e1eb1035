package org.clipjava.text;

/**
 * A sentence with a slot for the label, {@code a photo of a {}}. The slot is written {@code {}} or {@code {label}}.
 * Immutable and thread-safe.
 *
 * @param prefix before the slot
 * @param suffix behind the slot
 */
public record PromptTemplate(String prefix, String suffix) {
    private static final String SLOT = "{}";
    private static final String NAMED_SLOT = "{label}";

    /**
     * Takes a template apart.
     *
     * @throws IllegalArgumentException if it has not exactly one slot
     */
    public static PromptTemplate of(String template) {
        // both spellings have the same meaning, so both count
        String[] parts = template.replace(NAMED_SLOT, SLOT).split("\\{}", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("template '" + template + "': expected one slot for the label, " + SLOT
                    + " or " + NAMED_SLOT + ", found " + (parts.length - 1));
        }
        return new PromptTemplate(parts[0], parts[1]);
    }

    /** The sentence for a label. */
    public String format(String label) {
        return prefix + label + suffix;
    }

    @Override
    public String toString() {
        return format(SLOT);
    }
}
