package org.clipjava.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
    /** A spreadsheet computes such cells, and some call programs. */
    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-x.png", "@SUM(A1)", "\t=1", "\r=1"})
    void spreadsheetsDoNotRunATextThatStrangersWrote(String text) {
        assertEquals("'" + text, Csv.text(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "a=b", "a.png", "'=1", "Ä"})
    void otherTextsStay(String text) {
        assertEquals(text, Csv.text(text));
    }

    @Test
    void quotesWhatNeedsIt() {
        assertEquals("a,\"b,c\",\"d\"\"e\"\n", Csv.row("a", "b,c", "d\"e"));
    }
}
