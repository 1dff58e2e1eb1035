package org.clipjava.image.codec.jpeg;

/**
 * Looks ahead for the restart markers of a scan's data.
 *
 * <p>As long as these come in turn, an {@link EntropyDecoder} goes on behind each of them as if nothing had been before, whatever the data
 * between: it reads no further than to the next marker, and skips what it did not need.
 */
final class RestartMarkers {
    private final byte[] bytes;
    private final int end;
    private int position;
    private int found;

    /** From {@code in}'s place on, which stays as it is. */
    RestartMarkers(Input in) {
        bytes = in.bytes;
        position = in.position;
        end = in.end;
    }

    /**
     * Where the data behind a marker begin.
     *
     * @param number of the marker, from 1 on; at least that of the last call
     * @return -1 if another marker, or one out of turn, or the file's end comes before
     */
    int behind(int number) {
        while (found < number) {
            if (nextMarker() == Markers.RST0 + (found & 7)) {
                found++;
            } else {
                position = -1;
                found = Integer.MAX_VALUE;
            }
        }
        return position;
    }

    /** Returns 0 at the file's end. */
    private int nextMarker() {
        while (position < end) {
            if (bytes[position++] != -1) {
                continue;
            }
            while (position < end && bytes[position] == -1) {
                position++;
            }
            if (position < end && bytes[position++] != 0) {
                return bytes[position - 1] & 0xff;
            }
        }
        return 0;
    }
}
