package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clipjava.config.AddedToken;
import org.clipjava.config.TokenizerConfig.WordPiece;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.CpuTime;
import org.clipjava.testdata.TokenizerFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of BERT's tokenizer, one by one; {@code WordPieceGoldenTest} of the converter compares with Rust's tokenizers. */
class WordPieceTokenizerTest {
    private static final List<String> PIECES = List.of(
            "[PAD]",
            "[UNK]",
            "[CLS]",
            "[SEP]",
            "cat",
            "ca",
            "##t",
            "##s",
            "c",
            "##a",
            "a",
            "!",
            ".",
            "\u65e5",
            "\u672c",
            "##",
            "#",
            "C",
            "\u00e9",
            "\ud83d\ude00",
            "##ats");

    static WordPieceTokenizer tokenizer(int contextLength) throws ModelFormatException {
        List<Integer> all = IntStream.range(0, PIECES.size()).boxed().toList();
        List<AddedToken> added =
                Stream.of(0, 1, 2, 3).map(AddedToken::asWritten).toList();
        return new WordPieceTokenizer(
                PieceVocabulary.of(PIECES, all, new double[0], List.of(), new byte[0]),
                new WordPiece(List.of(2), List.of(3), 1, added),
                contextLength);
    }

    private static String pieces(String text) throws ModelFormatException {
        WordPieceTokenizer tokenizer = tokenizer(64);
        List<String> pieces = new ArrayList<>(tokenizer.tokens(tokenizer.encode(text)));
        assertEquals("[CLS]", pieces.removeFirst());
        assertEquals("[SEP]", pieces.removeLast());
        return String.join(" ", pieces);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "the longest piece from the left|cats|cat ##s",
                "and not the fewest|caats|ca ##ats",
                "a word that is spelled in part alone is unknown|catx a|[UNK] a",
                "case counts|C c|C c",
                "each mark by itself|a!!.a|a ! ! . a",
                "marks that look like what goes on|##a|# # a",
                "ideographs by themselves|a\u65e5\u672ca|a \u65e5 \u672c a",
                "a special token as it is written|a[SEP]a|a [SEP] a",
                "and no other|[sep]|[UNK] [UNK] [UNK]",
                "characters beyond 16 bits|\ud83d\ude00 \ud83d\ude01|\ud83d\ude00 [UNK]"
            })
    void cutsAsItShould(String rule, String text, String expected) throws ModelFormatException {
        assertEquals(expected, pieces(text), rule);
    }

    @Test
    void controlsVanishAndWhitespaceSeparates() throws ModelFormatException {
        assertEquals("cat", pieces("c\u0000a\u0007\ufffd\u200bt"));
        assertEquals("c a c a c", pieces("\tc\na\rc\u00a0a\u3000c "));
        assertEquals("cat", pieces("c\ud800at"));
        assertEquals("", pieces(" \n"));
    }

    /** Every character, as Rust's tokenizers sort it. */
    @ParameterizedTest
    @ValueSource(strings = {"removed", "spaces", "punctuation", "ideographs"})
    void sortsCharactersAsTheReference(String kind) {
        BitSet expected = TokenizerFiles.characters("multilingual.json", kind);
        BitSet found = new BitSet();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            boolean removed = BertText.isRemoved(c);
            found.set(
                    c,
                    !surrogate
                            && switch (kind) {
                                case "removed" -> removed;
                                case "spaces" -> !removed && TextNormalizer.isWhitespace(c);
                                case "punctuation" -> BertText.isPunctuation(c);
                                default -> BertText.isIdeograph(c);
                            });
        }
        assertEquals(expected, found);
    }

    @Test
    void aWordOfMoreThanAHundredCharactersIsUnknown() throws ModelFormatException {
        String hundred = "c" + "a".repeat(99);
        assertFalse(pieces(hundred).contains("[UNK]"), pieces(hundred));
        assertEquals("[UNK]", pieces(hundred + "a"));
    }

    @Test
    void cutsWhatIsTooLongAndEndsItAllTheSame() throws ModelFormatException {
        TokenSequence cut = tokenizer(5).encode("a cats a");
        assertEquals(TokenSequence.of(new int[] {2, 10, 4, 7, 3}, true), cut);
        assertEquals(
                TokenSequence.of(new int[] {2, 10, 4, 7, 3}, false),
                tokenizer(5).encode("a cats"));
    }

    @Test
    void showsTheTextThatTheModelSees() throws ModelFormatException {
        WordPieceTokenizer tokenizer = tokenizer(64);
        assertEquals("a cats ! [UNK]", tokenizer.decode(tokenizer.encode("a cats! x")));
        assertEquals("##ts", tokenizer.decode(TokenSequence.of(new int[] {2, 6, 7, 3}, false)));
    }

    @ParameterizedTest
    @CsvSource({"'a', 3", "' ', 3", "'[SEP]', 64", "'\u65e5', 64", "'a!', 64"})
    void takesALongTextInLinearTime(String part, int contextLength) throws ModelFormatException {
        String text = part.repeat(2_000_000 / part.length());
        double before = CpuTime.seconds();
        TokenSequence sequence = tokenizer(contextLength).encode(text);
        double seconds = CpuTime.seconds() - before;
        assertEquals(part.length() > 1 || part.equals("\u65e5"), sequence.truncated());
        assertTrue(seconds < 2, seconds + " s");
    }

    @Test
    void refusesAContextWithoutRoom() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> tokenizer(2));
        assertEquals("context length: expected more than 2, for the tokens at the ends, found 2", e.getMessage());
    }

    @Test
    void refusesTokensThatNothingEnds() throws ModelFormatException {
        PieceVocabulary vocabulary = tokenizer(8).vocabulary();
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> new WordPieceTokenizer(vocabulary, new WordPiece(List.of(), List.of(), 1, List.of()), 8));
        assertTrue(String.valueOf(e.getMessage()).startsWith("tokenizer: expected tokens that begin or end a text"));
    }
}
