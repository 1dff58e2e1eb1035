package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.clipjava.testdata.AllocatedBytes;
import org.clipjava.testdata.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JPEGs of which a raster would not fit into memory. */
@Timeout(300)
class LargePicturesTest {
    /** A phone's 108 megapixels, and the largest square that is decoded. Their rasters have 324 and 537 MB. */
    private static final int[][] SIZES = {{12_000, 9_000}, {13_377, 13_377}};

    @Tag("thorough")
    @Test
    void aJpegOfOneScanIsNeverWhole() throws Exception {
        // Two bands of 96 rows are 8 MB, the file 3 MB.
        ChildJvm.onThisClassPath("-Xmx48m").run(SmallJvm.class.getName()).expectSilentSuccess();
    }

    /** 16 megapixels, by a canvas that the frame does not fill, by run lengths, and by packets that are empty. */
    @ParameterizedTest
    @ValueSource(strings = {"GIF", "BMP", "JPEG 2000"})
    void needsLittleBesideItsPixels(String format) throws IOException {
        byte[] file = switch (format) {
            case "GIF" -> wideGif();
            case "BMP" -> flatBmp();
            default -> blankJpeg2000();
        };
        long before = AllocatedBytes.ofThisThread();
        RgbImage image = ImageDecoder.standard().decode(file, format);
        long beside = AllocatedBytes.ofThisThread() - before - 3L * image.width() * image.height();
        assertEquals(4000, image.height());
        assertTrue(beside < 1 << 20, beside + " bytes");
    }

    private static byte[] wideGif() {
        return HexFormat.of()
                .parseHex("474946383961" + "a00fa00f" + "800000" + "ff000000ff00" + "2c0000000001000100" + "00"
                        + "02024401003b");
    }

    private static byte[] blankJpeg2000() {
        return HexFormat.of()
                .parseHex("ff4fff5100290000" + "00000fa000000fa0" + "00".repeat(8) + "00000fa000000fa0" + "00".repeat(8)
                        + "0001070101" + "ff52000c00000001000004040001" + "ff5c00044040" + "ff90000a00000000000f0001"
                        + "ff9300ffd9");
    }

    private static byte[] flatBmp() {
        ByteBuffer bmp = ByteBuffer.allocate(14 + 40 + 1024 + 4000 * 34 + 2).order(ByteOrder.LITTLE_ENDIAN);
        bmp.put((byte) 'B').put((byte) 'M').putInt(bmp.capacity()).putInt(0).putInt(14 + 40 + 1024);
        bmp.putInt(40)
                .putInt(4000)
                .putInt(4000)
                .putShort((short) 1)
                .putShort((short) 8)
                .putInt(1);
        bmp.position(14 + 40 + 1024);
        for (int row = 0; row < 4000; row++) {
            for (int i = 0; i < 16; i++) {
                bmp.put((byte) 250).put((byte) 1);
            }
            bmp.put((byte) 0).put((byte) 0);
        }
        return bmp.put((byte) 0).put((byte) 1).array();
    }

    /** Decodes and preprocesses them in a heap that is a fraction of their pixels. */
    static final class SmallJvm {
        private SmallJvm() {}

        public static void main(String[] args) throws IOException {
            ImageDecoder decoder = ImageDecoder.standard();
            ImagePreprocessor preprocessor = new ImagePreprocessor(PreprocessorConfig.clip(32));
            float[] expected = preprocessor.preprocess(gray(32, 32)).values();
            try (ExecutorService helper = Executors.newSingleThreadExecutor()) {
                for (int[] size : SIZES) {
                    byte[] jpeg = flatJpeg(size[0], size[1]);
                    PixelTensor alone = decoder.decodePixels(jpeg, "alone", preprocessor, Runnable::run);
                    assertEquals(-1, Arrays.mismatch(expected, alone.values()));
                    PixelTensor helped = decoder.decodePixels(
                            EncodedImage.of(jpeg, "helped"), CompletableFuture.completedFuture(preprocessor), helper);
                    assertEquals(-1, Arrays.mismatch(expected, helped.values()));
                }
            }
            System.out.println("done");
        }

        private static RgbImage gray(int width, int height) {
            byte[] rgb = new byte[3 * width * height];
            Arrays.fill(rgb, (byte) 128);
            return RgbImage.of(width, height, rgb);
        }

        /** Of mid-gray, and the standard Huffman tables: each block is of 6 bits that say no difference and no coefficients. */
        private static byte[] flatJpeg(int width, int height) {
            HexFormat hex = HexFormat.of();
            byte[] data = new byte[Math.ceilDiv(Math.ceilDiv(width, 8) * Math.ceilDiv(height, 8), 4) * 3];
            byte[] period = {0x28, (byte) 0xa2, (byte) 0x8a};
            for (int i = 0; i < data.length; i++) {
                data[i] = period[i % 3];
            }
            byte[] head = hex.parseHex("ffd8ffdb004300" + "01".repeat(64)
                    + "ffc0000b08%04x%04x".formatted(height, width) + "01011100ffda0008010100003f00");
            byte[] file = Arrays.copyOf(head, head.length + data.length + 2);
            System.arraycopy(data, 0, file, head.length, data.length);
            file[file.length - 2] = (byte) 0xff;
            file[file.length - 1] = (byte) 0xd9;
            return file;
        }
    }
}
