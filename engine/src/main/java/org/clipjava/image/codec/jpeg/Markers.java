package org.clipjava.image.codec.jpeg;

/** The second bytes of markers. */
final class Markers {
    static final int TEM = 0x01;
    static final int SOF0 = 0xc0;
    static final int SOF1 = 0xc1;
    static final int SOF2 = 0xc2;
    static final int SOF3 = 0xc3;
    static final int DHT = 0xc4;
    static final int SOF5 = 0xc5;
    static final int SOF7 = 0xc7;
    static final int JPG = 0xc8;
    static final int SOF9 = 0xc9;
    static final int SOF10 = 0xca;
    static final int SOF11 = 0xcb;
    static final int DAC = 0xcc;
    static final int SOF15 = 0xcf;
    static final int RST0 = 0xd0;
    static final int RST7 = 0xd7;
    static final int SOI = 0xd8;
    static final int EOI = 0xd9;
    static final int SOS = 0xda;
    static final int DQT = 0xdb;
    static final int DNL = 0xdc;
    static final int DRI = 0xdd;
    static final int APP0 = 0xe0;
    static final int APP1 = 0xe1;
    static final int APP14 = 0xee;
    static final int APP15 = 0xef;
    static final int COM = 0xfe;

    private Markers() {}

    static boolean isFrame(int marker) {
        return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
    }

    /** Whether a segment follows, which begins with its length. */
    static boolean hasLength(int marker) {
        return marker != SOI && marker != TEM && marker != 0 && (marker < RST0 || marker > RST7);
    }
}
