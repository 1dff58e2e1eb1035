package org.clipjava.image.codec.xz;

import java.util.zip.Checksum;

/** The checksum of 64 bits of ECMA-182, lowest bit first. */
final class Crc64 implements Checksum {
    private static final long POLYNOMIAL = 0xC96C5795D7870F42L;
    private static final long[] OF_BYTES = new long[256];

    static {
        for (int i = 0; i < OF_BYTES.length; i++) {
            long sum = i;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                sum = (sum >>> 1) ^ (POLYNOMIAL & -(sum & 1));
            }
            OF_BYTES[i] = sum;
        }
    }

    private long inverted = -1;

    @Override
    public void update(int value) {
        inverted = OF_BYTES[(int) (inverted ^ value) & 0xff] ^ (inverted >>> Byte.SIZE);
    }

    @Override
    public void update(byte[] bytes, int from, int n) {
        for (int i = from; i < from + n; i++) {
            update(bytes[i]);
        }
    }

    @Override
    public long getValue() {
        return ~inverted;
    }

    @Override
    public void reset() {
        inverted = -1;
    }
}
