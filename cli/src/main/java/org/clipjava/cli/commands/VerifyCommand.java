package org.clipjava.cli.commands;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.clipjava.ClipOptions;
import org.clipjava.Tower;
import org.clipjava.cli.options.JsonOption;
import org.clipjava.cli.options.ModelFailure;
import org.clipjava.cli.options.ModelOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.report.StageReport;
import org.clipjava.cli.verify.ClipSubject;
import org.clipjava.cli.verify.Published;
import org.clipjava.cli.verify.PublishedNumbers;
import org.clipjava.cli.verify.SelfConsistency;
import org.clipjava.cli.verify.Stage;
import org.clipjava.cli.verify.Verification;
import org.clipjava.config.WeightType;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;
import org.clipjava.modelfile.ModelInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clip verify}. */
@Command(
        name = "verify",
        description = "Shows whether a model gives the numbers that it should; exits with 4 if it does not.",
        footer = {
            "",
            "Published numbers are held against f32 weights of the checkpoints that they are of. Any other "
                    + "model is held against itself: one by one and together, on plain Java and on vectors, as stored "
                    + "and widened to f32. A stage that fails names the likely cause: the one change with which the "
                    + "numbers match.",
            "",
            "Example: clip verify openai/clip-vit-base-patch32 --image 000000039769.jpg"
        })
public final class VerifyCommand implements Callable<Integer> {
    private static final int CLIP_VOCABULARY = 49408;

    private final Session session;

    @Parameters(
            paramLabel = "MODEL",
            arity = "0..1",
            description = "A model file, or a pulled model's name. Default: $CLIP_MODEL.")
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
                    "Whose numbers to expect, as openai/clip-vit-base-patch32. Default: whose the model file says.")
    private Optional<String> as = Optional.empty();

    @Mixin
    private JsonOption json = new JsonOption();

    public VerifyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        PublishedNumbers numbers = PublishedNumbers.own();
        if (as.isPresent() && numbers.of(as.get()).isEmpty()) {
            throw CommandFailure.usage("--as " + as.get() + ": nothing is published of it; expected one of "
                    + numbers.models().stream()
                            .flatMap(published -> published.models().stream())
                            .collect(Collectors.joining(", ")));
        }
        String name = model.or(() -> session.variable("CLIP_MODEL"))
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.MODEL_MISSING, "no model: name one, or set CLIP_MODEL; see clip models list"));
        Path path = ModelOption.resolve(name, session);
        String file = path.toString();
        ClipOptions options = session.global().clipOptions().withTowers(Set.of(Tower.values()));
        try (ClipSubject subject = ModelFailure.reading(file, () -> ClipSubject.open(path, options))) {
            ModelInfo info = subject.info();
            String id = as.orElse(info.id().orElse(""));
            Optional<Published> published = numbers.of(id);
            SequencedMap<String, Path> pictures = pictures(published);
            boolean full = info.weightType() == WeightType.F32;
            StageReport report = new StageReport(stages(subject, numbers, published, full, pictures));
            session.terminal().print(json.given() ? report.toJson(name, id) : report.toText());
            return (report.passed() ? ExitCode.OK : ExitCode.BAD_MODEL).code();
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
        stages.add(tokenizer(verification, subject, numbers, published));
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
        if (published.isPresent() && full) {
            stages.addAll(pictureStages(verification, published.get(), pictures));
        }
        stages.addAll(SelfConsistency.stages(subject));
        return stages;
    }

    private static Stage tokenizer(
            Verification verification, ClipSubject subject, PublishedNumbers numbers, Optional<Published> published) {
        if (published.isPresent() && !published.get().tokens().isEmpty()) {
            return verification.tokenizer(published.get().tokens());
        }
        return subject.info().config().text().vocabularySize() == CLIP_VOCABULARY
                ? verification.tokenizer(numbers.clipTokens())
                : Stage.skipped("tokenizer", "a vocabulary of its own, of which nothing is known");
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
            return ImageDecoder.standard().decode(file);
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.ALL_INPUTS_FAILED, "--image " + file, file.toString(), e);
        }
    }

    /** Files by the name that numbers are published under. */
    private SequencedMap<String, Path> pictures(Optional<Published> published) {
        List<String> known = published
                .map(of -> of.pictures().stream()
                        .map(Published.Picture::name)
                        .distinct()
                        .toList())
                .orElse(List.of());
        SequencedMap<String, Path> pictures = new LinkedHashMap<>();
        for (String image : images) {
            int equals = image.indexOf('=');
            Path file;
            try {
                file = Path.of(image.substring(equals + 1));
            } catch (InvalidPathException e) {
                throw CommandFailure.usage("--image " + image + ": not a path", e);
            }
            String fileName = String.valueOf(file.getFileName());
            String name = equals > 0 ? image.substring(0, equals) : fileName.replaceFirst("\\.[^.]*$", "");
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
}
