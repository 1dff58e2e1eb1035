package org.clipjava.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** UTF-8 that grows. */
final class Bytes {
    private byte[] bytes;
    private int length;

    Bytes(int capacity) {
        this.bytes = new byte[Math.max(16, capacity)];
    }

    void add(byte[] source, int from, int to) {
        if (length + to - from > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + to - from));
        }
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
    }

    int length() {
        return length;
    }

    /** Drops what is behind. */
    void cut(int shorter) {
        length = shorter;
    }

    byte at(int index) {
        return bytes[index];
    }

    boolean endsWith(byte[] end) {
        return length >= end.length && Arrays.equals(bytes, length - end.length, length, end, 0, end.length);
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** What is no UTF-8 becomes U+FFFD. */
    String text() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    static int count(byte[] bytes, byte value) {
        int count = 0;
        for (byte each : bytes) {
            count += each == value ? 1 : 0;
        }
        return count;
    }

    /** How many bytes a character has. */
    static int length(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    /** How many bytes the character has that begins with this one, in UTF-8 that is well-formed. */
    static int lengthFrom(byte first) {
        int value = first & 0xFF;
        return value < 0x80 ? 1 : value < 0xE0 ? 2 : value < 0xF0 ? 3 : 4;
    }
}
