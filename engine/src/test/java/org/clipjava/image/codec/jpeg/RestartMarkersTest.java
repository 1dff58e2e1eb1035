package org.clipjava.image.codec.jpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RestartMarkersTest {
    private static RestartMarkers in(String hex) {
        return new RestartMarkers(new Input(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    @Test
    void findsThemInTheirOrder() {
        RestartMarkers markers = in("01 ffd0 02 ffd1 ffd2 ffd3 ffd4 ffd5 ffd6 ffd7 ffd0 ffd1");
        assertEquals(0, markers.behind(0));
        assertEquals(3, markers.behind(1));
        assertEquals(6, markers.behind(2));
        assertEquals(6, markers.behind(2));
        assertEquals(20, markers.behind(9));
        assertEquals(22, markers.behind(10));
        assertEquals(-1, markers.behind(11));
    }

    @Test
    void passesOverDataAndFillBytes() {
        assertEquals(10, in("ff00 d0 ffff00 ffffffd0 01").behind(1));
        assertEquals(-1, in("ff").behind(1));
        assertEquals(-1, in("ffff").behind(1));
        assertEquals(-1, in("").behind(1));
    }

    @Test
    void trustsNoneBehindAnotherMarker() {
        for (String other : new String[] {"ffd0", "ffd2", "ffd9", "ffda", "ff01"}) {
            RestartMarkers markers = in("01 ffd0 " + other + " ffd1 ffd2");
            assertEquals(3, markers.behind(1));
            assertEquals(-1, markers.behind(2));
            assertEquals(-1, markers.behind(3));
        }
    }

    @Test
    void leavesTheInputWhereItIs() {
        Input in = new Input(new byte[] {-1, (byte) 0xd0, -1, (byte) 0xd1, 1});
        in.position = 2;
        in.end = 4;
        assertEquals(-1, new RestartMarkers(in).behind(1));
        assertEquals(2, in.position);
    }
}
