package org.clipjava.cli.commands;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.Tower;
import org.clipjava.cli.options.FoundOutput;
import org.clipjava.cli.options.IndexOption;
import org.clipjava.cli.options.ModelFailure;
import org.clipjava.cli.options.ModelOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.Templates;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.Tally;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.TextRemarks;
import org.clipjava.image.ImageFormatException;
import org.clipjava.index.PictureIndex;
import org.clipjava.index.PictureIndex.Effort;
import org.clipjava.index.PictureQuery;
import org.clipjava.index.PictureSearch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clip search}. */
@Command(
        name = "search",
        description = "Finds pictures of an index by words, by pictures and by when, where and how they were taken.",
        footer = {
            "",
            "A query is words (a dog on the beach), terms joined by + (2:dog + beach), -WORD for what must not be seen, "
                    + "\"phrases\" that go into no template, pictures (./picture.jpg), and filters: date:2021..2023, "
                    + "near:52.5,13.4,10, size:2mb.., pixels:1mp.., path:TEXT, camera:TEXT, tag:LABEL. Put it in "
                    + "quotes.",
            "",
            "Shown is how likely a picture shows the words, its cosine, and its path.",
            "",
            "Example: clip search \"a dog on the beach date:2021..2023\""
        })
public final class SearchCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "QUERY", arity = "1..*", description = "What to look for.")
    private List<String> query = new ArrayList<>();

    @Option(names = "--all", description = "Show also what is unlikely to show the words.")
    private boolean all;

    @Option(names = "--min", paramLabel = "P", description = "Show what is at least so likely, 0 to 1. Default: 0.35.")
    private Optional<Double> least = Optional.empty();

    @Option(names = "--exact", description = "Compare every picture, and not those alone that a graph leads to.")
    private boolean exact;

    @Option(names = "--subtract", description = "Subtract the terms behind - from the others, as vectors.")
    private boolean subtract;

    @Mixin
    private IndexOption index = new IndexOption();

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private Templates templates = new Templates();

    @Mixin
    private FoundOutput output = new FoundOutput();

    public SearchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        output.check();
        if (least.isPresent() && !(least.get() >= 0 && least.get() <= 1)) {
            throw CommandFailure.usage("--min: expected a probability of 0 to 1, found " + least.get());
        }
        templates.check();
        PictureQuery asked = PictureQuery.parse(String.join(" ", query));
        Terminal terminal = session.terminal();
        try (PictureIndex opened = index.read(session);
                Clip clip = model.open(session.global().clipOptions(1).withDraft(opened.draft()), session)) {
            opened.check(clip, model.name(session));
            asked.terms().forEach(term -> ModelFailure.require(clip, tower(term)));
            TextRemarks.ofTexts(clip, literal(asked)).forEach(terminal::say);
            PictureSearch.Page page = page(search(opened, clip), asked);
            Tally put = output.write(String.join(" ", query), page.found(), opened, session);
            if (page.found().isEmpty()) {
                terminal.say(
                        page.cutOff()
                                ? "nothing in the index seems to show that; --all shows what comes nearest"
                                : "no picture in the index is so");
            } else if (page.cutOff() && page.found().size() < output.count() && output.isTable()) {
                terminal.say("the others are unlikely to show that; --all shows them too");
            }
            return put.exitCode().code();
        }
    }

    private PictureSearch.Page page(PictureSearch search, PictureQuery asked) throws IOException {
        try {
            return search.page(asked, 0, output.count());
        } catch (ImageFormatException e) {
            throw new CommandFailure(ExitCode.ALL_INPUTS_FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private PictureSearch search(PictureIndex opened, Clip clip) throws IOException {
        PictureSearch search = PictureSearch.of(opened, clip)
                .withTemplates(templates.orDefault(clip))
                .withEffort(exact ? Effort.EXACT : Effort.FAST)
                .withSubtraction(subtract);
        if (all) {
            return search.withCutOff(0);
        }
        return least.isPresent() ? search.withCutOff(least.get()) : search;
    }

    private static Tower tower(PictureQuery.Term term) {
        return term instanceof PictureQuery.Term.Words ? Tower.TEXT : Tower.IMAGE;
    }

    private static List<String> literal(PictureQuery asked) {
        return asked.terms().stream()
                .filter(PictureQuery.Term.Words.class::isInstance)
                .map(term -> ((PictureQuery.Term.Words) term).text())
                .toList();
    }
}
