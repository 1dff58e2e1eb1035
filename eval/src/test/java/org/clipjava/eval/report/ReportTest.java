package org.clipjava.eval.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.clipjava.Embedding;
import org.clipjava.LinearClassifier;
import org.clipjava.eval.BrokenImage;
import org.clipjava.eval.Evaluation;
import org.clipjava.eval.Mistake;
import org.clipjava.eval.Predictions;
import org.clipjava.eval.TemplateSet;
import org.clipjava.image.ImageDecoder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

class ReportTest {
    private static final String EVIL = "<script>alert('1')</script>\" onload=\"x&amp;\u0007\u001b[2J\u202egpj.exe";
    private static final List<String> LABELS = List.of("cat", "dog", EVIL, "d", "e", "f");

    @Test
    void isOnePageThatIsWellFormedAndAsksForNothing() throws Exception {
        Document page = parsed(report().html());
        Set<String> elements = new TreeSet<>();
        NodeList all = page.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            elements.add(all.item(i).getNodeName());
            for (String attribute : List.of("href", "src", "onload", "style", "srcset")) {
                org.w3c.dom.Node value = all.item(i).getAttributes().getNamedItem(attribute);
                assertTrue(
                        value == null
                                || value.getNodeValue().startsWith("data:image/jpeg;base64,")
                                || value.getNodeValue().matches("font-size: [0-9.]+px"),
                        () -> String.valueOf(value));
            }
        }
        assertTrue(elements.contains("svg") && elements.contains("img"), elements.toString());
        assertFalse(elements.contains("script") || elements.contains("link"), elements.toString());
        assertFalse(report().html().contains("://"), "no address, not even a name space's");
    }

    @Test
    void escapesWhateverALabelHolds() throws Exception {
        String html = report().html();
        assertFalse(html.contains("<script"));
        assertFalse(html.contains("onload=\""));
        assertTrue(html.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;"
                + " onload=&quot;x&amp;amp;\\u0007\\u001b[2J\\u202egpj.exe"));
        report().text()
                .codePoints()
                .forEach(c -> assertTrue(
                        c == '\n' || (!Character.isISOControl(c) && c != 0x202e), "U+" + Integer.toHexString(c)));
        JsonObject json = JsonParser.parseString(report().json()).getAsJsonObject();
        assertEquals(
                EVIL,
                json.getAsJsonArray("classes")
                        .get(2)
                        .getAsJsonObject()
                        .get("label")
                        .getAsString(),
                "in JSON it stays what it is");
    }

    @Test
    void tellsHowAPageCameAbout() {
        Origin origin = new Origin(
                Instant.parse("2026-03-01T07:05:59Z"),
                "clip 1.2, Java 25",
                List.of("clip", "eval", "my pictures", "--template", "it's <b>", "--html", "r.html"));
        String html = report().html(origin);
        assertTrue(
                html.contains("<footer><p>Made on 1 March 2026, 07:05 UTC by clip 1.2, Java 25:</p>\n<pre><code>"
                        + "clip eval &#39;my pictures&#39; --template &#39;it&#39;\\&#39;&#39;s &lt;b&gt;&#39;"
                        + " --html r.html</code>"),
                html.substring(html.lastIndexOf("<footer")));
        assertFalse(report().html().contains("<footer>"));
    }

    @Test
    void countsInTheCellsOfASmallMatrix() {
        String html = report().html();
        String matrix = html.substring(html.indexOf("<svg", html.indexOf("id=\"confusion\"")));
        matrix = matrix.substring(0, matrix.indexOf("</svg>"));
        double side = 64; // six labels are fewer than fill 640 pixels
        String middle = String.format(Locale.ROOT, "%.1f", 150 + side / 2);
        assertTrue(matrix.startsWith("<svg viewBox=\"0 0 542 542\""), matrix);
        assertTrue(
                matrix.contains("<text class=\"count strong\" x=\"" + middle + "\" y=\"" + middle + "\">1</text>"),
                matrix);
        assertTrue(
                matrix.contains("y=\"" + middle + "\" class=\"name\" text-anchor=\"end\""), "beside its row's middle");
        assertTrue(matrix.contains("translate(" + middle + " 145.0) rotate(-90)"), "over its column's middle");
        assertEquals(4, matrix.split("class=\"count", -1).length - 1);
    }

    @Test
    void hasClipBenchmarksKeys() {
        JsonObject json = JsonParser.parseString(report().json()).getAsJsonObject();
        JsonObject metrics = json.getAsJsonObject("summary").getAsJsonObject("metrics");
        assertEquals(0.5, metrics.get("acc1").getAsDouble());
        assertEquals(0.75, metrics.get("acc5").getAsDouble());
        assertEquals((1 + 0.5 + 0) / 3, metrics.get("mean_per_class_recall").getAsDouble(), 1e-15);
        assertEquals(
                List.of("summary", "comparison", "calibration", "classes", "confusion", "worst_mistakes", "broken"),
                List.copyOf(json.keySet()));
        assertEquals(1, json.getAsJsonArray("broken").size());
        assertFalse(
                json.getAsJsonArray("classes").get(5).getAsJsonObject().has("recall"),
                "there is no picture of it to be recalled");
    }

    @Test
    void putsPublishedNumbersBesideOurs() {
        Subject subject = new Subject("b32", "openai/clip-vit-base-patch32", "f32", "0", "scalar", "imagenette", "val");
        Report report = EvaluationReport.of(subject, evaluation(), 1, ImageDecoder.standard());
        assertTrue(report.text().contains("published acc1 98.71 %"), report.text());
        assertTrue(report.html().contains("98.71 %"));
        assertFalse(report().text().contains("published"));
        assertEquals(
                2 + 1,
                PublishedAccuracy.of("openai/clip-vit-base-patch32", "imagenet").size());
    }

    @Test
    void takesFurtherSections() {
        ReportSection section = new ReportSection() {
            @Override
            public String key() {
                return "few_shot";
            }

            @Override
            public String title() {
                return "Few-shot";
            }

            @Override
            public String text() {
                return "  K = 1: 50 %\n";
            }

            @Override
            public JsonElement json() {
                return new JsonPrimitive(0.5);
            }

            @Override
            public void html(HtmlWriter page) {
                page.element("p", "K = 1");
            }
        };
        Report report = report().with(section);
        assertTrue(report.text().endsWith("\n\n  K = 1: 50 %\n"));
        assertTrue(report.json().contains("\"few_shot\": 0.5"));
        assertTrue(report.html().contains("<h2>Few-shot</h2>\n<p>K = 1</p>"));
    }

    @Test
    void refusesToReportOnNothing() {
        Evaluation nothing = new Evaluation(
                LABELS,
                List.of(new Evaluation.Result(
                        TemplateSet.builtIn("article").orElseThrow(), classifier(), new Predictions(6, 1), List.of())),
                List.of());
        assertThrows(
                IllegalArgumentException.class,
                () -> EvaluationReport.of(subject(), nothing, 1, ImageDecoder.standard()));
    }

    private static Report report() {
        return EvaluationReport.of(subject(), evaluation(), 1, ImageDecoder.standard());
    }

    private static Subject subject() {
        return new Subject("the model", "", "f16", "0", "scalar", EVIL, "pictures/" + EVIL);
    }

    private static Evaluation evaluation() {
        List<Evaluation.Result> results = new ArrayList<>();
        for (String name : List.of("article", "openai-7")) {
            Predictions predictions = new Predictions(6, 5);
            predictions.set(0, 0, new int[] {0, 1, 2, 3, 4}, 0.9f);
            predictions.set(1, 1, new int[] {1, 0, 2, 3, 4}, 0.8f);
            predictions.set(3, 1, new int[] {2, 1, 0, 3, 4}, 0.7f);
            predictions.set(4, 2, new int[] {0, 1, 5, 3, 4}, 0.6f);
            results.add(new Evaluation.Result(
                    TemplateSet.builtIn(name).orElseThrow(),
                    classifier(),
                    predictions,
                    List.of(
                            new Mistake(3, TestData.committed().path("pictograms/banana.jpg"), 1, 2, 0.7f),
                            new Mistake(4, Path.of("gone.png"), 2, 0, 0.6f))));
        }
        return new Evaluation(LABELS, results, List.of(new BrokenImage(Path.of("b.png"), "no PNG: " + EVIL)));
    }

    /** No report shows it. */
    private static LinearClassifier classifier() {
        List<Embedding> directions = Collections.nCopies(LABELS.size(), Embedding.of(new float[] {1, 0}));
        return LinearClassifier.of(LABELS, directions, new float[LABELS.size()], new float[LABELS.size()]);
    }

    /** By the rules of XML, which are stricter than HTML's. */
    private static Document parsed(String html) throws Exception {
        String xml = html.replace("<!DOCTYPE html>", "");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(UTF_8)));
    }
}
