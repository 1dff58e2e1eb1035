package org.clipjava.cli.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinesTest {
    @Test
    void endsLinesAtLineFeedsAndDropsReturnsBeforeThem() throws CharacterCodingException {
        assertEquals(List.of("a", "", "b\rc", "d"), lines("a\r\n\nb\rc\nd"));
        assertEquals(List.of("a"), lines("a\n"));
        assertEquals(List.of(), lines(""));
        assertEquals(List.of(""), lines("\n"));
    }

    @Test
    void dropsTheByteOrderMark() throws CharacterCodingException {
        assertEquals(List.of("a"), lines("\uFEFFa"));
    }

    @Test
    void splitsAtNulsAndKeepsLineFeeds() throws CharacterCodingException {
        assertEquals(List.of("a\nb", "c "), Lines.ofNulTerminatedPaths("a\nb\0c \0".getBytes(UTF_8)));
    }

    @Test
    void refusesWhatIsNotUtf8() {
        assertThrows(CharacterCodingException.class, () -> Lines.of(new byte[] {'a', (byte) 0xC3}));
        // a surrogate, which CESU-8 has and UTF-8 has not
        assertThrows(
                CharacterCodingException.class, () -> Lines.of(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}));
    }

    @Test
    void anyBytesAreLinesOrACodingError() {
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 5000; round++) {
            byte[] bytes = new byte[random.nextInt(20)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : "a\r\n\0".charAt(random.nextInt(4)));
            }
            try {
                String joined = String.join("", Lines.of(bytes));
                assertEquals(-1, joined.indexOf('\n'), "seed 7, round " + round);
            } catch (CharacterCodingException e) {
                refused++;
            }
        }
        assertEquals(true, refused > 0 && refused < 5000, refused + " of 5000 refused");
    }

    private static List<String> lines(String text) throws CharacterCodingException {
        return Lines.of(text.getBytes(UTF_8));
    }
}
