package org.clipjava.convert;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.clipjava.config.AddedToken;
import org.clipjava.config.TokenizerConfig.WordPiece;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.text.PieceVocabulary;

/**
 * BERT's tokenizer for a vocabulary with upper and lower case, as a {@code tokenizer.json} or a {@code vocab.txt} describes it.
 *
 * @param vocabulary its pieces
 * @param config with what begins and ends a text
 */
record WordPieceFile(PieceVocabulary vocabulary, WordPiece config) {
    private static final String START = "[CLS]";
    private static final String END = "[SEP]";
    private static final String UNKNOWN = "[UNK]";

    /** What transformers' class looks for in texts. */
    private static final List<String> SPECIAL = List.of("[PAD]", UNKNOWN, START, END, "[MASK]");

    /**
     * What the folder has.
     *
     * @throws ModelFormatException if it has no such tokenizer, or one that does something else to texts
     */
    static WordPieceFile of(CheckpointFolder folder) throws IOException {
        Optional<JsonFields> tokenizer = folder.tokenizerJson();
        if (tokenizer.isPresent()) {
            return ofTokenizerJson(tokenizer.get());
        }
        Optional<Path> pieces = folder.wordPieces();
        if (pieces.isEmpty()) {
            throw new ModelFormatException(folder
                    + ": expected BERT's tokenizer, a tokenizer.json or vocab.txt, found none; put it into the folder");
        }
        Optional<JsonFields> config = folder.tokenizerConfig();
        checkCased(config.orElseGet(() -> JsonFields.empty(folder + ": " + CheckpointFiles.TOKENIZER_CONFIG)));
        return ofLines(JsonFields.text(pieces.get()), pieces.get().toString());
    }

    /** Those that are silent put texts into lower case. */
    private static void checkCased(JsonFields config) throws ModelFormatException {
        require(config, "do_lower_case", true, false);
        require(config, "tokenize_chinese_chars", true, true);
        require(config, "strip_accents", false, false);
    }

    private static void require(JsonFields fields, String key, boolean otherwise, boolean expected)
            throws ModelFormatException {
        if (fields.bool(key, otherwise) != expected) {
            throw fields.expected(key, String.valueOf(expected));
        }
    }

    /** A piece in each line, in the order of ids. */
    static WordPieceFile ofLines(String text, String file) throws ModelFormatException {
        List<String> pieces = new ArrayList<>(List.of(text.split("\r?\n", -1)));
        if (pieces.getLast().isEmpty()) {
            pieces.removeLast();
        }
        Map<String, Integer> ids = new HashMap<>();
        IntStream.range(0, pieces.size()).forEach(id -> ids.putIfAbsent(pieces.get(id), id));
        List<AddedToken> added = new ArrayList<>();
        for (String special : SPECIAL) {
            added.add(AddedToken.asWritten(idOf(special, ids, file)));
        }
        WordPiece config = new WordPiece(
                List.of(idOf(START, ids, file)), List.of(idOf(END, ids, file)), idOf(UNKNOWN, ids, file), added);
        return of(pieces, config, pieces.size(), file);
    }

    private static int idOf(String special, Map<String, Integer> ids, String file) throws ModelFormatException {
        Integer id = ids.get(special);
        if (id == null) {
            throw new ModelFormatException(file + ": expected a line " + special + ", found none");
        }
        return id;
    }

    /**
     * @param own how many of the pieces are no added tokens behind the others
     * @param file what messages call it
     */
    private static WordPieceFile of(List<String> pieces, WordPiece config, int own, String file)
            throws ModelFormatException {
        List<Integer> found = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int id = 0; id < own; id++) {
            String piece = pieces.get(id);
            if (!piece.isEmpty() && !seen.add(piece)) {
                throw new ModelFormatException("%s: piece %d: expected each piece once, found %s twice"
                        .formatted(file, id, Shown.quoted(piece)));
            }
            if (!piece.isEmpty()) {
                found.add(id);
            }
        }
        try {
            return new WordPieceFile(PieceVocabulary.of(pieces, found, new double[0], List.of(), new byte[0]), config);
        } catch (ModelFormatException e) {
            throw new ModelFormatException(file + ": " + e.getMessage(), e);
        }
    }

    static WordPieceFile ofTokenizerJson(JsonFields file) throws ModelFormatException {
        JsonFields model = file.object("model").orElseThrow(() -> file.expected("model", "an object"));
        if (!model.string("type").orElse("").equals("WordPiece")) {
            throw model.expected("type", "\"WordPiece\", as BERT's tokenizer has it");
        }
        if (!model.string("continuing_subword_prefix").orElse("##").equals("##")) {
            throw model.expected("continuing_subword_prefix", "\"##\"");
        }
        if (model.positive("max_input_chars_per_word", 100) != 100) {
            throw model.expected("max_input_chars_per_word", "100");
        }
        TokenizerJson json = new TokenizerJson(file);
        checkSteps(json);
        List<String> pieces = new ArrayList<>();
        Map<String, Integer> ids = new HashMap<>();
        TokenizerJson.vocabulary(model, pieces, ids);
        int own = pieces.size();
        Integer unknown = ids.get(model.string("unk_token").orElse(UNKNOWN));
        if (unknown == null) {
            throw model.expected("unk_token", "a piece");
        }
        List<AddedToken> added = json.added(pieces, ids);
        List<Integer> begin = new ArrayList<>();
        List<Integer> end = new ArrayList<>();
        json.template(ids, begin, end);
        if (begin.isEmpty() && end.isEmpty()) {
            throw file.expected("post_processor", "tokens that begin and end a text");
        }
        return of(pieces, new WordPiece(begin, end, unknown, added), own, file.where());
    }

    private static void checkSteps(TokenizerJson json) throws ModelFormatException {
        JsonFields file = json.file();
        List<JsonFields> normalizers = json.sequence("normalizer", "normalizers");
        List<JsonFields> cuts = json.sequence("pre_tokenizer", "pretokenizers");
        if (normalizers.size() != 1
                || !TokenizerJson.type(normalizers.getFirst()).equals("BertNormalizer")) {
            throw file.expected("normalizer", "a BertNormalizer");
        }
        if (cuts.size() != 1 || !TokenizerJson.type(cuts.getFirst()).equals("BertPreTokenizer")) {
            throw file.expected("pre_tokenizer", "a BertPreTokenizer");
        }
        JsonFields normalizer = normalizers.getFirst();
        require(normalizer, "lowercase", true, false);
        require(normalizer, "clean_text", true, true);
        require(normalizer, "handle_chinese_chars", true, true);
        require(normalizer, "strip_accents", false, false);
    }
}
