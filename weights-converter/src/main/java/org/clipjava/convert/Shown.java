package org.clipjava.convert;

/** Text out of a checkpoint, as messages show it: on one line, of bounded length, without control characters. */
final class Shown {
    private static final int LONGEST = 80;

    private Shown() {}

    static String text(String text) {
        return text(text, LONGEST);
    }

    /** @param longest characters that are shown */
    static String text(String text, int longest) {
        String cut = text.length() <= longest ? text : text.substring(0, longest) + "…";
        return cut.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "\ufffd");
    }

    static String quoted(String text) {
        return '"' + text(text) + '"';
    }
}
