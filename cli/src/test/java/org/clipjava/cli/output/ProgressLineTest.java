package org.clipjava.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.clipjava.cli.Streams;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private static final String OVER = "\r\u001b[K";

    private final AtomicLong nanos = new AtomicLong();
    private final Streams streams = new Streams(new byte[0], true);

    @Test
    void showsPicturesWithRateAndRestAndClearsThem() {
        try (ProgressLine progress = line(streams)) {
            nanos.set(5_000_000_000L);
            progress.pictures(8, 1200);
            nanos.set(5_100_000_000L);
            progress.pictures(9, 1200);
            nanos.set(9_000_000_000L);
            progress.pictures(108, 1200);
            progress.clear();
            progress.clear();
        }
        assertEquals(
                OVER + "clip: 8 of 1,200 pictures" + OVER + "clip: 108 of 1,200 pictures, 25.0 a second, 44 s left"
                        + OVER,
                streams.err(),
                "the first took so long for other reasons");
        assertEquals("", streams.out());
    }

    @Test
    void countsWhatTookNoTimeAsDoneAndNotForTheRate() {
        ProgressLine progress = line(streams);
        nanos.set(1_000_000_000L);
        progress.pictures(900, 900, 1200);
        assertEquals("", streams.err());
        progress.pictures(902, 900, 1200);
        nanos.set(5_000_000_000L);
        progress.pictures(1002, 900, 1200);
        assertEquals(
                OVER + "clip: 902 of 1,200 pictures" + OVER + "clip: 1,002 of 1,200 pictures, 25.0 a second, 8 s left",
                streams.err());
    }

    @Test
    void leavesNoLineWhenTheProcessIsToldToEnd() {
        try (ProgressLine progress = line(streams)) {
            progress.show("one");
            progress.end();
            progress.show("two");
        }
        assertEquals(OVER + "clip: one" + OVER, streams.err());
    }

    @Test
    void tellsLongTimesInMinutesAndHours() {
        assertEquals("1 of 101 pictures, 1.0 a second, 1 min 40 s left", ProgressLine.picturesText(1, 101, 1));
        assertEquals("10 of 7,330 pictures, 1.0 a second, 2 h 2 min left", ProgressLine.picturesText(10, 7330, 1));
    }

    @Test
    void showsAFilesShareRateAndRest() {
        ProgressLine progress = line(streams);
        progress.begin(50_000_000);
        nanos.set(2_000_000_000L);
        progress.file("model.bin", 70_000_000, 100_000_000);
        assertEquals(OVER + "clip: model.bin   70 %  70.0 of 100.0 MB, 10.0 MB/s, 3 s left", streams.err());
        assertEquals("a    0 %  0.0 of 2.0 MB, 0.0 MB/s, stalled", ProgressLine.fileText("a", 0, 2_000_000, 0));
        assertEquals("a  100 %  0.0 of 0.0 MB, 0.0 MB/s, stalled", ProgressLine.fileText("a", 0, 0, 0));
    }

    @Test
    void countsTheRateAnewWhereAFileIsBegunAnew() {
        ProgressLine progress = line(streams);
        progress.begin(50_000_000);
        nanos.set(1_000_000_000L);
        progress.file("a", 10_000_000, 100_000_000);
        nanos.set(2_000_000_000L);
        progress.file("a", 20_000_000, 100_000_000);
        assertEquals(
                OVER + "clip: a   10 %  10.0 of 100.0 MB, 0.0 MB/s, stalled" + OVER
                        + "clip: a   20 %  20.0 of 100.0 MB, 5.0 MB/s, 16 s left",
                streams.err());
    }

    @Test
    void showsEachPercentOnce() {
        ProgressLine progress = line(streams);
        progress.share("converting", 100, 1000);
        progress.share("converting", 101, 1000);
        progress.share("converting", 110, 1000);
        progress.share("nothing", 0, 0);
        assertEquals(
                OVER + "clip: converting  10 %" + OVER + "clip: converting  11 %" + OVER + "clip: nothing 100 %",
                streams.err());
    }

    @Test
    void makesRoomForALineThatStays() {
        ProgressLine progress = line(streams);
        progress.show("1/2 decode");
        progress.say("done");
        progress.say("and more");
        assertEquals(OVER + "clip: 1/2 decode" + OVER + "clip: done\nclip: and more\n", streams.err());
    }

    @Test
    void keepsControlCharactersFromTheTerminal() {
        line(streams).show("a\u001b[2Jb");
        assertEquals(OVER + "clip: a\\u001b[2Jb", streams.err());
    }

    @Test
    void isSilentForAFewPicturesAndWhereNobodyWatches() {
        Streams file = new Streams(new byte[0], false);
        try (ProgressLine few = line(streams);
                ProgressLine unwatched = line(file)) {
            nanos.addAndGet(1_000_000_000);
            few.pictures(3, 4);
            unwatched.pictures(3, 1000);
            unwatched.show("1/2 decode");
            unwatched.share("converting", 1, 2);
        }
        assertEquals("", streams.err() + file.err());
    }

    private ProgressLine line(Streams shown) {
        return new ProgressLine(shown.terminal(), nanos::get);
    }
}
