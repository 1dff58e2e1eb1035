package org.clipjava.cli.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.OutputFile;
import org.clipjava.cli.output.PictureCopies;
import org.clipjava.cli.output.Tally;
import org.clipjava.cli.report.FoundWriter;
import org.clipjava.cli.report.Gallery;
import org.clipjava.index.PictureIndex;
import org.clipjava.index.PictureSearch.Found;
import org.clipjava.io.FileFailure;
import picocli.CommandLine.Option;

/** How many pictures that were found are shown, and where they go. */
public final class FoundOutput {
    private static final double PERCENT = 100;

    @Option(names = "-n", paramLabel = "N", description = "Show at most N pictures. Default: ${DEFAULT-VALUE}.")
    private int count = 20;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, json, jsonl, csv or paths. Default: ${DEFAULT-VALUE}.")
    private FoundWriter.Format format = FoundWriter.Format.TABLE;

    @Option(
            names = {"-0", "--null"},
            description = "End each of --format paths with a NUL, for xargs -0.")
    private boolean nulTerminated;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write a page with their thumbnails, too, which needs no other file.")
    private Optional<String> html = Optional.empty();

    @Option(names = "--copy-to", paramLabel = "DIR", description = "Copy them into DIR; no file is replaced.")
    private Optional<Path> copyTo = Optional.empty();

    @Option(names = "--link-to", paramLabel = "DIR", description = "Put links to them into DIR.")
    private Optional<Path> linkTo = Optional.empty();

    /** How many pictures at the most. */
    public int count() {
        return count;
    }

    /** Whether people read stdout. */
    public boolean isTable() {
        return format == FoundWriter.Format.TABLE;
    }

    /** Complains before the work. */
    public void check() {
        if (count < 1) {
            throw CommandFailure.usage("-n: expected at least 1, found " + count);
        }
        if (nulTerminated && format != FoundWriter.Format.PATHS) {
            throw CommandFailure.usage("--null goes with --format paths");
        }
        html.ifPresent(file -> new OutputFile("--html", file).target());
        check("--copy-to", copyTo);
        check("--link-to", linkTo);
    }

    private static void check(String option, Optional<Path> folder) {
        folder.filter(path -> Files.exists(path) && !Files.isDirectory(path)).ifPresent(path -> {
            throw CommandFailure.usage(option + " " + path + ": is no folder");
        });
    }

    /** Shows them; how many could be put into a folder, and how many could not. */
    public Tally write(String title, List<Found> found, PictureIndex index, Session session) throws IOException {
        if (nulTerminated) {
            FoundWriter.writeNulTerminated(found, session.terminal());
        } else {
            FoundWriter.write(found, format, showsLinks(session), session.terminal());
        }
        if (html.isPresent()) {
            Gallery gallery = new Gallery(
                    title,
                    "%,d of %,d pictures; made by clip on this machine, which the pictures have not left"
                            .formatted(found.size(), index.count()));
            List<Gallery.Entry> entries = found.stream()
                    .map(one -> new Gallery.Entry(one.picture(), remark(one)))
                    .toList();
            gallery.add("", entries, index);
            new OutputFile("--html", html.get()).write(gallery.toHtml());
        }
        Tally put = Tally.NONE;
        if (copyTo.isPresent()) {
            put = put.plus(put(found, new PictureCopies(copyTo.get(), false), session));
        }
        if (linkTo.isPresent()) {
            put = put.plus(put(found, new PictureCopies(linkTo.get(), true), session));
        }
        return put;
    }

    private static String remark(Found found) {
        return found.probability().isPresent()
                ? String.format(
                        Locale.ROOT, "%.0f %%", PERCENT * found.probability().getAsDouble())
                : String.format(Locale.ROOT, "%.3f", found.cosine());
    }

    private static Tally put(List<Found> found, PictureCopies copies, Session session) {
        Tally tally = Tally.NONE;
        for (Found one : found) {
            Path file = one.picture().stamp().file();
            try {
                copies.put(file);
                tally = tally.plusSucceeded();
            } catch (IOException e) {
                session.terminal().say(file + ": not put there: " + FileFailure.reason(e, file.toString()));
                tally = tally.plusFailed();
            }
        }
        return tally;
    }

    private static boolean showsLinks(Session session) {
        return session.variable("TERM").filter(term -> !term.equals("dumb")).isPresent();
    }
}
