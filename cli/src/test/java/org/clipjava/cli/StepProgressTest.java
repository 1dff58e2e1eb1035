package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class StepProgressTest {
    @Test
    void showsStepsOnATerminalAndClearsThem() {
        Streams streams = new Streams(new byte[0], true);
        try (StepProgress progress = new StepProgress(streams.terminal(), 2)) {
            progress.opening(2);
            progress.step("decode");
        }
        assertEquals(
                "\r\u001b[Kclip: opening the model for 2 threads\r\u001b[Kclip: 1/2 decode\r\u001b[K", streams.err());
        assertEquals("", streams.out());
    }

    @Test
    void isSilentWhereNobodyWatches() {
        Streams streams = new Streams(new byte[0], false);
        try (StepProgress progress = new StepProgress(streams.terminal(), 1)) {
            progress.step("decode");
        }
        assertEquals("", streams.err());
    }
}
