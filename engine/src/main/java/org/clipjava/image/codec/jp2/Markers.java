package org.clipjava.image.codec.jp2;

/** Marker codes (T.800, Table A.2). */
final class Markers {
    static final int SOC = 0xff4f;
    static final int CAP = 0xff50;
    static final int SIZ = 0xff51;
    static final int COD = 0xff52;
    static final int COC = 0xff53;
    static final int TLM = 0xff55;
    static final int PLM = 0xff57;
    static final int PLT = 0xff58;
    static final int CPF = 0xff59;
    static final int QCD = 0xff5c;
    static final int QCC = 0xff5d;
    static final int RGN = 0xff5e;
    static final int POC = 0xff5f;
    static final int PPM = 0xff60;
    static final int PPT = 0xff61;
    static final int CRG = 0xff63;
    static final int COM = 0xff64;
    static final int MCT = 0xff74;
    static final int MCC = 0xff75;
    static final int MCO = 0xff77;
    static final int CBD = 0xff78;
    static final int SOT = 0xff90;
    static final int SOP = 0xff91;
    static final int EPH = 0xff92;
    static final int SOD = 0xff93;
    static final int EOC = 0xffd9;

    private Markers() {}

    static String name(int marker) {
        return "%04X".formatted(marker);
    }
}
