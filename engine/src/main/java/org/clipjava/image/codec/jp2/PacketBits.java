package org.clipjava.image.codec.jp2;

/** The bits of a packet's header (T.800, B.10.1): after a byte of ones, a bit is stuffed. Beyond the end they are zeros, as in OpenJPEG. */
final class PacketBits {
    private final byte[] bytes;
    private final int end;
    private int at;
    private int buffer;
    private int left;

    PacketBits(ByteInput in) {
        bytes = in.bytes();
        at = in.at();
        end = in.end();
    }

    int bit() {
        if (left == 0) {
            fill();
        }
        left--;
        return buffer >> left & 1;
    }

    int bits(int n) {
        int value = 0;
        for (int i = 0; i < n; i++) {
            value = value << 1 | bit();
        }
        return value;
    }

    private void fill() {
        buffer = buffer << 8 & 0xffff;
        left = buffer == 0xff00 ? 7 : 8;
        if (at < end) {
            buffer |= bytes[at++] & 0xff;
        }
    }

    /**
     * Goes on to a whole byte.
     *
     * @return false if there should be a byte for a stuffed bit
     */
    boolean align() {
        boolean there = true;
        if ((buffer & 0xff) == 0xff) {
            there = at < end;
            fill();
        }
        left = 0;
        return there;
    }

    /** Where the next byte is read. */
    int at() {
        return at;
    }
}
