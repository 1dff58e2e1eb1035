package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.config.AddedToken;
import org.clipjava.config.PieceRules;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TokenizerConfig.Pieces;
import org.clipjava.config.TokenizerConfig.Pieces.Algorithm;
import org.clipjava.safetensors.ModelFormatException;
import org.junit.jupiter.api.Test;

/** Pieces of bytes, as RoBERTa has them; {@code RobertaTest} of the converter compares with transformers. */
class ByteLevelTokenizerTest {
    private static final List<String> SPECIAL = List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>");

    /** Each makes a piece of two; the second before the third. */
    private static final List<String> MERGED = List.of("\u0120c", "at", "ca", "\u0120cat");

    private static final List<List<String>> MERGES =
            List.of(List.of("\u0120", "c"), List.of("a", "t"), List.of("c", "a"), List.of("\u0120c", "at"));

    private static List<String> pieces() {
        List<String> pieces = new ArrayList<>(SPECIAL);
        ByteAlphabet.inOrder().chars().forEach(c -> pieces.add(Character.toString(c)));
        pieces.addAll(MERGED);
        return pieces;
    }

    private static Pieces config(Algorithm algorithm) {
        List<AddedToken> added = new ArrayList<>();
        for (int id = 0; id < SPECIAL.size(); id++) {
            added.add(new AddedToken(id, false, id == 4, false, false));
        }
        return new Pieces(
                algorithm,
                new PieceRules.TokenizerJson(List.of(), PieceRules.Split.BYTE_LEVEL),
                TextCleaning.NONE,
                List.of(0),
                List.of(2),
                3,
                0,
                false,
                added);
    }

    private static PieceVocabulary vocabulary(List<String> pieces, double[] scores) throws ModelFormatException {
        List<int[]> merges = new ArrayList<>();
        for (List<String> merge : MERGES) {
            String whole = String.join("", merge);
            merges.add(new int[] {
                pieces.indexOf(merge.get(0)), pieces.indexOf(merge.get(1)), merges.size(), pieces.indexOf(whole)
            });
        }
        return PieceVocabulary.of(
                pieces, IntStream.range(0, pieces.size()).boxed().toList(), scores, merges, new byte[0]);
    }

    static PieceTokenizer tokenizer(int contextLength) throws ModelFormatException {
        return new PieceTokenizer(vocabulary(pieces(), new double[0]), config(Algorithm.BPE), contextLength);
    }

    private static String tokens(String text) throws ModelFormatException {
        PieceTokenizer tokenizer = tokenizer(64);
        return String.join(" ", tokenizer.tokens(tokenizer.encode(text)));
    }

    @Test
    void mergesBytesWithinWordsAlone() throws ModelFormatException {
        assertEquals("<s> c at \u0120cat \u0120 a </s>", tokens("cat cat a"));
        assertEquals("<s> ca \u0120 \u0120 t </s>", tokens("ca  t"));
        assertEquals("<s> \u00c3 \u00a9 </s>", tokens("\u00e9"));
        assertEquals("<s> \u010a a </s>", tokens("\na"));
        assertEquals("<s> </s>", tokens(""));
    }

    @Test
    void findsTokensAsWrittenAndTheMaskWithTheSpaceBeforeIt() throws ModelFormatException {
        assertEquals("<s> at <mask> \u0120 a </s>", tokens("at  <mask> a"));
        assertEquals("<s> at \u0120 <pad> at </s>", tokens("at <pad>at"));
        assertEquals("<s> < M A S K > </s>", tokens("<MASK>"));
    }

    @Test
    void textsAreCutToTheContextAndEndAllTheSame() throws ModelFormatException {
        TokenSequence cut = tokenizer(4).encode("cat cat cat");
        assertEquals(4, cut.length());
        assertEquals(2, cut.id(3));
        assertEquals("cat", tokenizer(4).decode(cut));
    }

    @Test
    void decodesBytesThatStandForCharacters() throws ModelFormatException {
        PieceTokenizer tokenizer = tokenizer(64);
        String text = "The cat's \u65e5\u672c \u2581 <mask>!";
        assertEquals("The cat's \u65e5\u672c \u2581<mask>!", tokenizer.decode(tokenizer.encode(text)));
        assertEquals("\ufffd", tokenizer(3).decode(tokenizer(3).encode("\u00e9")));
    }

    @Test
    void refusesPiecesThatCantSpellEveryText() throws ModelFormatException {
        List<String> lacking = pieces();
        lacking.set(lacking.indexOf("\u010a"), "none");
        PieceVocabulary vocabulary = vocabulary(lacking, new double[0]);
        IllegalArgumentException missing = assertThrows(
                IllegalArgumentException.class, () -> new PieceTokenizer(vocabulary, config(Algorithm.BPE), 64));
        assertEquals("tokenizer.pieces: expected one for each byte, found none for 0x0A", missing.getMessage());
        PieceVocabulary unigrams = vocabulary(pieces(), new double[pieces().size()]);
        IllegalArgumentException wrong = assertThrows(
                IllegalArgumentException.class, () -> new PieceTokenizer(unigrams, config(Algorithm.UNIGRAM), 64));
        assertEquals("tokenizer: expected merges for a split by byte_level, found unigrams", wrong.getMessage());
    }
}
