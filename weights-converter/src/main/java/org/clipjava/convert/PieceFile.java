package org.clipjava.convert;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.clipjava.config.AddedToken;
import org.clipjava.config.NormalizerStep;
import org.clipjava.config.PieceRules;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TokenizerConfig.Pieces;
import org.clipjava.config.TokenizerConfig.Pieces.Algorithm;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.text.PieceVocabulary;

/**
 * A tokenizer of pieces, as a {@code tokenizer.json} or a {@code .model} describes it, before a family of models has its say.
 *
 * @param vocabulary its pieces
 * @param config with what the file says begins and ends a text
 */
record PieceFile(PieceVocabulary vocabulary, Pieces config) {
    private static final String MARK = "\u2581";

    /** Below the worst piece's score, in SentencePiece and in Rust's tokenizers. */
    private static final double UNKNOWN_PENALTY = 10;

    /** Of a byte-pair encoding, where there are no scores. */
    private static final double NO_SCORE = 0;

    /**
     * Whether a {@code tokenizer.json} is of this kind: unigrams, or merges without CLIP's end of word.
     */
    static boolean isOne(JsonFields tokenizer) throws ModelFormatException {
        Optional<JsonFields> model = tokenizer.object("model");
        if (model.isEmpty()) {
            return false;
        }
        String type = model.get().string("type").orElse("BPE");
        return type.equals("Unigram") || (type.equals("BPE") && model.get().bool("byte_fallback", false));
    }

    static PieceFile ofTokenizerJson(Path file) throws IOException {
        return ofTokenizerJson(JsonFields.read(file));
    }

    static PieceFile ofTokenizerJson(JsonFields tokenizer) throws ModelFormatException {
        return new OfJson(new TokenizerJson(tokenizer)).read();
    }

    /** As SentencePiece itself tokenizes; nothing begins or ends a text. */
    static PieceFile ofModel(Path file) throws IOException {
        return ofModel(SentencePieceModel.read(file));
    }

    static PieceFile ofModel(SentencePieceModel model) throws ModelFormatException {
        boolean userDefined =
                model.pieces().stream().anyMatch(piece -> piece.type() == SentencePieceModel.Type.USER_DEFINED);
        refuse(model, model.whitespaceAsSuffix(), "treat_whitespace_as_suffix");
        refuse(model, !model.escapeWhitespaces(), "escape_whitespaces of false");
        refuse(
                model,
                userDefined && (model.dummyPrefix() || model.removeExtraWhitespaces() || model.charsmap().length > 0),
                "user-defined pieces beside a prefix, whitespace that is removed or characters that are replaced");
        List<String> texts =
                model.pieces().stream().map(SentencePieceModel.Piece::text).toList();
        return model.unigram() ? unigram(model, texts) : merges(model, texts);
    }

    private static void refuse(SentencePieceModel model, boolean unknown, String what) throws ModelFormatException {
        if (unknown) {
            throw new ModelFormatException(
                    model.file() + ": expected no " + what + ", which is not supported, found it");
        }
    }

    private static PieceFile unigram(SentencePieceModel model, List<String> texts) throws ModelFormatException {
        List<Integer> found = new ArrayList<>();
        double[] scores = new double[texts.size()];
        double worst = Double.POSITIVE_INFINITY;
        for (int id = 0; id < scores.length; id++) {
            SentencePieceModel.Piece piece = model.pieces().get(id);
            scores[id] = piece.score();
            if (piece.type() == SentencePieceModel.Type.NORMAL) {
                worst = Math.min(worst, piece.score());
                found.add(id);
            }
        }
        // as the float that SentencePiece subtracts from
        float unknown = (float) worst - (float) UNKNOWN_PENALTY;
        return new PieceFile(
                PieceVocabulary.of(texts, unique(found, texts, model.file()), scores, List.of(), model.charsmap()),
                config(model, Algorithm.UNIGRAM, unknown));
    }

    /**
     * As Rust's tokenizers choose among a {@code .model}'s pieces where each word is taken for itself: in double precision, and all pieces
     * are looked for.
     *
     * @param file what messages call it
     */
    static PieceFile ofUnigrams(
            List<SentencePieceModel.Piece> pieces, byte[] charsmap, int unknown, int begin, int end, String file)
            throws ModelFormatException {
        List<String> texts = pieces.stream().map(SentencePieceModel.Piece::text).toList();
        double[] scores =
                pieces.stream().mapToDouble(SentencePieceModel.Piece::score).toArray();
        List<Integer> found = IntStream.range(0, scores.length)
                .boxed()
                .filter(id -> !texts.get(id).isEmpty())
                .toList();
        List<NormalizerStep> steps = charsmap.length > 0 ? List.of(NormalizerStep.CHARSMAP) : List.of();
        return new PieceFile(
                PieceVocabulary.of(texts, unique(found, texts, file), scores, List.of(), charsmap),
                new Pieces(
                        Algorithm.UNIGRAM,
                        new PieceRules.TokenizerJson(steps, PieceRules.Split.WORDS),
                        TextCleaning.NONE,
                        List.of(begin),
                        List.of(end),
                        unknown,
                        Arrays.stream(scores).min().orElse(NO_SCORE) - UNKNOWN_PENALTY,
                        false,
                        List.of()));
    }

    private static PieceFile merges(SentencePieceModel model, List<String> texts) throws ModelFormatException {
        Map<String, Integer> ids = new HashMap<>();
        List<Integer> found = new ArrayList<>();
        for (int id = 0; id < texts.size(); id++) {
            SentencePieceModel.Type type = model.pieces().get(id).type();
            refuse(model, type == SentencePieceModel.Type.UNUSED, "unused piece in a BPE");
            if (type == SentencePieceModel.Type.NORMAL) {
                ids.put(texts.get(id), id);
            }
            if (type == SentencePieceModel.Type.NORMAL || type == SentencePieceModel.Type.BYTE) {
                found.add(id);
            }
        }
        List<Integer> byScore = ids.values().stream()
                .sorted((a, b) -> Float.compare(
                        model.pieces().get(b).score(), model.pieces().get(a).score()))
                .toList();
        List<int[]> merges = new ArrayList<>();
        int rank = 0;
        for (int id : byScore) {
            String text = texts.get(id);
            int before = merges.size();
            for (int cut = text.offsetByCodePoints(0, 1); cut < text.length(); cut = text.offsetByCodePoints(cut, 1)) {
                Integer left = ids.get(text.substring(0, cut));
                Integer right = ids.get(text.substring(cut));
                if (left != null && right != null) {
                    merges.add(new int[] {left, right, rank, id});
                }
            }
            rank += merges.size() > before ? 1 : 0;
        }
        return new PieceFile(
                PieceVocabulary.of(texts, unique(found, texts, model.file()), new double[0], merges, model.charsmap()),
                config(model, Algorithm.BPE, NO_SCORE));
    }

    private static Pieces config(SentencePieceModel model, Algorithm algorithm, double unknownScore) {
        List<AddedToken> userDefined = IntStream.range(0, model.pieces().size())
                .filter(id -> model.pieces().get(id).type() == SentencePieceModel.Type.USER_DEFINED)
                .mapToObj(AddedToken::normalized)
                .toList();
        return new Pieces(
                algorithm,
                new PieceRules.SentencePiece(model.dummyPrefix(), model.removeExtraWhitespaces()),
                TextCleaning.NONE,
                List.of(),
                List.of(),
                model.unknownId(),
                unknownScore,
                model.byteFallback(),
                userDefined);
    }

    /** The same, or a refusal where two of them are alike. */
    private static List<Integer> unique(List<Integer> ids, List<String> texts, String where)
            throws ModelFormatException {
        Map<String, Integer> seen = new HashMap<>();
        for (int id : ids) {
            Integer before = seen.putIfAbsent(texts.get(id), id);
            if (before != null) {
                throw new ModelFormatException("%s: piece %d: expected each piece once, found %s, which piece %d is too"
                        .formatted(where, id, Shown.quoted(texts.get(id)), before));
            }
        }
        return ids;
    }

    /** The same with other rules, cleaning, ends and added tokens. */
    PieceFile with(
            PieceRules rules, TextCleaning cleaning, List<Integer> begin, List<Integer> end, List<AddedToken> added) {
        return new PieceFile(
                vocabulary,
                new Pieces(
                        config.algorithm(),
                        rules,
                        cleaning,
                        begin,
                        end,
                        config.unknownToken(),
                        config.unknownScore(),
                        config.byteFallback(),
                        added));
    }

    /** A {@code tokenizer.json}, read step by step; a step that is not known is refused by its name. */
    private record OfJson(TokenizerJson json) {
        PieceFile read() throws ModelFormatException {
            JsonFields file = json.file();
            JsonFields model = file.object("model").orElseThrow(() -> file.expected("model", "an object"));
            String type = model.string("type").orElse("BPE");
            List<String> texts = new ArrayList<>();
            double[] scores = new double[0];
            List<int[]> merges = List.of();
            Map<String, Integer> ids = new HashMap<>();
            double worst = NO_SCORE;
            int unknown;
            if (type.equals("Unigram")) {
                scores = unigrams(model, texts, ids);
                worst = Arrays.stream(scores).min().orElse(NO_SCORE) - UNKNOWN_PENALTY;
                unknown = model.element("unk_id").isPresent() ? TokenizerJson.index(model, "unk_id") : -1;
            } else {
                TokenizerJson.vocabulary(model, texts, ids);
                merges = merges(model, ids);
                unknown = Optional.ofNullable(ids.get(model.string("unk_token").orElse("")))
                        .orElse(-1);
                for (String key : List.of("dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
                    if (model.has(key) && !model.shown(key).equals("\"\"")) {
                        throw model.expected(key, "nothing");
                    }
                }
                if (model.bool("ignore_merges", false)) {
                    throw model.expected("ignore_merges", "false");
                }
            }
            int ownPieces = texts.size();
            List<AddedToken> added = json.added(texts, ids);
            if (scores.length > 0) {
                scores = Arrays.copyOf(scores, texts.size());
            }
            byte[] charsmap = {};
            List<NormalizerStep> steps = new ArrayList<>();
            for (JsonFields step : json.sequence("normalizer", "normalizers")) {
                charsmap = normalizer(step, steps).orElse(charsmap);
            }
            PieceRules.Split split = split(steps);
            if (split == PieceRules.Split.BYTE_LEVEL) {
                requireBytes(model, type, ids);
                // each byte is a piece: this one never comes
                unknown = Math.max(unknown, 0);
            }
            if (unknown < 0 || unknown >= ownPieces) {
                throw new ModelFormatException(model.where() + ": expected an unknown token, found none");
            }
            PieceRules rules = new PieceRules.TokenizerJson(steps, split);
            List<Integer> begin = new ArrayList<>();
            List<Integer> end = new ArrayList<>();
            json.template(ids, begin, end);
            List<Integer> found = IntStream.range(0, ownPieces)
                    .boxed()
                    .filter(id -> !texts.get(id).isEmpty())
                    .toList();
            return new PieceFile(
                    PieceVocabulary.of(texts, unique(found, texts, file.where()), scores, merges, charsmap),
                    new Pieces(
                            type.equals("Unigram") ? Algorithm.UNIGRAM : Algorithm.BPE,
                            rules,
                            TextCleaning.NONE,
                            begin,
                            end,
                            unknown,
                            worst,
                            model.bool("byte_fallback", false),
                            added));
        }

        private static void requireBytes(JsonFields model, String type, Map<String, Integer> ids)
                throws ModelFormatException {
            if (!type.equals("BPE")) {
                throw model.expected("type", "\"BPE\" behind a ByteLevel");
            }
            for (String character : ClipVocabulary.byteCharacters()) {
                if (!ids.containsKey(character)) {
                    throw new ModelFormatException(
                            "%s: vocab: expected a piece for each of the 256 bytes, found none for %s"
                                    .formatted(model.where(), Shown.quoted(character)));
                }
            }
        }

        private static double[] unigrams(JsonFields model, List<String> texts, Map<String, Integer> ids)
                throws ModelFormatException {
            JsonArray vocab = model.array("vocab").orElseThrow(() -> model.expected("vocab", "an array"));
            double[] scores = new double[vocab.size()];
            for (JsonElement element : vocab) {
                JsonArray pair = element.isJsonArray() ? element.getAsJsonArray() : new JsonArray();
                if (pair.size() != 2 || !JsonFields.isString(pair.get(0)) || !JsonFields.isNumber(pair.get(1))) {
                    throw new ModelFormatException("%s: vocab: piece %d: expected a piece and its score, found %s"
                            .formatted(model.where(), texts.size(), Shown.text(element.toString())));
                }
                double score = pair.get(1).getAsDouble();
                if (!Double.isFinite(score)) {
                    throw new ModelFormatException("%s: vocab: piece %d: expected a finite score, found %s"
                            .formatted(model.where(), texts.size(), score));
                }
                scores[texts.size()] = score;
                ids.putIfAbsent(pair.get(0).getAsString(), texts.size());
                texts.add(pair.get(0).getAsString());
            }
            return scores;
        }

        private static List<int[]> merges(JsonFields model, Map<String, Integer> ids) throws ModelFormatException {
            JsonArray lines = model.array("merges").orElseThrow(() -> model.expected("merges", "an array"));
            List<int[]> merges = new ArrayList<>();
            for (JsonElement line : lines) {
                int rank = merges.size();
                String[] parts = parts(line);
                Integer left = parts.length == 2 ? ids.get(parts[0]) : null;
                Integer right = parts.length == 2 ? ids.get(parts[1]) : null;
                Integer result = parts.length == 2 ? ids.get(parts[0] + parts[1]) : null;
                if (left == null || right == null || result == null) {
                    throw new ModelFormatException("%s: merge %d: expected two pieces that make a third, found %s"
                            .formatted(model.where(), rank, Shown.text(line.toString())));
                }
                merges.add(new int[] {left, right, rank, result});
            }
            return merges;
        }

        /** {@code ["a", "b"]}, or {@code "a b"} as older versions wrote it. */
        private static String[] parts(JsonElement merge) {
            if (JsonFields.isString(merge)) {
                return merge.getAsString().split(" ", 2);
            }
            JsonArray pair = merge.isJsonArray() ? merge.getAsJsonArray() : new JsonArray();
            return pair.size() == 2 && JsonFields.isString(pair.get(0)) && JsonFields.isString(pair.get(1))
                    ? new String[] {pair.get(0).getAsString(), pair.get(1).getAsString()}
                    : new String[0];
        }

        /** Adds what a step does, and returns the table of characters if it is that. */
        private static Optional<byte[]> normalizer(JsonFields step, List<NormalizerStep> steps)
                throws ModelFormatException {
            switch (TokenizerJson.type(step)) {
                case "Precompiled" -> {
                    steps.add(NormalizerStep.CHARSMAP);
                    return Optional.of(charsmap(step));
                }
                case "Lowercase" -> steps.add(NormalizerStep.LOWERCASE);
                case "Strip" -> {
                    if (step.bool("strip_left", true)) {
                        steps.add(NormalizerStep.STRIP_LEFT);
                    }
                    if (step.bool("strip_right", true)) {
                        steps.add(NormalizerStep.STRIP_RIGHT);
                    }
                }
                case "Replace" -> steps.add(replace(step));
                default -> throw step.expected("type", "Precompiled, Lowercase, Strip or Replace");
            }
            return Optional.empty();
        }

        private static byte[] charsmap(JsonFields step) throws ModelFormatException {
            String text = step.string("precompiled_charsmap").orElse("");
            try {
                return Base64.getDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                throw new ModelFormatException(
                        step.where() + ": precompiled_charsmap: expected Base64: " + e.getMessage(), e);
            }
        }

        private static NormalizerStep replace(JsonFields step) throws ModelFormatException {
            JsonFields pattern =
                    step.object("pattern").orElseThrow(() -> step.expected("pattern", "{String} or {Regex}"));
            String content = step.string("content").orElse("");
            if (pattern.string("String").orElse("").equals(" ") && content.equals(MARK)) {
                return NormalizerStep.SPACE_TO_MARK;
            }
            if (pattern.string("Regex").orElse("").equals(" {2,}")) {
                if (content.equals(MARK)) {
                    return NormalizerStep.SPACES_TO_MARK;
                }
                if (content.equals(" ")) {
                    return NormalizerStep.SPACES_TO_SPACE;
                }
            }
            throw new ModelFormatException("%s: expected spaces that are replaced by a space or %s, found %s and %s"
                    .formatted(step.where(), MARK, step.shown("pattern"), step.shown("content")));
        }

        private PieceRules.Split split(List<NormalizerStep> steps) throws ModelFormatException {
            List<JsonFields> cuts = json.sequence("pre_tokenizer", "pretokenizers");
            if (cuts.isEmpty()) {
                return PieceRules.Split.NONE;
            }
            boolean words = TokenizerJson.type(cuts.getFirst()).equals("WhitespaceSplit");
            JsonFields last = cuts.getLast();
            if (cuts.size() == 1 && TokenizerJson.type(last).equals("ByteLevel")) {
                return byteLevel(last);
            }
            if (cuts.size() == 1
                    && TokenizerJson.type(last).equals("Split")
                    && steps.contains(NormalizerStep.SPACE_TO_MARK)) {
                JsonFields pattern = last.object("pattern").orElseThrow(() -> last.expected("pattern", "{String}"));
                // no space is left to split at
                if (pattern.string("String").orElse("").equals(" ")) {
                    return PieceRules.Split.NONE;
                }
            }
            if (cuts.size() != (words ? 2 : 1) || !TokenizerJson.type(last).equals("Metaspace")) {
                throw last.expected("type", "Metaspace, alone or behind WhitespaceSplit");
            }
            if (!last.string("replacement").orElse(MARK).equals(MARK)) {
                throw last.expected("replacement", "\"" + MARK + "\"");
            }
            if (!last.bool("split", true)) {
                throw last.expected("split", "true");
            }
            String scheme =
                    last.string("prepend_scheme").orElse(last.bool("add_prefix_space", true) ? "always" : "never");
            return switch (scheme) {
                case "always" -> words ? PieceRules.Split.WORDS : PieceRules.Split.MARK_ALWAYS;
                case "first" -> unless(words, last, PieceRules.Split.MARK_FIRST);
                case "never" -> unless(words, last, PieceRules.Split.MARK_NEVER);
                default -> throw last.expected("prepend_scheme", "\"always\", \"first\" or \"never\"");
            };
        }

        private static PieceRules.Split byteLevel(JsonFields step) throws ModelFormatException {
            if (step.bool("add_prefix_space", true)) {
                throw step.expected("add_prefix_space", "false");
            }
            if (!step.bool("use_regex", true)) {
                throw step.expected("use_regex", "true");
            }
            return PieceRules.Split.BYTE_LEVEL;
        }

        private static PieceRules.Split unless(boolean words, JsonFields step, PieceRules.Split split)
                throws ModelFormatException {
            if (words) {
                throw step.expected("prepend_scheme", "\"always\" behind WhitespaceSplit");
            }
            return split;
        }
    }

    /** The id of the first of these that there is. */
    OptionalInt firstOf(String... texts) {
        return Arrays.stream(texts)
                .map(vocabulary::id)
                .filter(OptionalInt::isPresent)
                .findFirst()
                .orElse(OptionalInt.empty());
    }
}
