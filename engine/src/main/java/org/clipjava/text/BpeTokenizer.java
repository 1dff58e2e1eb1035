package org.clipjava.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.clipjava.config.AddedToken;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TokenizerConfig;

/**
 * CLIP's tokenizer: a text becomes token ids, from the start token to the end token, at most as many as the model's
 * context holds. The steps are in this package's description.
 *
 * <p>Takes O(n log n) for any text of n characters. Immutable and thread-safe; it keeps no cache.
 *
 * <pre>{@code
 * BpeTokenizer tokenizer = new BpeTokenizer(vocabulary, 77);
 * TokenSequence sequence = tokenizer.encode("A photo of a cat!");
 * sequence.ids();               // 49406, 320, 1125, 539, 320, 2368, 256, 49407
 * tokenizer.tokens(sequence);   // <|startoftext|>, a</w>, photo</w>, of</w>, a</w>, cat</w>, !</w>, <|endoftext|>
 * tokenizer.decode(sequence);   // a photo of a cat !
 * }</pre>
 */
public final class BpeTokenizer implements Tokenizer {
    private final Vocabulary vocabulary;
    private final int contextLength;
    private final TextCleaning cleaning;
    private final AddedTokens asWritten;
    private final AddedTokens normalized;

    /** Ids of tokens that are words of their own. */
    private final Set<Integer> added;

    /**
     * A tokenizer for a model that looks for CLIP's own tokens alone: start and end.
     *
     * @param vocabulary the model's vocabulary
     * @param contextLength the most tokens a text may have, start and end token included; at least 2
     */
    public BpeTokenizer(Vocabulary vocabulary, int contextLength) {
        this(vocabulary, new TokenizerConfig.ClipBpe(vocabulary.startToken(), vocabulary.endToken()), contextLength);
    }

    /**
     * A tokenizer for a model.
     *
     * @param vocabulary the model's vocabulary
     * @param config of the same start and end token
     * @param contextLength the most tokens a text may have, start and end token included; at least 2
     * @throws IllegalArgumentException if an added token is not in the vocabulary
     */
    public BpeTokenizer(Vocabulary vocabulary, TokenizerConfig.ClipBpe config, int contextLength) {
        if (contextLength < 2) {
            throw new IllegalArgumentException(
                    "context length: expected at least 2, for start and end token, found " + contextLength);
        }
        this.vocabulary = vocabulary;
        this.contextLength = contextLength;
        this.asWritten = AddedTokens.asWritten(config.added(), vocabulary::token);
        this.normalized = AddedTokens.normalized(config.added(), id -> TextNormalizer.normalize(vocabulary.token(id)));
        this.cleaning = config.cleaning();
        this.added = config.added().stream().map(AddedToken::id).collect(Collectors.toUnmodifiableSet());
    }

    /** Its tokens and merges. */
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public int contextLength() {
        return contextLength;
    }

    /** The start token, as many of the text's tokens as fit, the end token. */
    @Override
    public TokenSequence encode(String text) {
        Encoding encoding = new Encoding();
        encoding.addText(TextNormalizer.wellFormed(text));
        return encoding.finish();
    }

    @Override
    public List<String> tokens(TokenSequence sequence) {
        return sequence.map(vocabulary::token);
    }

    /**
     * The sequence's text as the model sees it: normalised, a space after each word but the last, without start and end
     * tokens. Bytes that are no UTF-8, as where the context cut a character, become U+FFFD.
     */
    @Override
    public String decode(TokenSequence sequence) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean wordEnded = false;
        for (int position = 0; position < sequence.length(); position++) {
            int id = sequence.id(position);
            if (id == vocabulary.startToken() || id == vocabulary.endToken()) {
                continue;
            }
            boolean ownWord = added.contains(id);
            if (wordEnded || (ownWord && bytes.size() > 0)) {
                bytes.write(' ');
            }
            String token = vocabulary.token(id);
            if (ownWord) {
                bytes.writeBytes(token.getBytes(StandardCharsets.UTF_8));
                wordEnded = true;
                continue;
            }
            wordEnded = token.endsWith(Vocabulary.END_OF_WORD);
            String characters =
                    wordEnded ? token.substring(0, token.length() - Vocabulary.END_OF_WORD.length()) : token;
            bytes.writeBytes(ByteAlphabet.spelled(characters));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** One text on its way to ids. */
    private final class Encoding extends TextIds {
        private final WordMerger merger = new WordMerger(vocabulary.merges());

        /** The bytes of one word, then its tokens. */
        private int[] word = new int[64];

        Encoding() {
            super(List.of(vocabulary.startToken()), List.of(vocabulary.endToken()), contextLength);
        }

        void addText(String text) {
            switch (cleaning) {
                // the letters of ASCII are put into lower case by the normalizer too
                case NONE, LOWER_ASCII ->
                    asWritten.split(
                            text,
                            this,
                            (from, to) -> addNormalized(TextNormalizer.normalize(text.substring(from, to))));
                case ORIGINAL -> addCleaned(OriginalCleaning.clean(text));
                case CANONICAL -> addCleaned(OriginalCleaning.canonical(text));
                case CASED -> addCleaned(OriginalCleaning.cased(text));
            }
        }

        /** Other than Hugging Face's, the original finds tokens only where a word would begin. */
        private void addCleaned(String text) {
            int at = 0;
            while (at < text.length() && !isOver()) {
                Optional<AddedTokens.Match> token = normalized.at(text, at);
                if (token.isPresent()) {
                    token(token.get().token());
                    at = token.get().end();
                } else if (text.charAt(at) == ' ') {
                    at++;
                } else {
                    int end = WordBoundary.after(text, at, text.length());
                    addWord(text, at, end);
                    at = end;
                }
            }
        }

        private void addNormalized(String text) {
            normalized.split(text, this, (from, to) -> addWords(text, from, to));
        }

        private void addWords(String text, int from, int to) {
            int at = from;
            while (at < to && !isOver()) {
                if (text.charAt(at) == ' ') {
                    at++;
                } else {
                    int end = WordBoundary.after(text, at, to);
                    addWord(text, at, end);
                    at = end;
                }
            }
        }

        private void addWord(String text, int from, int to) {
            byte[] bytes = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
            if (bytes.length > word.length) {
                word = new int[Math.max(bytes.length, 2 * word.length)];
            }
            for (int i = 0; i < bytes.length - 1; i++) {
                word[i] = vocabulary.byteToken(bytes[i] & 0xFF);
            }
            word[bytes.length - 1] = vocabulary.lastByteToken(bytes[bytes.length - 1] & 0xFF);
            int tokens = merger.merge(word, bytes.length);
            for (int i = 0; i < tokens; i++) {
                add(word[i]);
            }
        }
    }
}
