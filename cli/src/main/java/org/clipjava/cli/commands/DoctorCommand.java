package org.clipjava.cli.commands;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.TextOrJson;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.report.Diagnosis;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code clip doctor}. */
@Command(
        name = "doctor",
        description = "Shows what clip runs on: Java, processor, memory, and each backend's devices or what it misses.",
        footer = {"", "Example: clip doctor --format json"})
public final class DoctorCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private TextOrJson format = new TextOrJson();

    public DoctorCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        Diagnosis diagnosis = Diagnosis.of(session.global().clipOptions());
        session.terminal().print(format.isJson() ? diagnosis.toJson() : diagnosis.toText());
        return ExitCode.OK.code();
    }
}
