package org.clipjava.modelfile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.clipjava.config.AddedToken;
import org.clipjava.config.NormalizerStep;
import org.clipjava.config.PieceRules;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.safetensors.ModelFormatException;

/** The keys {@code clip.tokenizer…} of format 2. */
final class TokenizerFormat {
    private static final String KIND = "clip.tokenizer";
    private static final String CLIP_BPE = "clip_bpe";
    private static final String PIECES = "pieces";
    private static final String WORD_PIECE = "word_piece";
    private static final String START = "clip.tokenizer.start_token";
    private static final String END = "clip.tokenizer.end_token";
    private static final String CLEANING = "clip.tokenizer.cleaning";
    private static final String ADDED_TOKENS = "clip.tokenizer.added_tokens";
    private static final String ALGORITHM = "clip.tokenizer.algorithm";
    private static final String RULES = "clip.tokenizer.rules";
    private static final String TOKENIZER_JSON = "tokenizer_json";
    private static final String SENTENCEPIECE = "sentencepiece";
    private static final String SIGLIP = "siglip";
    private static final String NORMALIZER = "clip.tokenizer.normalizer";
    private static final String SPLIT = "clip.tokenizer.split";
    private static final String DUMMY_PREFIX = "clip.tokenizer.dummy_prefix";
    private static final String REMOVE_EXTRA_WHITESPACES = "clip.tokenizer.remove_extra_whitespaces";
    private static final String BEGIN = "clip.tokenizer.begin";
    private static final String ENDING = "clip.tokenizer.end";
    private static final String UNKNOWN_TOKEN = "clip.tokenizer.unknown_token";
    private static final String UNKNOWN_SCORE = "clip.tokenizer.unknown_score";
    private static final String BYTE_FALLBACK = "clip.tokenizer.byte_fallback";

    private TokenizerFormat() {}

    static TokenizerConfig parse(MetadataReader values) throws ModelFormatException {
        String kind = values.oneOf(KIND, List.of(CLIP_BPE, PIECES, WORD_PIECE), tokenizer -> tokenizer);
        return switch (kind) {
            case CLIP_BPE -> clipBpe(values);
            case PIECES -> pieces(values);
            default ->
                new TokenizerConfig.WordPiece(
                        ids(values, BEGIN), ids(values, ENDING), values.integer(UNKNOWN_TOKEN), added(values));
        };
    }

    private static TokenizerConfig clipBpe(MetadataReader values) throws ModelFormatException {
        TokenizerConfig.ClipBpe own =
                new TokenizerConfig.ClipBpe(values.integer(START), values.integer(END), cleaning(values));
        return values.optional(ADDED_TOKENS).isEmpty()
                ? own
                : new TokenizerConfig.ClipBpe(own.startToken(), own.endToken(), own.cleaning(), added(values));
    }

    private static TextCleaning cleaning(MetadataReader values) throws ModelFormatException {
        return values.optional(CLEANING).isEmpty()
                ? TextCleaning.NONE
                : values.oneOf(CLEANING, TextCleaning.values(), TokenizerFormat::spelled);
    }

    private static List<AddedToken> added(MetadataReader values) throws ModelFormatException {
        String written = values.string(ADDED_TOKENS);
        List<AddedToken> tokens = new ArrayList<>();
        for (String token : written.isEmpty() ? new String[0] : written.split(",", -1)) {
            if (!token.matches("[0-9]{1,9}n?l?r?w?")) {
                throw values.malformed(ADDED_TOKENS, "ids, each with n, l, r and w behind it or none", token);
            }
            tokens.add(new AddedToken(
                    Integer.parseInt(token.replaceAll("[a-z]", "")),
                    token.contains("n"),
                    token.contains("l"),
                    token.contains("r"),
                    token.contains("w")));
        }
        return tokens;
    }

    private static TokenizerConfig pieces(MetadataReader values) throws ModelFormatException {
        return new TokenizerConfig.Pieces(
                values.oneOf(ALGORITHM, TokenizerConfig.Pieces.Algorithm.values(), TokenizerFormat::spelled),
                rules(values),
                cleaning(values),
                ids(values, BEGIN),
                ids(values, ENDING),
                values.integer(UNKNOWN_TOKEN),
                number(values, UNKNOWN_SCORE),
                values.bool(BYTE_FALLBACK),
                added(values));
    }

    private static PieceRules rules(MetadataReader values) throws ModelFormatException {
        String rules = values.oneOf(RULES, List.of(TOKENIZER_JSON, SENTENCEPIECE, SIGLIP), name -> name);
        return switch (rules) {
            case TOKENIZER_JSON ->
                new PieceRules.TokenizerJson(
                        steps(values), values.oneOf(SPLIT, PieceRules.Split.values(), TokenizerFormat::spelled));
            case SENTENCEPIECE ->
                new PieceRules.SentencePiece(values.bool(DUMMY_PREFIX), values.bool(REMOVE_EXTRA_WHITESPACES));
            default -> new PieceRules.Siglip(values.bool(DUMMY_PREFIX), values.bool(REMOVE_EXTRA_WHITESPACES));
        };
    }

    private static List<NormalizerStep> steps(MetadataReader values) throws ModelFormatException {
        String written = values.string(NORMALIZER);
        List<NormalizerStep> steps = new ArrayList<>();
        for (String name : written.isEmpty() ? new String[0] : written.split(",", -1)) {
            steps.add(Arrays.stream(NormalizerStep.values())
                    .filter(step -> spelled(step).equals(name))
                    .findFirst()
                    .orElseThrow(() -> values.malformed(NORMALIZER, "steps that this version knows", name)));
        }
        return steps;
    }

    private static List<Integer> ids(MetadataReader values, String key) throws ModelFormatException {
        String written = values.string(key);
        if (!written.matches("|[0-9]{1,9}(,[0-9]{1,9}){0,15}")) {
            throw values.malformed(key, "up to 16 ids", written);
        }
        return written.isEmpty()
                ? List.of()
                : Arrays.stream(written.split(",", -1)).map(Integer::valueOf).toList();
    }

    private static double number(MetadataReader values, String key) throws ModelFormatException {
        String written = values.string(key);
        if (!written.matches("-?[0-9]{1,20}(\\.[0-9]{1,40})?(E-?[0-9]{1,3})?")) {
            throw values.malformed(key, "a number", written);
        }
        return Double.parseDouble(written);
    }

    private static String spelled(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** In the order of the specification. */
    static void write(TokenizerConfig tokenizer, Map<String, String> metadata) {
        switch (tokenizer) {
            case TokenizerConfig.ClipBpe bpe -> write(bpe, metadata);
            case TokenizerConfig.Pieces pieces -> write(pieces, metadata);
            case TokenizerConfig.WordPiece words -> write(words, metadata);
        }
    }

    private static void write(TokenizerConfig.WordPiece words, Map<String, String> metadata) {
        metadata.put(KIND, WORD_PIECE);
        metadata.put(BEGIN, joined(words.begin()));
        metadata.put(ENDING, joined(words.end()));
        metadata.put(UNKNOWN_TOKEN, Integer.toString(words.unknownToken()));
        writeAdded(words.added(), metadata);
    }

    private static void write(TokenizerConfig.ClipBpe bpe, Map<String, String> metadata) {
        metadata.put(KIND, CLIP_BPE);
        metadata.put(START, Integer.toString(bpe.startToken()));
        metadata.put(END, Integer.toString(bpe.endToken()));
        writeCleaning(bpe.cleaning(), metadata);
        if (!bpe.hasAddedTokensOfClip()) {
            writeAdded(bpe.added(), metadata);
        }
    }

    private static void write(TokenizerConfig.Pieces pieces, Map<String, String> metadata) {
        metadata.put(KIND, PIECES);
        metadata.put(ALGORITHM, spelled(pieces.algorithm()));
        switch (pieces.rules()) {
            case PieceRules.TokenizerJson json -> {
                metadata.put(RULES, TOKENIZER_JSON);
                metadata.put(
                        NORMALIZER,
                        json.normalizer().stream().map(TokenizerFormat::spelled).collect(Collectors.joining(",")));
                metadata.put(SPLIT, spelled(json.split()));
            }
            case PieceRules.SentencePiece rules ->
                writeModel(SENTENCEPIECE, rules.dummyPrefix(), rules.removeExtraWhitespaces(), metadata);
            case PieceRules.Siglip rules ->
                writeModel(SIGLIP, rules.dummyPrefix(), rules.removeExtraWhitespaces(), metadata);
        }
        writeCleaning(pieces.cleaning(), metadata);
        metadata.put(BEGIN, joined(pieces.begin()));
        metadata.put(ENDING, joined(pieces.end()));
        metadata.put(UNKNOWN_TOKEN, Integer.toString(pieces.unknownToken()));
        metadata.put(UNKNOWN_SCORE, Double.toString(pieces.unknownScore()));
        metadata.put(BYTE_FALLBACK, Boolean.toString(pieces.byteFallback()));
        writeAdded(pieces.added(), metadata);
    }

    private static void writeModel(
            String rules, boolean dummyPrefix, boolean removeExtraWhitespaces, Map<String, String> metadata) {
        metadata.put(RULES, rules);
        metadata.put(DUMMY_PREFIX, Boolean.toString(dummyPrefix));
        metadata.put(REMOVE_EXTRA_WHITESPACES, Boolean.toString(removeExtraWhitespaces));
    }

    private static void writeCleaning(TextCleaning cleaning, Map<String, String> metadata) {
        if (cleaning != TextCleaning.NONE) {
            metadata.put(CLEANING, spelled(cleaning));
        }
    }

    private static void writeAdded(List<AddedToken> added, Map<String, String> metadata) {
        metadata.put(ADDED_TOKENS, added.stream().map(TokenizerFormat::written).collect(Collectors.joining(",")));
    }

    private static String joined(List<Integer> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static String written(AddedToken token) {
        return token.id()
                + (token.normalized() ? "n" : "")
                + (token.leftStrip() ? "l" : "")
                + (token.rightStrip() ? "r" : "")
                + (token.singleWord() ? "w" : "");
    }
}
