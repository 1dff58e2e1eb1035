package org.clipjava.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ShownTest {
    private static final Pattern NOT_SHOWN =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}&&[^\\u200c\\u200d]]");

    @Test
    void escapesWhatATerminalObeys() {
        assertEquals("a\\u001b[2Jb", Shown.text("a\u001b[2Jb"));
        assertEquals("\\u009b2J \\u007f \\u0000 \\u000a\\u000d\\u0009", Shown.text("\u009b2J \u007f \0 \n\r\t"));
    }

    @Test
    void escapesWhatTurnsTheDirectionOrIsNotSeen() {
        assertEquals(
                "\\u202egpj.exe\\u202c \\u2066\\u2069 \\u200e\\u200b\\ufeff\\u00ad",
                Shown.text("\u202egpj.exe\u202c \u2066\u2069 \u200e\u200b\ufeff\u00ad"));
        assertEquals("\\udb40\\udc41", Shown.text(Character.toString(0xE0041)), "a tag");
    }

    @Test
    void escapesSeparatorsOfLines() {
        assertEquals("a\\u2028b\\u2029c\\u0085d", Shown.text("a\u2028b\u2029c\u0085d"));
    }

    @Test
    void escapesHalvesOfSurrogatePairs() {
        assertEquals("\\ud83d a \\ude00", Shown.text("\ud83d a \ude00"));
    }

    @Test
    void escapesWhatIsNoCharacter() {
        assertEquals("\\uffff\\ufffe \\ud83f\\udfff", Shown.text("\uffff\ufffe " + Character.toString(0x1FFFF)));
    }

    @Test
    void escapesNothingElse() {
        String plain = "C:\\new \"Größe\" 'ß' 猫 ק می\u200cخواهم 👩\u200d💻 ☀\ufe0f e\u0301 \ue000 \u0378 \u00a0.";
        assertEquals(plain, Shown.text(plain));
        assertEquals(plain, Shown.line(plain));
        assertEquals(plain, Shown.message(plain));
    }

    @Test
    void leavesNoSuchCharacterOfAll() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String shown = Shown.text(Character.toString(c));
            boolean escapes = (c & 0xfffe) == 0xfffe
                    || NOT_SHOWN.matcher(Character.toString(c)).find();
            assertEquals(escapes, shown.startsWith("\\u"), () -> "U+" + shown);
        }
    }

    @Test
    void cutsAValue() {
        assertEquals("x".repeat(80), Shown.text("x".repeat(80)));
        assertEquals("x".repeat(80) + "…", Shown.text("x".repeat(81)));
        assertEquals("abc…", Shown.text("abcd", 3));
        assertEquals("\\u000a\\u000a…", Shown.text("\n\n\n", 2));
        assertEquals("", Shown.text("", 0));
    }

    @Test
    void cutsNoCharacterInHalf() {
        assertEquals("a…", Shown.text("a😀b", 2));
        assertEquals("a😀…", Shown.text("a😀b", 3));
        assertEquals("…", Shown.text("😀", 1));
        String message = Shown.message("a" + "😀".repeat(500) + "b");
        assertEquals("a" + "😀".repeat(349) + "…" + "😀".repeat(100) + "b", message);
    }

    @Test
    void quotes() {
        assertEquals("\"a\\u0007\"", Shown.quoted("a\u0007"));
        assertEquals('"' + "x".repeat(80) + "…\"", Shown.quoted("x".repeat(1_000_000)));
    }

    @Test
    void escapesATextOfWhateverLength() {
        assertEquals("\\u000a".repeat(5000), Shown.escaped("\n".repeat(5000)));
    }

    @Test
    void cutsAMessageInItsMiddle() {
        String whole = "a".repeat(450) + "b".repeat(450);
        assertEquals(whole, Shown.message(whole));
        assertEquals("a".repeat(700) + "…" + "b".repeat(200), Shown.message("a".repeat(5000) + "b".repeat(5000)));
        assertEquals("m: \\u000a", Shown.message("m: \n"));
    }

    @Test
    void putsATextOnOneLine() {
        assertEquals("one two three", Shown.line("  one \r\n\n  two\u2028three\n"));
        assertEquals("a\\u001bb \\u202ec", Shown.line("a\u001bb\t\n\u202ec"));
        assertEquals("x".repeat(5000), Shown.line("x".repeat(5000)), "of whatever length");
    }
}
