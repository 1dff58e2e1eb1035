package org.clipjava.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Options of a command line, each {@code --name value} or {@code --name=value}. */
final class Options {
    private final Map<String, String> values;

    private Options(Map<String, String> values) {
        this.values = values;
    }

    /** What was typed can't be understood; the message is one line. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(@Nullable String message) {
            super(message);
        }
    }

    static Options parse(List<String> arguments, Set<String> known) throws UsageException {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (!known.contains(name)) {
                throw new UsageException("unknown argument '" + argument + "'; expected some of "
                        + String.join(", ", known.stream().sorted().toList()));
            }
            if (equals < 0 && ++i == arguments.size()) {
                throw new UsageException(name + ": expected a value behind it");
            }
            String value = equals < 0 ? arguments.get(i) : argument.substring(equals + 1);
            if (values.put(name, value) != null) {
                throw new UsageException(name + ": is there twice");
            }
        }
        return new Options(values);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    String required(String name) throws UsageException {
        return text(name).orElseThrow(() -> new UsageException(name + ": is missing"));
    }

    /** A number, 1 or more. */
    Optional<Integer> count(String name) throws UsageException {
        Optional<String> text = text(name);
        return text.isEmpty() ? Optional.empty() : Optional.of(count(name, text.get()));
    }

    /** Numbers separated by commas, each 1 or more. */
    List<Integer> counts(String name, List<Integer> otherwise) throws UsageException {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        List<Integer> counts = new ArrayList<>();
        for (String word : text.get().split(",", -1)) {
            counts.add(count(name, word));
        }
        return counts;
    }

    /** A number above 0. */
    Optional<Double> seconds(String name) throws UsageException {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            double seconds = Double.parseDouble(text.get());
            if (seconds > 0 && seconds <= 86_400) {
                return Optional.of(seconds);
            }
        } catch (NumberFormatException e) {
            throw notSeconds(name, text.get());
        }
        throw notSeconds(name, text.get());
    }

    private static UsageException notSeconds(String name, String found) {
        return new UsageException(name + ": expected seconds above 0, at most a day, found '" + found + "'");
    }

    private static int count(String name, String text) throws UsageException {
        if (!text.matches("[1-9]\\d{0,5}")) {
            throw new UsageException(name + ": expected a number from 1 to 999999, found '" + text + "'");
        }
        return Integer.parseInt(text);
    }
}
