package org.clipjava.cli;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.clipjava.ClipOptions;
import org.clipjava.config.WeightType;
import org.clipjava.image.RgbImage;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.verify.ClipSubject;
import org.clipjava.verify.Published;
import org.clipjava.verify.PublishedNumbers;
import org.clipjava.verify.SelfConsistency;
import org.clipjava.verify.Stage;
import org.clipjava.verify.Verification;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code clip verify}. */
@Command(
        name = "verify",
        description = "Shows whether a model gives the numbers that it should; exits with 4 if it does not.",
        footer = {
            "",
            "Published numbers are held against f32 weights of the checkpoints that they are of. Any other model is held",
            "against itself: one by one and together, on plain Java and on vectors, as stored and widened to f32.",
            "A stage that fails names the likely cause: the one change with which the numbers match."
        })
final class VerifyCommand implements Callable<Integer> {
    private static final int CLIP_VOCABULARY = 49408;

    @ParentCommand
    private ClipCommand clip;

    @Parameters(
            paramLabel = "MODEL",
            arity = "0..1",
            description = "A model file, or a pulled model's name; $CLIP_MODEL unless given.")
    private Optional<String> model = Optional.empty();

    @Option(
            names = "--image",
            paramLabel = "[NAME=]FILE",
            description =
                    "A picture that numbers are published of, as 000000039769.jpg of COCO or CLIP.png of the original "
                            + "repository; NAME, where the file has another name. Repeat it for several.")
    private List<String> images = new ArrayList<>();

    @Option(
            names = "--as",
            paramLabel = "REPO",
            description =
                    "Whose numbers to expect, as openai/clip-vit-base-patch32; unless given, the model file says.")
    private Optional<String> as = Optional.empty();

    @Option(names = "--json", description = "One JSON object instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Terminal terminal = clip.terminal();
        PublishedNumbers numbers = PublishedNumbers.own();
        if (as.isPresent() && numbers.of(as.get()).isEmpty()) {
            throw CommandFailure.usage("--as " + as.get() + ": nothing is published of it; expected one of "
                    + numbers.models().stream()
                            .flatMap(published -> published.models().stream())
                            .collect(Collectors.joining(", ")));
        }
        String name = model.or(() -> clip.variable("CLIP_MODEL"))
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.MODEL_MISSING, "no model: name one, or set CLIP_MODEL; see clip models list"));
        Path path = ModelOption.path(name, clip);
        ClipOptions options = clip.globalOptions().clipOptions();
        try (ClipSubject subject = ModelOption.reading(path, () -> ClipSubject.open(path, options))) {
            Map<String, String> metadata = ModelOption.reading(path, () -> metadata(path));
            String id = as.orElse(metadata.getOrDefault("clip.model_id", ""));
            Optional<Published> published = numbers.of(id);
            SequencedMap<String, Path> pictures = pictures(published);
            boolean full = metadata.getOrDefault("clip.weight_type", "").equals(WeightType.F32.spelling());
            List<Stage> stages = stages(subject, numbers, published, full, pictures);
            try (Writer out = terminal.writer()) {
                out.write(json ? toJson(name, id, stages) : toTable(stages));
            }
            return stages.stream().anyMatch(stage -> stage.outcome() == Stage.Outcome.FAIL)
                    ? ExitCode.BAD_MODEL.code()
                    : ExitCode.OK.code();
        }
    }

    private static Map<String, String> metadata(Path path) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            return file.metadata();
        }
    }

    private static List<Stage> stages(
            ClipSubject subject,
            PublishedNumbers numbers,
            Optional<Published> published,
            boolean full,
            Map<String, Path> pictures)
            throws IOException {
        Verification verification = new Verification(subject);
        List<Stage> stages = new ArrayList<>();
        stages.add(verification.structure(published));
        stages.add(
                subject.config().text().vocabularySize() == CLIP_VOCABULARY
                        ? verification.tokenizer(numbers.clipTokens())
                        : Stage.skipped("tokenizer", "a vocabulary of its own, of which nothing is known"));
        boolean hasNumbers = published.isPresent()
                && !(published.get().pixels().isEmpty()
                        && published.get().texts().isEmpty());
        if (hasNumbers && full) {
            stages.add(verification.pixels(published.get().pixels()));
            stages.add(
                    verification.texts(published.get().texts(), published.get().ranges()));
            stages.addAll(pictureStages(verification, published.get(), pictures));
            return stages;
        }
        if (hasNumbers) {
            stages.add(Stage.skipped(
                    "published", "published numbers are of f32 weights; verify the model converted with --dtype f32"));
        }
        stages.addAll(SelfConsistency.stages(subject));
        return stages;
    }

    private static List<Stage> pictureStages(
            Verification verification, Published published, Map<String, Path> pictures) {
        List<Stage> stages = new ArrayList<>();
        Set<String> skipped = new HashSet<>();
        for (Published.Picture expected : published.pictures()) {
            Path file = pictures.get(expected.name());
            if (file == null && skipped.add(expected.name())) {
                stages.add(
                        Stage.skipped("picture " + expected.name(), "not given: --image " + expected.name() + "=FILE"));
            } else if (file != null) {
                stages.add(verification.picture(
                        expected, decode(file), published.preprocessing().orElseThrow()));
            }
        }
        return stages;
    }

    private static RgbImage decode(Path file) {
        try {
            return ImageInput.decoder().decode(file);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.ALL_INPUTS_FAILED, "--image " + file + ": " + Reason.of(e, file.toString()), e);
        }
    }

    /** Files by the name that numbers are published under. */
    private SequencedMap<String, Path> pictures(Optional<Published> published) {
        SequencedMap<String, Path> pictures = new LinkedHashMap<>();
        for (String image : images) {
            int equals = image.indexOf('=');
            Path file;
            try {
                file = Path.of(image.substring(equals + 1));
            } catch (InvalidPathException e) {
                throw new CommandFailure(ExitCode.USAGE, "--image " + image + ": not a path", e);
            }
            String fileName = String.valueOf(file.getFileName());
            String name = equals > 0 ? image.substring(0, equals) : fileName.replaceFirst("\\.[^.]*$", "");
            List<String> known = published
                    .map(of -> of.pictures().stream()
                            .map(Published.Picture::name)
                            .distinct()
                            .toList())
                    .orElse(List.of());
            if (!known.contains(name)) {
                throw CommandFailure.usage("--image " + image + ": nothing is published of a picture '" + name + "'"
                        + (known.isEmpty()
                                ? " for this model"
                                : "; expected one of " + String.join(", ", known) + ", as " + known.getFirst()
                                        + "=FILE"));
            }
            pictures.put(name, file);
        }
        return pictures;
    }

    static String toTable(List<Stage> stages) {
        int width =
                stages.stream().mapToInt(stage -> stage.name().length()).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (Stage stage : stages) {
            String difference = stage.deviation()
                    .map(deviation -> String.format(
                            Locale.ROOT,
                            "; largest difference %.2e, allowed %.2e",
                            deviation.difference(),
                            deviation.allowed()))
                    .orElse("");
            text.append(Terminal.oneLine(String.format(
                            Locale.ROOT,
                            "%-" + width + "s  %s  %s%s",
                            stage.name(),
                            stage.outcome(),
                            stage.detail(),
                            difference)))
                    .append('\n');
            stage.cause()
                    .ifPresent(cause -> text.append(" ".repeat(width + 8))
                            .append("likely cause: ")
                            .append(Terminal.oneLine(cause))
                            .append('\n'));
        }
        return text.toString();
    }

    static String toJson(String name, String id, List<Stage> stages) {
        return Json.indentedObject(json -> {
                    json.name("model").value(name);
                    json.name("checkpoint").value(id);
                    json.name("pass").value(stages.stream().noneMatch(stage -> stage.outcome() == Stage.Outcome.FAIL));
                    json.name("stages").beginArray();
                    for (Stage stage : stages) {
                        json.beginObject();
                        json.name("name").value(stage.name());
                        json.name("outcome").value(stage.outcome().name().toLowerCase(Locale.ROOT));
                        json.name("detail").value(stage.detail());
                        if (stage.deviation().isPresent()) {
                            double difference = stage.deviation().get().difference();
                            json.name("largest_difference");
                            if (Double.isFinite(difference)) {
                                json.value(difference);
                            } else {
                                json.nullValue(); // JSON has no infinity
                            }
                            json.name("allowed").value(stage.deviation().get().allowed());
                        }
                        if (stage.cause().isPresent()) {
                            json.name("cause").value(stage.cause().get());
                        }
                        json.endObject();
                    }
                    json.endArray();
                })
                + "\n";
    }
}
