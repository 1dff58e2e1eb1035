package org.clipjava.convert;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.config.PieceRules;
import org.clipjava.config.TextCleaning;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.ModelFormatException;

/** The tokens of RoBERTa, which are GPT-2's merges of bytes, and of XLM-RoBERTa, which are SentencePiece's unigrams. */
final class RobertaTokens {
    private static final String BEGIN = "<s>";
    private static final String PADDING = "<pad>";
    private static final String END = "</s>";
    private static final String UNKNOWN = "<unk>";
    private static final String MASK = "<mask>";

    /** In the order in which fairseq numbers them; pieces follow. */
    private static final List<String> FIRST = List.of(BEGIN, PADDING, END, UNKNOWN);

    /** Where a {@code .model} of XLM-RoBERTa has its three that are no pieces. */
    private static final List<String> OF_MODEL = List.of(UNKNOWN, BEGIN, END);

    private RobertaTokens() {}

    /**
     * RoBERTa's: what the {@code tokenizer.json} says, or what transformers make of a {@code vocab.json} and {@code merges.txt}.
     *
     * @param cleaning what is done to texts first
     * @throws ModelFormatException if there are no such files, or they have no such tokens
     */
    static CheckpointTokens.OfPieces roberta(CheckpointFolder folder, TextCleaning cleaning) throws IOException {
        Optional<JsonFields> json = folder.tokenizerJson();
        Optional<CheckpointFolder.Merges> merges = json.isPresent() ? Optional.empty() : folder.merges();
        if (json.isEmpty() && merges.isEmpty()) {
            throw new ModelFormatException(folder
                    + ": expected RoBERTa's tokenizer, a tokenizer.json or vocab.json and merges.txt, found none; put it"
                    + " into the folder");
        }
        JsonFields tokenizer = json.isPresent() ? json.get() : json(merges.get(), folder.tokenizerConfig());
        PieceFile file = PieceFile.ofTokenizerJson(tokenizer);
        if (!(file.config().rules() instanceof PieceRules.TokenizerJson rules)
                || rules.split() != PieceRules.Split.BYTE_LEVEL) {
            throw tokenizer.expected("pre_tokenizer", "a ByteLevel, as RoBERTa's tokenizer has it");
        }
        return MetaClip2.whole(file, tokenizer, cleaning);
    }

    private static JsonFields json(CheckpointFolder.Merges files, Optional<JsonFields> config) throws IOException {
        return json(
                JsonFields.read(files.vocabulary()),
                JsonFields.text(files.lines()),
                config,
                files.vocabulary() + ", " + files.lines().getFileName());
    }

    /**
     * The {@code tokenizer.json} that transformers make of the older files.
     *
     * @param vocab pieces and their ids
     * @param lines of {@code merges.txt}
     * @param config {@code tokenizer_config.json}
     * @param where what messages call the files
     */
    static JsonFields json(JsonFields vocab, String lines, Optional<JsonFields> config, String where)
            throws ModelFormatException {
        for (String end : List.of(BEGIN, END)) {
            TokenizerJson.index(vocab, end);
        }
        JsonArray merges = new JsonArray();
        lines.lines()
                .filter(line -> !line.startsWith("#version") && !line.isEmpty())
                .forEach(merges::add);
        JsonObject model = new JsonObject();
        model.addProperty("type", "BPE");
        model.add("vocab", vocab.fields());
        model.add("merges", merges);
        JsonObject cut = new JsonObject();
        cut.addProperty("type", "ByteLevel");
        cut.addProperty("add_prefix_space", config.isPresent() && config.get().bool("add_prefix_space", false));
        JsonObject ends = new JsonObject();
        ends.addProperty("type", "RobertaProcessing");
        ends.add("cls", token(BEGIN));
        ends.add("sep", token(END));
        JsonObject file = new JsonObject();
        file.add("pre_tokenizer", cut);
        file.add("post_processor", ends);
        file.add("model", model);
        return JsonFields.of(file, where);
    }

    /**
     * XLM-RoBERTa's: what the {@code tokenizer.json} says, or what transformers make of a {@code sentencepiece.bpe.model}.
     *
     * @param cleaning what is done to texts first
     * @throws ModelFormatException if there is neither file, or it has no such tokens
     */
    static CheckpointTokens.OfPieces xlmRoberta(CheckpointFolder folder, TextCleaning cleaning) throws IOException {
        Optional<Path> model = folder.hasTokenizerJson() ? Optional.empty() : folder.xlmRobertaPieces();
        return model.isPresent()
                ? ofModel(SentencePieceModel.read(model.get()), cleaning)
                : MetaClip2.tokens(folder, "XLM-RoBERTa's", cleaning);
    }

    /** Its pieces by fairseq's numbers: each is one more than in the file, four begin them and the mask ends them. */
    static CheckpointTokens.OfPieces ofModel(SentencePieceModel model, TextCleaning cleaning)
            throws ModelFormatException {
        List<SentencePieceModel.Piece> own = model.pieces();
        List<String> first = own.stream()
                .limit(OF_MODEL.size())
                .map(SentencePieceModel.Piece::text)
                .toList();
        if (!first.equals(OF_MODEL) || !model.unigram()) {
            throw new ModelFormatException("%s: expected XLM-RoBERTa's unigrams behind %s, found %s behind %s"
                    .formatted(
                            model.file(),
                            String.join(", ", OF_MODEL),
                            model.unigram() ? "unigrams" : "merges",
                            Shown.text(String.join(", ", first))));
        }
        List<SentencePieceModel.Piece> pieces = new ArrayList<>();
        for (String special : FIRST) {
            pieces.add(new SentencePieceModel.Piece(special, 0, SentencePieceModel.Type.NORMAL));
        }
        pieces.addAll(own.subList(OF_MODEL.size(), own.size()));
        pieces.add(new SentencePieceModel.Piece(MASK, 0, SentencePieceModel.Type.NORMAL));
        PieceFile file = PieceFile.ofUnigrams(
                pieces,
                model.charsmap(),
                FIRST.indexOf(UNKNOWN),
                FIRST.indexOf(BEGIN),
                FIRST.indexOf(END),
                model.file());
        return MetaClip2.whole(file, JsonFields.empty(model.file()), cleaning);
    }

    private static JsonArray token(String text) {
        JsonArray token = new JsonArray();
        token.add(text);
        return token;
    }
}
