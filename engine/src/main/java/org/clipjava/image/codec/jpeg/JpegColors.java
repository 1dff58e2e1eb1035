package org.clipjava.image.codec.jpeg;

/** What the components of a JPEG are; decided as libjpeg decides it, by the JFIF and Adobe markers and the ids. */
public enum JpegColors {
    GRAY(1),
    YCBCR(3),
    RGB(3),
    CMYK(4),
    YCCK(4);

    private final int components;

    JpegColors(int components) {
        this.components = components;
    }

    public int components() {
        return components;
    }
}
