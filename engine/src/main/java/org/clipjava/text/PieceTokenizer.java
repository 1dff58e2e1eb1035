package org.clipjava.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.clipjava.config.AddedToken;
import org.clipjava.config.NormalizerStep;
import org.clipjava.config.PieceRules;
import org.clipjava.config.TokenizerConfig.Pieces;

/** Makes tokens of a text by pieces, of SentencePiece or of GPT-2's bytes. Immutable and thread-safe. */
public final class PieceTokenizer implements Tokenizer {
    private static final String MARK = PieceVocabulary.MARK;
    private static final byte[] MARK_BYTES = MARK.getBytes(StandardCharsets.UTF_8);
    private static final Pattern SPACES = Pattern.compile(" {2,}");

    private final PieceVocabulary vocabulary;
    private final Pieces config;
    private final int contextLength;
    private final AddedTokens asWritten;
    private final AddedTokens normalized;
    private final Set<Integer> outside = new HashSet<>();

    /** By byte: the piece of its character in GPT-2's alphabet; empty for other pieces. */
    private final int[] letters;

    /**
     * A tokenizer for a model.
     *
     * @param contextLength the most tokens a text may have, those that begin and end it included
     * @throws IllegalArgumentException if a token is not in the vocabulary, the context has no room for those at the ends, or the
     *     pieces are none for the algorithm
     */
    public PieceTokenizer(PieceVocabulary vocabulary, Pieces config, int contextLength) {
        TextIds.requireRoom(config.begin(), config.end(), contextLength);
        if (config.algorithm() == Pieces.Algorithm.UNIGRAM && !vocabulary.hasScores()) {
            throw new IllegalArgumentException("tokenizer.scores: expected one for each piece, found none");
        }
        this.vocabulary = vocabulary;
        this.config = config;
        this.contextLength = contextLength;
        this.asWritten = AddedTokens.asWritten(config.added(), vocabulary::piece);
        this.normalized = AddedTokens.normalized(config.added(), id -> normalizedByJson(vocabulary.piece(id)));
        outside.addAll(config.begin());
        outside.addAll(config.end());
        this.letters = isByteLevel(config) ? letters(vocabulary, config) : new int[0];
    }

    private static boolean isByteLevel(Pieces config) {
        return config.rules() instanceof PieceRules.TokenizerJson json && json.split() == PieceRules.Split.BYTE_LEVEL;
    }

    private static int[] letters(PieceVocabulary vocabulary, Pieces config) {
        if (config.algorithm() != Pieces.Algorithm.BPE) {
            throw new IllegalArgumentException("tokenizer: expected merges for a split by byte_level, found unigrams");
        }
        int[] letters = new int[ByteAlphabet.SIZE];
        for (int value = 0; value < letters.length; value++) {
            byte[] letter = String.valueOf(ByteAlphabet.character(value)).getBytes(StandardCharsets.UTF_8);
            letters[value] = vocabulary.idOf(letter, 0, letter.length);
            if (letters[value] < 0) {
                throw new IllegalArgumentException(
                        "tokenizer.pieces: expected one for each byte, found none for 0x%02X".formatted(value));
            }
        }
        return letters;
    }

    /** Its pieces. */
    public PieceVocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public int contextLength() {
        return contextLength;
    }

    @Override
    public TokenSequence encode(String text) {
        String wellFormed = TextNormalizer.wellFormed(text);
        String cleaned = switch (config.cleaning()) {
            case NONE, ORIGINAL -> wellFormed;
            case CANONICAL -> OriginalCleaning.canonical(wellFormed);
            case CASED -> OriginalCleaning.cased(wellFormed);
            case LOWER_ASCII -> TextNormalizer.lowerAscii(wellFormed);
        };
        Encoding encoding = new Encoding();
        encoding.addText(cleaned);
        return encoding.finish();
    }

    @Override
    public List<String> tokens(TokenSequence sequence) {
        return sequence.map(vocabulary::piece);
    }

    /** The sequence's text as the model sees it, without what begins and ends it. Bytes that are no UTF-8 become U+FFFD. */
    @Override
    public String decode(TokenSequence sequence) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int position = 0; position < sequence.length(); position++) {
            int id = sequence.id(position);
            if (!outside.contains(id)) {
                int value = vocabulary.spelledByte(id);
                if (letters.length > 0) {
                    bytes.writeBytes(ByteAlphabet.spelled(vocabulary.piece(id)));
                } else if (value >= 0) {
                    bytes.write(value);
                } else {
                    bytes.writeBytes(vocabulary.piece(id).getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        String text = bytes.toString(StandardCharsets.UTF_8);
        return (letters.length > 0 ? text : text.replace(MARK, " ")).strip();
    }

    private String normalizedByJson(String text) {
        if (!(config.rules() instanceof PieceRules.TokenizerJson json)) {
            return text;
        }
        String result = text;
        for (NormalizerStep step : json.normalizer()) {
            result = switch (step) {
                case CHARSMAP -> vocabulary.charsmap().byClusters(result);
                case LOWERCASE -> TextNormalizer.lowerCase(result);
                case STRIP_LEFT -> stripped(result, true, false);
                case STRIP_RIGHT -> stripped(result, false, true);
                case SPACES_TO_SPACE -> SPACES.matcher(result).replaceAll(" ");
                case SPACES_TO_MARK -> SPACES.matcher(result).replaceAll(MARK);
                case SPACE_TO_MARK -> result.replace(" ", MARK);
            };
        }
        return result;
    }

    private static String stripped(String text, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && TextNormalizer.isWhitespace(text.charAt(from))) {
            from++;
        }
        while (right && to > from && TextNormalizer.isWhitespace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    /** SentencePiece's own normaliser: its table, one {@code ▁} for each space or run of spaces, none at the ends. */
    private byte[] normalizedByModel(String text, boolean dummyPrefix, boolean removeExtraWhitespaces) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Bytes out = new Bytes(bytes.length + bytes.length / 4);
        Bytes replacement = new Bytes(16);
        boolean empty = true;
        boolean afterSpace = removeExtraWhitespaces;
        for (int at = 0; at < bytes.length; ) {
            replacement.cut(0);
            int length = vocabulary.charsmap().replaceLongest(bytes, at, replacement);
            if (length == 0) {
                length = Bytes.lengthFrom(bytes[at]);
                replacement.add(bytes, at, at + length);
            }
            at += length;
            int from = 0;
            while (afterSpace && from < replacement.length() && replacement.at(from) == ' ') {
                from++;
            }
            if (from == replacement.length() && (from > 0 || replacement.length() == 0)) {
                continue;
            }
            if (empty && dummyPrefix) {
                out.add(MARK_BYTES, 0, MARK_BYTES.length);
            }
            empty = false;
            byte[] rest = replacement.toArray();
            for (int i = from; i < rest.length; i++) {
                if (rest[i] == ' ') {
                    out.add(MARK_BYTES, 0, MARK_BYTES.length);
                } else {
                    out.add(rest, i, i + 1);
                }
            }
            afterSpace = removeExtraWhitespaces && rest[rest.length - 1] == ' ';
        }
        while (removeExtraWhitespaces && out.endsWith(MARK_BYTES)) {
            out.cut(out.length() - MARK_BYTES.length);
        }
        return out.toArray();
    }

    /** One text on its way to ids. */
    private final class Encoding extends TextIds {
        private final Unigram unigram = new Unigram(
                vocabulary,
                config.unknownToken(),
                config.unknownScore(),
                !(config.rules() instanceof PieceRules.TokenizerJson));
        private final WordMerger merger = new WordMerger(vocabulary.merges());
        private boolean tokenIsSecond;

        Encoding() {
            super(config.begin(), config.end(), contextLength);
        }

        @Override
        boolean isEnded() {
            return config.rules() instanceof PieceRules.Siglip
                    && length() > 0
                    && config.end().equals(List.of(id(length() - 1)));
        }

        @Override
        public void token(AddedToken token) {
            tokenIsSecond |= length() == 1;
            super.token(token);
        }

        void addText(String text) {
            switch (config.rules()) {
                case PieceRules.TokenizerJson json ->
                    asWritten.split(
                            text,
                            this,
                            (from, to) ->
                                    addNormalized(normalizedByJson(text.substring(from, to)), json.split(), from == 0));
                case PieceRules.SentencePiece rules ->
                    asWritten.split(text, this, (from, to) -> addNormalizedByModel(text.substring(from, to), rules));
                case PieceRules.Siglip rules -> {
                    String marked = MARK + text.replace(MARK, " ");
                    asWritten.split(marked, this, (from, to) -> addAsSiglip(marked.substring(from, to), rules));
                    dropMarkBeforeToken();
                }
            }
        }

        private void addNormalizedByModel(String text, PieceRules.SentencePiece rules) {
            byte[] bytes = normalizedByModel(text, rules.dummyPrefix(), rules.removeExtraWhitespaces());
            String result = new String(bytes, StandardCharsets.UTF_8);
            normalized.split(
                    result,
                    this,
                    (from, to) -> addPieces(result.substring(from, to).getBytes(StandardCharsets.UTF_8), 0));
        }

        private void addNormalized(String text, PieceRules.Split split, boolean atStart) {
            normalized.split(text, this, (from, to) -> addParts(text.substring(from, to), split, atStart && from == 0));
        }

        private void addParts(String text, PieceRules.Split split, boolean atStart) {
            switch (split) {
                case NONE -> addPieces(text.getBytes(StandardCharsets.UTF_8), 0);
                case MARK_ALWAYS -> addWords(marked(text, true));
                case MARK_FIRST -> addWords(marked(text, atStart));
                case MARK_NEVER -> addWords(marked(text, false));
                case WORDS -> {
                    int from = 0;
                    for (int to = 0; to <= text.length(); to++) {
                        if (to == text.length() || TextNormalizer.isWhitespace(text.charAt(to))) {
                            if (from < to) {
                                addWords(marked(text.substring(from, to), true));
                            }
                            from = to + 1;
                        }
                    }
                }
                case BYTE_LEVEL -> {
                    int from = 0;
                    while (from < text.length() && !isOver()) {
                        int to = ByteLevelWords.after(text, from, text.length());
                        addBytes(text.substring(from, to).getBytes(StandardCharsets.UTF_8));
                        from = to;
                    }
                }
            }
        }

        private void addBytes(byte[] word) {
            int[] symbols = new int[word.length];
            for (int i = 0; i < word.length; i++) {
                symbols[i] = letters[word[i] & 0xFF];
            }
            addMerged(symbols, word.length);
        }

        private String marked(String text, boolean inFront) {
            String marked = text.replace(" ", MARK);
            return inFront && !marked.startsWith(MARK) ? MARK + marked : marked;
        }

        /** Each from its mark on. */
        private void addWords(String text) {
            int from = 0;
            while (from < text.length() && !isOver()) {
                int next = text.indexOf(MARK, from + 1);
                int to = next < 0 ? text.length() : next;
                addPieces(text.substring(from, to).getBytes(StandardCharsets.UTF_8), 0);
                from = to;
            }
        }

        /**
         * The text behind the unknown token's, whose pieces are then dropped: so that {@code ▁} is not put in front of what follows an
         * added token.
         */
        private void addAsSiglip(String text, PieceRules.Siglip rules) {
            String unknown = vocabulary.piece(config.unknownToken());
            Encoding before = new Encoding();
            before.cut(0);
            before.addPieces(normalizedByModel(unknown, rules.dummyPrefix(), rules.removeExtraWhitespaces()), 0);
            String canonical = OriginalCleaning.lowerWithoutPunctuation(text);
            addPieces(
                    normalizedByModel(unknown + canonical, rules.dummyPrefix(), rules.removeExtraWhitespaces()),
                    before.length());
        }

        /** A {@code ▁} alone before the first added token is none of the text's. */
        private void dropMarkBeforeToken() {
            if (tokenIsSecond && vocabulary.piece(id(0)).equals(MARK)) {
                removeFirst();
            }
        }

        /** @param skipped how many of the first pieces are not wanted */
        private void addPieces(byte[] text, int skipped) {
            int[] skip = {skipped};
            switch (config.algorithm()) {
                case UNIGRAM ->
                    unigram.encode(text, (id, from, to) -> {
                        if (skip[0]-- <= 0) {
                            addPiece(id, text, from, to);
                        }
                    });
                case BPE -> addMerged(text);
            }
        }

        private void addPiece(int id, byte[] text, int from, int to) {
            if (id == config.unknownToken() && config.byteFallback() && hasBytes(text, from, to)) {
                for (int i = from; i < to; i++) {
                    add(vocabulary.byteToken(text[i] & 0xFF));
                }
            } else {
                add(id);
            }
        }

        private boolean hasBytes(byte[] text, int from, int to) {
            for (int i = from; i < to; i++) {
                if (vocabulary.byteToken(text[i] & 0xFF) < 0) {
                    return false;
                }
            }
            return true;
        }

        private void addMerged(byte[] text) {
            int[] symbols = new int[text.length];
            int count = 0;
            boolean unknown = false;
            for (int from = 0; from < text.length; ) {
                int to = from + Bytes.lengthFrom(text[from]);
                int id = vocabulary.idOf(text, from, to);
                if (id >= 0) {
                    symbols[count++] = id;
                } else if (config.byteFallback() && hasBytes(text, from, to)) {
                    for (int i = from; i < to; i++) {
                        symbols[count++] = vocabulary.byteToken(text[i] & 0xFF);
                    }
                } else if (!unknown) {
                    symbols[count++] = config.unknownToken();
                }
                unknown = count > 0 && symbols[count - 1] == config.unknownToken();
                from = to;
            }
            addMerged(symbols, count);
        }

        private void addMerged(int[] symbols, int count) {
            int left = merger.merge(symbols, count);
            for (int i = 0; i < left && !isOver(); i++) {
                add(symbols[i]);
            }
        }
    }
}
