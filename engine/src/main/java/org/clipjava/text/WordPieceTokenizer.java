package org.clipjava.text;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.clipjava.config.TokenizerConfig.WordPiece;

/**
 * BERT's tokenizer for a vocabulary with upper and lower case, as Rust's tokenizers run it: a text is cut at whitespace, around each
 * punctuation mark and each ideograph; each word is spelled in the longest pieces from the left, or is unknown as a whole. Pieces that
 * go on with a word are written with {@code ##} before them.
 *
 * <p>Takes O(n) for any text of n characters. Immutable and thread-safe.
 */
public final class WordPieceTokenizer implements Tokenizer {
    private static final String GOES_ON = "##";

    /** Longer words are unknown, in characters. */
    private static final int LONGEST_WORD = 100;

    private final PieceVocabulary vocabulary;
    private final WordPiece config;
    private final int contextLength;
    private final AddedTokens asWritten;
    private final AddedTokens normalized;
    private final Set<Integer> outside = new HashSet<>();

    /**
     * A tokenizer for a model.
     *
     * @param contextLength the most tokens a text may have, those that begin and end it included
     * @throws IllegalArgumentException if no token begins or ends a text, or the context has no room for more than those
     */
    public WordPieceTokenizer(PieceVocabulary vocabulary, WordPiece config, int contextLength) {
        TextIds.requireRoom(config.begin(), config.end(), contextLength);
        this.vocabulary = vocabulary;
        this.config = config;
        this.contextLength = contextLength;
        this.asWritten = AddedTokens.asWritten(config.added(), vocabulary::piece);
        this.normalized = AddedTokens.normalized(config.added(), id -> BertText.normalize(vocabulary.piece(id)));
        outside.addAll(config.begin());
        outside.addAll(config.end());
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
        Encoding encoding = new Encoding();
        asWritten.split(
                wellFormed,
                encoding,
                (from, to) -> encoding.addNormalized(BertText.normalize(wellFormed.substring(from, to))));
        return encoding.finish();
    }

    @Override
    public List<String> tokens(TokenSequence sequence) {
        return sequence.map(vocabulary::piece);
    }

    /** The sequence's words with a space between them, without what begins and ends it. */
    @Override
    public String decode(TokenSequence sequence) {
        StringBuilder text = new StringBuilder();
        for (int position = 0; position < sequence.length(); position++) {
            int id = sequence.id(position);
            if (outside.contains(id)) {
                continue;
            }
            String piece = vocabulary.piece(id);
            if (piece.startsWith(GOES_ON) && piece.length() > GOES_ON.length() && !text.isEmpty()) {
                text.append(piece, GOES_ON.length(), piece.length());
            } else {
                text.append(text.isEmpty() ? "" : " ").append(piece);
            }
        }
        return text.toString();
    }

    /** One text on its way to ids. */
    private final class Encoding extends TextIds {
        /** The piece found last, and where it ends. */
        private int found;

        private int foundEnd;

        Encoding() {
            super(config.begin(), config.end(), contextLength);
        }

        void addNormalized(String text) {
            normalized.split(text, this, (from, to) -> BertText.words(text, from, to, this::isOver, this::addWord));
        }

        private void addWord(String word) {
            if (word.codePointCount(0, word.length()) > LONGEST_WORD) {
                add(config.unknownToken());
                return;
            }
            // room for ## before each place: what stood there has been spelled by then
            byte[] bytes = (GOES_ON + word).getBytes(StandardCharsets.UTF_8);
            int before = length();
            int at = GOES_ON.length();
            while (at < bytes.length) {
                int from = at;
                if (at > GOES_ON.length()) {
                    from = at - GOES_ON.length();
                    bytes[from] = '#';
                    bytes[from + 1] = '#';
                }
                found = -1;
                int start = at;
                vocabulary.find(bytes, from, (id, end) -> {
                    if (end > start) {
                        found = id;
                        foundEnd = end;
                    }
                });
                if (found < 0) {
                    cut(before);
                    add(config.unknownToken());
                    return;
                }
                add(found);
                at = foundEnd;
            }
        }
    }
}
