package org.clipjava.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resolves HTML's character references: as HTML 5 does, with all its leniency, and as strictly as ftfy. */
final class HtmlEntities {
    private static final Pattern REFERENCE =
            Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");
    private static final Pattern STRICT_REFERENCE = Pattern.compile("&#?[0-9A-Za-z]{1,24};");

    private static final int HEXADECIMAL = 16;

    /** Of digits; more are beyond Unicode whatever they are. */
    private static final int LONGEST_NUMBER = 8;

    /** Windows-1252 from 0x80 on, which HTML takes for what such numbers mean; 0 where it has nothing. */
    private static final String WINDOWS =
            "\u20ac\0\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\0\u017d\0"
                    + "\0\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\0\u017e\u0178";

    /** By their names, with the semicolon where they have one: some are known without. */
    private static final Map<String, String> NAMED = read();

    /** As {@link #NAMED}, and names in capitals where those mean nothing else. */
    private static final Map<String, String> STRICT = strict();

    private HtmlEntities() {}

    /** Python's {@code html.unescape}. */
    static String resolve(String text) {
        return text.indexOf('&') < 0
                ? text
                : REFERENCE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(resolved(match.group(1))));
    }

    private static String resolved(String reference) {
        if (reference.charAt(0) == '#') {
            return numbered(reference.substring(1));
        }
        String whole = NAMED.get(reference);
        if (whole != null) {
            return whole;
        }
        for (int length = reference.length() - 1; length > 1; length--) {
            String known = NAMED.get(reference.substring(0, length));
            if (known != null) {
                return known + reference.substring(length);
            }
        }
        return "&" + reference;
    }

    private static String numbered(String reference) {
        String digits = reference.endsWith(";") ? reference.substring(0, reference.length() - 1) : reference;
        boolean hexadecimal = digits.charAt(0) == 'x' || digits.charAt(0) == 'X';
        String significant = (hexadecimal ? digits.substring(1) : digits).replaceFirst("^0+", "");
        if (significant.length() > LONGEST_NUMBER) {
            return "\ufffd";
        }
        long number = significant.isEmpty() ? 0 : Long.parseLong(significant, hexadecimal ? HEXADECIMAL : 10);
        if (number >= 0x80 && number <= 0x9f) {
            char meant = WINDOWS.charAt((int) number - 0x80);
            return Character.toString(meant == 0 ? (char) number : meant);
        }
        if (number == 0 || (number >= 0xd800 && number <= 0xdfff) || number > Character.MAX_CODE_POINT) {
            return "\ufffd";
        }
        return isNoCharacter((int) number) ? "" : Character.toString((int) number);
    }

    private static boolean isNoCharacter(int c) {
        boolean control = (c < ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r') || c == 0x7f;
        return control || (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
    }

    /** As ftfy does: names that end with a semicolon, and numbers that are understood whole. */
    static String resolveStrictly(String text) {
        return text.indexOf('&') < 0
                ? text
                : STRICT_REFERENCE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(strictly(match)));
    }

    private static String strictly(MatchResult match) {
        String reference = match.group();
        String known = STRICT.get(reference.substring(1));
        if (known != null) {
            return known;
        }
        if (reference.charAt(1) != '#') {
            return reference;
        }
        String resolved = resolve(reference);
        return resolved.indexOf(';') >= 0 ? reference : resolved;
    }

    private static Map<String, String> read() {
        Map<String, String> entities = new HashMap<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(HtmlEntities.class.getResourceAsStream("html-entities.txt")),
                StandardCharsets.US_ASCII))) {
            lines.lines().forEach(line -> {
                String[] words = line.split(" ", -1);
                StringBuilder characters = new StringBuilder();
                for (int i = 1; i < words.length; i++) {
                    characters.appendCodePoint(Integer.parseInt(words[i], HEXADECIMAL));
                }
                entities.put(words[0], characters.toString());
            });
        } catch (IOException e) {
            throw new UncheckedIOException("HTML's entities, which this jar carries, can't be read", e);
        }
        return Map.copyOf(entities);
    }

    private static Map<String, String> strict() {
        Map<String, String> strict = new HashMap<>();
        NAMED.forEach((name, characters) -> {
            if (name.endsWith(";")) {
                strict.put(name, characters);
                String capitals = name.toUpperCase(Locale.ROOT);
                if (name.equals(name.toLowerCase(Locale.ROOT))
                        && resolve("&" + capitals).equals("&" + capitals)) {
                    strict.put(capitals, characters.toUpperCase(Locale.ROOT));
                }
            }
        });
        return Map.copyOf(strict);
    }
}
