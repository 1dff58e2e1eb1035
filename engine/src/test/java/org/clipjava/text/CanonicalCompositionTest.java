package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.text.Normalizer;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CanonicalCompositionTest {
    /** Marks that Unicode 9 had already, of many combining classes, some that decompose, some without a class. */
    private static final int[] MARKS = {
        0x300, 0x301, 0x307, 0x308, 0x315, 0x31B, 0x323, 0x327, 0x328, 0x334, 0x338, 0x340, 0x343, 0x344, 0x345, 0x34F,
        0x35C, 0x361, 0x483, 0x5AE, 0x5B0, 0x5BC, 0x5C1, 0x64B, 0x651, 0x653, 0x670, 0x711, 0x93C, 0x94D, 0x9BE, 0xE38,
        0xE48, 0xEB8, 0xF39, 0xF71, 0xF72, 0xF73, 0xF74, 0xF81, 0x1037, 0x302A, 0x302E, 0x3099, 0xFB1E, 0x1D165,
        0x1D16D, 0x11131,
    };

    @Test
    void equalsTheJdksFormForRunsOfAnyLength() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 3000; round++) {
            StringBuilder text = new StringBuilder();
            for (int runs = random.nextInt(4); runs >= 0; runs--) {
                text.append(random.nextInt(5) == 0 ? "" : "aeo\u00e9\u09c7\u1100\u304b".charAt(random.nextInt(7)));
                for (int marks = random.nextInt(round % 3 == 0 ? 100 : 6); marks > 0; marks--) {
                    text.appendCodePoint(MARKS[random.nextInt(MARKS.length)]);
                }
            }
            assertEquals(
                    Normalizer.normalize(text, Normalizer.Form.NFC),
                    CanonicalComposition.of(text.toString()),
                    () -> "seed " + seed + ": " + text);
        }
    }

    @Test
    void sortsALongRunOfEveryMark() {
        // The JDK sorts these by insertion, which a few hundred marks allow.
        int[] marks = IntStream.range(0x300, 0x3100)
                .filter(c -> Character.getType(c) == Character.NON_SPACING_MARK)
                .filter(c -> !isNewer(c))
                .toArray();
        StringBuilder text = new StringBuilder("a");
        IntStream.range(0, marks.length).map(i -> marks[i * 211 % marks.length]).forEach(text::appendCodePoint);
        assertEquals(Normalizer.normalize(text, Normalizer.Form.NFC), CanonicalComposition.of(text.toString()));
    }

    private static boolean isNewer(int c) {
        String withMark = Character.toString(c) + "\u0334";
        return CanonicalComposition.of(withMark).equals(withMark)
                && !Normalizer.normalize(withMark, Normalizer.Form.NFC).equals(withMark);
    }

    @Test
    void leavesAloneWhatUnicodeAddedAfterVersion9() {
        for (String text : new String[] {
            "a\u0315\u08d3", // class 220 since Unicode 14
            "\ud801\uddd2\u0307", // composes to U+105C9 since Unicode 16
            "\ud806\udd35\ud806\udd30", // to U+11938 since Unicode 13
            "\ud801\uddc9\u0323", // U+105C9 decomposes since Unicode 16
        }) {
            assertEquals(text, CanonicalComposition.of(text));
        }
    }

    @Test
    void composesOnBothSidesOfANewCharacter() {
        assertEquals("\u00e9\u08d3\u0323\u0301\u00e9", CanonicalComposition.of("e\u0301\u08d3\u0301\u0323e\u0301"));
    }

    @Test
    void composesEveryCharacterOfUnicode9AsTheJdkDoes() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String text = Character.toString(c);
            if (Character.getType(c) != Character.SURROGATE) {
                assertEquals(Normalizer.normalize(text, Normalizer.Form.NFC), CanonicalComposition.of(text));
            }
        }
    }
}
