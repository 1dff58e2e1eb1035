package org.clipjava.hub;

/** What a stranger sent, as a message may show it. */
final class Shown {
    private static final int LONGEST = 80;

    private Shown() {}

    static String text(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "\uFFFD");
        return printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST) + "…";
    }
}
