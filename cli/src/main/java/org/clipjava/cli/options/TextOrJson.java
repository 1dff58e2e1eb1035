package org.clipjava.cli.options;

import java.util.Locale;
import picocli.CommandLine.Option;

/** {@code --format}, where there is one for people and one for programs. */
public final class TextOrJson {
    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text or json, on stdout. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.TEXT;

    private enum Format {
        TEXT,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public boolean isJson() {
        return format == Format.JSON;
    }
}
