package org.clipjava.image.codec.zstd;

import java.util.Arrays;
import java.util.Optional;
import org.clipjava.image.codec.CodecException;

/** A block's literals; the table of one block may serve the next. For the blocks of one frame. */
final class Literals {
    private static final int RAW = 0;
    private static final int RLE = 1;
    private static final int COMPRESSED = 2;

    private static final int STREAMS = 4;

    /** Lengths of all streams but the last, in two bytes each. */
    private static final int JUMPS = 2 * (STREAMS - 1);

    /** Fewer are not split, as libzstd holds it. */
    private static final int LEAST_OF_STREAMS = 6;

    private final int most;
    private Optional<HuffmanTable> table = Optional.empty();

    private byte[] bytes = new byte[0];
    private int n;

    /** @param most of a block */
    Literals(int most) {
        this.most = most;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return n;
    }

    void read(ByteInput in) throws CodecException {
        int first = in.unsigned();
        int kind = first & 3;
        int form = first >> 2 & 3;
        if (kind == RAW || kind == RLE) {
            n = switch (form) {
                case 1 -> first >> 4 | in.unsigned() << 4;
                case 3 -> first >> 4 | in.unsigned(2) << 4;
                default -> first >> 3;
            };
            makeRoom();
            if (kind == RAW) {
                System.arraycopy(in.data(), in.skip(n), bytes, 0, n);
            } else {
                Arrays.fill(bytes, 0, n, (byte) in.unsigned());
            }
            return;
        }
        int bits = form < 2 ? 10 : 4 * form + 6;
        long sizes = first >> 4 | (in.unsigned(form < 2 ? 2 : form + 1) & 0xffffffffL) << 4;
        n = (int) (sizes & ((1 << bits) - 1));
        int compressed = (int) (sizes >> bits);
        makeRoom();
        int from = in.skip(compressed);
        ByteInput body = new ByteInput(in.data(), from, from + compressed);
        if (kind == COMPRESSED) {
            table = Optional.of(HuffmanTable.read(body));
        }
        HuffmanTable codes =
                table.orElseThrow(() -> Corrupt.zstd("expected a table of Huffman's code before one is taken again"));
        if (form == 0) {
            codes.decode(body.data(), body.at(), from + compressed, bytes, 0, n);
        } else {
            readStreams(codes, body);
        }
    }

    private void makeRoom() throws CodecException {
        if (n > most) {
            throw Corrupt.zstd("expected at most " + most + " literals in a block, found " + n);
        }
        if (bytes.length < n) {
            bytes = new byte[n];
        }
    }

    private void readStreams(HuffmanTable codes, ByteInput body) throws CodecException {
        if (n < LEAST_OF_STREAMS) {
            throw Corrupt.zstd("expected " + LEAST_OF_STREAMS + " literals in four streams, found " + n);
        }
        ByteInput jumps = new ByteInput(body.data(), body.skip(JUMPS), body.at());
        int each = (n + STREAMS - 1) / STREAMS;
        for (int i = 0; i < STREAMS; i++) {
            int length = i < STREAMS - 1 ? jumps.unsigned(2) : body.left();
            int from = body.skip(length);
            int at = Math.min(n, i * each);
            codes.decode(body.data(), from, from + length, bytes, at, Math.min(n - at, each));
        }
    }
}
