package org.clipjava.cli.output;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EscapedOutputTest {
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private final EscapedOutput out = new EscapedOutput(terminal);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 1000})
    void escapesWhatATerminalObeys(int atOnce) throws IOException {
        byte[] bytes = "a\u001b[2J\u009b;é日\u202e😀\r\n\tz\u0007".getBytes(UTF_8);
        for (int i = 0; i < bytes.length; i += atOnce) {
            out.write(bytes, i, Math.min(atOnce, bytes.length - i));
        }

        assertEquals("a\\u001b[2J\\u009b;é日\\u202e😀\\u000d\n\tz\\u0007", terminal.toString(UTF_8));
    }

    @Test
    void saysOfBytesThatTheyAreNoText() throws IOException {
        out.write("\u0093NUMPY\u00ff\u00fe\u00e6".getBytes(ISO_8859_1));
        assertEquals(
                "\ufffdNUMPY\ufffd\ufffd", terminal.toString(UTF_8), "the last may be the beginning of a character");

        out.close();
        assertEquals("\ufffdNUMPY\ufffd\ufffd\ufffd", terminal.toString(UTF_8));
    }
}
