package org.clipjava.convert;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.clipjava.config.Activation;
import org.clipjava.config.NormPlacement;
import org.clipjava.config.Projection;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TextPool;
import org.clipjava.config.TowerConfig;
import org.clipjava.safetensors.ModelFormatException;

/**
 * The text tower of an {@code open_clip_config.json} with a RoBERTa or an XLM-RoBERTa, which it knows by its name in transformers alone;
 * its sizes are those of its tensors. The two differ in their tokens.
 */
final class OpenClipRoberta {
    /** What texts are filled up with, and what the tower therefore never sees. */
    private static final String PADDING = "<pad>";

    private static final int PADDING_ID = 1;

    /** Of the table of positions: the first token of a text has the row behind the padding's. */
    private static final int FIRST_POSITION = PADDING_ID + 1;

    /** Of the published sizes, base and large. */
    private static final int HEAD_WIDTH = 64;

    private static final float EPS = 1e-5f;

    private static final Map<String, CheckpointFamily> NAMES = Map.of(
            "roberta-base", CheckpointFamily.ROBERTA,
            "roberta-large", CheckpointFamily.ROBERTA,
            "FacebookAI/roberta-base", CheckpointFamily.ROBERTA,
            "FacebookAI/roberta-large", CheckpointFamily.ROBERTA,
            "xlm-roberta-base", CheckpointFamily.XLM_ROBERTA,
            "xlm-roberta-large", CheckpointFamily.XLM_ROBERTA,
            "FacebookAI/xlm-roberta-base", CheckpointFamily.XLM_ROBERTA,
            "FacebookAI/xlm-roberta-large", CheckpointFamily.XLM_ROBERTA);

    private static final Set<String> READ =
            Set.of("context_length", "hf_model_name", "hf_tokenizer_name", "hf_model_pretrained", "output_tokens");

    private static final String MLP = "mlp";

    private OpenClipRoberta() {}

    /** Which of the two a config has; empty if it has neither. */
    static Optional<CheckpointFamily> ofConfig(JsonFields config) throws ModelFormatException {
        Optional<JsonFields> text = OpenClipConfig.model(config).object("text_cfg");
        return text.isPresent() ? family(text.get()) : Optional.empty();
    }

    /** Which of the two a text tower is; empty if it is neither. */
    static Optional<CheckpointFamily> family(JsonFields text) throws ModelFormatException {
        return Optional.ofNullable(NAMES.get(text.string("hf_model_name").orElse("")));
    }

    /**
     * Looks at all that a config says of the text tower.
     *
     * @throws ModelFormatException if a field would make another model of it
     */
    static void checkFields(JsonFields text) throws ModelFormatException {
        for (String key : text.fields().keySet()) {
            if (!text.has(key) || READ.contains(key)) {
                continue;
            }
            switch (key) {
                case "hf_pooler_type" -> {
                    if (!text.string(key).orElse("").equals("mean_pooler")) {
                        throw text.expected(key, "\"mean_pooler\", as the published ones with such a tower have it");
                    }
                }
                case "hf_proj_type" -> projection(text);
                case "tokenizer_kwargs" -> OpenClipConfig.cleaning(text);
                default -> throw text.expected(key, "no such field beside an hf_model_name");
            }
        }
    }

    private static Projection projection(JsonFields text) throws ModelFormatException {
        return switch (text.string("hf_proj_type").orElse(MLP)) {
            case MLP -> Projection.MLP;
            case "linear" -> Projection.LINEAR;
            default -> throw text.expected("hf_proj_type", "\"mlp\" or \"linear\"");
        };
    }

    /**
     * The tower, after its table of positions has become one of a CLIP's: a row for each token of a text, with what every token has in
     * common added to it.
     *
     * @throws ModelFormatException if the weights are none of such a tower, or the tokens not its
     */
    static TextConfig of(JsonFields text, Checkpoint checkpoint, CheckpointTokens.OfPieces tokens)
            throws ModelFormatException {
        checkFields(text);
        TensorSizes sizes = new TensorSizes(checkpoint);
        int vocabulary = sizes.of(BertNames.TOKENS, 0, 2);
        int width = sizes.of(BertNames.TOKENS, 1, 2);
        int positions = sizes.of(BertNames.POSITIONS, 0, 2);
        int context = text.positive("context_length", 77);
        if (context + FIRST_POSITION > positions) {
            throw text.expected(
                    "context_length", "at most " + (positions - FIRST_POSITION) + ", for which there are positions");
        }
        OptionalInt padding = tokens.file().vocabulary().id(PADDING);
        if (padding.isEmpty() || padding.getAsInt() != PADDING_ID) {
            throw new ModelFormatException("%s: expected RoBERTa's tokens, with %s as id %d, found others"
                    .formatted(text.where(), PADDING, PADDING_ID));
        }
        try {
            TowerConfig tower = TowerConfig.of(
                            width,
                            sizes.layers("text_model"),
                            width / HEAD_WIDTH,
                            sizes.of("text_model.encoder.layers.0.mlp.fc1.weight", 0, 2),
                            Activation.GELU,
                            EPS)
                    .withNorm(NormPlacement.AFTER);
            checkpoint.keepRows(BertNames.POSITIONS, positions, width, FIRST_POSITION, context);
            checkpoint.addToEach(BertNames.POSITIONS, BertNames.TOKEN_TYPES, width);
            return TextConfig.of(tower, context, vocabulary, new TextPool.Mean())
                    .withMask(TextMask.NONE)
                    .withMaskedToken(PADDING_ID)
                    .withLnPre(true)
                    .withProjection(projection(text));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(text.where() + ": " + e.getMessage(), e);
        }
    }
}
