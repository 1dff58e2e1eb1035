package org.clipjava.text;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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

    private static final int NOWHERE = -1;
    private static final byte[] LINE_FEED = {'\n'};
    private static final byte[] SPACE = {' '};

    private final TokenTable tokens;
    private final MergeTable merges;
    private final int startToken;
    private final int endToken;
    private final int[] byteTokens;
    private final int[] lastByteTokens;

    private Vocabulary(byte[] tokens, byte[] merges, int startToken, int endToken) throws ModelFormatException {
        this.tokens = tableOf(tokens);
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
            if (!isLine(token)) {
                throw new ModelFormatException(TOKENS + ": id " + id
                        + ": expected a token without line feed or unpaired surrogate, found " + quote(token));
            }
        }
        for (int rank = 0; rank < merges.size(); rank++) {
            if (!isLine(merges.get(rank))) {
                throw malformedMerge(rank, merges.get(rank));
            }
        }
        return new Vocabulary(linesOf(tokens), linesOf(merges), startToken, endToken);
    }

    private static boolean isLine(String text) {
        return text.indexOf('\n') < 0 && text.equals(TextNormalizer.wellFormed(text));
    }

    private static byte[] linesOf(List<String> lines) {
        Bytes bytes = new Bytes(8 * lines.size());
        for (String line : lines) {
            byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
            bytes.add(utf8, 0, utf8.length);
            bytes.add(LINE_FEED, 0, 1);
        }
        return bytes.toArray();
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
            int space = merge.indexOf(' ');
            if (space <= 0 || space == merge.length() - 1 || merge.indexOf(' ', space + 1) >= 0) {
                throw malformedMerge(rank, merge);
            }
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
        return tokens.token(id);
    }

    /** The id of a token, empty if it is none. */
    public OptionalInt id(String token) {
        int id = tokens.find(token);
        return id == TokenTable.NONE ? OptionalInt.empty() : OptionalInt.of(id);
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
        return tokens.lines();
    }

    /** The merges as the tensor {@code tokenizer.merges}, U8 [bytes], that {@link #parse} reads. */
    public byte[] encodedMerges() {
        Bytes lines = new Bytes(16 * merges.size());
        for (int rank = 0; rank < merges.size(); rank++) {
            tokens.writeTo(lines, merges.left(rank));
            lines.add(SPACE, 0, 1);
            tokens.writeTo(lines, merges.right(rank));
            lines.add(LINE_FEED, 0, 1);
        }
        return lines.toArray();
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

    private static TokenTable tableOf(byte[] lines) throws ModelFormatException {
        TokenTable table = new TokenTable(lines);
        int checked = table.firstTwin() == TokenTable.NONE ? table.size() : table.firstTwin();
        for (int id = 0; id < checked; id++) {
            if (table.isEmpty(id)) {
                throw new ModelFormatException(TOKENS + ": id " + id + ": expected a token, found nothing");
            }
        }
        if (checked < table.size()) {
            String token = table.token(checked);
            throw new ModelFormatException(TOKENS + ": id " + checked + ": " + quote(token) + " is the token of id "
                    + table.find(token) + " too");
        }
        return table;
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
            int id = tokens.find(token);
            if (id == TokenTable.NONE) {
                throw new ModelFormatException(
                        String.format("%s: no token for byte 0x%02X: expected %s", TOKENS, value, quote(token)));
            }
            byteTokens[value] = id;
        }
        return byteTokens;
    }

    private MergeTable mergesOf(byte[] lines) throws ModelFormatException {
        MergeTable table = new MergeTable(Bytes.count(lines, (byte) '\n'));
        int start = 0;
        int result = NOWHERE;
        for (int rank = 0; start < lines.length; rank++) {
            int space = NOWHERE;
            int spaces = 0;
            int end = start;
            while (lines[end] != '\n') {
                if (lines[end] == ' ') {
                    space = end;
                    spaces++;
                }
                end++;
            }
            if (spaces != 1 || space == start || space == end - 1) {
                throw malformedMerge(rank, text(lines, start, end));
            }
            // mostly the token after the last merge's
            result++;
            if (!tokens.is(result, lines, start, space, lines, space + 1, end)) {
                result = tokens.find(lines, start, space, lines, space + 1, end);
            }
            int left = tokens.find(lines, start, space);
            int right = tokens.find(lines, space + 1, end);
            if (result == TokenTable.NONE || left == TokenTable.NONE || right == TokenTable.NONE) {
                String missing = result == TokenTable.NONE
                        ? text(lines, start, space) + text(lines, space + 1, end)
                        : left == TokenTable.NONE ? text(lines, start, space) : text(lines, space + 1, end);
                throw new ModelFormatException(MERGES + ": rank " + rank + ": " + quote(missing) + " is not among the "
                        + tokens.size() + " tokens");
            }
            if (!table.add(left, right, result)) {
                throw new ModelFormatException(
                        MERGES + ": rank " + rank + ": " + quote(text(lines, start, end)) + " comes twice");
            }
            start = end + 1;
        }
        return table;
    }

    private static String text(byte[] utf8, int from, int to) {
        return new String(utf8, from, to - from, StandardCharsets.UTF_8);
    }

    private static ModelFormatException malformedMerge(int rank, String merge) {
        return new ModelFormatException(
                MERGES + ": rank " + rank + ": expected two tokens and one space between them, found " + quote(merge));
    }

    private static byte[] lines(String tensor, MemorySegment bytes) throws ModelFormatException {
        if (bytes.byteSize() > Integer.MAX_VALUE - 8) {
            throw new ModelFormatException(tensor + ": expected less than 2 GB, found " + bytes.byteSize() + " bytes");
        }
        byte[] lines = bytes.toArray(ValueLayout.JAVA_BYTE);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(lines));
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(tensor + ": expected UTF-8: " + e.getMessage(), e);
        }
        if (lines.length > 0 && lines[lines.length - 1] != '\n') {
            throw new ModelFormatException(tensor + ": line " + (Bytes.count(lines, (byte) '\n') + 1)
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
