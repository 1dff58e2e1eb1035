package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WordBoundaryTest {
    /** CLIP's own expression, with Unicode's White_Space spelled out for {@code \s}. */
    private static final Pattern WORDS =
            Pattern.compile("'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\p{IsWhite_Space}\\p{L}\\p{N}]+");

    @Test
    void splitsAsTheRegularExpressionDoes() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5000; i++) {
            String text = TextNormalizer.normalize(TextNormalizer.wellFormed(RandomText.of(random)));
            assertEquals(byExpression(text), byHand(text), () -> "seed " + seed + ": " + text);
        }
    }

    @Test
    void splitsContractionsOnlyWhereAWordStarts() {
        assertEquals(List.of("it", "'s"), byHand("it's"));
        assertEquals(List.of("!'", "s"), byHand("!'s"));
        assertEquals(List.of("'", "r", "'", "l"), byHand("'r'l"));
        assertEquals(List.of("'re", "d", "'ll", "l"), byHand("'red'lll"));
        assertEquals(List.of("'d", "'", "v"), byHand("'d'v"));
    }

    @Test
    void stopsAtTheLimit() {
        assertEquals(2, WordBoundary.after("abcd", 0, 2));
        assertEquals(1, WordBoundary.after("'s", 0, 1));
        assertEquals(1, WordBoundary.after("'re", 0, 2));
    }

    private static List<String> byExpression(String text) {
        List<String> words = new ArrayList<>();
        for (Matcher matcher = WORDS.matcher(text); matcher.find(); ) {
            words.add(matcher.group());
        }
        return words;
    }

    private static List<String> byHand(String text) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            if (text.charAt(at) == ' ') {
                at++;
            } else {
                int end = WordBoundary.after(text, at, text.length());
                words.add(text.substring(at, end));
                at = end;
            }
        }
        return words;
    }
}
