package org.clipjava.image.codec.jp2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.clipjava.image.codec.Background;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.FileBytes;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Boxes in other places than usual, with what Pillow 12.3 makes of them. */
class Jp2BoxesTest {
    private static final int BEFORE_HEADER = 32;
    private static final int IMAGE_HEADER_BYTES = 22;
    private static final int SPACE = BEFORE_HEADER + 8 + IMAGE_HEADER_BYTES;

    private byte[] whole = {};
    private byte[] header = {};
    private byte[] smaller = {};

    @BeforeEach
    void findBoxes() {
        whole = TestData.committed().bytes("formats/jp2_space_rgb_18.jp2");
        header = Arrays.copyOfRange(
                whole, BEFORE_HEADER, BEFORE_HEADER + ByteBuffer.wrap(whole).getInt(BEFORE_HEADER));
        smaller = header.clone();
        ByteBuffer.wrap(smaller).putInt(16, 1).putInt(20, 1);
    }

    @Test
    void ofTwoHeadersTheFirstHasTheSize() throws IOException {
        assertArrayEquals(rgb(whole), rgb(with(header)));
        assertArrayEquals(rgb(whole), rgb(withBehindTheHeader(smaller)));

        CodecException refused = assertThrows(CodecException.class, () -> rgb(with(smaller)));
        assertTrue(refused.getMessage().contains("expected 1x1 pixels in the codestream"), refused.getMessage());
    }

    @Test
    void eachHeaderHasASize() throws IOException {
        byte[] empty = {0, 0, 0, 8, 'j', 'p', '2', 'h'};

        assertThrows(CodecException.class, () -> rgb(with(empty)));
        assertThrows(CodecException.class, () -> rgb(withBehindTheHeader(empty)));
    }

    @Test
    void aSizeOutsideOfTheHeaderIsNone() throws IOException {
        byte[] file = with(Arrays.copyOfRange(smaller, 8, 8 + IMAGE_HEADER_BYTES));

        assertArrayEquals(rgb(whole), rgb(file));
        assertEquals(17 * 13, new Jp2Codec().pixels(FileBytes.of(file)).orElseThrow());
    }

    @Test
    void aPaletteIsNoneBehindAGraySpaceEvenIfThatIsTheSecond() throws IOException {
        byte[] file = TestData.committed().bytes("formats/jp2_palette_alpha_3_99.jp2");
        byte[] gray = file.clone();
        gray[SPACE + 14] = 17;
        byte[] both = with(file, Arrays.copyOfRange(gray, SPACE, SPACE + 15), SPACE + 15);
        ByteBuffer.wrap(both).putInt(BEFORE_HEADER, ByteBuffer.wrap(file).getInt(BEFORE_HEADER) + 15);

        assertArrayEquals(rgb(gray), rgb(both));
        assertThrows(CodecException.class, () -> rgb(file));
    }

    @Test
    void aSpaceBehindTheHeaderCountsIfItIsTheFirst() throws IOException {
        byte[] space = Arrays.copyOfRange(whole, SPACE, SPACE + 15);
        byte[] unnamed = whole.clone();
        unnamed[SPACE + 4] = 'x';

        assertFalse(Arrays.equals(rgb(whole), rgb(unnamed)));
        assertArrayEquals(rgb(whole), rgb(with(unnamed, space, BEFORE_HEADER + header.length)));
    }

    @Test
    void whatIsBeforeTheCodestreamsSizeIsPassedOver() throws IOException {
        byte[] end = {(byte) 0xff, (byte) 0xd9};
        int codestream = BEFORE_HEADER + header.length + 8;

        byte[] boxed = with(whole, end, codestream + 2);
        assertArrayEquals(rgb(whole), rgb(boxed));
        byte[] bare = Arrays.copyOfRange(boxed, codestream, boxed.length);
        assertThrows(CodecException.class, () -> rgb(bare));
    }

    private byte[] with(byte[] box) {
        return with(whole, box, BEFORE_HEADER);
    }

    private byte[] withBehindTheHeader(byte[] box) {
        return with(whole, box, BEFORE_HEADER + header.length);
    }

    private static byte[] with(byte[] file, byte[] box, int at) {
        return ByteBuffer.allocate(file.length + box.length)
                .put(file, 0, at)
                .put(box)
                .put(file, at, file.length - at)
                .array();
    }

    private static byte[] rgb(byte[] file) throws CodecException {
        return Jp2Decoder.decode(file, Background.NONE).rgb();
    }
}
