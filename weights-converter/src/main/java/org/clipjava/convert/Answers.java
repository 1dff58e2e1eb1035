package org.clipjava.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.clipjava.convert.ConversionOptionException.Property;

/** Puts together what a checkpoint tells and what its user tells, and collects what neither does. */
final class Answers {
    private final String where;
    private final List<Property> missing = new ArrayList<>();

    /** @param where what messages call the checkpoint */
    Answers(String where) {
        this.where = where;
    }

    /** What the checkpoint states, or else the user, or else what holds where neither says anything. */
    <T> T otherwise(Property property, Optional<T> stated, Optional<T> option, T known)
            throws ConversionOptionException {
        if (stated.isPresent() && option.isPresent() && !stated.equals(option)) {
            throw new ConversionOptionException(
                    "%s: expected its own %s, %s, found the option %s; leave that out"
                            .formatted(where, property.spelling(), shown(stated.get()), shown(option.get())),
                    List.of());
        }
        return stated.or(() -> option).orElse(known);
    }

    /** What the checkpoint states, or else the user; where neither does, a placeholder, and {@link #check} fails. */
    <T> T of(Property property, Optional<T> stated, Optional<T> option, T placeholder)
            throws ConversionOptionException {
        if (stated.isEmpty() && option.isEmpty()) {
            missing.add(property);
        }
        return otherwise(property, stated, option, placeholder);
    }

    /** What the checkpoint states, which an option may only repeat. */
    <T> T confirm(Property property, T stated, Optional<T> option) throws ConversionOptionException {
        return otherwise(property, Optional.of(stated), option, stated);
    }

    private static String shown(Object value) {
        return value.toString().toLowerCase(Locale.ROOT);
    }

    /** Fails if anything was not to be had, and names all of it. */
    void check() throws ConversionOptionException {
        if (!missing.isEmpty()) {
            throw new ConversionOptionException(
                    "%s: expected to be told what these weights do not say: %s"
                            .formatted(
                                    where,
                                    missing.stream().map(Property::toString).collect(Collectors.joining(", "))),
                    missing);
        }
    }
}
