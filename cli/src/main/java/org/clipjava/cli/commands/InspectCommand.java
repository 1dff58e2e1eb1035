package org.clipjava.cli.commands;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clipjava.cli.options.JsonOption;
import org.clipjava.cli.options.ModelFailure;
import org.clipjava.cli.options.ModelOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.report.Inspection;
import org.clipjava.models.BuiltInModel;
import org.clipjava.models.ModelHeader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code clip inspect}. */
@Command(
        name = "inspect",
        description = "Shows a model file's configuration, metadata, source hashes and tensors.",
        footer = {"", "Example: clip inspect openai/clip-vit-base-patch32"})
public final class InspectCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            paramLabel = "MODEL",
            arity = "0..1",
            description = "A model file, or a pulled model's name. Default: the built-in model.")
    private Optional<String> model = Optional.empty();

    @Mixin
    private JsonOption json = new JsonOption();

    public InspectCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        Inspection inspection = new Inspection(model.isPresent() ? header(model.get()) : ofBuiltIn());
        session.terminal().print(json.given() ? inspection.toJson() : inspection.toText());
        return ExitCode.OK.code();
    }

    private ModelHeader header(String name) {
        Path path = ModelOption.resolve(name, session);
        return ModelFailure.reading(path.toString(), () -> ModelHeader.read(path));
    }

    private ModelHeader ofBuiltIn() {
        BuiltInModel builtIn = ModelOption.builtIn(session);
        return ModelFailure.reading(BuiltInModel.NAME, builtIn::header);
    }
}
