package org.clipjava.text;

import java.util.regex.Pattern;

/**
 * Which characters stand beside each other in a text whose bytes were decoded wrongly and in hardly any other: as ftfy 6.3 has found them
 * to do. There are some four hundred such characters, and what counts is their kind.
 */
final class UnlikelyText {
    /** Unicode's White_Space, and the separators of ASCII. */
    private static final String SPACE = "\\t-\\r\\u001c- \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";

    // The kinds of characters.

    private static final String COMMON = "\u00a0\u00ad\u00b4\u00b7\u2013-\u2015\u2019\u2026";

    private static final String C1 = "\u0080-\u009f";

    private static final String BAD =
            "\u00a4\u00a6\u00a8\u00aa\u00ac\u00af\u00b8\u00ba\u0192\u02c6\u02c7\u02d8\u02db\u02dc\u2020\u2021"
                    + "\u2030\u2310\u25ca\ufffd";

    private static final String LAW = "\u00a7\u00b6";

    private static final String CURRENCY = "\u00a2\u00a3\u00a5\u20a7\u20ac";

    private static final String START_PUNCTUATION =
            "\u00a1\u00a9\u00ab\u00bf\u0384\u0385\u2018\u201a\u201c\u201e\u2022\u2039\uf8ff";

    private static final String END_PUNCTUATION = "\u00ae\u00bb\u02dd\u201d\u203a\u2122";

    private static final String NUMERIC =
            "\u00b1-\u00b3\u00b5\u00b9\u00bc-\u00be\u00d7\u00f7\u2044\u2116\u2202\u2206\u220f\u2211\u221a"
                    + "\u221e\u2229\u222b\u2248\u2260\u2261\u2264\u2265";

    private static final String KAOMOJI =
            "\u00b0\u00d2-\u00d6\u00d9-\u00dc\u00f2-\u00f6\u00f8-\u00fc\u014c\u0150\u016a\u0172";

    private static final String UPPER_ACCENTED =
            "\u00c0-\u00d1\u00d8\u00dc\u00dd\u0100\u0102\u0104\u0106\u010c\u010e\u0110\u0112\u0116\u0118"
                    + "\u011a\u011e\u0122\u012a\u0130\u0136\u0139\u013b\u013d\u0141\u0143\u0145\u0147\u0152\u0158\u015a"
                    + "\u015e\u0160\u0162\u0164\u016e\u0170\u0178\u0179\u017b\u017d\u0490";

    private static final String LOWER_ACCENTED =
            "\u00df-\u00f1\u00fc\u0101\u0103\u0105\u0107\u010d\u010f\u0111\u0113\u0117\u0119\u011b\u011f"
                    + "\u0123\u012b\u012f\u0137\u013a\u013c\u013e\u0142\u0153\u0155\u015b\u015f\u0161\u0165\u017a\u017c"
                    + "\u017e\u0491\ufb01\ufb02";

    private static final String UPPER_COMMON = "\u00de\u0386\u0388-\u038a\u038c\u038e\u038f\u0391-\u03ab\u0401-\u042f";

    private static final String LOWER_COMMON = "\u03ac-\u03c9\u0430-\u045f";

    private static final String BOX =
            "\u2502\u250c\u2510\u2518\u251c\u2524\u252c\u253c\u2550-\u256c\u2580\u2584\u2588\u258c" + "\u2590-\u2593";

    // Letters that bytes of UTF-8 become in encodings of one byte a character: the first of two, three and four, and
    // those that follow.

    private static final String FIRST_OF_2 =
            "\u00c2-\u00df\u0100\u0102\u0106\u010c\u010e\u0110\u0112\u0116\u0118\u011a\u011e\u0122\u012a"
                    + "\u0130\u0136\u0139\u013b\u0141\u0143\u0145\u0147\u014c\u0150\u0158\u015a\u015e\u0160\u0162\u016a"
                    + "\u016e\u0170\u0172\u0179\u017b\u017d\u0392-\u03a1\u03a3-\u03af\u0412-\u042f";

    private static final String FIRST_OF_3 =
            "\u00e0-\u00ef\u0101\u0103\u0105\u0107\u010d\u010f\u0113\u0117\u0119\u0119\u011b\u0123\u012b"
                    + "\u012f\u0137\u013a\u013c\u0155\u017a\u03b0-\u03bf\u0430-\u043f";

    private static final String FIRST_OF_4 = "\u00f0\u00f3\u0111\u011f\u0161\u03c0\u03c3\u0440\u0443";

    private static final String CONTINUATION =
            " \u0080-\u00bf\u00c6\u00d8\u00e6\u00f8\u0104\u0105\u013d\u013e\u0141\u0142\u0152\u0153"
                    + "\u0156\u0157\u015a\u015b\u015e-\u0161\u0164\u0165\u0178-\u017e\u0192\u02c6\u02c7\u02d8"
                    + "\u02db-\u02dd\u0384-\u0386\u0388-\u038a\u038c\u038e\u038f\u0401-\u040c\u040e\u040f\u0451-\u045c"
                    + "\u045e\u045f\u0490\u0491\u2013-\u2015\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039"
                    + "\u203a\u20ac\u2116\u2122";

    private static final String STRICT_CONTINUATION =
            "\u0080-\u00bf\u00c6\u00d8\u00e6\u00f8\u0104\u0105\u013d\u013e\u0141\u0142\u0152\u0153\u0156"
                    + "\u0157\u015a\u015b\u015e-\u0161\u0164\u0165\u0178-\u017e\u0192\u02c6\u02c7\u02d8\u02db-\u02dd"
                    + "\u0384-\u0386\u0388-\u038a\u038c\u038e\u038f\u0401-\u040c\u040e\u040f\u0451-\u045c\u045e\u045f"
                    + "\u0490\u0491\u2020\u2021\u2030\u2039\u203a\u20ac\u2116\u2122";

    private static final Pattern UNLIKELY = Pattern.compile(String.join(
            "|",
            "[" + C1 + "]",
            "[" + BAD + LOWER_ACCENTED + UPPER_ACCENTED + BOX + START_PUNCTUATION + END_PUNCTUATION + CURRENCY + NUMERIC
                    + LAW + "][" + BAD + "]",
            "[a-zA-Z][" + LOWER_COMMON + UPPER_COMMON + "][" + BAD + "]",
            "[" + BAD + "][" + LOWER_ACCENTED + UPPER_ACCENTED + BOX + START_PUNCTUATION + END_PUNCTUATION + CURRENCY
                    + NUMERIC + LAW + "]",
            "[" + LOWER_ACCENTED + LOWER_COMMON + BOX + END_PUNCTUATION + CURRENCY + NUMERIC + "][" + UPPER_ACCENTED
                    + "]",
            "[" + BOX + END_PUNCTUATION + CURRENCY + NUMERIC + "][" + LOWER_ACCENTED + "]",
            "[" + LOWER_ACCENTED + BOX + END_PUNCTUATION + "][" + CURRENCY + "]",
            "[" + SPACE + "][" + UPPER_ACCENTED + "][" + CURRENCY + "]",
            "[" + UPPER_ACCENTED + BOX + "][" + NUMERIC + LAW + "]",
            "[" + LOWER_ACCENTED + UPPER_ACCENTED + BOX + CURRENCY + END_PUNCTUATION + "][" + START_PUNCTUATION + "]["
                    + NUMERIC + "]",
            "[" + LOWER_ACCENTED + UPPER_ACCENTED + CURRENCY + NUMERIC + BOX + LAW + "][" + END_PUNCTUATION + "]["
                    + START_PUNCTUATION + "]",
            "[" + CURRENCY + NUMERIC + BOX + "][" + START_PUNCTUATION + "]",
            "[a-z][" + UPPER_ACCENTED + "][" + START_PUNCTUATION + CURRENCY + "]",
            "[" + BOX + "][" + KAOMOJI + "]",
            "[" + LOWER_ACCENTED + UPPER_ACCENTED + CURRENCY + NUMERIC + START_PUNCTUATION + END_PUNCTUATION + LAW
                    + "][" + BOX + "]",
            "[" + BOX + "][" + END_PUNCTUATION + "]",
            "[" + LOWER_ACCENTED + UPPER_ACCENTED + "][" + START_PUNCTUATION + END_PUNCTUATION + "][\\p{L}\\p{N}_]",
            "[\u0152\u0153][^A-Za-z]",
            "[" + UPPER_ACCENTED + "]\u00b0",
            "[\u00c2\u00c3\u00ce\u00d0][\u20ac\u0153\u0160\u0161\u00a2\u00a3\u0178\u017e\u00a0\u00ad\u00ae\u00a9\u00b0\u00b7\u00bb"
                    + START_PUNCTUATION + END_PUNCTUATION + "\u2013\u2014\u00b4]",
            "\u00d7[\u00b2\u00b3]",
            "[\u00d8\u00d9][" + COMMON + CURRENCY + BAD + NUMERIC + START_PUNCTUATION
                    + "\u0178\u0160\u00ae\u00b0\u00b5\u00bb][\u00d8\u00d9][" + COMMON + CURRENCY + BAD + NUMERIC
                    + START_PUNCTUATION + "\u0178\u0160\u00ae\u00b0\u00b5\u00bb]",
            "\u00e0[\u00b2\u00b5\u00b9\u00bc\u00bd\u00be]",
            "\u221a[\u00b1\u2202\u2020\u2260\u00ae\u2122\u00b4\u2264\u2265\u00a5\u00b5\u00f8]",
            "\u2248[\u00b0\u00a2]",
            "\u201a\u00c4[\u00ec\u00ee\u00ef\u00f2\u00f4\u00fa\u00f9\u00fb\u2020\u00b0\u00a2\u03c0]",
            "\u201a[\u00e2\u00f3][\u00e0\u00e4\u00b0\u00ea]",
            "\u0432\u0402",
            "[\u0412\u0413\u0420\u0421][" + C1 + BAD + START_PUNCTUATION + END_PUNCTUATION + CURRENCY
                    + "\u00b0\u00b5][\u0412\u0413\u0420\u0421]",
            "\u0413\u045e\u0412\u0402\u0412.[A-Za-z ]",
            "\u00c3[\u00a0\u00a1]",
            "[a-z][" + SPACE + "]?[\u00c3\u00c2][ ]",
            "^[\u00c3\u00c2][ ]",
            "[a-z.,?!" + END_PUNCTUATION + "]\u00c2[ " + START_PUNCTUATION + END_PUNCTUATION + "]",
            "\u03b2\u20ac[\u2122\u00a0\u0386\u00ad\u00ae\u00b0]",
            "[\u0392\u0393\u039e\u039f][" + C1 + BAD + START_PUNCTUATION + END_PUNCTUATION + CURRENCY
                    + "\u00b0][\u0392\u0393\u039e\u039f]",
            "\u0101\u20ac"));

    /** Sequences that look like UTF-8 which was decoded as something else; not from within others. */
    static final Pattern LIKE_UTF8 =
            Pattern.compile("(?<![" + STRICT_CONTINUATION + "])(?:[" + FIRST_OF_2 + "][" + CONTINUATION + "]|["
                    + FIRST_OF_3 + "][" + CONTINUATION + "]{2}|[" + FIRST_OF_4 + "][" + CONTINUATION + "]{3})++");

    private UnlikelyText() {}

    /** Whether a text holds what hardly anyone writes. */
    static boolean isIn(String text) {
        return UNLIKELY.matcher(text).find();
    }
}
