package org.clipjava.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnsTest {
    /** As xterm and others show them. */
    @ParameterizedTest
    @CsvSource({"abc, 3", "é, 1", "e\u0301, 1", "猫, 2", "ネコ, 4", "고양이, 6", "ｃａｔ, 6", "☕, 2", "🐱, 2", "кот, 3", "قطة, 3"
    })
    void knowsHowManyPlacesATerminalGivesToAText(String text, int width) {
        assertEquals(width, Columns.width(text));
        assertEquals(text + " ".repeat(8 - width) + "|", Columns.padded(text, 8) + "|");
    }

    @Test
    void oneLongTextMakesNoColumnAsWide() {
        assertEquals(60, Columns.width(List.of("a", "x".repeat(1_000_000))));
        assertEquals("x".repeat(70), Columns.padded("x".repeat(70), 60));
        assertEquals(0, Columns.width(List.of()));
    }
}
