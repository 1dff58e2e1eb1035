package org.clipjava.cli.report;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.clipjava.cli.output.Json;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.NormalizerStep;
import org.clipjava.config.PieceRules;
import org.clipjava.config.PositionFilter;
import org.clipjava.config.Scoring;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.io.Columns;
import org.clipjava.io.Shown;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.models.ModelHeader;
import org.clipjava.safetensors.TensorInfo;

/** What is in a model file. */
public record Inspection(ModelHeader header) {
    private static final String SOURCE = "clip.source.";
    private static final int NAMES = 15;
    private static final String CANONICAL =
            "as OpenCLIP's tokenizer of SigLIP (quotes, entities, widths, lower case, no punctuation)";

    private static final String CASED =
            "as OpenCLIP's tokenizer of other models (quotes, entities, widths, mojibake; letters keep their case)";

    private static final String LOWER_ASCII = "as big_vision's tokenizer of SigLIP (A to Z in lower case)";

    public String toText() {
        ModelInfo info = header.info();
        ClipConfig config = info.config();
        NamedLines text = new NamedLines(NAMES);
        text.line("file", header.name());
        text.line("bytes", String.format(Locale.ROOT, "%,d", header.bytes()));
        info.description().ifPresent(about -> text.line("about", about));
        info.licence().ifPresent(licence -> text.line("licence", licence));
        text.line("family", info.family());
        if (!config.isWhole()) {
            text.line(
                    "towers",
                    config.hasText()
                            ? "text alone: no picture can be encoded, nothing compared"
                            : "image alone: no text can be encoded, nothing compared");
        }
        text.line("scores", config.scoring() instanceof Scoring.Sigmoid ? "sigmoid" : "softmax");
        text.line(
                "weights",
                info.weightType().spelling()
                        + (info.wide().isEmpty() ? "" : "; f32: " + String.join(", ", info.wide())));
        text.line("projection", Integer.toString(config.embedDim()));
        text.line("activation", ofBoth(config, tower -> tower.activation().spelling()));
        text.line("layer norm eps", ofBoth(config, tower -> Float.toString(tower.layerNormEps())));
        text.line("image tower", config.hasVision() ? imageTower(info) : "none");
        text.line("text tower", config.hasText() ? textTower(config.text()) : "none");
        if (config.hasText()) {
            text.line("text cleaning", cleaning(info.tokenizer()));
        }

        text.heading("bytes by type");
        bytesByType().forEach((type, sum) -> text.row("  ", String.format(Locale.ROOT, "%-6s %,15d", type, sum)));

        text.heading("sources (SHA-256)");
        info.sources().forEach((file, digest) -> text.row("  ", digest + "  " + file));

        text.heading("metadata");
        info.metadata().forEach((key, value) -> {
            if (!key.startsWith(SOURCE)) {
                text.row("  ", key + " = " + value);
            }
        });

        text.heading("tensors (" + header.tensors().size() + ")");
        int width = Columns.width(header.tensors().stream()
                .map(tensor -> Shown.line(tensor.name()))
                .toList());
        for (TensorInfo tensor : header.tensors()) {
            text.row(
                    "  ",
                    String.format(
                            Locale.ROOT,
                            "%s  %-4s  %-16s %,14d",
                            Columns.padded(Shown.line(tensor.name()), width),
                            tensor.dtype(),
                            tensor.shape(),
                            tensor.bytes()));
        }
        return text.toString();
    }

    /** What the towers have in common, or each its own. */
    private static String ofBoth(ClipConfig config, Function<TowerConfig, String> property) {
        if (!config.isWhole()) {
            return property.apply(
                    config.hasText() ? config.text().tower() : config.vision().tower());
        }
        String image = property.apply(config.vision().tower());
        String text = property.apply(config.text().tower());
        return image.equals(text) ? image : image + " (image), " + text + " (text)";
    }

    /** What is done to texts first, as a model file says it. */
    static String spelled(TokenizerConfig tokenizer) {
        return switch (tokenizer) {
            case TokenizerConfig.ClipBpe bpe -> bpe.cleaning().name().toLowerCase(Locale.ROOT);
            case TokenizerConfig.Pieces pieces -> pieces.cleaning().name().toLowerCase(Locale.ROOT);
            case TokenizerConfig.WordPiece words -> TextCleaning.NONE.name().toLowerCase(Locale.ROOT);
        };
    }

    /** What is done to texts first, for people. */
    static String cleaning(TokenizerConfig tokenizer) {
        return switch (tokenizer) {
            case TokenizerConfig.ClipBpe bpe ->
                switch (bpe.cleaning()) {
                    case NONE -> "none, as Hugging Face's tokenizer";
                    case ORIGINAL -> "as OpenAI's and OpenCLIP's tokenizer (ftfy: quotes, entities, widths, mojibake)";
                    case CANONICAL -> CANONICAL;
                    case CASED -> CASED;
                    case LOWER_ASCII -> LOWER_ASCII;
                };
            case TokenizerConfig.Pieces pieces -> cleaning(pieces);
            case TokenizerConfig.WordPiece words -> "none";
        };
    }

    private static String cleaning(TokenizerConfig.Pieces pieces) {
        if (pieces.cleaning() == TextCleaning.CANONICAL) {
            return CANONICAL;
        }
        if (pieces.cleaning() == TextCleaning.CASED) {
            return CASED;
        }
        if (pieces.cleaning() == TextCleaning.LOWER_ASCII) {
            return LOWER_ASCII;
        }
        return switch (pieces.rules()) {
            case PieceRules.Siglip rules -> "as Hugging Face's tokenizer of SigLIP (lower case, no punctuation)";
            case PieceRules.TokenizerJson rules ->
                rules.normalizer().contains(NormalizerStep.LOWERCASE) ? "lower case" : "none";
            case PieceRules.SentencePiece rules -> "none";
        };
    }

    private static String imageTower(ModelInfo info) {
        VisionConfig vision = info.config().vision();
        if (info.preprocessing().resize() instanceof PreprocessorConfig.Resize.Patches patches) {
            return tower(vision.tower())
                    + ", pictures of any shape, patch %d, up to %d tokens".formatted(patches.side(), patches.most());
        }
        return tower(vision.tower())
                + ", %d pixels, patch %d, %d tokens".formatted(vision.imageSize(), vision.patchSize(), vision.tokens());
    }

    private static String textTower(TextConfig text) {
        return tower(text.tower())
                + ", context %d, vocabulary %d".formatted(text.contextLength(), text.vocabularySize());
    }

    private static String tower(TowerConfig tower) {
        return "width %d, %d layers, %d heads, MLP %d"
                .formatted(tower.width(), tower.layers(), tower.heads(), tower.mlpWidth());
    }

    public String toJson() {
        return Json.document(json -> {
            json.name("file").value(header.name());
            json.name("bytes").value(header.bytes());
            json.name("weight_type").value(header.info().weightType().spelling());
            json.name("config").beginObject();
            write(json, header.info());
            json.endObject();
            json.name("bytes_by_type").beginObject();
            for (Map.Entry<String, Long> entry : bytesByType().entrySet()) {
                json.name(entry.getKey()).value(entry.getValue());
            }
            json.endObject();
            write(json, "sources", header.info().sources());
            write(json, "metadata", header.info().metadata());
            json.name("tensors").beginArray();
            for (TensorInfo tensor : header.tensors()) {
                write(json, tensor);
            }
            json.endArray();
        });
    }

    private static void write(JsonWriter json, ModelInfo info) throws IOException {
        ClipConfig config = info.config();
        json.name("family").value(info.family());
        json.name("scoring").value(config.scoring() instanceof Scoring.Sigmoid ? "sigmoid" : "softmax");
        json.name("projection").value(config.embedDim());
        // as it was when both towers had the same; each tower has its own below
        TowerConfig first =
                config.hasVision() ? config.vision().tower() : config.text().tower();
        json.name("activation").value(first.activation().spelling());
        json.name("layer_norm_eps").value(first.layerNormEps());
        if (config.hasVision()) {
            json.name("vision").beginObject();
            write(json, config.vision().tower());
            json.name("image_size").value(config.vision().imageSize());
            json.name("patch_size").value(config.vision().patchSize());
            json.name("tokens").value(config.vision().tokens());
            if (config.vision().positionFilter().isPresent()) {
                json.name("any_shape").value(true);
                PositionFilter positions = config.vision().positionFilter().get();
                json.name("position_filter").value(positions.name().toLowerCase(Locale.ROOT));
            }
            json.endObject();
        }
        if (config.hasText()) {
            writeText(json, info);
        }
    }

    private static void writeText(JsonWriter json, ModelInfo info) throws IOException {
        TextConfig text = info.config().text();
        json.name("text").beginObject();
        write(json, text.tower());
        json.name("context_length").value(text.contextLength());
        json.name("vocabulary_size").value(text.vocabularySize());
        switch (info.tokenizer()) {
            case TokenizerConfig.ClipBpe bpe -> {
                json.name("start_token").value(bpe.startToken());
                json.name("end_token").value(bpe.endToken());
                json.name("cleaning").value(spelled(bpe));
            }
            case TokenizerConfig.Pieces pieces -> json.name("cleaning").value(spelled(pieces));
            case TokenizerConfig.WordPiece words -> json.name("cleaning").value(spelled(words));
        }
        json.endObject();
    }

    private static void write(JsonWriter json, TowerConfig tower) throws IOException {
        json.name("width").value(tower.width());
        json.name("layers").value(tower.layers());
        json.name("heads").value(tower.heads());
        json.name("mlp_width").value(tower.mlpWidth());
        json.name("activation").value(tower.activation().spelling());
        json.name("layer_norm_eps").value(tower.layerNormEps());
    }

    private static void write(JsonWriter json, String name, Map<String, String> values) throws IOException {
        json.name(name).beginObject();
        for (Map.Entry<String, String> entry : values.entrySet()) {
            json.name(entry.getKey()).value(entry.getValue());
        }
        json.endObject();
    }

    private static void write(JsonWriter json, TensorInfo tensor) throws IOException {
        json.beginObject();
        json.name("name").value(tensor.name());
        json.name("type").value(tensor.dtype().toString());
        json.name("shape").beginArray();
        for (long dimension : tensor.shape()) {
            json.value(dimension);
        }
        json.endArray();
        json.name("bytes").value(tensor.bytes());
        json.endObject();
    }

    private Map<String, Long> bytesByType() {
        Map<String, Long> sums = new TreeMap<>();
        for (TensorInfo tensor : header.tensors()) {
            sums.merge(tensor.dtype().toString(), tensor.bytes(), Long::sum);
        }
        return sums;
    }
}
