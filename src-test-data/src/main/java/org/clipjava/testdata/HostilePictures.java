package org.clipjava.testdata;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Pictures that are made to do harm, or that break off, each with what is to become of it. */
public final class HostilePictures {
    private static final TestData DATA = TestData.committed();

    private static final int ORIENTATION = 274;
    private static final int EXIF_DIRECTORY = 34665;
    private static final int COLOUR_PROFILE = 34675;

    private final List<HostilePicture> all = new ArrayList<>();

    private HostilePictures() {
        addWhatIsNoPicture();
        addJpegs();
        addPngs();
        addGifs();
        addWebps();
        addBmps();
        addTiffs();
        addTiffsOfParts();
        addTiffsOfLzma();
        addSmallFormats();
        addJpeg2000s();
        addSlivers();
    }

    /** What is to become of a picture. */
    public sealed interface Expected {}

    /** An {@code ImageFormatException} whose message, after the name and a colon, begins so. */
    public record Refused(String message) implements Expected {}

    /**
     * The pixels that Pillow gives, by the SHA-256 of its {@code convert("RGB").tobytes()}. Where it refuses a picture for what
     * is not its pixels (bombs in text and profiles, broken EXIF, a palette's wrong size): those that are there.
     */
    public record Decoded(int width, int height, String sha256) implements Expected {}

    /** A file and its fate; the bytes are made when they are wanted. */
    public record HostilePicture(String name, Supplier<byte[]> recipe, Expected expected) {
        public byte[] bytes() {
            return recipe.get();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    public static List<HostilePicture> all() {
        return List.copyOf(new HostilePictures().all);
    }

    private void refused(String name, String message, Supplier<byte[]> recipe) {
        all.add(new HostilePicture(name, recipe, new Refused(message)));
    }

    private void decoded(String name, int width, int height, String sha256, Supplier<byte[]> recipe) {
        all.add(new HostilePicture(name, recipe, new Decoded(width, height, sha256)));
    }

    private static byte[] file(String name) {
        return DATA.bytes("decoding/" + name);
    }

    private void addWhatIsNoPicture() {
        String found =
                "expected a picture (JPEG, PNG, GIF, BMP, TIFF, WEBP, ICO, NETPBM, QOI, TGA, PSD, JPEG_2000), found ";
        refused("empty", found + "an empty file", () -> new byte[0]);
        refused("text", found + "text", () -> "not a picture\n".getBytes(UTF_8));
        refused("svg", found + "an SVG drawing", () -> "<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(UTF_8));
        refused("html", found + "an HTML page", () -> "<!DOCTYPE html><title>404</title>".getBytes(UTF_8));
        refused(
                "Git LFS pointer",
                found + "a Git LFS pointer to one; fetch it with git lfs pull",
                () -> "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n".getBytes(UTF_8));
        refused("PCX", found + "a PCX; convert it, as with `convert in.pcx out.png`", () -> new byte[] {10, 5, 1, 8});
        refused("zeros", found + "bytes of an unknown format", () -> new byte[1 << 20]);
    }

    private void addJpegs() {
        for (String name : List.of("rgb_420.jpg", "rgb_420_progressive.jpg")) {
            for (int percent : new int[] {5, 30, 60, 90}) {
                refused(name + " cut at " + percent + " %", "truncated JPEG", () -> {
                    byte[] whole = file(name);
                    return Arrays.copyOf(whole, whole.length * percent / 100);
                });
            }
        }
        refused(
                "JPEG of 65500x65500",
                "expected at most 178956970 pixels, found 65500x65500",
                () -> new Jpeg(65500, 65500, true).dc().toBytes());
        refused(
                "JPEG of more pixels than its bytes can hold",
                "truncated JPEG",
                () -> new Jpeg(9000, 9000, true).dcOf(10).toBytes());
        refused("JPEG of 1,000 scans", "JPEG: expected at most 500 scans", () -> {
            Jpeg jpeg = new Jpeg(64, 64, true).dc();
            for (int i = 0; i < 999; i++) {
                jpeg.refinement();
            }
            return jpeg.toBytes();
        });
        refused("large JPEG of 500 scans", "JPEG: expected at most", () -> {
            Jpeg jpeg = new Jpeg(9400, 9400, true).dc();
            for (int i = 0; i < 499; i++) {
                jpeg.refinement();
            }
            return jpeg.toBytes();
        });
        decoded(
                "JPEG of a corrupt colour profile",
                37,
                29,
                "e2e3f3bf33677d425a3804e7f3bcb9840c60a01fa5740d45adc7c2b5cd19158c",
                () -> file("broken_icc.jpg"));
        decoded(
                "JPEG of a colour profile of 4 MB of noise",
                37,
                29,
                "c409b1136a499395c4d089c590c90c4bdad2ae78912f61a1cfcc29b796a3fd53",
                () -> {
                    Out profile = new Out();
                    for (int i = 1; i <= 64; i++) {
                        profile.u8(0xff, 0xe2)
                                .u16(65535)
                                .text("ICC_PROFILE\0")
                                .u8(i, 64)
                                .zeros(65519);
                    }
                    return inserted(file("rgb_420.jpg"), 2, profile.toByteArray());
                });
        decoded(
                "JPEG of an EXIF directory that leads to itself",
                29,
                37,
                "6c140dea2b25b2531bee80c1820561df18921d30c2941ef7758cd8f355939e5a",
                () -> {
                    byte[] exif = new Tiff()
                            .entry(ORIENTATION, 3, 1, 6)
                            .entry(EXIF_DIRECTORY, 4, 1, 8)
                            .next(8)
                            .toBytes();
                    Out segment = new Out()
                            .u8(0xff, 0xe1)
                            .u16(exif.length + 8)
                            .text("Exif\0\0")
                            .bytes(exif);
                    return inserted(file("rgb_420.jpg"), 2, segment.toByteArray());
                });
        decoded(
                "JPEG of an EXIF entry of 4 G values",
                37,
                29,
                "c409b1136a499395c4d089c590c90c4bdad2ae78912f61a1cfcc29b796a3fd53",
                () -> {
                    byte[] exif =
                            new Tiff().entry(ORIENTATION, 3, -1, 8).next(0).toBytes();
                    Out segment = new Out()
                            .u8(0xff, 0xe1)
                            .u16(exif.length + 8)
                            .text("Exif\0\0")
                            .bytes(exif);
                    return inserted(file("rgb_420.jpg"), 2, segment.toByteArray());
                });
    }

    private void addPngs() {
        refused(
                "PNG of 100000x100000",
                "expected at most 178956970 pixels, found 100000x100000",
                () -> new Png(100_000, 100_000, 8, 2).pixels(1000).toBytes());
        refused(
                "PNG of 0x0",
                "corrupt picture: expected at least one pixel, found 0x0",
                () -> new Png(0, 0, 8, 2).pixels(10).toBytes());
        refused(
                "PNG of more pixels than its bytes can hold",
                "truncated PNG",
                () -> new Png(9000, 9000, 8, 2).pixels(1000).toBytes());
        refused("PNG of a wrong checksum", "corrupt PNG: wrong checksum in the chunk IDAT", () -> {
            byte[] png = new Png(4, 4, 8, 0).pixels(4 * 5).toBytes();
            png[png.length - 12 - 1] ^= 1;
            return png;
        });
        refused(
                "PNG whose rows say filter 5",
                "corrupt PNG: expected a row filter of 0 to 4, found 5",
                () -> new Png(4, 4, 8, 0).chunk("IDAT", deflated(filled(20, 5))).toBytes());
        decoded(
                "PNG of an iCCP bomb",
                4,
                4,
                sha256(16, 0),
                () -> new Png(4, 4, 8, 0)
                        .chunk(
                                "iCCP",
                                new Out()
                                        .text("icc\0\0")
                                        .bytes(deflated(new byte[20 << 20]))
                                        .toByteArray())
                        .pixels(4 * 5)
                        .toBytes());
        decoded(
                "PNG of a corrupt colour profile",
                4,
                4,
                sha256(16, 0),
                () -> new Png(4, 4, 8, 0)
                        .chunk("iCCP", new Out().text("icc\0\0").zeros(100).toByteArray())
                        .pixels(4 * 5)
                        .toBytes());
        decoded(
                "PNG of a zTXt bomb",
                4,
                4,
                sha256(16, 0),
                () -> new Png(4, 4, 8, 0)
                        .chunk("zTXt", profileText(deflated(filled(20 << 20, '\n'))))
                        .pixels(4 * 5)
                        .toBytes());
        decoded(
                "PNG of 40 MB of EXIF in hexadecimal",
                4,
                4,
                sha256(16, 0),
                () -> new Png(4, 4, 8, 0)
                        .chunk(
                                "tEXt",
                                new Out()
                                        .text("Raw profile type exif\0\nexif\n20000000\n")
                                        .bytes(filled(40 << 20, 'a'))
                                        .toByteArray())
                        .pixels(4 * 5)
                        .toBytes());
        decoded("PNG of 5,000 zTXt bombs", 4, 4, sha256(16, 0), () -> {
            byte[] text = profileText(deflated(filled(1 << 20, '\n')));
            Png png = new Png(4, 4, 8, 0);
            for (int i = 0; i < 5000; i++) {
                png.chunk("zTXt", text);
            }
            return png.pixels(4 * 5).toBytes();
        });
        decoded("PNG of 5,000 iTXt bombs", 4, 4, sha256(16, 0), () -> {
            byte[] text = new Out()
                    .text("XML:com.adobe.xmp\0\1\0\0\0")
                    .bytes(deflated(filled(1 << 20, 't')))
                    .toByteArray();
            Png png = new Png(4, 4, 8, 0);
            for (int i = 0; i < 5000; i++) {
                png.chunk("iTXt", text);
            }
            return png.pixels(4 * 5).toBytes();
        });
        decoded(
                "PNG of corrupt EXIF",
                4,
                4,
                sha256(16, 0),
                () -> new Png(4, 4, 8, 0)
                        .chunk("eXIf", filled(100, 'M'))
                        .pixels(4 * 5)
                        .toBytes());
        refused("PNG of a million empty chunks of pixels", "truncated PNG", () -> {
            Png png = new Png(4, 4, 8, 0);
            for (int i = 0; i < 1_000_000; i++) {
                png.chunk("IDAT", new byte[0]);
            }
            return png.toBytes();
        });
        decoded(
                "animated PNG",
                4,
                4,
                sha256(16, 0),
                () -> new Png(4, 4, 8, 0)
                        .chunk("acTL", new Out().u32(2).u32(0).toByteArray())
                        .chunk(
                                "fcTL",
                                new Out()
                                        .u32(0)
                                        .u32(4)
                                        .u32(4)
                                        .u32(0)
                                        .u32(0)
                                        .u16(1)
                                        .u16(10)
                                        .u8(0, 0)
                                        .toByteArray())
                        .chunk("IDAT", deflated(new Out().bytes(filled(20, 0)).toByteArray()))
                        .chunk(
                                "fcTL",
                                new Out()
                                        .u32(1)
                                        .u32(4)
                                        .u32(4)
                                        .u32(0)
                                        .u32(0)
                                        .u16(1)
                                        .u16(10)
                                        .u8(0, 0)
                                        .toByteArray())
                        .chunk(
                                "fdAT",
                                new Out().u32(2).bytes(deflated(filled(20, 1))).toByteArray())
                        .toBytes());
    }

    /** ImageMagick's way to keep EXIF. */
    private static byte[] profileText(byte[] deflated) {
        return new Out().text("Raw profile type exif\0\0").bytes(deflated).toByteArray();
    }

    private void addGifs() {
        refused(
                "GIF bomb of 35 bytes",
                "truncated GIF",
                () -> gif(65535, 1365, 65535, 1365, 0x02, 0x02, 0x4c, 0x01, 0));
        refused(
                "GIF of 65535x65535",
                "expected at most 178956970 pixels, found 65535x65535",
                () -> gif(65535, 65535, 1, 1, 0x02, 0x02, 0x44, 0x01, 0));
        decoded(
                "GIF of a pixel on 4000x4000",
                4000,
                4000,
                "0979cea4c8ea3054419c7a92883c35774793c3fc17fcf9d6d6de7478d30e0f40",
                () -> gif(4000, 4000, 1, 1, 0x02, 0x02, 0x44, 0x01, 0));
        decoded(
                "animated GIF",
                30,
                20,
                "4d860a62b182a997092be92cc0bef45b8731e8acd321b3dd7fd565e983eef163",
                () -> file("animated.gif"));
        refused("GIF of endless extensions", "truncated GIF", () -> {
            Out gif = new Out().text("GIF89a").u16le(1).u16le(1).u8(0, 0, 0);
            for (int i = 0; i < 1_000_000; i++) {
                gif.u8('!', 0xfe, 0);
            }
            return gif.toByteArray();
        });
    }

    private static byte[] gif(int width, int height, int frameWidth, int frameHeight, int... data) {
        return new Out()
                .text("GIF89a")
                .u16le(width)
                .u16le(height)
                .u8(0x80, 0, 0)
                .u8(10, 20, 30, 40, 50, 60)
                .u8(',')
                .u16le(0)
                .u16le(0)
                .u16le(frameWidth)
                .u16le(frameHeight)
                .u8(0)
                .u8(data)
                .u8(';')
                .toByteArray();
    }

    private void addWebps() {
        refused(
                "lossy WebP of nothing",
                "corrupt WebP: VP8 frame: expected the start code",
                () -> webp("VP8 ", new byte[50]));
        refused(
                "WebP of a frame alone",
                "corrupt WebP: expected a chunk of VP8, VP8L or VP8X first",
                () -> webp(
                        "ANMF",
                        new Out().zeros(16).text("VP8L").u32le(8).zeros(8).toByteArray()));
        refused(
                "WebP whose chunk is longer than the file",
                "truncated WebP: expected",
                () -> new Out()
                        .text("RIFF")
                        .u32le(1 << 24)
                        .text("WEBPVP8L")
                        .u32le(-1)
                        .toByteArray());
        refused("WebP of frames in frames", "corrupt WebP: expected a chunk of VP8, VP8L or VP8X first", () -> {
            Out webp = new Out().text("RIFF").u32le(1 << 24).text("WEBP");
            for (int i = 0; i < 100_000; i++) {
                webp.text("ANMF").u32le(1 << 24).zeros(16);
            }
            return webp.toByteArray();
        });
        decoded(
                "lossless WebP of 16384x5000 in 34 bytes",
                16384,
                5000,
                "1aea0b8044579b3530b31b390f3b2adbc79d07e4b68fe36e8b3b3c2c3eefb97c",
                () -> HexFormat.of().parseHex("524946461a000000574542505650384c0e0000002fffffe104848c88888888888800"));
    }

    private static byte[] webp(String type, byte[] body) {
        return new Out()
                .text("RIFF")
                .u32le(body.length + 12)
                .text("WEBP" + type)
                .u32le(body.length)
                .bytes(body)
                .toByteArray();
    }

    private void addJpeg2000s() {
        refused("JPEG 2000 of a marker", "truncated JPEG 2000", () -> new byte[] {-1, 0x4f, -1, 0x51});
        for (int percent : new int[] {5, 30, 60, 90}) {
            refused("JPEG 2000 cut at " + percent + " %", "truncated JPEG 2000", () -> {
                byte[] whole = DATA.bytes("formats/jp2_style_all_97.j2k");
                return Arrays.copyOf(whole, whole.length * percent / 100);
            });
        }
        refused(
                "JPEG 2000 of 65500x65500",
                "expected at most 178956970 pixels, found 65500x65500",
                () -> new Jpeg2000(65500, 65500, 65500).style(1, 0, 4, 0).packets(new byte[6]));
        refused(
                "JPEG 2000 of 16 million tiles",
                "corrupt JPEG 2000: SIZ: expected at most 65535 tiles",
                () -> new Jpeg2000(4000, 4000, 1).style(1, 0, 4, 0).packets(new byte[6]));
        decoded(
                "blank JPEG 2000 of 4000x4000 in 82 bytes",
                4000,
                4000,
                "a0b1f951f82113fb495b6ae3594cc9f1da20f5d95b58caef488d9c368f72f193",
                () -> new Jpeg2000(4000, 4000, 4000).style(1, 0, 4, 0).packets(new byte[1]));
        refused(
                "JPEG 2000 of 4 million precincts",
                "truncated JPEG 2000: expected a byte for each of",
                () -> new Jpeg2000(4000, 4000, 4000).style(1, 1, 4, 0x11).packets(new byte[100]));
        refused(
                "JPEG 2000 of 60,000 layers of a million code-blocks",
                "corrupt JPEG 2000: expected fewer code-blocks for so few bytes",
                () -> new Jpeg2000(4000, 4000, 4000).style(60_000, 0, 0, 0).packets(filled(60_000, 0x80)));
        refused(
                "JPEG 2000 of 60,000 layers of 122,500 code-blocks",
                "corrupt JPEG 2000: expected fewer code-blocks for so few bytes",
                () -> new Jpeg2000(1400, 1400, 1400).style(60_000, 0, 0, 0).packets(filled(60_000, 0x80)));
        refused(
                "JPEG 2000 of 256 tiles of 6,000 layers of 625 code-blocks",
                "corrupt JPEG 2000: expected fewer code-blocks for so few bytes",
                () -> new Jpeg2000(1600, 1600, 100).style(60_000, 0, 0, 0).packets(256, filled(6_000, 0x80)));
        refused(
                "JPEG 2000 of a million code-blocks behind an empty layer",
                "corrupt JPEG 2000: expected fewer code-blocks for so few bytes",
                () -> new Jpeg2000(4000, 4000, 4000).style(2, 0, 0, 0).packets(new byte[] {0, (byte) 0x80}));
        refused(
                "JPEG 2000 of 4,096 code-blocks of 37 passes in 5 bytes",
                "corrupt JPEG 2000: expected fewer coding passes for so few bytes",
                () -> new Jpeg2000(4096, 4096, 4096).style(1, 1, 4, 0x66).packets(longPasses(4096)));
        refused(
                "JPEG 2000 of a column of 16 million pixels",
                "truncated JPEG 2000: expected more bytes for 16000000 samples",
                () -> new Jpeg2000(1, 16_000_000, 16_000_000)
                        .style(1, 1, 4, 0xff)
                        .packets(new byte[] {-1, 0x7f, (byte) 0xfc, 0x20, 0, 0x55}));
        decoded(
                "JPEG 2000 of 40 tiles of 65535 layers of nothing",
                40,
                1,
                sha256(40, 0x80),
                () -> new Jpeg2000(40, 1, 1).emptyLayers().packets(40, new byte[1]));
    }

    /** Packets of one code-block each: its first, of no planes of zeros, 37 passes and a byte. */
    private static byte[] longPasses(int count) {
        ByteBuffer packets = ByteBuffer.allocate(5 * count);
        for (int i = 0; i < count; i++) {
            packets.put(new byte[] {(byte) 0xff, 0x78, 0, 8, 0x55});
        }
        return packets.array();
    }

    /** One component of 8 bits in tile-parts of a tile each, 5/3 without levels. */
    private static final class Jpeg2000 {
        private final Out out = new Out();

        Jpeg2000(int width, int height, int tile) {
            out.u16(0xff4f).u16(0xff51).u16(41).u16(0).u32(width).u32(height).zeros(8);
            out.u32(tile).u32(tile).zeros(8).u16(1).u8(7, 1, 1);
        }

        /**
         * How it is coded.
         *
         * @param precincts 1 if their size follows
         * @param block log 2 of a code-block's side, less 2
         */
        Jpeg2000 style(int layers, int precincts, int block, int precinct) {
            out.u16(0xff52).u16(12 + precincts).u8(precincts, 0).u16(layers).u8(0, 0, block, block, 0, 1);
            if (precincts == 1) {
                out.u8(precinct);
            }
            out.u16(0xff5c).u16(4).u8(0x40, 0x40);
            return this;
        }

        /** 32 levels, and 31 changes of the order, none of which reaches the last resolution. */
        Jpeg2000 emptyLayers() {
            out.u16(0xff52).u16(12).u8(0, 0).u16(65535).u8(0, 32, 4, 4, 0, 1);
            out.u16(0xff5c).u16(4).u8(0x40, 0x40);
            out.u16(0xff5f).u16(2 + 31 * 7);
            for (int i = 0; i < 31; i++) {
                out.u8(0, 0).u16(65535).u8(32, 1, 0);
            }
            return this;
        }

        byte[] packets(byte[] packets) {
            return packets(1, packets);
        }

        /** The same ones of each tile. */
        byte[] packets(int tiles, byte[] packets) {
            for (int i = 0; i < tiles; i++) {
                out.u16(0xff90).u16(10).u16(i).u32(14 + packets.length).u8(0, 1);
                out.u16(0xff93).bytes(packets);
            }
            return out.u16(0xffd9).toByteArray();
        }
    }

    private void addBmps() {
        decoded(
                "BMP of negative height",
                21,
                13,
                "00af17ea67e46932a8b26d48ca53dcf3d438c2a387522851db9b2cdcce076032",
                () -> {
                    byte[] bmp = file("rgb.bmp");
                    ByteBuffer header = ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN);
                    header.putInt(22, -header.getInt(22));
                    return bmp;
                });
        refused(
                "BMP of the most negative height",
                "expected at most 178956970 pixels, found 1x2147483648",
                () -> bmp(1, Integer.MIN_VALUE, 24, 0, 0, new byte[16]));
        refused(
                "BMP of negative width",
                "corrupt picture: expected at least one pixel",
                () -> bmp(-4, 4, 24, 0, 0, new byte[64]));
        refused(
                "BMP of more pixels than its bytes",
                "truncated BMP: expected at least 243000000 bytes for 9000x9000 pixels, found 16",
                () -> bmp(9000, 9000, 24, 0, 0, new byte[16]));
        refused(
                "BMP whose pixels end at once",
                "truncated BMP: expected at least 2471 bytes for 9000x9000 pixels, found 2",
                () -> bmp(9000, 9000, 8, 1, 0, new byte[] {0, 1}));
        decoded("BMP of 4 G colours", 4, 4, sha256(16, 0), () -> bmp(4, 4, 8, 0, -1, new byte[16]));
        decoded("BMP of 2 G colours", 4, 4, sha256(16, 0), () -> bmp(4, 4, 8, 0, Integer.MAX_VALUE, new byte[16]));
    }

    private static byte[] bmp(int width, int height, int bits, int compression, int colours, byte[] pixels) {
        int table = bits == 8 ? 1024 : 0;
        return new Out()
                .text("BM")
                .u32le(54 + table + pixels.length)
                .u32le(0)
                .u32le(54 + table)
                .u32le(40)
                .u32le(width)
                .u32le(height)
                .u16le(1)
                .u16le(bits)
                .u32le(compression)
                .u32le(0)
                .u32le(0)
                .u32le(0)
                .u32le(colours)
                .u32le(0)
                .zeros(table)
                .bytes(pixels)
                .toByteArray();
    }

    private void addTiffs() {
        decoded(
                "TIFF whose directory is followed by itself",
                4,
                4,
                sha256(16, 0),
                () -> gray(4, 4).next(8).toBytes());
        decoded(
                "TIFF whose EXIF directory is its own",
                4,
                4,
                sha256(16, 0),
                () -> gray(4, 4).entry(EXIF_DIRECTORY, 4, 1, 8).next(0).toBytes());
        refused(
                "TIFF whose directory is beyond its end",
                "corrupt picture: expected at least one pixel, found 0x0",
                () -> new Out().text("II*\0").u32le(1 << 30).toByteArray());
        decoded(
                "TIFF of a corrupt colour profile",
                4,
                4,
                sha256(16, 0),
                () -> gray(4, 4).entry(COLOUR_PROFILE, 7, 64, 0).next(0).toBytes());
        refused(
                "TIFF of more pixels than its bytes",
                "truncated TIFF: expected 9000x9000 pixels, the file ends after 186 bytes",
                () -> gray(9000, 9000).next(0).toBytes());
        refused(
                "TIFF of more deflated pixels than its bytes can hold",
                "truncated TIFF: expected 9000x9000 pixels, the file ends after 186 bytes",
                () -> gray(9000, 9000).with(259, 3, 1, 8).next(0).toBytes());
        refused(
                "TIFF of a tile of 65536x65536",
                "TIFF: expected tiles that fit the picture, found some of 65536x65536 pixels for 4x4",
                () -> tile(65536).next(0).toBytes());
        refused(
                "TIFF of a tile of 30000x30000",
                "TIFF: expected tiles that fit the picture, found some of 30000x30000 pixels for 4x4",
                () -> tile(30000).next(0).toBytes());
        refused(
                "TIFF of 30 bits a sample",
                "TIFF: expected gray, RGB, CMYK or a palette of at most 16 bits, and few more samples, found colours of kind 1,"
                        + " 1 samples of 30 bits",
                () -> gray(4, 4).with(258, 4, 1, 30).next(0).toBytes());
        refused(
                "TIFF of 5 samples",
                "TIFF: expected gray, RGB, CMYK or a palette of at most 16 bits, and few more samples, found colours of kind 1,"
                        + " 5 samples of 8 bits",
                () -> gray(4, 4).with(277, 3, 1, 5).next(0).toBytes());
        refused(
                "TIFF of a palette without colours",
                "corrupt TIFF: expected a colour map, found none",
                () -> gray(4, 4).with(262, 3, 1, 3).next(0).toBytes());
        refused(
                "TIFF of a palette of colours that are no integers of 16 bits",
                "corrupt TIFF: expected a colour map, found none",
                () -> gray(4, 4).with(262, 3, 1, 3).entry(320, 4, 3, 8).next(0).toBytes());
        refused(
                "TIFF in CIE L*a*b* of 16 bits",
                "TIFF: expected CIE L*a*b* of 3 samples of 8 bits, found colours of kind 8, 3 samples of 16 bits",
                () -> gray(4, 4)
                        .with(258, 3, 1, 16)
                        .with(262, 3, 1, 8)
                        .with(277, 3, 1, 3)
                        .next(0)
                        .toBytes());
        refused(
                "TIFF of an unknown kind of colours",
                "TIFF: expected gray, RGB, CMYK or a palette of at most 16 bits, and few more samples, found colours of kind 99",
                () -> gray(4, 4).with(262, 3, 1, 99).next(0).toBytes());
        refused(
                "TIFF without a size",
                "corrupt picture: expected at least one pixel, found 0x0",
                () -> gray(4, 4).without(256, 257).next(0).toBytes());
        refused(
                "TIFF of an unknown compression",
                "TIFF: expected no compression, PackBits, LZW, deflate, Zstandard, LZMA, JPEG or fax, found compression 12345",
                () -> gray(4, 4).with(259, 3, 1, 12345).next(0).toBytes());
        refused(
                "TIFF around an old JPEG of 65500x65500",
                "TIFF: a JPEG in it can't be decoded: expected at most 256 pixels, found 65500x65500",
                () -> gray(16, 16)
                        .with(259, 3, 1, 6)
                        .entry(513, 4, 1, 8 + 2 + 12 * 9 + 4)
                        .without(273)
                        .data(new Jpeg(65500, 65500, false).dcOf(1000).toBytes())
                        .next(0)
                        .toBytes());
        refused(
                "TIFF of 4 G strips",
                "truncated TIFF: expected 1 strips or tiles, found 0",
                () -> gray(4, 4).with(273, 4, -1, 8).with(279, 4, -1, 8).next(0).toBytes());
        refused(
                "TIFF of 500 M strips",
                "truncated TIFF: expected 1 strips or tiles, found 0",
                () -> gray(4, 4)
                        .with(273, 4, 500_000_000, 8)
                        .with(279, 4, 500_000_000, 8)
                        .next(0)
                        .toBytes());
        refused(
                "TIFF around a JPEG of 65500x65500",
                "TIFF: a JPEG in it can't be decoded: expected at most 256 pixels, found 65500x65500",
                () -> gray(16, 16)
                        .with(259, 3, 1, 7)
                        .data(new Jpeg(65500, 65500, false).dcOf(1000).toBytes())
                        .next(0)
                        .toBytes());
        refused(
                "TIFF of 9,400 strips that share a JPEG of 9400x9400",
                "corrupt TIFF: expected strips of at most 420619 bytes in all, found 3245791800",
                () -> {
                    byte[] jpeg = new Jpeg(9400, 9400, false).dc().toBytes();
                    int at = 8 + 2 + 12 * 9 + 4;
                    Out offsets = new Out();
                    for (int i = 0; i < 9400; i++) {
                        offsets.u32le(at + 2 * 4 * 9400);
                    }
                    for (int i = 0; i < 9400; i++) {
                        offsets.u32le(jpeg.length);
                    }
                    return gray(9400, 9400)
                            .with(259, 3, 1, 7)
                            .with(278, 4, 1, 1)
                            .with(273, 4, 9400, at)
                            .with(279, 4, 9400, at + 4 * 9400)
                            .data(offsets.bytes(jpeg).toByteArray())
                            .next(0)
                            .toBytes();
                });
        refused(
                "TIFF around a JPEG of 9400x9400 and 500 scans",
                "TIFF: a JPEG in it can't be decoded: JPEG: expected at most 16 scans of 9400x9400 pixels, found more",
                () -> {
                    Jpeg jpeg = new Jpeg(9400, 9400, true).dc();
                    for (int i = 0; i < 499; i++) {
                        jpeg.refinement();
                    }
                    return gray(9400, 9400)
                            .with(259, 3, 1, 7)
                            .data(jpeg.toBytes())
                            .next(0)
                            .toBytes();
                });
    }

    private void addTiffsOfParts() {
        for (int size : new int[] {20000, 46340}) {
            refused(
                    "TIFF of a tile of " + size + "x" + size + " of a few bytes",
                    "TIFF: expected tiles that fit the picture, found some of " + size + "x" + size,
                    () -> tile(size)
                            .with(259, 3, 1, 8)
                            .data(deflated(new byte[1000]))
                            .next(0)
                            .toBytes());
        }
        refused(
                "TIFF of 300 tiles of 16384x1024 for a column of pixels",
                "TIFF: expected tiles that fit the picture, found some of 16384x1024",
                () -> gray(1, 307_200)
                        .without(273, 278, 279)
                        .entry(322, 4, 1, 16384)
                        .entry(323, 4, 1, 1024)
                        .entry(324, 4, 300, 8)
                        .entry(325, 4, 300, 8)
                        .with(259, 3, 1, 8)
                        .data(new byte[1200])
                        .next(0)
                        .toBytes());
        for (int compression : new int[] {PACKBITS, DEFLATE}) {
            refused(
                    "TIFF of 20,000 strips that share 4 MB, of compression " + compression,
                    "corrupt TIFF: expected strips of at most",
                    () -> sharedStrips(20_000, compression));
        }
        refused(
                "TIFF whose second number of bits is 30",
                "TIFF: expected gray, RGB, CMYK or a palette of at most 16 bits",
                () -> gray(4, 4).entry(258, 4, 1, 30).next(0).toBytes());
        decoded(
                "TIFF whose second number of bits is 8",
                4,
                4,
                sha256(16, 0),
                () -> gray(4, 4).with(258, 3, 1, 30).entry(258, 4, 1, 8).next(0).toBytes());
        refused("TIFF whose second compression hides 5,000 scans", "corrupt TIFF: expected an LZW code", () -> {
            Jpeg jpeg = new Jpeg(9400, 9400, true).dc();
            for (int i = 0; i < 5000; i++) {
                jpeg.refinement();
            }
            return gray(9400, 9400)
                    .with(259, 3, 1, 7)
                    .entry(259, 4, 1, 5)
                    .data(jpeg.toBytes())
                    .next(0)
                    .toBytes();
        });
        refused("TIFF of 5,000 scans in the tag for tables", "corrupt TIFF: expected tables alone", () -> {
            Jpeg jpeg = new Jpeg(9400, 9400, true).dc();
            for (int i = 0; i < 5000; i++) {
                jpeg.refinement();
            }
            byte[] tables = jpeg.toBytes();
            return gray(16, 16)
                    .with(259, 3, 1, 7)
                    .entry(347, 7, tables.length, 8 + 2 + 12 * 10 + 4)
                    .data(tables)
                    .next(0)
                    .toBytes();
        });
        byte[] half = new byte[32 * 64];
        for (int compression : new int[] {DEFLATE, PACKBITS}) {
            refused(
                    "TIFF of a strip that ends early, of compression " + compression,
                    "truncated TIFF: expected 64 rows in a strip or tile, its data end in row 32",
                    () -> gray(64, 64)
                            .with(259, 3, 1, compression)
                            .data(compression == DEFLATE ? deflated(half) : zeroRuns(half.length))
                            .with(279, 4, 1, compression == DEFLATE ? deflated(half).length : 2 * half.length / 128)
                            .next(0)
                            .toBytes());
        }
        for (int format : new int[] {3, 4, 77}) {
            refused(
                    "TIFF of samples of format " + format,
                    "TIFF: expected gray, RGB, CMYK or a palette of at most 16 bits, and few more samples, found colours of kind 1,"
                            + " 1 samples of 8 bits a pixel, of format " + format,
                    () -> gray(4, 4).entry(339, 3, 1, format).next(0).toBytes());
        }
    }

    private void addTiffsOfLzma() {
        byte[] rows = new Out().u8(1).u16(15).bytes(filled(16, 7)).u8(0).toByteArray();
        decoded("TIFF of LZMA whose dictionary is 4 GiB", 4, 4, sha256(16, 7), () -> lzma(4, 4, 0, xzBlock(rows)));
        refused(
                "TIFF of LZMA of another checksum",
                "TIFF: a strip or tile can't be decompressed: corrupt XZ: expected a block of checksum 0x2a, found 0x",
                () -> lzma(4, 4, 1, new Out().bytes(xzBlock(rows)).u32le(42).toByteArray()));
        refused(
                "TIFF of LZMA that is cut off",
                "truncated TIFF: expected 4 rows in a strip or tile, its data end in row 0",
                () -> lzma(4, 4, 0, Arrays.copyOf(xzBlock(rows), 30)));
        refused(
                "TIFF of LZMA with a match before its beginning",
                "TIFF: a strip or tile can't be decompressed: corrupt XZ: expected a match at most 0 bytes before, found one",
                () -> lzma(
                        4,
                        4,
                        0,
                        xzBlock(new Out()
                                .u8(0xe0, 15, 0xff, 0, 9, 0x5d, 0)
                                .bytes(filled(9, -1))
                                .toByteArray())));
        refused(
                "TIFF of more pixels than LZMA's bytes can hold",
                "truncated TIFF: expected 13000x13000 pixels, the file ends after",
                () -> lzma(13000, 13000, 0, xzBlock(new byte[1000])));
        refused(
                "TIFF of 4 MB of LZMA's empty blocks",
                "truncated TIFF: expected 4 rows in a strip or tile, its data end in row 0",
                () -> {
                    byte[] block = xzBlock(new byte[1]);
                    Out blocks = new Out();
                    for (int i = 0; i < (4 << 20) / block.length; i++) {
                        blocks.bytes(block);
                    }
                    return lzma(4, 4, 0, blocks.toByteArray());
                });
        refused(
                "TIFF of 20,000 strips that share 4 MB, of LZMA",
                "corrupt TIFF: expected strips of at most",
                () -> sharedStrips(20_000, LZMA));
    }

    private static byte[] lzma(int width, int height, int check, byte[] blocks) {
        byte[] stream = new Out()
                .u8(0xfd)
                .text("7zXZ\0")
                .bytes(summed(new byte[] {0, (byte) check}))
                .bytes(blocks)
                .toByteArray();
        return gray(width, height)
                .with(259, 3, 1, LZMA)
                .with(279, 4, 1, stream.length)
                .data(stream)
                .next(0)
                .toBytes();
    }

    /** Of chunks, with a dictionary of 4 GiB, and without a checksum. */
    private static byte[] xzBlock(byte[] chunks) {
        return new Out()
                .bytes(summed(new byte[] {2, 0, 0x21, 1, 40, 0, 0, 0}))
                .bytes(chunks)
                .zeros(-chunks.length & 3)
                .toByteArray();
    }

    private static byte[] summed(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return new Out().bytes(bytes).u32le((int) sum.getValue()).toByteArray();
    }

    private static final int DEFLATE = 8;
    private static final int PACKBITS = 32773;
    private static final int LZMA = 34925;

    /** PackBits of so many zeros. */
    private static byte[] zeroRuns(int zeros) {
        Out out = new Out();
        for (int i = 0; i < zeros; i += 128) {
            out.u8(0x81, 0);
        }
        return out.toByteArray();
    }

    /** Rows of a pixel, each of which has all the data: no operations, or empty blocks. */
    private static byte[] sharedStrips(int n, int compression) {
        byte[] data = filled(4 << 20, compression == PACKBITS ? 0x80 : 0);
        int at = 8 + 2 + 12 * 9 + 4;
        Out parts = new Out();
        for (int i = 0; i < n; i++) {
            parts.u32le(at + 2 * 4 * n);
        }
        for (int i = 0; i < n; i++) {
            parts.u32le(data.length);
        }
        return gray(1, n)
                .with(259, 3, 1, compression)
                .with(278, 4, 1, 1)
                .with(273, 4, n, at)
                .with(279, 4, n, at + 4 * n)
                .data(parts.bytes(data).toByteArray())
                .next(0)
                .toBytes();
    }

    private void addSmallFormats() {
        refused(
                "icon of a BMP of more pixels than its bytes",
                "truncated icon: expected at least",
                () -> icon(40, 9000, 18000, 24, new byte[100]));
        refused(
                "icon of 65,535 pictures",
                "truncated icon: the file ends in its headers",
                () -> new Out().u16le(0).u16le(1).u16le(65535).zeros(100).toByteArray());
        refused(
                "icon whose picture is beyond its end",
                "truncated icon",
                () -> new Out()
                        .u16le(0)
                        .u16le(1)
                        .u16le(1)
                        .u8(9, 9, 0, 0)
                        .u16le(1)
                        .u16le(24)
                        .u32le(-1)
                        .u32le(-1)
                        .toByteArray());
        refused(
                "BMP of run lengths that end at once",
                "truncated BMP: expected 4 rows of pixels, the data end in row 0",
                () -> bmp(4, 4, 8, 1, 0, new byte[] {0, 1}));
        refused(
                "BMP of jumps that stand for more than they pay",
                "truncated BMP: expected at least",
                () -> bmp(9459, 9459, 8, 1, 0, jumps(38)));
        for (String magic : List.of("P1", "P2 ", "P3 ", "P4", "P5 ", "P6 ")) {
            refused(
                    "Netpbm of " + magic.strip() + " of more pixels than its bytes",
                    "truncated Netpbm picture: expected at least",
                    () -> new Out()
                            .text(magic + " 9000 9000 " + (magic.length() > 2 ? "255\n" : "\n"))
                            .zeros(1000)
                            .toByteArray());
        }
        refused(
                "Netpbm of 99999x99999",
                "expected at most 178956970 pixels, found 99999x99999",
                () -> new Out().text("P5 99999 99999 255\n").toByteArray());
        refused(
                "Netpbm of a megabyte of comments",
                "truncated Netpbm picture: the file ends in its header",
                () -> new Out().text("P5 ").bytes(filled(1 << 20, '#')).toByteArray());
        refused(
                "PAM of more pixels than its bytes",
                "truncated Netpbm picture: expected at least",
                () -> new Out()
                        .text("P7\nWIDTH 9000\nHEIGHT 9000\nDEPTH 3\nMAXVAL 255\nENDHDR\n")
                        .toByteArray());
        refused(
                "PAM whose header never ends",
                "corrupt Netpbm picture: expected a header of at most 16384 bytes, found a longer one",
                () -> new Out().text("P7\n" + "#\n".repeat(100_000)).toByteArray());
        refused(
                "QOI of more pixels than its bytes",
                "truncated QOI: expected at least",
                () -> new Out()
                        .text("qoif")
                        .u32(9000)
                        .u32(9000)
                        .u8(3, 0)
                        .zeros(1000)
                        .toByteArray());
        refused(
                "QOI of 0x0",
                "corrupt picture: expected at least one pixel, found 0x0",
                () -> new Out().text("qoif").u32(0).u32(0).u8(3, 0).zeros(1000).toByteArray());
        for (int kind : new int[] {2, 10}) {
            refused(
                    "TGA of kind " + kind + " of more pixels than its bytes",
                    "truncated TGA: expected at least",
                    () -> new Out()
                            .u8(0, 0, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                            .u16le(9000)
                            .u16le(9000)
                            .u8(24, 0)
                            .zeros(1000)
                            .toByteArray());
        }
        for (int compression : new int[] {0, 1}) {
            refused(
                    "Photoshop document of more pixels than its bytes, of compression " + compression,
                    "truncated Photoshop document: expected at least",
                    () -> new Out()
                            .text("8BPS")
                            .u16(1)
                            .zeros(6)
                            .u16(3)
                            .u32(9000)
                            .u32(9000)
                            .u16(8)
                            .u16(3)
                            .zeros(12)
                            .u16(compression)
                            .zeros(60_000)
                            .toByteArray());
        }
    }

    private static byte[] jumps(int n) {
        Out out = new Out();
        for (int i = 0; i < n; i++) {
            out.u8(0, 2, 255, 255);
        }
        return out.toByteArray();
    }

    private static byte[] icon(int header, int width, int height, int bits, byte[] pixels) {
        return new Out()
                .u16le(0)
                .u16le(1)
                .u16le(1)
                .u8(0, 0, 0, 0)
                .u16le(1)
                .u16le(bits)
                .u32le(header + pixels.length)
                .u32le(22)
                .u32le(header)
                .u32le(width)
                .u32le(height)
                .u16le(1)
                .u16le(bits)
                .zeros(24)
                .bytes(pixels)
                .toByteArray();
    }

    /** Zeros in one strip, where the file has that many. */
    private static Tiff gray(int width, int height) {
        return new Tiff()
                .entry(256, 4, 1, width)
                .entry(257, 4, 1, height)
                .entry(258, 3, 1, 8)
                .entry(259, 3, 1, 1)
                .entry(262, 3, 1, 1)
                .entry(273, 4, 1, 0)
                .entry(277, 3, 1, 1)
                .entry(278, 4, 1, height)
                .entry(279, 4, 1, Math.min(width * height, 64))
                .data(new byte[64]);
    }

    /** 4x4 pixels in a tile that is said to be so large. */
    private static Tiff tile(int size) {
        return gray(4, 4)
                .without(273, 278, 279)
                .entry(322, 4, 1, size)
                .entry(323, 4, 1, size)
                .entry(324, 4, 1, 0)
                .entry(325, 4, 1, 16);
    }

    private void addSlivers() {
        for (int[] size : new int[][] {{1, 1}, {1, 10000}, {10000, 1}}) {
            int w = size[0];
            int h = size[1];
            String black = sha256(w * h, 0);
            String gray = sha256(w * h, 128);
            String of = " of " + w + "x" + h;
            decoded(
                    "PNG" + of,
                    w,
                    h,
                    black,
                    () -> new Png(w, h, 8, 0).pixels(h * (w + 1)).toBytes());
            decoded("JPEG" + of, w, h, gray, () -> new Jpeg(w, h, false).dc().toBytes());
            decoded(
                    "progressive JPEG" + of,
                    w,
                    h,
                    gray,
                    () -> new Jpeg(w, h, true).dc().toBytes());
            decoded("BMP" + of, w, h, black, () -> bmp(w, h, 8, 0, 0, new byte[(w + 3) / 4 * 4 * h]));
            decoded(
                    "TIFF" + of,
                    w,
                    h,
                    black,
                    () -> gray(w, h)
                            .with(279, 4, 1, w * h)
                            .data(new byte[w * h])
                            .next(0)
                            .toBytes());
        }
        decoded(
                "GIF of 1x1",
                1,
                1,
                "6951bbd9c2178b2a9d01714687307afda1eb6161ff8c398486a76683e7b42925",
                () -> gif(1, 1, 1, 1, 0x02, 0x02, 0x44, 0x01, 0));
    }

    /** Of so many pixels of one gray. */
    private static String sha256(int pixels, int gray) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(filled(3 * pixels, gray)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] inserted(byte[] file, int at, byte[] more) {
        return new Out()
                .bytes(Arrays.copyOf(file, at))
                .bytes(more)
                .bytes(Arrays.copyOfRange(file, at, file.length))
                .toByteArray();
    }

    private static byte[] deflated(byte[] bytes) {
        try (Deflater deflater = new Deflater(9)) {
            deflater.setInput(bytes);
            deflater.finish();
            Out out = new Out();
            byte[] buffer = new byte[8192];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        }
    }

    /** Bytes, big-endian unless said otherwise. */
    private static final class Out extends ByteArrayOutputStream {
        Out u8(int... values) {
            for (int value : values) {
                write(value);
            }
            return this;
        }

        Out u16(int value) {
            return u8(value >> 8, value);
        }

        Out u16le(int value) {
            return u8(value, value >> 8);
        }

        Out u32(int value) {
            return u16(value >>> 16).u16(value);
        }

        Out u32le(int value) {
            return u16le(value).u16le(value >>> 16);
        }

        Out text(String text) {
            return bytes(text.getBytes(ISO_8859_1));
        }

        Out bytes(byte[] more) {
            writeBytes(more);
            return this;
        }

        Out zeros(int count) {
            return bytes(new byte[count]);
        }
    }

    /** Chunk by chunk, with right checksums. */
    private static final class Png {
        private final Out out = new Out().u8(0x89).text("PNG\r\n\u001a\n");

        Png(int width, int height, int depth, int colorType) {
            chunk(
                    "IHDR",
                    new Out()
                            .u32(width)
                            .u32(height)
                            .u8(depth, colorType, 0, 0, 0)
                            .toByteArray());
        }

        Png chunk(String type, byte[] body) {
            CRC32 crc = new CRC32();
            crc.update(type.getBytes(ISO_8859_1));
            crc.update(body);
            out.u32(body.length).text(type).bytes(body).u32((int) crc.getValue());
            return this;
        }

        /** So many zeros, rows' filters included. */
        Png pixels(int bytes) {
            return chunk("IDAT", deflated(new byte[bytes]));
        }

        byte[] toBytes() {
            return chunk("IEND", new byte[0]).out.toByteArray();
        }
    }

    /** Gray, of tables in which zeros mean that nothing comes. */
    private static final class Jpeg {
        private final Out out = new Out();
        private final boolean progressive;
        private final int blocks;

        Jpeg(int width, int height, boolean progressive) {
            this.progressive = progressive;
            this.blocks = Math.multiplyExact(Math.ceilDiv(width, 8), Math.ceilDiv(height, 8));
            out.u8(0xff, 0xd8);
            out.u8(0xff, 0xdb).u16(67).u8(0).bytes(filled(64, 1));
            out.u8(0xff, progressive ? 0xc2 : 0xc0)
                    .u16(11)
                    .u8(8)
                    .u16(height)
                    .u16(width)
                    .u8(1, 1, 0x11, 0);
            // One code of one bit each: no difference of the mean, and the end of blocks (14 bits of how many follow).
            out.u8(0xff, 0xc4).u16(20).u8(0x00, 1).zeros(15).u8(0);
            out.u8(0xff, 0xc4).u16(20).u8(0x10, 1).zeros(15).u8(progressive ? 0xe0 : 0x00);
        }

        /** All blocks. */
        Jpeg dc() {
            return dcOf(Math.ceilDiv(progressive ? blocks : 2 * blocks, 8));
        }

        /** So many bytes of them. */
        Jpeg dcOf(int bytes) {
            out.u8(0xff, 0xda).u16(8).u8(1, 1, 0, 0, progressive ? 0 : 63, 0).zeros(bytes);
            return this;
        }

        /** One more bit of what is zero, 16,384 blocks in 15 bits. */
        Jpeg refinement() {
            out.u8(0xff, 0xda).u16(8).u8(1, 1, 0, 1, 63, 0x10).zeros(15 * Math.ceilDiv(blocks, 16384) / 8 + 1);
            return this;
        }

        byte[] toBytes() {
            return out.u8(0xff, 0xd9).toByteArray();
        }
    }

    /** One directory at byte 8, then the data of its strip. */
    private static final class Tiff {
        private record Entry(int tag, int type, int count, int value) {}

        private final List<Entry> entries = new ArrayList<>();
        private byte[] data = new byte[0];
        private int next;

        Tiff entry(int tag, int type, int count, int value) {
            entries.add(new Entry(tag, type, count, value));
            return this;
        }

        Tiff without(Integer... tags) {
            entries.removeIf(entry -> List.of(tags).contains(entry.tag));
            return this;
        }

        Tiff with(int tag, int type, int count, int value) {
            return without(tag).entry(tag, type, count, value);
        }

        /** Of the strip, whose offset (and length, if there is but one) are then right. */
        Tiff data(byte[] bytes) {
            data = bytes;
            return this;
        }

        Tiff next(int offset) {
            next = offset;
            return this;
        }

        byte[] toBytes() {
            int at = 8 + 2 + 12 * entries.size() + 4;
            entries.sort((a, b) -> Integer.compare(a.tag, b.tag));
            Out out = new Out().text("II*\0").u32le(8).u16le(entries.size());
            for (Entry entry : entries) {
                boolean offset = (entry.tag == 273 || entry.tag == 324) && entry.count == 1;
                boolean length = entry.tag == 279 && entry.count == 1 && data.length > 64;
                int value = offset ? at : length ? data.length : entry.value;
                out.u16le(entry.tag).u16le(entry.type).u32le(entry.count).u32le(value);
            }
            return out.u32le(next).bytes(data).toByteArray();
        }
    }
}
