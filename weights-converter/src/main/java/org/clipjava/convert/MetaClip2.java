package org.clipjava.convert;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.clipjava.config.AddedToken;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TokenizerConfig.Pieces;
import org.clipjava.safetensors.ModelFormatException;

/** MetaCLIP 2 as Hugging Face has it: CLIP's towers, with XLM-V's or mT5's pieces for texts. */
final class MetaClip2 {
    /** {@code model_type}, and those of a tower alone. */
    static final String WHOLE = "metaclip_2";

    static final String VISION = "metaclip_2_vision_model";
    static final String TEXT = "metaclip_2_text_model";

    static final Set<String> TYPES = Set.of(WHOLE, VISION, TEXT);

    /** Of transformers' class for its text tower. */
    private static final int DEFAULT_END = 49407;

    /** Of OpenCLIP's class. */
    private static final int OPEN_CLIPS_END = 2;

    /** What transformers' tokenizers look for in texts before pieces, whether the file lists it or not. */
    private static final List<String> SPECIAL = List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>");

    private MetaClip2() {}

    static boolean isOne(JsonFields config) throws ModelFormatException {
        return TYPES.contains(config.string("model_type").orElse(""));
    }

    /**
     * What the {@code tokenizer.json} says.
     *
     * @param whose for messages
     * @param cleaning what is done to texts first
     * @throws ModelFormatException if there is none, or it has no such tokens
     */
    static CheckpointTokens.OfPieces tokens(CheckpointFolder folder, String whose, TextCleaning cleaning)
            throws IOException {
        Optional<JsonFields> tokenizer = folder.tokenizerJson();
        if (tokenizer.isEmpty() || !PieceFile.isOne(tokenizer.get())) {
            throw new ModelFormatException(folder + ": expected " + whose
                    + " tokenizer, a tokenizer.json of pieces, found none; put it into the folder");
        }
        return whole(PieceFile.ofTokenizerJson(tokenizer.get()), tokenizer.get(), cleaning);
    }

    /**
     * With all special tokens.
     *
     * @param file what the tokenizer says
     * @throws ModelFormatException if no token ends a text
     */
    static CheckpointTokens.OfPieces whole(PieceFile file, JsonFields tokenizer, TextCleaning cleaning)
            throws ModelFormatException {
        Pieces config = file.config();
        if (config.end().isEmpty()) {
            throw tokenizer.expected("post_processor", "a token that ends a text");
        }
        PieceFile whole = file.with(config.rules(), cleaning, config.begin(), config.end(), added(file));
        return new CheckpointTokens.OfPieces(whole, config.end().getFirst());
    }

    private static List<AddedToken> added(PieceFile file) {
        List<AddedToken> added = new ArrayList<>(file.config().added());
        Set<Integer> known = added.stream().map(AddedToken::id).collect(Collectors.toSet());
        for (String special : SPECIAL) {
            OptionalInt id = file.vocabulary().id(special);
            if (id.isPresent() && known.add(id.getAsInt())) {
                added.add(AddedToken.asWritten(id.getAsInt()));
            }
        }
        return added;
    }

    /**
     * The token at whose first place a text is pooled.
     *
     * @throws ModelFormatException if it does not end texts: it would be missing in them
     */
    static int pooled(JsonFields config, CheckpointTokens.OfPieces tokens) throws ModelFormatException {
        JsonFields text = config.string("model_type").orElse("").equals(TEXT)
                ? config
                : CheckpointConfig.tower(config, "text_config");
        return pooled(text, "eos_token_id", DEFAULT_END, tokens);
    }

    /** The same of a field of an OpenCLIP config's text tower. */
    static int pooledOpenClip(JsonFields text, CheckpointTokens.OfPieces tokens) throws ModelFormatException {
        return pooled(text, "eos_id", OPEN_CLIPS_END, tokens);
    }

    private static int pooled(JsonFields text, String key, int otherwise, CheckpointTokens.OfPieces tokens)
            throws ModelFormatException {
        List<Integer> end = tokens.file().config().end();
        Optional<JsonElement> stated = text.element(key);
        String pooled = stated.isPresent() ? stated.get().toString() : String.valueOf(otherwise);
        for (int id : end) {
            if (pooled.equals(String.valueOf(id))) {
                return id;
            }
        }
        throw new ModelFormatException("%s: %s: expected the token that ends a text in tokenizer.json, %s, found %s"
                .formatted(text.where(), key, end.getFirst(), pooled));
    }
}
