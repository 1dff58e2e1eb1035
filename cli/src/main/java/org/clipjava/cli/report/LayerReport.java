package org.clipjava.cli.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.clipjava.Tower;
import org.clipjava.cli.output.ProgressLine;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.LayerCosts.Cost;
import org.clipjava.cli.report.LayerCosts.OfLayer;
import org.clipjava.cli.report.LayerCosts.OfTower;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.image.PixelTensor;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.text.TokenSequence;

/** What each layer of a narrow model costs alone, as a table, and which should stay wider. */
public final class LayerReport {
    private static final double MEGA = 1e6;
    private static final String SUFFIX = ".weight";

    private final Path exact;
    private final Path narrow;
    private final EncoderBackend backend;
    private final boolean allowNonFinite;
    private final List<PixelTensor> pictures;
    private final List<TokenSequence> prompts;

    /**
     * @param exact the model in f32
     * @param narrow the same, narrower
     * @param backend that both are to run on
     * @param pictures preprocessed, at least one
     * @param prompts of the labels, at least one
     */
    public LayerReport(
            Path exact,
            Path narrow,
            EncoderBackend backend,
            boolean allowNonFinite,
            List<PixelTensor> pictures,
            List<TokenSequence> prompts) {
        this.exact = exact;
        this.narrow = narrow;
        this.backend = backend;
        this.allowNonFinite = allowNonFinite;
        this.pictures = List.copyOf(pictures);
        this.prompts = List.copyOf(prompts);
    }

    /** Measures, and writes the table. */
    public void write(Terminal terminal) throws IOException {
        try (ModelFile exactFile = ModelFile.open(exact);
                ModelFile narrowFile = ModelFile.open(narrow);
                MixedWeights weights = MixedWeights.of(exactFile, narrowFile, allowNonFinite);
                ProgressLine progress = new ProgressLine(terminal)) {
            LayerCosts costs = new LayerCosts(weights, backend, pictures, prompts);
            List<OfTower> towers = costs.measure(done -> progress.steps("layer by layer", done, costs.layers()));
            progress.clear();
            terminal.print(text(towers, narrowFile.info().weightType().spelling()));
        }
    }

    private String text(List<OfTower> towers, String type) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, """

                layer by layer, each alone in %s and all others in f32: %d pictures, %d labels
                worst cosine  mean      logit shift  same best  layer
                """, type, pictures.size(), prompts.size()));
        for (OfTower tower : towers) {
            tower.layers().forEach(layer -> text.append(row(layer.cost(), place(layer.name()))));
        }
        for (OfTower tower : towers) {
            text.append(row(tower.all(), "all of the " + name(tower) + " tower"));
        }
        for (OfTower tower : towers) {
            OfLayer costliest = tower.costliest();
            text.append(String.format(
                    Locale.ROOT,
                    "costliest of the %s tower: %s, worst cosine %.6f\n",
                    name(tower),
                    place(costliest.name()),
                    costliest.cost().worst()));
        }
        return text.append(advice(towers)).toString();
    }

    private String row(Cost cost, String what) {
        return String.format(
                Locale.ROOT,
                "%12.6f  %.6f  %11.4f  %9s  %s\n",
                cost.worst(),
                cost.mean(),
                cost.shift(),
                cost.same() + " of " + pictures.size(),
                what);
    }

    private static String advice(List<OfTower> towers) {
        List<OfTower> missed = towers.stream()
                .filter(tower -> !tower.wide().layers().isEmpty())
                .toList();
        if (missed.isEmpty()) {
            return String.format(Locale.ROOT, "no layer has to stay wider for a cosine of %.4f\n", LayerCosts.GOAL);
        }
        return String.format(
                Locale.ROOT,
                "for a cosine of %.4f, %.1f MB more: --keep-wide %s\n",
                LayerCosts.GOAL,
                missed.stream().mapToLong(tower -> tower.wide().bytes()).sum() / MEGA,
                missed.stream()
                        .flatMap(tower -> tower.wide().layers().stream())
                        .map(LayerReport::place)
                        .collect(Collectors.joining(",")));
    }

    private static String name(OfTower tower) {
        return tower.tower() == Tower.IMAGE ? "image" : "text";
    }

    private static String place(String tensor) {
        return tensor.endsWith(SUFFIX) ? tensor.substring(0, tensor.length() - SUFFIX.length()) : tensor;
    }
}
