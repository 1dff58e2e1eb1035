package org.clipjava.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Undoes that UTF-8 was read as an encoding of one byte a character, once or several times: {@code fran\u00c3\u00a7ais} is
 * {@code fran\u00e7ais} again. Does what {@code ftfy.fix_encoding} does, and leaves alone what is not known to be wrong
 * ({@link UnlikelyText}).
 */
final class WrongDecoding {
    private static final char REPLACEMENT = '\ufffd';

    /** Stands for {@link #REPLACEMENT} in encodings that are read leniently. */
    private static final int SUBSTITUTE = 0x1a;

    private static final String MAC_ROMAN =
            "\u00c4\u00c5\u00c7\u00c9\u00d1\u00d6\u00dc\u00e1\u00e0\u00e2\u00e4\u00e3\u00e5\u00e7\u00e9\u00e8"
                    + "\u00ea\u00eb\u00ed\u00ec\u00ee\u00ef\u00f1\u00f3\u00f2\u00f4\u00f6\u00f5\u00fa\u00f9\u00fb\u00fc"
                    + "\u2020\u00b0\u00a2\u00a3\u00a7\u2022\u00b6\u00df\u00ae\u00a9\u2122\u00b4\u00a8\u2260\u00c6\u00d8"
                    + "\u221e\u00b1\u2264\u2265\u00a5\u00b5\u2202\u2211\u220f\u03c0\u222b\u00aa\u00ba\u03a9\u00e6\u00f8"
                    + "\u00bf\u00a1\u00ac\u221a\u0192\u2248\u2206\u00ab\u00bb\u2026\u00a0\u00c0\u00c3\u00d5\u0152\u0153"
                    + "\u2013\u2014\u201c\u201d\u2018\u2019\u00f7\u25ca\u00ff\u0178\u2044\u20ac\u2039\u203a\ufb01\ufb02"
                    + "\u2021\u00b7\u201a\u201e\u2030\u00c2\u00ca\u00c1\u00cb\u00c8\u00cd\u00ce\u00cf\u00cc\u00d3\u00d4"
                    + "\uf8ff\u00d2\u00da\u00db\u00d9\u0131\u02c6\u02dc\u00af\u02d8\u02d9\u02da\u00b8\u02dd\u02db\u02c7";

    /** In the order in which they are tried; what they leave out is the character of the same number, as on the web. */
    private static final List<OneByte> ENCODINGS = List.of(
            OneByte.strict(upper("ISO-8859-1"), true),
            OneByte.lenient(upper("windows-1252")),
            OneByte.lenient(upper("windows-1251")),
            OneByte.lenient(upper("windows-1250")),
            OneByte.lenient(upper("windows-1253")),
            OneByte.lenient(upper("windows-1254")),
            OneByte.lenient(upper("windows-1257")),
            OneByte.strict(upper("ISO-8859-2"), true),
            OneByte.strict(MAC_ROMAN, false),
            OneByte.strict(upper("IBM437"), true));

    // Bytes are written as the characters of the same numbers.

    /** UTF-8 whose byte A0 has become a space. */
    private static final Pattern WITH_SPACE = Pattern.compile("[\u00c2\u00c3\u00c5\u00ce\u00d0\u00d9] "
            + "|[\u00e2\u00e3] [\u0080-\u0084\u0086-\u009f\u00a1-\u00bf]"
            + "|[\u00e0-\u00e3][\u0080-\u0084\u0086-\u009f\u00a1-\u00bf] "
            + "|\u00f0 [\u0080-\u00bf]{2}|\u00f0[\u0080-\u00bf] [\u0080-\u00bf]|\u00f0[\u0080-\u00bf]{2} ");

    /** An "\u00e0" that is a word: its space is meant as one. */
    private static final Pattern A_GRAVE = Pattern.compile("\u00c3 (?! |quele|quela|quilo|s )");

    /** UTF-8 some of whose bytes were lost. */
    private static final Pattern LOSSY = Pattern.compile("[\u00c2-\u00df]\u001a|[\u00c2\u00c3]\\?"
            + "|\u00ed[\u00a0-\u00af][\u001a?]\u00ed[\u00b0-\u00bf][\u001a?\u0080-\u00bf]"
            + "|\u00ed[\u00a0-\u00af][\u001a?\u0080-\u00bf]\u00ed[\u00b0-\u00bf][\u001a?]"
            + "|[\u00e0-\u00ef][\u001a?][\u001a\u0080-\u00bf]|[\u00e0-\u00ef][\u001a\u0080-\u00bf][\u001a?]"
            + "|[\u00f0-\u00f4][\u001a?][\u001a\u0080-\u00bf]{2}"
            + "|[\u00f0-\u00f4][\u001a\u0080-\u00bf][\u001a?][\u001a\u0080-\u00bf]"
            + "|[\u00f0-\u00f4][\u001a\u0080-\u00bf]{2}[\u001a?]|\u001a");

    private static final String LOST = "\u00ef\u00bf\u00bd";

    /** A zero of two bytes, and pairs of surrogates of three bytes each, as Java's modified UTF-8 and CESU-8 have them. */
    private static final Pattern VARIANT = Pattern.compile("(?d)\u00c0(?:\u0080|$)"
            + "|\u00ed(?:[\u00a0-\u00af]|$)(?:[\u0080-\u00bf]|$)(?:\u00ed|$)(?:[\u00b0-\u00bf]|$)(?:[\u0080-\u00bf]|$)"
            + "|\u00ed(?:[\u00a0-\u00bf]|$)(?:[\u0080-\u00bf]|$)");

    private static final Pattern PAIR =
            Pattern.compile("\u00ed[\u00a0-\u00af][\u0080-\u00bf]\u00ed[\u00b0-\u00bf][\u0080-\u00bf]");

    private static final int BYTES_OF_PAIR = 6;

    private WrongDecoding() {}

    /**
     * An encoding of one byte a character.
     *
     * @param bytes of each character, -1 where it has none
     * @param lenient whether its gaps are filled and what could not be decoded is {@link #SUBSTITUTE}
     */
    private record OneByte(short[] bytes, boolean lenient, boolean restoresSpaces) {
        static OneByte strict(String upper, boolean restoresSpaces) {
            return of(upper, false, restoresSpaces);
        }

        static OneByte lenient(String upper) {
            return of(upper, true, true);
        }

        private static OneByte of(String upper, boolean lenient, boolean restoresSpaces) {
            short[] bytes = new short[1 << 16];
            Arrays.fill(bytes, (short) -1);
            for (int i = 0; i < 0x80; i++) {
                bytes[i] = (short) i;
            }
            for (int i = 0; i < upper.length(); i++) {
                char c = upper.charAt(i);
                bytes[c == REPLACEMENT ? 0x80 + i : c] = (short) (0x80 + i);
            }
            if (lenient) {
                bytes[SUBSTITUTE] = -1;
                bytes[REPLACEMENT] = SUBSTITUTE;
            }
            return new OneByte(bytes, lenient, restoresSpaces);
        }

        /** The bytes, a character each; empty if it has not all characters. */
        Optional<String> encode(String text) {
            StringBuilder encoded = new StringBuilder(text.length());
            for (int i = 0; i < text.length(); i++) {
                short b = bytes[text.charAt(i)];
                if (b < 0) {
                    return Optional.empty();
                }
                encoded.append((char) b);
            }
            return Optional.of(encoded.toString());
        }
    }

    /** What a charset has for bytes from 0x80 on. */
    private static String upper(String charset) {
        byte[] bytes = new byte[0x80];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (0x80 + i);
        }
        return new String(bytes, Charset.forName(charset));
    }

    /** The text as it was meant. */
    static String repair(String text) {
        String before;
        String after = text;
        do {
            before = after;
            after = step(before);
        } while (!after.equals(before));
        return after;
    }

    private static String step(String text) {
        if (text.chars().allMatch(c -> c < 0x80) || !UnlikelyText.isIn(text)) {
            return text;
        }
        for (OneByte encoding : ENCODINGS) {
            Optional<String> encoded = encoding.encode(text);
            if (encoded.isPresent()) {
                Optional<String> decoded = decode(mended(encoded.get(), encoding));
                if (decoded.isPresent()) {
                    return decoded.get();
                }
            }
        }
        String repaired = UnlikelyText.LIKE_UTF8.matcher(text).replaceAll(match -> {
            String part = match.group();
            boolean repairable = part.length() < text.length() && UnlikelyText.isIn(part);
            return Matcher.quoteReplacement(repairable ? repair(part) : part);
        });
        return repaired.equals(text) ? OriginalCleaning.withoutControls(text) : repaired;
    }

    /** Bytes whose losses are as well as they can be made good. */
    private static String mended(String encoded, OneByte encoding) {
        String mended = encoded;
        if (encoding.restoresSpaces && WITH_SPACE.matcher(mended).find()) {
            mended = A_GRAVE.matcher(mended).replaceAll("\u00c3\u00a0 ");
            mended =
                    WITH_SPACE.matcher(mended).replaceAll(match -> match.group().replace(' ', '\u00a0'));
        }
        return encoding.lenient ? LOSSY.matcher(mended).replaceAll(LOST) : mended;
    }

    /** Bytes as UTF-8; empty if they are none. */
    private static Optional<String> decode(String bytes) {
        if (bytes.indexOf('\u00ed') < 0 && bytes.indexOf('\u00c0') < 0) {
            return decodeStrictly(bytes);
        }
        StringBuilder decoded = new StringBuilder(bytes.length());
        Matcher variant = VARIANT.matcher(bytes);
        int at = 0;
        while (at < bytes.length()) {
            int next = variant.find(at) ? variant.start() : bytes.length();
            Optional<String> plain = decodeStrictly(bytes.substring(at, next));
            if (plain.isEmpty()) {
                return plain;
            }
            decoded.append(plain.get());
            at = next;
            if (at == bytes.length()) {
                break;
            }
            if (bytes.charAt(at) == '\u00c0' && at + 1 < bytes.length()) {
                decoded.append('\0');
                at += 2;
            } else if (PAIR.matcher(bytes).region(at, bytes.length()).lookingAt()) {
                int high = (bytes.charAt(at + 1) & 0xf) << 16 | (bytes.charAt(at + 2) & 0x3f) << 10;
                int low = (bytes.charAt(at + 4) & 0xf) << 6 | (bytes.charAt(at + 5) & 0x3f);
                decoded.appendCodePoint((high | low) + 0x10000);
                at += BYTES_OF_PAIR;
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(decoded.toString());
    }

    private static Optional<String> decodeStrictly(String bytes) {
        try {
            return Optional.of(UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(ISO_8859_1)))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty(); // it is in another encoding
        }
    }
}
