package org.clipjava.image.codec.tiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.TiffDirectory;
import org.junit.jupiter.api.Test;

class YCbCrTest {
    /** Of one tag with whole numbers as fractions. */
    private static TiffDirectory tags(int tag, int... numbers) {
        ByteBuffer fractions = ByteBuffer.allocate(8 * numbers.length);
        for (int number : numbers) {
            fractions.putInt(number).putInt(1);
        }
        return tags(tag, 5, numbers.length, fractions.array());
    }

    /** Of one tag with numbers of floating point. */
    private static TiffDirectory floats(int tag, float... numbers) {
        ByteBuffer floats = ByteBuffer.allocate(4 * numbers.length);
        for (float number : numbers) {
            floats.putFloat(number);
        }
        return tags(tag, 11, numbers.length, floats.array());
    }

    private static TiffDirectory tags(int tag, int type, int count, byte[] values) {
        ByteBuffer file = ByteBuffer.allocate(26 + values.length);
        file.putInt(0x4d4d002a).putInt(8).putShort((short) 1);
        file.putShort((short) tag).putShort((short) type).putInt(count).putInt(26);
        return TiffDirectory.ofFile(file.put(26, values).array());
    }

    private static int[] pixel(TiffDirectory tags, int luma, int cb, int cr) throws CodecException {
        byte[] rgb = new byte[3];
        new YCbCr(tags).toRgb(luma, cb, cr, rgb, 0);
        return new int[] {rgb[0] & 0xff, rgb[1] & 0xff, rgb[2] & 0xff};
    }

    /** TIFF 6.0, section 21: red is Y + 1.402 Cr and so on. */
    @Test
    void convertsByTheSpecificationWithoutTags() throws CodecException {
        TiffDirectory none = tags(1, 1);
        assertArrayEquals(new int[] {77, 77, 77}, pixel(none, 77, 128, 128));
        assertArrayEquals(new int[] {100 + 28, 100 - 14, 100}, pixel(none, 100, 128, 148));
        assertArrayEquals(new int[] {100, 100 - 7, 100 + 35}, pixel(none, 100, 148, 128));
        assertArrayEquals(new int[] {238, 13, 0}, pixel(none, 60, 0, 255));
    }

    @Test
    void takesReferencesOfBlackAndWhite() throws CodecException {
        TiffDirectory video = tags(TiffDirectory.REFERENCE_BLACK_WHITE, 16, 235, 128, 240, 128, 240);
        assertArrayEquals(new int[] {0, 0, 0}, pixel(video, 16, 128, 128));
        assertArrayEquals(new int[] {255, 255, 255}, pixel(video, 235, 128, 128));
        TiffDirectory few = tags(TiffDirectory.REFERENCE_BLACK_WHITE, 16, 235);
        assertArrayEquals(new int[] {16, 16, 16}, pixel(few, 16, 128, 128));
    }

    /** The tag is to hold fractions; libtiff takes any numbers. With red and blue 0, chroma is doubled and green is luma. */
    @Test
    void takesCoefficientsThatAreNoFractions() throws CodecException {
        TiffDirectory whole = tags(TiffDirectory.YCBCR_COEFFICIENTS, 3, 3, new byte[] {0, 0, 8, 78, 0, 0});
        assertArrayEquals(new int[] {100 - 40, 100, 100 + 20}, pixel(whole, 100, 138, 108));
    }

    /** Only numbers of floating point reach so far. */
    @Test
    void refusesWhatIsNoNumberOrTooLow() {
        for (int i = 0; i < 6; i++) {
            float[] luma = {0.299f, 0.587f, 0.114f};
            luma[i % 3] = Float.NaN;
            refuses("coefficients of red, green and blue", floats(TiffDirectory.YCBCR_COEFFICIENTS, luma));
            float[] range = {0, 255, 128, 255, 128, 255};
            range[i] = Float.NaN;
            refuses("references of black and white", floats(TiffDirectory.REFERENCE_BLACK_WHITE, range));
            range[i] = -0x1p31f;
            refuses("references of black and white", floats(TiffDirectory.REFERENCE_BLACK_WHITE, range));
        }
    }

    @Test
    void refusesNumbersThatGiveNoColours() {
        refuses("coefficients of red, green and blue", tags(TiffDirectory.YCBCR_COEFFICIENTS, 1, 0, 1));
        refuses("references of black and white", tags(TiffDirectory.REFERENCE_BLACK_WHITE, 0, -1, 0, 1, 0, 1));
    }

    private static void refuses(String what, TiffDirectory tags) {
        String message = String.valueOf(
                assertThrows(CodecException.class, () -> new YCbCr(tags)).getMessage());
        assertTrue(message.contains("expected " + what), message);
    }
}
