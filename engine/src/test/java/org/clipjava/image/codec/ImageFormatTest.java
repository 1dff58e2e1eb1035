package org.clipjava.image.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFormatTest {
    @ParameterizedTest
    @CsvSource({
        "ffd8ff, JPEG",
        "ffd8fe, TEXT",
        "89504e470d0a1a0a, PNG",
        "89504e470d0a1a0b, UNKNOWN",
        "474946383761, GIF",
        "474946383961, GIF",
        "474946383861, TEXT",
        "424d, BMP",
        "49492a00, TIFF",
        "4d4d002a, TIFF",
        "49492b00, TIFF",
        "4d4d002b, TIFF",
        "524946460000000057454250, WEBP",
        "524946460000000057415645, UNKNOWN",
        "000000206674797068656963, HEIC",
        "00000020667479706d696631, HEIC",
        "000000206674797061766966, AVIF",
        "000000206674797069736f6d, VIDEO",
        "00000020667479706865, UNKNOWN",
        "ff0a, JPEG_XL",
        "0000000c4a584c20, JPEG_XL",
        "0000000c6a502020, JPEG_2000",
        "ff4fff51, JPEG_2000",
        "00000100, ICO",
        "50360a, NETPBM",
        "50660a, NETPBM",
        "50370a, NETPBM",
        "50460a, TEXT",
        "716f6966, QOI",
        "28000000010000000100000001001800, BMP",
        "28000000010000000100000002001800, UNKNOWN",
        "28000000010000000100000001000200, UNKNOWN",
        "0c000000010001000100180000000000, BMP",
        "29000000010000000100000001001800, UNKNOWN",
        "000002000000000000000000010001001800, TGA",
        "00000a000000000000000000010001002028, TGA",
        "000101000000011800000000010001000820, TGA",
        "000003000000000000000000010001000820, TGA",
        "0000020000000000000000000100010018, UNKNOWN",
        "000002000000000000000000000001001800, UNKNOWN",
        "000002000000000000000000010001001700, UNKNOWN",
        "000004000000000000000000010001001800, UNKNOWN",
        "000002000000000000000000010001001840, UNKNOWN",
        "000002000100000000000000010001001800, UNKNOWN",
        "000002000000010000000000010001001800, UNKNOWN",
        "000101000000010f000000000100010008c0, UNKNOWN",
        "00000200010010100000010001002800, UNKNOWN",
        "0a050108, PCX",
        "0a050107, UNKNOWN",
        "0a000101, PCX",
        "76657273696f6e2068747470733a2f2f6769742d6c66732e6769746875622e636f6d2f737065632f76310a, LFS_POINTER",
        "5038200a, TEXT",
        "38425053, PSD",
        "25504446, PDF",
        "504b0304, ZIP",
        "1f8b, GZIP",
        "1a45dfa3, VIDEO",
        "00, UNKNOWN",
        "1b, UNKNOWN"
    })
    void isToldByTheFirstBytes(String hex, ImageFormat format) {
        assertEquals(format, ImageFormat.of(HexFormat.of().parseHex(hex)));
    }

    @ParameterizedTest
    @CsvSource({
        "'', EMPTY",
        "' <svg>', SVG",
        "'<?xml version=\"1.0\"?><svg>', SVG",
        "'<?xml version=\"1.0\"?><a>', XML",
        "'<!DOCTYPE html>', HTML",
        "'<HTML>', HTML",
        "'<html><svg>', HTML",
        "'<a>', TEXT",
        "'{}', JSON",
        "'[1]', JSON",
        "'hello', TEXT",
        "'\u00ef\u00bb\u00bf<svg>', SVG",
        "'tab\tand\r\nlines', TEXT",
        "'a svg <svg', TEXT"
    })
    void isToldOfTextToo(String text, ImageFormat format) {
        assertEquals(format, ImageFormat.of(text.getBytes(ISO_8859_1)));
    }
}
