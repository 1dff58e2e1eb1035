package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ImageProgressTest {
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void showsRateAndRestAndClearsThem() {
        Streams streams = new Streams(new byte[0], true);
        try (ImageProgress progress = new ImageProgress(streams.terminal(), 1200, nanos::get)) {
            nanos.set(100_000_000);
            progress.done(1);
            assertEquals("", streams.err());
            nanos.set(4_000_000_000L);
            progress.done(100);
            progress.clear();
            progress.clear();
        }
        assertEquals("\r\u001b[Kclip: 100 of 1,200 pictures, 25.0 a second, 44 s left\r\u001b[K", streams.err());
    }

    @Test
    void tellsLongTimesInMinutesAndHours() {
        assertEquals("1 of 101 pictures, 1.0 a second, 1 min 40 s left", ImageProgress.line(1, 101, 1));
        assertEquals("10 of 7,330 pictures, 1.0 a second, 2 h 2 min left", ImageProgress.line(10, 7330, 10));
    }

    @Test
    void isSilentForAFewPicturesAndWhereNobodyWatches() {
        Streams few = new Streams(new byte[0], true);
        Streams file = new Streams(new byte[0], false);
        for (ImageProgress progress : new ImageProgress[] {
            new ImageProgress(few.terminal(), 4, nanos::get), new ImageProgress(file.terminal(), 1000, nanos::get)
        }) {
            nanos.addAndGet(1_000_000_000);
            progress.done(3);
            progress.close();
        }
        assertEquals("", few.err() + file.err());
    }
}
