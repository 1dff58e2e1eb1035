package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextNormalizerTest {
    @Test
    void makesOneSpaceOfEachRunOfWhitespace() {
        assertEquals(" a b c ", TextNormalizer.normalize("\t\n a\u00a0\u2003\u3000b\u0085\u2028c\r\n"));
        assertEquals("a\u200bb\ufeffc\u001fd\u180ee", TextNormalizer.normalize("a\u200bb\ufeffc\u001fd\u180ee"));
    }

    @Test
    void knowsThe25WhitespaceCharacters() {
        List<Integer> expected = List.of(
                0x9, 0xA, 0xB, 0xC, 0xD, 0x20, 0x85, 0xA0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005,
                0x2006, 0x2007, 0x2008, 0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000);
        assertEquals(
                expected,
                IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                        .filter(TextNormalizer::isWhitespace)
                        .boxed()
                        .toList());
    }

    @Test
    void lowersCharacterByCharacter() {
        assertEquals("σίσυφοσ", TextNormalizer.normalize("ΣΊΣΥΦΟΣ"));
        assertEquals("i\u0307", TextNormalizer.normalize("\u0130"));
        assertEquals("i\u0307", TextNormalizer.normalize("I\u0307"));
        assertEquals("\u00df\u00df", TextNormalizer.normalize("\u1e9e\u00df"));
        assertEquals("\ua7cf \ua7d3 \ua7d5", TextNormalizer.normalize("\ua7ce \ua7d2 \ua7d4"));
        assertEquals(
                Character.toString(0x16EBB) + Character.toString(0x16ED3),
                TextNormalizer.normalize(Character.toString(0x16EA0) + Character.toString(0x16EB8)));
    }

    @Test
    void lowersEveryLetterThatTheJdkKnowsAsTheJdkDoes() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String text = Character.toString(c);
            String composed = CanonicalComposition.of(text);
            if (Character.isLetter(c) && composed.equals(text)) {
                assertEquals(text.toLowerCase(Locale.ROOT), TextNormalizer.normalize(text), Integer.toHexString(c));
            }
        }
    }

    @Test
    void keepsAWellFormedTextAndReplacesUnpairedSurrogates() {
        String text = "a\ud83d\ude00b";
        assertSame(text, TextNormalizer.wellFormed(text));
        assertEquals("\ufffda\ufffd\ud83d\ude00\ufffd", TextNormalizer.wellFormed("\ude00a\ud83d\ud83d\ude00\ud83d"));
    }
}
