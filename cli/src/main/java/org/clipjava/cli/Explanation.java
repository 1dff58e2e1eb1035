package org.clipjava.cli;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.clipjava.Classification.Score;
import org.clipjava.image.ImageHeader;
import org.clipjava.image.ImagePreprocessor.Geometry;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.image.RgbImage;
import org.clipjava.text.TokenSequence;

/**
 * Everything between a picture with its labels and the scores.
 *
 * @param decoded upright
 * @param labels the best first
 */
record Explanation(
        String image,
        ImageHeader header,
        RgbImage decoded,
        PreprocessorConfig preprocessing,
        Geometry geometry,
        double imageNorm,
        float logitScale,
        List<Label> labels) {

    /** A label: how it was put into words, and how it fits. */
    record Label(Score score, List<Prompt> prompts) {}

    /** What the text tower reads. */
    record Prompt(String text, TokenSequence ids, List<String> tokens) {
        private String shown() {
            StringBuilder shown = new StringBuilder();
            for (int i = 0; i < tokens.size(); i++) {
                shown.append(i == 0 ? "" : "  ").append(ids.id(i)).append(' ').append(tokens.get(i));
            }
            return shown.toString();
        }
    }

    private boolean turned() {
        return header.orientation() != 1;
    }

    private int storedWidth() {
        return header.orientation() < 5 ? decoded.width() : decoded.height();
    }

    private int storedHeight() {
        return header.orientation() < 5 ? decoded.height() : decoded.width();
    }

    String toText() {
        StringBuilder text = new StringBuilder();
        line(text, "picture", image);
        line(text, "decoded", "%s, %d x %d".formatted(header.format(), storedWidth(), storedHeight()));
        if (turned()) {
            line(
                    text,
                    "turned",
                    "EXIF orientation %d: now %d x %d"
                            .formatted(header.orientation(), decoded.width(), decoded.height()));
        }
        line(text, "resized", "%d x %d, %s".formatted(geometry.width(), geometry.height(), resample()));
        line(
                text,
                "cropped",
                "%d x %d at column %d, row %d%s"
                        .formatted(
                                geometry.cropWidth(),
                                geometry.cropHeight(),
                                geometry.left(),
                                geometry.top(),
                                geometry.left() < 0 || geometry.top() < 0
                                        ? "; what is beyond the picture is black"
                                        : ""));
        line(text, "normalised", "mean %s, std %s".formatted(preprocessing.mean(), preprocessing.std()));
        line(text, "embedding", "length %.4f".formatted(imageNorm));
        line(text, "logit scale", "%.4f".formatted(logitScale));
        for (Label label : labels) {
            Score score = label.score();
            text.append('\n').append(Terminal.oneLine(score.label())).append('\n');
            for (Prompt prompt : label.prompts()) {
                line(text, "  prompt", prompt.text());
                line(
                        text,
                        "  tokens",
                        prompt.ids().length()
                                + (prompt.ids().truncated()
                                        ? ", cut off: the text has more than the model reads"
                                        : ""));
                line(text, "", prompt.shown());
            }
            line(text, "  cosine", "%9.6f".formatted(score.cosine()));
            line(text, "  logit", "%9.4f".formatted(score.logit()));
            line(text, "  softmax", "%9.4f %%".formatted(100 * score.score()));
        }
        return text.toString();
    }

    private String resample() {
        return preprocessing.resample().name().toLowerCase(Locale.ROOT);
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(String.format(Locale.ROOT, "%-12s %s", key, Terminal.oneLine(value)))
                .append('\n');
    }

    String toJson() {
        return Json.indentedObject(json -> {
                    json.name("image").value(image);
                    json.name("decoded").beginObject();
                    json.name("format").value(header.format());
                    json.name("width").value(storedWidth());
                    json.name("height").value(storedHeight());
                    json.name("orientation").value(header.orientation());
                    json.endObject();
                    json.name("upright");
                    size(json, decoded.width(), decoded.height());
                    json.name("resized");
                    size(json, geometry.width(), geometry.height());
                    json.name("resample").value(resample());
                    json.name("crop").beginObject();
                    json.name("left").value(geometry.left());
                    json.name("top").value(geometry.top());
                    json.name("width").value(geometry.cropWidth());
                    json.name("height").value(geometry.cropHeight());
                    json.endObject();
                    json.name("mean");
                    floats(json, preprocessing.mean());
                    json.name("std");
                    floats(json, preprocessing.std());
                    json.name("embedding_norm").value(imageNorm);
                    json.name("logit_scale").value(logitScale);
                    json.name("labels").beginArray();
                    for (Label label : labels) {
                        json.beginObject();
                        write(json, label);
                        json.endObject();
                    }
                    json.endArray();
                })
                + "\n";
    }

    private static void size(JsonWriter json, long width, long height) throws IOException {
        json.beginObject();
        json.name("width").value(width);
        json.name("height").value(height);
        json.endObject();
    }

    private static void floats(JsonWriter json, List<Float> values) throws IOException {
        json.beginArray();
        for (Float value : values) {
            json.value(value);
        }
        json.endArray();
    }

    private static void write(JsonWriter json, Label label) throws IOException {
        json.name("label").value(label.score().label());
        json.name("prompts").beginArray();
        for (Prompt prompt : label.prompts()) {
            json.beginObject();
            json.name("text").value(prompt.text());
            json.name("ids").beginArray();
            for (int id : prompt.ids().ids()) {
                json.value(id);
            }
            json.endArray();
            json.name("tokens").beginArray();
            for (String token : prompt.tokens()) {
                json.value(token);
            }
            json.endArray();
            json.name("truncated").value(prompt.ids().truncated());
            json.endObject();
        }
        json.endArray();
        json.name("cosine").value(label.score().cosine());
        json.name("logit").value(label.score().logit());
        json.name("score").value(label.score().score());
    }
}
