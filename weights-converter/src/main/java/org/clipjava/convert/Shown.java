package org.clipjava.convert;

/** Text out of a checkpoint, as messages show it: on one line, of bounded length, without control characters. */
final class Shown {
    private static final int LONGEST = 80;

    private Shown() {}

    static String text(String text) {
        String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        return cut.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "\ufffd");
    }

    static String quoted(String text) {
        return '"' + text(text) + '"';
    }
}
