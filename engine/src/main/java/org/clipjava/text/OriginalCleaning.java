package org.clipjava.text;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What OpenAI's and OpenCLIP's tokenizers do to a text before they look for words: Python's {@code ftfy.fix_text}, {@code html.unescape}
 * twice, one space for each run of whitespace and none at the ends, lower case.
 */
final class OriginalCleaning {
    private static final Pattern TERMINAL_ESCAPE = Pattern.compile("\u001b\\[[\\p{Nd};]*[a-zA-Z]");
    private static final Pattern SINGLE_QUOTE = Pattern.compile("[\u02bc\u2018-\u201b]");
    private static final Pattern DOUBLE_QUOTE = Pattern.compile("[\u201c-\u201f]");
    private static final Pattern LINE_BREAK = Pattern.compile("\r\n|[\r\u2028\u2029\u0085]");
    /** Python's {@code string.punctuation}. */
    private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");

    private static final Pattern CONTROL =
            Pattern.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f\u206a-\u206f\ufeff\ufff9-\ufffc]");

    /** Windows-1252 of 0x80 to 0x9f, which browsers take such characters for; what has none stays. */
    private static final String WINDOWS = HtmlEntities.resolve(
            "&#128;&#129;&#130;&#131;&#132;&#133;&#134;&#135;&#136;&#137;&#138;&#139;&#140;&#141;&#142;&#143;"
                    + "&#144;&#145;&#146;&#147;&#148;&#149;&#150;&#151;&#152;&#153;&#154;&#155;&#156;&#157;&#158;&#159;");

    private static final char CAPITAL_SIGMA = '\u03a3';
    private static final char SIGMA = '\u03c3';
    private static final char FINAL_SIGMA = '\u03c2';

    /** Punctuation that may stand within words. */
    private static final String IN_WORDS =
            "'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a";

    /** ftfy takes longer lines in pieces of this many characters. */
    private static final int LONGEST_SEGMENT = 1_000_000;

    /** Ligatures, and the characters of other widths. */
    private static final Map<Character, String> PLAIN = plain();

    private OriginalCleaning() {}

    /** The text as words are looked for in it. */
    static String clean(String wellFormed) {
        return lowerCase(cased(wellFormed));
    }

    /** The same, but letters keep their case. */
    static String cased(String wellFormed) {
        String resolved = HtmlEntities.resolve(HtmlEntities.resolve(fix(wellFormed)));
        return oneSpace(TextNormalizer.wellFormed(resolved));
    }

    /** With a final sigma behind letters that have cases, and not before one: where Java asks for words, Python does not. */
    private static String lowerCase(String text) {
        StringBuilder sigmas = new StringBuilder(text);
        for (int i = text.indexOf(CAPITAL_SIGMA); i >= 0; i = text.indexOf(CAPITAL_SIGMA, i + 1)) {
            boolean last = isCased(text, i, -1) && !isCased(text, i, 1);
            sigmas.setCharAt(i, last ? FINAL_SIGMA : SIGMA);
        }
        return sigmas.toString().toLowerCase(Locale.ROOT);
    }

    /** Whether the next character in a direction that matters for this has a case. */
    private static boolean isCased(String text, int from, int direction) {
        int at = direction > 0 ? from + 1 : from;
        while (direction > 0 ? at < text.length() : at > 0) {
            int c = direction > 0 ? text.codePointAt(at) : text.codePointBefore(at);
            if (!isCaseIgnorable(c)) {
                return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
            }
            at += direction * Character.charCount(c);
        }
        return false;
    }

    private static boolean isCaseIgnorable(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.FORMAT,
                    Character.MODIFIER_LETTER,
                    Character.MODIFIER_SYMBOL -> true;
            default -> IN_WORDS.indexOf(c) >= 0;
        };
    }

    /** What OpenCLIP does for SigLIP: the same, but of ASCII's punctuation underscores become spaces and the rest goes. */
    static String canonical(String wellFormed) {
        String resolved = HtmlEntities.resolve(HtmlEntities.resolve(fix(wellFormed)));
        String words = PUNCTUATION
                .matcher(TextNormalizer.wellFormed(resolved).replace('_', ' '))
                .replaceAll("");
        return oneSpace(words.toLowerCase(Locale.ROOT));
    }

    /** What Hugging Face's Python does for SigLIP. */
    static String lowerWithoutPunctuation(String text) {
        return oneSpace(PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(""));
    }

    /** {@code ftfy.fix_text}: line by line; behind the first that has a {@code <} nothing is taken for HTML. */
    private static String fix(String text) {
        StringBuilder fixed = new StringBuilder(text.length());
        boolean resolve = true;
        int from = 0;
        while (from < text.length()) {
            int feed = text.indexOf('\n', from);
            int to = feed < 0 ? text.length() : feed + 1;
            if (text.codePointCount(from, to) > LONGEST_SEGMENT) {
                to = text.offsetByCodePoints(from, LONGEST_SEGMENT);
            }
            String segment = text.substring(from, to);
            resolve &= segment.indexOf('<') < 0;
            fixed.append(fixSegment(segment, resolve));
            from = to;
        }
        return fixed.toString();
    }

    private static String fixSegment(String segment, boolean resolve) {
        String before;
        String text = segment;
        do {
            before = text;
            text = resolve ? HtmlEntities.resolveStrictly(text) : text;
            text = plainCharacters(withoutControls(WrongDecoding.repair(text)));
            text = SINGLE_QUOTE
                    .matcher(DOUBLE_QUOTE.matcher(text).replaceAll("\""))
                    .replaceAll("'");
            text = LINE_BREAK.matcher(text).replaceAll("\n");
            text = TERMINAL_ESCAPE.matcher(text).replaceAll("");
            text = CONTROL.matcher(text).replaceAll("");
            text = CanonicalComposition.of(text);
        } while (!text.equals(before));
        return text;
    }

    /** With what Windows-1252 has in the places of the C1 controls. */
    static String withoutControls(String text) {
        StringBuilder without = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            without.append(c >= 0x80 && c <= 0x9f ? WINDOWS.charAt(c - 0x80) : c);
        }
        return without.toString();
    }

    private static String plainCharacters(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x132) {
                plain.append(c);
            } else {
                plain.append(PLAIN.getOrDefault(c, Character.toString(c)));
            }
        }
        return plain.toString();
    }

    private static String oneSpace(String text) {
        StringBuilder spaced = new StringBuilder(text.length());
        boolean pending = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Python's whitespace has four separators more
            if (TextNormalizer.isWhitespace(c) || (c >= 0x1c && c <= 0x1f)) {
                pending = !spaced.isEmpty();
            } else {
                if (pending) {
                    spaced.append(' ');
                }
                spaced.append(c);
                pending = false;
            }
        }
        return spaced.toString();
    }

    private static Map<Character, String> plain() {
        Map<Character, String> plain = new HashMap<>(Map.ofEntries(
                Map.entry('\u0132', "IJ"),
                Map.entry('\u0133', "ij"),
                Map.entry('\u0149', "\u02bcn"),
                Map.entry('\u01f1', "DZ"),
                Map.entry('\u01f2', "Dz"),
                Map.entry('\u01f3', "dz"),
                Map.entry('\u01c4', "D\u017d"),
                Map.entry('\u01c5', "D\u017e"),
                Map.entry('\u01c6', "d\u017e"),
                Map.entry('\u01c7', "LJ"),
                Map.entry('\u01c8', "Lj"),
                Map.entry('\u01c9', "lj"),
                Map.entry('\u01ca', "NJ"),
                Map.entry('\u01cb', "Nj"),
                Map.entry('\u01cc', "nj"),
                Map.entry('\ufb00', "ff"),
                Map.entry('\ufb01', "fi"),
                Map.entry('\ufb02', "fl"),
                Map.entry('\ufb03', "ffi"),
                Map.entry('\ufb04', "ffl"),
                Map.entry('\ufb05', "\u017ft"),
                Map.entry('\ufb06', "st"),
                Map.entry('\u3000', " ")));
        for (char c = '\uff01'; c < '\ufff0'; c++) {
            String standard = Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKC);
            if (!standard.equals(Character.toString(c))) {
                plain.put(c, standard);
            }
        }
        return Map.copyOf(plain);
    }
}
