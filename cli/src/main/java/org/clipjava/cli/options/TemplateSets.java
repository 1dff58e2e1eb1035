package org.clipjava.cli.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.Clip;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.eval.TemplateSet;
import picocli.CommandLine.Option;

/** {@code --template-set} and {@code --compare}: sets of templates that come with clip. */
public final class TemplateSets {
    @Option(
            names = "--template-set",
            paramLabel = "SET",
            description =
                    "Templates that come with clip: article, hf, none (the bare label), openai-7, openai-80, cifar, pets, "
                            + "food101, flowers102, aircraft, birdsnap.")
    private Optional<String> templateSet = Optional.empty();

    @Option(
            names = "--compare",
            paramLabel = "SET",
            split = ",",
            description = "Sets, apart by commas, that are evaluated on the same pictures and compared with the first.")
    private List<String> compared = new ArrayList<>();

    /** Complains before anything is loaded. */
    public void check(Templates given) {
        given.check();
        if (given.given() && templateSet.isPresent()) {
            throw CommandFailure.usage("--template and --template-set: give one of the two");
        }
        templateSet.ifPresent(name -> set("--template-set", name));
        compared.forEach(name -> set("--compare", name));
    }

    /** The one that is looked at in detail first. */
    public List<TemplateSet> sets(Templates given, Clip clip) {
        List<TemplateSet> sets = new ArrayList<>();
        if (given.given()) {
            sets.add(new TemplateSet("given", given.orDefault(clip)));
        } else if (templateSet.isPresent()) {
            sets.add(set("--template-set", templateSet.get()));
        } else if (compared.isEmpty()) {
            sets.add(new TemplateSet("model's own", List.of(clip.defaultTemplate())));
        }
        compared.forEach(name -> sets.add(set("--compare", name)));
        return sets;
    }

    private static TemplateSet set(String option, String name) {
        return TemplateSet.builtIn(name)
                .orElseThrow(() -> CommandFailure.usage(
                        option + ": expected one of " + String.join(", ", TemplateSet.BUILT_IN) + ", found " + name));
    }
}
