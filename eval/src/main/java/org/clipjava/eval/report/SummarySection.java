package org.clipjava.eval.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.eval.Evaluation;
import org.clipjava.eval.TemplateSet;
import org.clipjava.eval.metrics.Accuracy;
import org.clipjava.eval.metrics.Interval;
import org.clipjava.eval.metrics.Proportion;
import org.clipjava.io.Shown;
import org.clipjava.text.PromptTemplate;

/** What was measured, the accuracy of the first set of templates, and what others have published. Immutable and thread-safe. */
public final class SummarySection implements ReportSection {
    private final Subject subject;
    private final TemplateSet templates;
    private final int labels;
    private final int broken;
    private final Accuracy accuracy;
    private final List<PublishedAccuracy> published;

    private SummarySection(Subject subject, Evaluation evaluation) {
        Evaluation.Result first = evaluation.results().getFirst();
        this.subject = subject;
        this.templates = first.templates();
        this.labels = evaluation.labels().size();
        this.broken = evaluation.broken().size();
        this.accuracy = Accuracy.of(first.predictions());
        this.published = PublishedAccuracy.of(subject.modelId(), subject.dataset());
    }

    /** What an evaluation came to. */
    public static SummarySection of(Subject subject, Evaluation evaluation) {
        return new SummarySection(subject, evaluation);
    }

    @Override
    public String key() {
        return "summary";
    }

    @Override
    public String title() {
        return "Accuracy";
    }

    @Override
    public String text() {
        List<List<String>> rows = new ArrayList<>();
        metrics()
                .forEach(metric -> rows.add(List.of(
                        metric.key, Words.percent(metric.value), Words.percent(metric.interval), metric.counted)));
        StringBuilder text = new StringBuilder();
        text.append("%s on %s: %s pictures, %s labels%s\n"
                .formatted(
                        Shown.escaped(subject.model()),
                        Shown.escaped(subject.dataset()),
                        Words.count(accuracy.acc1().of()),
                        Words.count(labels),
                        broken == 0 ? "" : ", " + Words.count(broken) + " broken"));
        text.append("templates: ")
                .append(Shown.escaped(templates.name()))
                .append(", ")
                .append(Shown.escaped(templates.description()))
                .append("\n\n");
        text.append(Words.columns("  ", rows));
        for (PublishedAccuracy one : published) {
            text.append("  published %s %s (%s; %s)\n"
                    .formatted(one.metric(), Words.percent(one.value()), one.how(), one.source()));
        }
        return text.toString();
    }

    /** One that CLIP_benchmark reports. */
    private record Metric(String key, String title, double value, Interval interval, String counted) {}

    private List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>();
        metrics.add(metric("acc1", "Top-1 accuracy", accuracy.acc1()));
        accuracy.acc5().ifPresent(acc5 -> metrics.add(metric("acc5", "Top-5 accuracy", acc5)));
        metrics.add(new Metric(
                "mean_per_class_recall",
                "Mean per-class recall",
                accuracy.meanPerClassRecall(),
                accuracy.meanPerClassRecallInterval(),
                ""));
        return metrics;
    }

    private static Metric metric(String key, String title, Proportion proportion) {
        return new Metric(
                key,
                title,
                proportion.value(),
                proportion.interval(),
                Words.count(proportion.hits()) + " of " + Words.count(proportion.of()));
    }

    @Override
    public JsonElement json() {
        JsonObject model = new JsonObject();
        model.addProperty("name", subject.model());
        model.addProperty("model_id", subject.modelId());
        model.addProperty("weight_type", subject.weightType());
        model.addProperty("fingerprint", subject.fingerprint());
        model.addProperty("kernels", subject.kernels());
        JsonObject object = new JsonObject();
        object.addProperty("dataset", subject.dataset());
        object.addProperty("images", subject.images());
        object.add("model", model);
        object.add("templates", json(templates));
        object.addProperty("labels", labels);
        object.addProperty("pictures", accuracy.acc1().of());
        object.addProperty("broken", broken);
        object.add("metrics", metrics(accuracy));
        JsonArray others = new JsonArray();
        for (PublishedAccuracy one : published) {
            JsonObject other = new JsonObject();
            other.addProperty("metric", one.metric());
            other.addProperty("value", one.value());
            other.addProperty("how", one.how());
            other.addProperty("source", one.source());
            others.add(other);
        }
        object.add("published", others);
        return object;
    }

    /** CLIP_benchmark's keys, and the interval of each under its key with {@code _ci95}. */
    static JsonObject metrics(Accuracy accuracy) {
        JsonObject metrics = new JsonObject();
        metrics.addProperty("acc1", accuracy.acc1().value());
        metrics.add("acc1_ci95", json(accuracy.acc1().interval()));
        Optional<Proportion> acc5 = accuracy.acc5();
        acc5.ifPresent(five -> {
            metrics.addProperty("acc5", five.value());
            metrics.add("acc5_ci95", json(five.interval()));
        });
        metrics.addProperty("mean_per_class_recall", accuracy.meanPerClassRecall());
        metrics.add("mean_per_class_recall_ci95", json(accuracy.meanPerClassRecallInterval()));
        return metrics;
    }

    static JsonArray json(Interval interval) {
        JsonArray both = new JsonArray();
        both.add(interval.low());
        both.add(interval.high());
        return both;
    }

    static JsonObject json(TemplateSet set) {
        JsonArray all = new JsonArray();
        for (PromptTemplate template : set.templates()) {
            all.add(template.toString());
        }
        JsonObject object = new JsonObject();
        object.addProperty("name", set.name());
        object.add("templates", all);
        return object;
    }

    @Override
    public void html(HtmlWriter page) {
        page.open("ul", "class", "figures");
        for (Metric metric : metrics()) {
            page.open("li")
                    .text(metric.title)
                    .element("strong", Words.percent(metric.value))
                    .element("span", "95 %: " + Words.percent(metric.interval));
            if (!metric.counted.isEmpty()) {
                page.element("span", metric.counted);
            }
            page.close("li");
        }
        page.close("ul");
        page.open("dl");
        fact(page, "Model", subject.model() + ", " + subject.weightType());
        fact(page, "Data set", subject.dataset());
        fact(
                page,
                "Pictures",
                subject.images() + ": " + Words.count(accuracy.acc1().of())
                        + (broken == 0 ? "" : " and " + Words.count(broken) + " that can't be read"));
        fact(page, "Labels", Words.count(labels));
        fact(page, "Templates", templates.name() + ", " + templates.description());
        fact(page, "Kernels", subject.kernels());
        page.close("dl");
        if (!published.isEmpty()) {
            List<List<String>> rows = new ArrayList<>();
            for (PublishedAccuracy one : published) {
                String ours = metrics().stream()
                        .filter(metric -> metric.key.equals(one.metric()))
                        .map(metric -> Words.percent(metric.value))
                        .findFirst()
                        .orElse("\u2013");
                rows.add(List.of(one.source(), one.metric(), Words.percent(one.value()), ours, one.how()));
            }
            page.table("Published for this model and data set", List.of("By", "", "published", "here", "with"), rows);
        }
    }

    private static void fact(HtmlWriter page, String term, String description) {
        page.element("dt", term).element("dd", description);
    }
}
