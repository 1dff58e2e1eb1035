package org.clipjava.server.api;

import java.util.stream.Stream;

/** What a picture's first bytes say that it is, where they do. */
enum PictureType {
    JPEG("image/jpeg", "\u00ff\u00d8\u00ff"),
    PNG("image/png", "\u0089PNG\r\n\u001a\n"),
    GIF("image/gif", "GIF8"),
    WEBP("image/webp", "RIFF????WEBP"),
    BMP("image/bmp", "BM"),
    TIFF("image/tiff", "II*\0"),
    TIFF_BIG_ENDIAN("image/tiff", "MM\0*"),
    BIG_TIFF("image/tiff", "II+\0"),
    BIG_TIFF_BIG_ENDIAN("image/tiff", "MM\0+"),
    PHOTOSHOP("image/vnd.adobe.photoshop", "8BPS"),
    QOI("image/qoi", "qoif"),
    ICON("image/x-icon", "\0\0\u0001\0"),
    CURSOR("image/x-icon", "\0\0\u0002\0"),
    JPEG_2000("image/jp2", "\0\0\0\fjP  "),
    JPEG_2000_CODESTREAM("image/j2c", "\u00ffO\u00ffQ");

    /** Bytes that tell. */
    static final int HEAD = 32;

    private final String mediaType;
    private final String sign;

    /** @param sign Latin-1, with a question mark for any byte */
    PictureType(String mediaType, String sign) {
        this.mediaType = mediaType;
        this.sign = sign;
    }

    /** The media type of what begins so; that of any bytes, if nothing tells. */
    static String of(byte[] head) {
        return Stream.of(values())
                .filter(type -> type.fits(head))
                .map(type -> type.mediaType)
                .findFirst()
                .orElse("application/octet-stream");
    }

    private boolean fits(byte[] head) {
        if (head.length < sign.length()) {
            return false;
        }
        for (int i = 0; i < sign.length(); i++) {
            if (sign.charAt(i) != '?' && sign.charAt(i) != (head[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }
}
