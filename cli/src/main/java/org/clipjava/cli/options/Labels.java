package org.clipjava.cli.options;

import java.util.List;
import org.clipjava.cli.input.LabelList;
import org.clipjava.cli.output.Terminal;
import picocli.CommandLine.Option;

/** {@code --labels} or {@code --labels-file}: at least one label, none blank, none twice. */
public class Labels {
    @Option(
            names = "--labels",
            paramLabel = "A,B,C",
            required = true,
            description = "The labels, comma-separated; one that holds a comma stands in double quotes.")
    private String list = "";

    @Option(
            names = "--labels-file",
            paramLabel = "FILE",
            required = true,
            description =
                    "A file with one label a line, UTF-8; or a JSON list; or .csv or .tsv, whose first line names the "
                            + "columns; - reads it from stdin.")
    private String file = "";

    /** Whether there are any, where they may be left out. */
    public final boolean given() {
        return !list.isEmpty() || !file.isEmpty();
    }

    /** Whether they are read from stdin. */
    public final boolean fromStdin() {
        return file.equals("-");
    }

    public final List<String> labels(Terminal terminal) {
        return file.isEmpty() ? LabelList.split(list) : LabelList.read(file, terminal);
    }
}
