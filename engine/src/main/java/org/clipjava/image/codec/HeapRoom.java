package org.clipjava.image.codec;

/** What Java's heap has room for. */
public final class HeapRoom {
    /** What a decoded picture takes beside its file, of most kinds: its pixels, and planes or a copy of them. */
    public static final int BYTES_A_PIXEL = 7;

    /** What a message ends with. */
    public static final String CURE = "; allow more with -Xmx, or shrink the picture";

    private static final long MEBIBYTE = 1 << 20;

    private HeapRoom() {}

    /**
     * To be called before so much is allocated, bit by bit perhaps, that even an empty heap may have no room for it.
     *
     * @param needed bytes
     * @param use what they are for: to do what
     */
    public static void check(long needed, String use) throws CodecException {
        long most = Runtime.getRuntime().maxMemory();
        if (needed > most) {
            throw new CodecException("expected a heap of at least " + mebibytes(needed) + " to " + use + ", found "
                    + mebibytes(most) + CURE);
        }
    }

    /** So many bytes for people, in full MiB. */
    public static String mebibytes(long bytes) {
        return Math.ceilDiv(bytes, MEBIBYTE) + " MiB";
    }
}
