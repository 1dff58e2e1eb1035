package org.clipjava.image.codec.webp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.clipjava.image.codec.webp.WebpFiles.anmf;
import static org.clipjava.image.codec.webp.WebpFiles.chunk;
import static org.clipjava.image.codec.webp.WebpFiles.firstChunk;
import static org.clipjava.image.codec.webp.WebpFiles.join;
import static org.clipjava.image.codec.webp.WebpFiles.riff;
import static org.clipjava.image.codec.webp.WebpFiles.vp8x;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.OptionalLong;
import org.clipjava.image.codec.CodecException;
import org.clipjava.testdata.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WebpPictureTest {
    private static final WebpCorpus CORPUS = WebpCorpus.committed();
    private static final int ANIMATION = 2;
    private static final int EXIF = 8;
    private static final int ALPHA = 16;

    /** 33x20 of VP8. */
    private static final byte[] LOSSY = firstChunk(CORPUS.bytes("lossy-partitions2-33x20-q70.webp"));

    private static final byte[] ANIM = chunk("ANIM", new byte[6]);

    @Test
    void tellsSizeAlphaAndFramesBeforeItDecodes() throws CodecException {
        WebpPicture still = WebpPicture.read(CORPUS.bytes("lossless-colors16.webp"));
        assertEquals("47x46", still.width() + "x" + still.height());
        assertFalse(still.hasAlpha());
        assertEquals(1, still.frames());
        WebpPicture animation = WebpPicture.read(CORPUS.bytes("animation-mux13.webp"));
        assertTrue(animation.hasAlpha());
        assertEquals(2, animation.frames());
    }

    @Test
    void tellsThePixelsFromTheFirstBytes() throws CodecException {
        for (WebpCorpus.Case file : CORPUS.whole()) {
            byte[] bytes = CORPUS.bytes(file);
            if (file.isPicture()) {
                WebpPicture picture = WebpPicture.read(bytes);
                int head = Math.min(bytes.length, WebpPicture.HEAD_BYTES);
                OptionalLong pixels = WebpPicture.pixels(Arrays.copyOf(bytes, head));
                assertEquals(OptionalLong.of((long) picture.width() * picture.height()), pixels);
            }
        }
        assertEquals(OptionalLong.empty(), WebpPicture.pixels(new byte[WebpPicture.HEAD_BYTES]));
        assertEquals(OptionalLong.empty(), WebpPicture.pixels(new byte[3]));
        assertEquals(OptionalLong.empty(), WebpPicture.pixels(Arrays.copyOf(riff(LOSSY), 29)));
        assertEquals(OptionalLong.empty(), WebpPicture.pixels(riff(chunk("VP8 ", new byte[20]))));
    }

    @Test
    void leavesBrokenPixelsToTheDecoding() throws CodecException {
        byte[] file = WebpCorpus.mended(CORPUS.bytes("lossless-noise-alpha.webp"), 3000);
        WebpPicture picture = WebpPicture.read(file);
        assertEquals(40, picture.width());
        assertEquals(
                "truncated WebP: VP8L: expected 30 rows of pixels, the data end in row 17",
                refusal(() -> picture.rgb()));
    }

    @Test
    void handsOutExifAndXmpAsTheyAreStored() throws CodecException {
        WebpPicture picture = WebpPicture.read(CORPUS.bytes("metadata-RGBA-lossless-exif-xmp-icc_profile.webp"));
        byte[] exif = picture.exif().orElseThrow();
        assertTrue(new String(exif, ISO_8859_1).startsWith("MM\0*"));
        assertTrue(new String(picture.xmp().orElseThrow(), ISO_8859_1).startsWith("<x:xmpmeta"));
    }

    @Test
    void takesMetadataOnlyFromFilesThatSaySo() throws CodecException {
        byte[] exif = chunk("EXIF", "MM*".getBytes(ISO_8859_1));
        assertArrayEquals(
                "MM*".getBytes(ISO_8859_1),
                WebpPicture.read(riff(vp8x(EXIF, 33, 20), LOSSY, exif, chunk("EXIF", new byte[4])))
                        .exif()
                        .orElseThrow());
        assertTrue(WebpPicture.read(riff(vp8x(0, 33, 20), LOSSY, exif)).exif().isEmpty());
        assertTrue(WebpPicture.read(riff(LOSSY, exif)).exif().isEmpty());
    }

    @Test
    void putsTheFirstFrameOnABlackTransparentCanvas() throws CodecException {
        byte[] file = riff(vp8x(ANIMATION | ALPHA, 40, 30), ANIM, anmf(6, 4, LOSSY), anmf(0, 0, LOSSY));
        byte[] canvas = WebpPicture.read(file).rgba();
        byte[] frame = WebpPicture.read(riff(LOSSY)).rgba();
        for (int y = 0; y < 30; y++) {
            for (int x = 0; x < 40; x++) {
                boolean inside = x >= 6 && x < 39 && y >= 4 && y < 24;
                int at = 4 * ((y - 4) * 33 + x - 6);
                assertArrayEquals(
                        inside ? Arrays.copyOfRange(frame, at, at + 4) : new byte[4],
                        Arrays.copyOfRange(canvas, 4 * (40 * y + x), 4 * (40 * y + x) + 4));
            }
        }
    }

    @Test
    void checksTheHeadersOfAllFrames() {
        byte[] outside = riff(vp8x(ANIMATION, 40, 30), ANIM, anmf(0, 0, LOSSY), anmf(8, 4, LOSSY));
        assertEquals(
                "corrupt WebP: frame 2: expected one within 40x30, found 33x20 at 8, 4",
                refusal(() -> WebpPicture.read(outside)));
        byte[] broken = riff(vp8x(ANIMATION, 40, 30), ANIM, anmf(0, 0, LOSSY), anmf(0, 0, chunk("VP8 ", new byte[30])));
        assertEquals(
                "corrupt WebP: VP8 frame: expected the start code 9d012a, found 000000",
                refusal(() -> WebpPicture.read(broken)));
    }

    @Test
    void refusesAFileShorterThanItSays() {
        byte[] file = Arrays.copyOf(riff(LOSSY), 100);
        assertEquals(
                "truncated WebP: expected " + (12 + LOSSY.length) + " bytes, found 100",
                refusal(() -> WebpPicture.read(file)));
    }

    @Test
    void readsAFileThatGoesOnBehindItsEnd() throws CodecException {
        byte[] file = join(riff(LOSSY), new byte[100]);
        assertEquals(3 * 33 * 20, WebpPicture.read(file).rgb().length);
    }

    @Test
    void refusesTooManyPixelsBeforeItDecodes() {
        byte[] animation = riff(vp8x(ANIMATION, 1 << 24, 200), ANIM, anmf(0, 0, LOSSY));
        assertEquals(
                "expected at most 178956970 pixels, found 16777216x200; shrink the picture first",
                refusal(() -> WebpPicture.read(animation)));
        byte[] lossless = riff(new WebpFiles.LosslessWriter(16384, 16384).chunk());
        assertEquals(
                "expected at most 178956970 pixels, found 16384x16384; shrink the picture first",
                refusal(() -> WebpPicture.read(lossless)));
    }

    @Test
    @Timeout(20)
    void readsFramesInFramesInTheFilesOwnLength() {
        byte[] anmf = anmf(0, 0);
        byte[][] chunks = new byte[40_002][];
        Arrays.fill(chunks, anmf);
        chunks[0] = vp8x(ANIMATION, 40, 30);
        chunks[1] = ANIM;
        byte[] file = riff(chunks);
        // Each says that all those behind it are within it.
        for (int at = 44; at < file.length; at += anmf.length) {
            WebpCorpus.putInt(file, at + 4, file.length - at - 8);
        }
        refusal(() -> WebpPicture.read(file).rgb());
    }

    @Test
    @Timeout(20)
    void refusesAFewBytesThatPromiseManyPixelsAtOnce() {
        WebpFiles.LosslessWriter writer = new WebpFiles.LosslessWriter(16384, 5000);
        // No transform, no cache; codes by blocks of 4x4, all of which want group 65,535, and no codes for it.
        byte[] file = riff(writer.bits(0, 2)
                .bits(1, 1)
                .bits(0, 3)
                .bits(0, 1)
                .one(255)
                .one(255)
                .one(0)
                .one(0)
                .one(0)
                .chunk());
        assertEquals(
                "truncated WebP: VP8L: expected prefix codes and pixels, found that the data end before them",
                refusal(() -> WebpPicture.read(file).rgb()));
    }

    @Test
    void decodesManyPixelsOfOneColorFromAFewBytes() throws CodecException {
        WebpFiles.LosslessWriter writer = new WebpFiles.LosslessWriter(3000, 2000);
        byte[] file =
                riff(writer.bits(0, 3).one(2).one(1).one(3).one(255).one(0).chunk());
        assertTrue(file.length < 40);
        byte[] rgb = WebpPicture.read(file).rgb();
        for (int i = 0; i < rgb.length; i++) {
            assertEquals(1 + i % 3, rgb[i]);
        }
    }

    @Test
    void boundsTheTablesOfPrefixCodes() {
        // One group of codes for each of 16,512 blocks, each with four tables of 256 entries.
        WebpFiles.LosslessWriter writer = new WebpFiles.LosslessWriter(512, 516);
        writer.bits(0, 2).bits(1, 1).bits(0, 3);
        writer.bits(0, 1).all(true).all(false).one(0).one(0).one(0);
        int blocks = 128 * 129;
        for (int i = 0; i < blocks; i++) {
            writer.bits(Integer.reverse(i) >>> 24, 8).bits(Integer.reverse(i >> 8) >>> 24, 8);
        }
        for (int i = 0; i < blocks; i++) {
            writer.all(true).all(false).all(false).all(false).one(0);
        }
        byte[] file = riff(writer.chunk());
        assertEquals(
                "corrupt WebP: VP8L: expected prefix codes whose tables have at most 16777216 entries, found" + " more",
                refusal(() -> WebpPicture.read(file).rgb()));
    }

    private interface Reading {
        Object run() throws CodecException;
    }

    private static String refusal(Reading reading) {
        CodecException e = assertThrows(CodecException.class, reading::run);
        Refusal.check(e, "");
        return e.getMessage();
    }
}
