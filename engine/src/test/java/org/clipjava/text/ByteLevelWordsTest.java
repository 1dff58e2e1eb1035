package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.testdata.TokenizerFiles;
import org.clipjava.text.WordBoundary.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ByteLevelWordsTest {
    /** GPT-2's own expression, with Unicode's White_Space spelled out for {@code \s} and {@code \S}. */
    private static final Pattern WORDS = Pattern.compile("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+"
            + "| ?[^\\p{IsWhite_Space}\\p{L}\\p{N}]+|\\p{IsWhite_Space}+(?!\\P{IsWhite_Space})|\\p{IsWhite_Space}+");

    @Test
    void splitsAsTheRegularExpressionDoes() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5000; i++) {
            String text = TextNormalizer.wellFormed(RandomText.of(random));
            List<String> expected = new ArrayList<>();
            for (Matcher matcher = WORDS.matcher(text); matcher.find(); ) {
                expected.add(matcher.group());
            }
            assertEquals(expected, byHand(text), () -> "seed " + seed + ": " + text);
        }
    }

    /** Every character, as Rust's tokenizers sort it. */
    @ParameterizedTest
    @EnumSource(names = "OTHER", mode = EnumSource.Mode.EXCLUDE)
    void sortsCharactersAsTheReference(Kind kind) {
        String name = switch (kind) {
            case LETTER -> "letters";
            case NUMBER -> "numbers";
            default -> "spaces";
        };
        BitSet expected = TokenizerFiles.characters("roberta.json", name);
        BitSet found = new BitSet();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            found.set(c, !surrogate && Kind.of(c) == kind);
        }
        assertEquals(expected, found);
    }

    @Test
    void oneSpaceGoesWithTheWordBehindIt() {
        assertEquals(List.of("a", " cat", "'s", "  ", " 12", " ,.", " "), byHand("a cat's   12 ,. "));
        assertEquals(List.of("a", "\n", "b", "\n", "\t", "c", " \n"), byHand("a\nb\n\tc \n"));
        assertEquals(List.of("a", "\u00a0", "b"), byHand("a\u00a0b"));
        assertEquals(List.of(" '", "s"), byHand(" 's"));
    }

    @Test
    void stopsAtTheLimit() {
        assertEquals(1, ByteLevelWords.after(" a", 0, 1));
        assertEquals(3, ByteLevelWords.after("   a", 0, 3));
        assertEquals(2, ByteLevelWords.after("   a", 0, 4));
    }

    private static List<String> byHand(String text) {
        List<String> words = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            int end = ByteLevelWords.after(text, at, text.length());
            words.add(text.substring(at, end));
            at = end;
        }
        return words;
    }
}
