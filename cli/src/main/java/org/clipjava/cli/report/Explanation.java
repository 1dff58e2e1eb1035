package org.clipjava.cli.report;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.clipjava.Classification.Score;
import org.clipjava.cli.output.Json;
import org.clipjava.config.Scoring;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.image.ImageHeader;
import org.clipjava.image.ImagePreprocessor.Geometry;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.image.PreprocessorConfig.Resize.Patches;
import org.clipjava.image.RgbImage;
import org.clipjava.text.TokenSequence;

/**
 * Everything between a picture with its labels and the scores.
 *
 * @param decoded upright
 * @param background 0xRRGGBB, what is seen through transparent pixels; empty: the colours that they have
 * @param draft whether a JPEG may have been decoded smaller; its size here is that of the draft
 * @param labels the best first
 */
public record Explanation(
        String image,
        ImageHeader header,
        RgbImage decoded,
        OptionalInt background,
        boolean draft,
        PreprocessorConfig preprocessing,
        Geometry geometry,
        double imageNorm,
        float logitScale,
        float logitBias,
        Scoring scoring,
        TokenizerConfig tokenizer,
        List<Label> labels) {
    private static final int NAMES = 12;

    /** A label: how it was put into words, and how it fits. */
    public record Label(Score score, List<Prompt> prompts) {}

    /** What the text tower reads. */
    public record Prompt(String text, TokenSequence ids, List<String> tokens) {
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

    public String toText() {
        NamedLines text = new NamedLines(NAMES);
        text.line("picture", image);
        text.line("decoded", "%s, %d x %d".formatted(header.format(), storedWidth(), storedHeight()));
        if (turned()) {
            text.line(
                    "turned",
                    "EXIF orientation %d: now %d x %d"
                            .formatted(header.orientation(), decoded.width(), decoded.height()));
        }
        if (draft) {
            text.line("draft", "a JPEG is decoded at 1/2, 1/4 or 1/8 if it is large enough");
        }
        background.ifPresent(color -> text.line("background", hex(color)));
        text.line("resized", "%d x %d, %s".formatted(geometry.width(), geometry.height(), resample()));
        if (preprocessing.resize() instanceof Patches patches) {
            text.line(
                    "patches",
                    "%d x %d of %d pixels; up to %d"
                            .formatted(
                                    geometry.width() / patches.side(),
                                    geometry.height() / patches.side(),
                                    patches.side(),
                                    patches.most()));
        }
        text.line(
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
        text.line("normalised", "mean %s, std %s".formatted(preprocessing.mean(), preprocessing.std()));
        text.line("embedding", "length %.4f".formatted(imageNorm));
        text.line("logit scale", "%.4f".formatted(logitScale));
        if (scoring instanceof Scoring.Sigmoid) {
            text.line("logit bias", "%.4f".formatted(logitBias));
        }
        text.line("text cleaning", Inspection.cleaning(tokenizer));
        for (Label label : labels) {
            Score score = label.score();
            text.heading(score.label());
            for (Prompt prompt : label.prompts()) {
                text.line("  prompt", prompt.text());
                text.line(
                        "  tokens",
                        prompt.ids().length()
                                + (prompt.ids().truncated()
                                        ? ", cut off: the text has more than the model reads"
                                        : ""));
                text.line("", prompt.shown());
            }
            text.line("  cosine", "%9.6f".formatted(score.cosine()));
            text.line("  logit", "%9.4f".formatted(score.logit()));
            if (scoring instanceof Scoring.Sigmoid) {
                text.line("  sigmoid", "%9.4f %%".formatted(100 * score.sigmoid()));
            }
            text.line("  softmax", "%9.4f %%".formatted(100 * score.score()));
        }
        return text.toString();
    }

    private static String hex(int color) {
        return "#%06x".formatted(color);
    }

    private String resample() {
        return preprocessing.resampling().name().toLowerCase(Locale.ROOT);
    }

    public String toJson() {
        return Json.document(json -> {
            json.name("image").value(image);
            json.name("decoded").beginObject();
            json.name("format").value(header.format());
            json.name("width").value(storedWidth());
            json.name("height").value(storedHeight());
            json.name("orientation").value(header.orientation());
            json.endObject();
            json.name("upright");
            size(json, decoded.width(), decoded.height());
            if (background.isPresent()) {
                json.name("background").value(hex(background.getAsInt()));
            }
            if (draft) {
                json.name("draft").value(true);
            }
            json.name("resized");
            size(json, geometry.width(), geometry.height());
            json.name("resample").value(resample());
            if (preprocessing.resize() instanceof Patches patches) {
                json.name("patches");
                size(json, geometry.width() / patches.side(), geometry.height() / patches.side());
            }
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
            json.name("text_cleaning").value(Inspection.spelled(tokenizer));
            json.name("embedding_norm").value(imageNorm);
            json.name("logit_scale").value(logitScale);
            if (scoring instanceof Scoring.Sigmoid) {
                json.name("logit_bias").value(logitBias);
            }
            json.name("labels").beginArray();
            for (Label label : labels) {
                json.beginObject();
                write(json, label);
                if (scoring instanceof Scoring.Sigmoid) {
                    json.name("sigmoid").value(label.score().sigmoid());
                }
                json.endObject();
            }
            json.endArray();
        });
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
            TokenLine.write(json, prompt.ids(), prompt.tokens());
            json.endObject();
        }
        json.endArray();
        json.name("cosine").value(label.score().cosine());
        json.name("logit").value(label.score().logit());
        json.name("score").value(label.score().score());
    }
}
