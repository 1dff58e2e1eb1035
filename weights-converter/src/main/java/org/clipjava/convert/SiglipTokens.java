package org.clipjava.convert;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.clipjava.config.AddedToken;
import org.clipjava.config.NormalizerStep;
import org.clipjava.config.PieceRules;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TokenizerConfig.Pieces.Algorithm;
import org.clipjava.safetensors.ModelFormatException;

/** SigLIP's tokens: no token begins a text, and one ends it. */
final class SiglipTokens {
    private SiglipTokens() {}

    /**
     * As Hugging Face's transformers make them: unigrams of a {@code .model}, by the rules of its SigLIP tokenizer; else what the
     * {@code tokenizer.json} says, for Gemma's pieces in lower case.
     *
     * @throws ModelFormatException if there is neither file, or it has no such tokens
     */
    static CheckpointTokens.OfPieces huggingFace(CheckpointFolder folder) throws IOException {
        Optional<JsonFields> config = folder.tokenizerConfig();
        Optional<Path> model = folder.sentencePieceModel();
        if (model.isPresent()) {
            PieceFile file = PieceFile.ofModel(model.get());
            if (file.config().algorithm() == Algorithm.UNIGRAM
                    && file.config().rules() instanceof PieceRules.SentencePiece rules) {
                int end = end(file, model.get().toString());
                List<AddedToken> added = Stream.of(end, file.config().unknownToken())
                        .map(id -> new AddedToken(id, false, true, true, false))
                        .toList();
                PieceRules siglip = new PieceRules.Siglip(rules.dummyPrefix(), rules.removeExtraWhitespaces());
                return padded(file.with(siglip, TextCleaning.NONE, List.of(), List.of(end), added), end, config);
            }
        }
        PieceFile file = json(folder);
        int end = end(file, folder.toString());
        PieceRules rules = file.config().algorithm() == Algorithm.BPE
                ? lowerCased(file.config().rules())
                : file.config().rules();
        return padded(
                file.with(
                        rules,
                        TextCleaning.NONE,
                        List.of(),
                        List.of(end),
                        file.config().added()),
                end,
                config);
    }

    /**
     * As OpenCLIP makes them: the text is put into its canonical form, and then what the {@code tokenizer.json} says is done, or else
     * what SentencePiece does.
     *
     * @throws ModelFormatException if there is neither file, or it has no such tokens
     */
    static CheckpointTokens.OfPieces openClip(CheckpointFolder folder) throws IOException {
        Optional<Path> model = folder.sentencePieceModel();
        boolean json = folder.tokenizerJson().isPresent() || model.isEmpty();
        PieceFile file = json ? json(folder) : PieceFile.ofModel(model.get());
        int end = end(file, folder.toString());
        return padded(
                file.with(
                        file.config().rules(),
                        TextCleaning.CANONICAL,
                        List.of(),
                        List.of(end),
                        file.config().added()),
                end,
                folder.tokenizerConfig());
    }

    /**
     * As big_vision makes them: ASCII's letters are put into lower case, and then what the file of a tokenizer says is done.
     *
     * @param told that file, if it is not beside the weights
     * @param rows embeddings that the model has
     * @throws ModelFormatException if there is none, or one of another size
     */
    static CheckpointTokens.OfPieces bigVision(CheckpointFolder folder, Optional<Path> told, int rows)
            throws IOException {
        Optional<Path> beside = told.isPresent() ? Optional.of(folder.named(told.get())) : folder.pieces();
        if (beside.isEmpty()) {
            throw new ModelFormatException(folder
                    + ": expected a tokenizer beside big_vision's weights, which have none, found none; " + cure(rows));
        }
        Path path = beside.get();
        PieceFile file = path.toString().endsWith(".json") ? ofJson(path) : PieceFile.ofModel(path);
        if (file.vocabulary().size() != rows) {
            throw new ModelFormatException("%s: expected a tokenizer of %d tokens, as the model has, found %d; %s"
                    .formatted(path, rows, file.vocabulary().size(), cure(rows)));
        }
        int end = end(file, path.toString());
        PieceFile lower = file.with(
                withoutLowerCase(file.config().rules()),
                TextCleaning.LOWER_ASCII,
                List.of(),
                List.of(end),
                file.config().added());
        return padded(lower, end, Optional.empty());
    }

    private static String cure(int rows) {
        String where = switch (rows) {
            case 32_000 -> "this model's is spiece.model of google/siglip-base-patch16-224 on the Hugging Face hub; ";
            case 250_000 ->
                "this model's is spiece.model of google/siglip-base-patch16-256-multilingual on the Hugging Face hub; ";
            case 256_000 ->
                "this model's is tokenizer.json of google/siglip2-base-patch16-224 on the Hugging Face hub; ";
            default -> "";
        };
        return where + "put it there, or name it with --tokenizer";
    }

    private static PieceFile ofJson(Path path) throws IOException {
        JsonFields tokenizer = JsonFields.read(path);
        if (!PieceFile.isOne(tokenizer)) {
            throw new ModelFormatException(
                    path + ": expected SigLIP's tokenizer, of pieces, found one of another kind");
        }
        return PieceFile.ofTokenizerJson(tokenizer);
    }

    /** Newer files put all of Unicode into lower case, as big_vision does not. */
    private static PieceRules withoutLowerCase(PieceRules rules) {
        if (!(rules instanceof PieceRules.TokenizerJson json)) {
            return rules;
        }
        List<NormalizerStep> steps = json.normalizer().stream()
                .filter(step -> step != NormalizerStep.LOWERCASE)
                .toList();
        return new PieceRules.TokenizerJson(steps, json.split());
    }

    private static PieceFile json(CheckpointFolder folder) throws IOException {
        Optional<JsonFields> tokenizer = folder.tokenizerJson();
        if (tokenizer.isEmpty() || !PieceFile.isOne(tokenizer.get())) {
            throw new ModelFormatException(folder
                    + ": expected SigLIP's tokenizer, spiece.model or a tokenizer.json of such pieces, found none; put it"
                    + " into the folder");
        }
        return PieceFile.ofTokenizerJson(tokenizer.get());
    }

    /** As SigLIP 2 was trained, and as transformers do from version 5 on, whatever the file says. */
    private static PieceRules lowerCased(PieceRules rules) {
        if (!(rules instanceof PieceRules.TokenizerJson json)
                || json.normalizer().contains(NormalizerStep.LOWERCASE)) {
            return rules;
        }
        List<NormalizerStep> steps = new ArrayList<>(List.of(NormalizerStep.LOWERCASE));
        steps.addAll(json.normalizer());
        return new PieceRules.TokenizerJson(steps, json.split());
    }

    private static int end(PieceFile file, String where) throws ModelFormatException {
        OptionalInt end = file.firstOf("</s>", "<eos>");
        if (end.isEmpty()) {
            throw new ModelFormatException(where + ": expected a piece </s> or <eos>, which ends a text, found none");
        }
        return end.getAsInt();
    }

    /** With what the config says, or else with what Hugging Face's classes pad with. */
    private static CheckpointTokens.OfPieces padded(PieceFile file, int end, Optional<JsonFields> config)
            throws ModelFormatException {
        Optional<String> stated = config.isPresent() ? stated(config.get()) : Optional.empty();
        if (stated.isPresent()) {
            OptionalInt padding = file.vocabulary().id(stated.get());
            if (padding.isEmpty()) {
                throw config.orElseThrow().expected("pad_token", "a token of the vocabulary");
            }
            return new CheckpointTokens.OfPieces(file, padding.getAsInt());
        }
        int padding = file.config().algorithm() == Algorithm.BPE
                ? file.vocabulary().id("<pad>").orElse(end)
                : end;
        return new CheckpointTokens.OfPieces(file, padding);
    }

    /** The token itself, or an object with its content. */
    private static Optional<String> stated(JsonFields config) throws ModelFormatException {
        Optional<JsonElement> token = config.element("pad_token");
        if (token.isPresent() && token.get().isJsonObject()) {
            return config.object("pad_token").orElseThrow().string("content");
        }
        return config.string("pad_token");
    }
}
