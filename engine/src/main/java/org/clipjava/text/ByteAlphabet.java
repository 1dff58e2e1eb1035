package org.clipjava.text;

import java.nio.charset.StandardCharsets;

/**
 * GPT-2's alphabet: one printable character for each byte, so that any bytes can be written as a token's text.
 *
 * <p>Printable Latin-1 characters stand for themselves; the other 68 bytes take the characters from U+0100 on, in
 * order.
 */
final class ByteAlphabet {
    static final int SIZE = 256;

    private static final String BY_BYTE = byByte();
    private static final String IN_VOCABULARY_ORDER = inVocabularyOrder();

    private ByteAlphabet() {}

    /** The character of a byte, 0 to 255. */
    static char character(int value) {
        return BY_BYTE.charAt(value);
    }

    /** The byte of a character, 0 to 255, or -1 if it stands for none. */
    static int value(char character) {
        return isPrintable(character) ? character : BY_BYTE.indexOf(character);
    }

    /** The bytes that a token's characters stand for; a token that no merge leads to may be none of these, but plain text. */
    static byte[] spelled(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            int value = value(token.charAt(i));
            if (value < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    /** All characters in the order in which they open a vocabulary: the printable ones first. */
    static String inOrder() {
        return IN_VOCABULARY_ORDER;
    }

    private static boolean isPrintable(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xFF && value != 0xAD);
    }

    private static String byByte() {
        StringBuilder characters = new StringBuilder(SIZE);
        char substitute = SIZE;
        for (int value = 0; value < SIZE; value++) {
            characters.append(isPrintable(value) ? (char) value : substitute++);
        }
        return characters.toString();
    }

    private static String inVocabularyOrder() {
        StringBuilder printable = new StringBuilder(SIZE);
        StringBuilder substitutes = new StringBuilder();
        for (int value = 0; value < SIZE; value++) {
            (isPrintable(value) ? printable : substitutes).append(character(value));
        }
        return printable.append(substitutes).toString();
    }
}
