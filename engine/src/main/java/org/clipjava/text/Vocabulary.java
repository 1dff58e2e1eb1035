package org.clipjava.text;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.clipjava.safetensors.ModelFormatException;

/**
 * The tokens of a byte-level BPE and the merges that lead to them. Immutable.
 *
 * <p>Tokens are written in GPT-2's byte alphabet (one printable character for each byte), and one that ends a word ends
 * with {@code </w>}: {@code "cat</w>"}. A vocabulary that exists can encode any text: each byte is a token, within a
 * word and at its end, and each merge leads from tokens to a token. Immutable and thread-safe.
 */
public final class Vocabulary {
    static final String END_OF_WORD = "</w>";

    private static final String TOKENS = "tokenizer.tokens";
    private static final String MERGES = "tokenizer.merges";

    private final List<String> tokens;
    private final Map<String, Integer> ids;
    private final MergeTable merges;
    private final int startToken;
    private final int endToken;
    private final int[] byteTokens;
    private final int[] lastByteTokens;

    private Vocabulary(List<String> tokens, List<String> merges, int startToken, int endToken)
            throws ModelFormatException {
        this.tokens = List.copyOf(tokens);
        this.ids = idsOf(this.tokens);
        this.startToken = requireSpecial("start", startToken);
        this.endToken = requireSpecial("end", endToken);
        if (startToken == endToken) {
            throw new ModelFormatException(
                    TOKENS + ": expected two tokens for start and end, found one: " + startToken);
        }
        this.byteTokens = byteTokens("");
        this.lastByteTokens = byteTokens(END_OF_WORD);
        this.merges = mergesOf(merges);
    }

    /**
     * A vocabulary from its parts.
     *
     * @param tokens the token of id 0, 1, …
     * @param merges {@code "left right"}, the best rank first
     * @param startToken id of the token before every text
     * @param endToken id of the token after every text
     * @throws ModelFormatException if they don't make a vocabulary
     */
    public static Vocabulary of(List<String> tokens, List<String> merges, int startToken, int endToken)
            throws ModelFormatException {
        for (int id = 0; id < tokens.size(); id++) {
            String token = tokens.get(id);
            if (token.indexOf('\n') >= 0 || !token.equals(TextNormalizer.wellFormed(token))) {
                throw new ModelFormatException(TOKENS + ": id " + id
                        + ": expected a token without line feed or unpaired surrogate, found " + quote(token));
            }
        }
        return new Vocabulary(tokens, merges, startToken, endToken);
    }

    /**
     * A vocabulary by CLIP's rule, which needs only the merges: the 256 characters of the byte alphabet, printable ones
     * first; the same with {@code </w>}; one token for each merge; {@code <|startoftext|>} and {@code <|endoftext|>}.
     *
     * @param merges {@code "left right"}, the best rank first; CLIP's own are the 48,894 lines from the second on of
     *     {@code bpe_simple_vocab_16e6.txt}
     * @throws ModelFormatException if a merge is malformed, uses what no merge makes, or makes what another makes
     */
    public static Vocabulary ofMerges(List<String> merges) throws ModelFormatException {
        List<String> tokens = new ArrayList<>(2 * ByteAlphabet.SIZE + merges.size() + 2);
        for (String suffix : List.of("", END_OF_WORD)) {
            for (char character : ByteAlphabet.inOrder().toCharArray()) {
                tokens.add(character + suffix);
            }
        }
        for (int rank = 0; rank < merges.size(); rank++) {
            String merge = merges.get(rank);
            int space = spaceOf(merge, rank);
            tokens.add(merge.substring(0, space) + merge.substring(space + 1));
        }
        tokens.add("<|startoftext|>");
        tokens.add("<|endoftext|>");
        return of(tokens, merges, tokens.size() - 2, tokens.size() - 1);
    }

    /**
     * Reads the two tensors of a model file.
     *
     * @param tokens {@code tokenizer.tokens}, U8 [bytes]: UTF-8, each token ended by {@code \n}
     * @param merges {@code tokenizer.merges}, U8 [bytes]: UTF-8, one {@code left right} a line, the best rank first
     * @param startToken id of the token before every text
     * @param endToken id of the token after every text
     * @throws ModelFormatException if they don't hold a vocabulary; the message names the tensor and the id or
     *     rank in it, not the file
     */
    public static Vocabulary parse(MemorySegment tokens, MemorySegment merges, int startToken, int endToken)
            throws ModelFormatException {
        return new Vocabulary(lines(TOKENS, tokens), lines(MERGES, merges), startToken, endToken);
    }

    /** As {@link #parse(MemorySegment, MemorySegment, int, int)}. */
    public static Vocabulary parse(byte[] tokens, byte[] merges, int startToken, int endToken)
            throws ModelFormatException {
        return parse(MemorySegment.ofArray(tokens), MemorySegment.ofArray(merges), startToken, endToken);
    }

    /** How many tokens there are. */
    public int size() {
        return tokens.size();
    }

    /**
     * The token of an id.
     *
     * @param id 0 to {@code size() - 1}
     */
    public String token(int id) {
        if (id < 0 || id >= tokens.size()) {
            throw new IllegalArgumentException("token id: expected 0 to " + (tokens.size() - 1) + ", found " + id);
        }
        return tokens.get(id);
    }

    /** The id of a token, empty if it is none. */
    public OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Id of the token before every text. */
    public int startToken() {
        return startToken;
    }

    /** Id of the token after every text. */
    public int endToken() {
        return endToken;
    }

    /** The tokens as the tensor {@code tokenizer.tokens}, U8 [bytes], that {@link #parse} reads. */
    public byte[] encodedTokens() {
        StringBuilder lines = new StringBuilder();
        for (String token : tokens) {
            lines.append(token).append('\n');
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The merges as the tensor {@code tokenizer.merges}, U8 [bytes], that {@link #parse} reads. */
    public byte[] encodedMerges() {
        StringBuilder lines = new StringBuilder();
        for (int rank = 0; rank < merges.size(); rank++) {
            lines.append(tokens.get(merges.left(rank)))
                    .append(' ')
                    .append(tokens.get(merges.right(rank)))
                    .append('\n');
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    MergeTable merges() {
        return merges;
    }

    /** The token of one byte, 0 to 255, within a word. */
    int byteToken(int value) {
        return byteTokens[value];
    }

    /** The token of one byte, 0 to 255, at a word's end. */
    int lastByteToken(int value) {
        return lastByteTokens[value];
    }

    private static Map<String, Integer> idsOf(List<String> tokens) throws ModelFormatException {
        Map<String, Integer> ids = HashMap.newHashMap(tokens.size());
        for (int id = 0; id < tokens.size(); id++) {
            String token = tokens.get(id);
            if (token.isEmpty()) {
                throw new ModelFormatException(TOKENS + ": id " + id + ": expected a token, found nothing");
            }
            Integer earlier = ids.putIfAbsent(token, id);
            if (earlier != null) {
                throw new ModelFormatException(
                        TOKENS + ": id " + id + ": " + quote(token) + " is the token of id " + earlier + " too");
            }
        }
        return ids;
    }

    private int requireSpecial(String name, int id) throws ModelFormatException {
        if (id < 0 || id >= tokens.size()) {
            throw new ModelFormatException(
                    TOKENS + ": " + name + " token " + id + " not found among " + tokens.size() + " tokens");
        }
        return id;
    }

    private int[] byteTokens(String suffix) throws ModelFormatException {
        int[] byteTokens = new int[ByteAlphabet.SIZE];
        for (int value = 0; value < ByteAlphabet.SIZE; value++) {
            String token = ByteAlphabet.character(value) + suffix;
            Integer id = ids.get(token);
            if (id == null) {
                throw new ModelFormatException(
                        String.format("%s: no token for byte 0x%02X: expected %s", TOKENS, value, quote(token)));
            }
            byteTokens[value] = id;
        }
        return byteTokens;
    }

    private MergeTable mergesOf(List<String> lines) throws ModelFormatException {
        MergeTable table = new MergeTable(lines.size());
        for (int rank = 0; rank < lines.size(); rank++) {
            String line = lines.get(rank);
            int space = spaceOf(line, rank);
            String left = line.substring(0, space);
            String right = line.substring(space + 1);
            int result = mergeToken(left + right, rank);
            if (!table.add(mergeToken(left, rank), mergeToken(right, rank), result)) {
                throw new ModelFormatException(MERGES + ": rank " + rank + ": " + quote(line) + " comes twice");
            }
        }
        return table;
    }

    private int mergeToken(String token, int rank) throws ModelFormatException {
        Integer id = ids.get(token);
        if (id == null) {
            throw new ModelFormatException(
                    MERGES + ": rank " + rank + ": " + quote(token) + " is not among the " + tokens.size() + " tokens");
        }
        return id;
    }

    private static int spaceOf(String merge, int rank) throws ModelFormatException {
        int space = merge.indexOf(' ');
        if (space <= 0 || space == merge.length() - 1 || merge.indexOf(' ', space + 1) >= 0) {
            throw new ModelFormatException(MERGES + ": rank " + rank
                    + ": expected two tokens and one space between them, found " + quote(merge));
        }
        return space;
    }

    private static List<String> lines(String tensor, MemorySegment bytes) throws ModelFormatException {
        if (bytes.byteSize() > Integer.MAX_VALUE - 8) {
            throw new ModelFormatException(tensor + ": expected less than 2 GB, found " + bytes.byteSize() + " bytes");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toArray(ValueLayout.JAVA_BYTE)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(tensor + ": expected UTF-8: " + e.getMessage(), e);
        }
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            lines.add(text.substring(start, end));
            start = end + 1;
        }
        if (start < text.length()) {
            throw new ModelFormatException(tensor + ": line " + (lines.size() + 1)
                    + ": expected a line feed at its end, found the tensor's end");
        }
        return lines;
    }

    /** The text between quotes, cut and escaped so that it stays on one line. */
    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().limit(40).forEach(c -> {
            if (Character.isISOControl(c) || (c != ' ' && TextNormalizer.isWhitespace(c))) {
                quoted.append(String.format("\\u%04X", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append(text.codePointCount(0, text.length()) > 40 ? "…\"" : "\"")
                .toString();
    }

    @Override
    public String toString() {
        return "Vocabulary of " + tokens.size() + " tokens and " + merges.size() + " merges";
    }
}
