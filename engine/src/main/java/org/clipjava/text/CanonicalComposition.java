package org.clipjava.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * NFC as the reference has it, in linear time.
 *
 * <p>It is the JDK's NFC but for two things. The reference's tables are those of Unicode 9: what was added since neither
 * composes nor moves. And the JDK sorts the combining marks behind one character by insertion, which takes minutes for
 * a megabyte of them; long runs are therefore sorted first, which by the definition of NFC changes nothing.
 */
final class CanonicalComposition {
    /** The longest run of marks left to the JDK to sort. Writing systems stay far below. */
    private static final int LONG_RUN = 32;

    private static final int STARTER = 0;

    /** U+0345, alone in the highest combining class. */
    private static final int HIGHEST_CLASS = 0x345;

    /** Everything below stays itself under NFC. */
    private static final char FIRST_AFFECTED = 0x300;

    /**
     * First and last of each range of characters that Unicode 9 did not have and that compose or have a combining class
     * since; where a whole script is newer, its block.
     */
    private static final int[] NEWER_THAN_UNICODE_9 = {
        0x07FD, 0x07FD, 0x0897, 0x089F, 0x08CA, 0x08D3, 0x09FE, 0x09FE, 0x0C3C, 0x0C3C, 0x0D3B, 0x0D3C,
        0x0EBA, 0x0EBA, 0x1715, 0x1715, 0x1ABF, 0x1ACE, 0x1DF6, 0x1DFA, 0xA82C, 0xA82C, 0x105C0, 0x105FF,
        0x10D24, 0x10D27, 0x10D69, 0x10D6D, 0x10EAB, 0x10EAC, 0x10EFD, 0x10EFF, 0x10F46, 0x10F50, 0x10F82, 0x10F85,
        0x11070, 0x11070, 0x1133B, 0x1133B, 0x11380, 0x113FF, 0x1145E, 0x1145E, 0x11839, 0x1183A, 0x11900, 0x1195F,
        0x119E0, 0x119E0, 0x11A34, 0x11A34, 0x11A47, 0x11A47, 0x11A99, 0x11A99, 0x11D42, 0x11D42, 0x11D44, 0x11D45,
        0x11D97, 0x11D97, 0x11F41, 0x11F42, 0x16100, 0x1613F, 0x16D40, 0x16D7F, 0x16FF0, 0x16FF1, 0x1E08F, 0x1E08F,
        0x1E130, 0x1E136, 0x1E2AE, 0x1E2AE, 0x1E2EC, 0x1E2EF, 0x1E4EC, 0x1E4EF, 0x1E5EE, 0x1E5EF,
    };

    private CanonicalComposition() {}

    /**
     * The text in NFC.
     *
     * @param text without unpaired surrogates
     */
    static String of(String text) {
        int start = 0;
        while (start < text.length() && text.charAt(start) < FIRST_AFFECTED) {
            start++;
        }
        if (start == text.length()) {
            return text;
        }
        String ordered = sortLongRuns(text);
        // A newer character ends what can be composed, on both sides.
        StringBuilder composed = new StringBuilder(ordered.length());
        int from = 0;
        for (int i = start; i < ordered.length(); ) {
            int c = ordered.codePointAt(i);
            int after = i + Character.charCount(c);
            if (isNewer(c)) {
                composed.append(compose(ordered.substring(from, i))).appendCodePoint(c);
                from = after;
            }
            i = after;
        }
        return composed.append(compose(ordered.substring(from))).toString();
    }

    private static String compose(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    private static boolean isNewer(int c) {
        if (c < NEWER_THAN_UNICODE_9[0]) {
            return false;
        }
        int at = Arrays.binarySearch(NEWER_THAN_UNICODE_9, c);
        // Between a first and its last the insertion point is odd.
        return at >= 0 || (-at - 1) % 2 == 1;
    }

    /** Whether the character may be a mark with a combining class. */
    private static boolean isMark(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> !isNewer(c);
            default -> false;
        };
    }

    private static int endOfMarks(String text, int start) {
        int end = start;
        while (end < text.length() && isMark(text.codePointAt(end))) {
            end += Character.charCount(text.codePointAt(end));
        }
        return end;
    }

    /** The text with each long run of marks decomposed and in canonical order. */
    private static String sortLongRuns(String text) {
        StringBuilder sorted = new StringBuilder();
        Map<Integer, String> decompositions = Map.of();
        Map<Integer, Integer> classes = Map.of();
        int done = 0;
        for (int i = 0; i < text.length(); ) {
            int end = endOfMarks(text, i);
            if (end - i > LONG_RUN) {
                if (done == 0) {
                    // For all marks of the text at once: run by run it could be most of the work.
                    decompositions = decompositions(text);
                    classes = combiningClasses(decompositions.values());
                }
                sorted.append(text, done, i);
                appendSorted(text.substring(i, end), decompositions, classes, sorted);
                done = end;
            }
            i = end < text.length() ? end + Character.charCount(text.codePointAt(end)) : end;
        }
        return done == 0 ? text : sorted.append(text, done, text.length()).toString();
    }

    /** Appends the run decomposed, each stretch without a starter in the stable order of combining classes. */
    private static void appendSorted(
            String run, Map<Integer, String> decompositions, Map<Integer, Integer> classes, StringBuilder sorted) {
        StringBuilder decomposed = new StringBuilder(run.length());
        run.codePoints().forEach(mark -> decomposed.append(decompositions.get(mark)));
        int[] marks = decomposed.codePoints().toArray();
        long[] stretch = new long[marks.length];
        int length = 0;
        for (int i = 0; i < marks.length; i++) {
            int combiningClass = classes.getOrDefault(marks[i], STARTER);
            if (combiningClass == STARTER) {
                appendStretch(marks, stretch, length, sorted);
                sorted.appendCodePoint(marks[i]);
                length = 0;
            } else {
                // The position below the class keeps equals in their order.
                stretch[length++] = (long) combiningClass << 32 | i;
            }
        }
        appendStretch(marks, stretch, length, sorted);
    }

    private static void appendStretch(int[] marks, long[] stretch, int length, StringBuilder sorted) {
        Arrays.sort(stretch, 0, length);
        for (int i = 0; i < length; i++) {
            sorted.appendCodePoint(marks[(int) stretch[i]]);
        }
    }

    /** The text's marks, each decomposed for itself. */
    private static Map<Integer, String> decompositions(String text) {
        Map<Integer, String> decompositions = new HashMap<>();
        text.codePoints()
                .filter(CanonicalComposition::isMark)
                .forEach(mark -> decompositions.computeIfAbsent(
                        mark, m -> Normalizer.normalize(Character.toString(m), Normalizer.Form.NFD)));
        return decompositions;
    }

    /**
     * The combining classes of the characters in these marks, renumbered from 1; {@link #STARTER} where there is none.
     * The JDK doesn't publish them, but whether two marks are in order tells which class is the higher one.
     */
    private static Map<Integer, Integer> combiningClasses(Collection<String> marks) {
        Map<Integer, Integer> classes = new HashMap<>();
        List<Integer> ascending = new ArrayList<>();
        for (int mark :
                marks.stream().flatMapToInt(String::codePoints).distinct().toArray()) {
            if (mark == HIGHEST_CLASS || swaps(HIGHEST_CLASS, mark)) {
                ascending.add(mark);
            } else {
                classes.put(mark, STARTER);
            }
        }
        ascending.sort((a, b) -> swaps(a, b) ? 1 : swaps(b, a) ? -1 : 0);
        int combiningClass = STARTER;
        int previous = 0;
        for (int mark : ascending) {
            if (combiningClass == STARTER || swaps(mark, previous)) {
                combiningClass++;
            }
            classes.put(mark, combiningClass);
            previous = mark;
        }
        return classes;
    }

    /**
     * Whether canonical ordering puts {@code second} before {@code first}: its class is lower and neither is a starter.
     * Both are decomposed already, so nothing else can keep the pair from being NFD.
     */
    private static boolean swaps(int first, int second) {
        return !Normalizer.isNormalized(new String(new int[] {first, second}, 0, 2), Normalizer.Form.NFD);
    }
}
