package org.clipjava.cli.output;

import java.util.Locale;
import java.util.function.LongSupplier;
import org.clipjava.io.Shown;

/**
 * One line on stderr, where a person watches, of how far something long has come: pictures, a download, a conversion, steps. It is
 * written over as the work goes on, and cleared before other lines and at the end.
 */
public final class ProgressLine implements AutoCloseable {
    /** So few are done before anyone wonders. */
    private static final int FEW = 4;

    private static final long NANOS_BETWEEN = 200_000_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MEGA = 1e6;

    private final Terminal terminal;
    private final LongSupplier nanoTime;
    private long start;
    private long startedWith;
    private long last;

    /** Empty while there is none. */
    private String shown = "";

    /** Of a process that is told to end: the shell's prompt is not to stand behind the line. */
    private final Thread atEnd = new Thread(this::end, "clip-progress-end");

    private boolean ended;

    /** Those that came first: they wait for kernels to be compiled, and would make those after them seem slow. */
    private int firstPictures;

    /** Begins now. */
    public ProgressLine(Terminal terminal) {
        this(terminal, System::nanoTime);
    }

    ProgressLine(Terminal terminal, LongSupplier nanoTime) {
        this.terminal = terminal;
        this.nanoTime = nanoTime;
        begin(0);
        if (terminal.showsProgress()) {
            try {
                Runtime.getRuntime().addShutdownHook(atEnd);
            } catch (IllegalStateException e) {
                ended = true; // it is ending now
            }
        }
    }

    /** Clears the line, and lets no other be shown. */
    synchronized void end() {
        clear();
        ended = true;
    }

    /** Begins anew with so much that is there already: what comes from now on makes the rate. */
    public void begin(long present) {
        start = nanoTime.getAsLong();
        last = start;
        startedWith = present;
    }

    /** Shows, where there are more than a few, that none of so many pictures is done yet. */
    public void beginPictures(int count) {
        if (count > FEW) {
            show("0 of %,d pictures".formatted(count));
        }
    }

    /** Shows a text, unless it is what stands there. */
    public synchronized void show(String text) {
        String line = Shown.line(text);
        if (terminal.showsProgress() && !ended && !line.equals(shown)) {
            terminal.err().print("\r\u001b[Kclip: " + line);
            terminal.err().flush();
            shown = line;
        }
    }

    /** Shows that so many pictures are done, but not many times a second, and not where there are few. */
    public void pictures(int done, int count) {
        pictures(done, 0, count);
    }

    /** The same where some of them took no time, and so say nothing of what the others will take. */
    public void pictures(int done, int quick, int count) {
        int timed = done - quick;
        if (count <= FEW || timed == 0) {
            return;
        }
        if (firstPictures == 0) {
            firstPictures = timed;
            begin(0);
            show("%,d of %,d pictures".formatted(done, count));
        } else if (timed > firstPictures && isDue()) {
            show(picturesText(done, count, (timed - firstPictures) / seconds()));
        }
    }

    /** @param rate pictures a second */
    static String picturesText(int done, int count, double rate) {
        return String.format(
                Locale.ROOT,
                "%,d of %,d pictures, %.1f a second, %s left",
                done,
                count,
                rate,
                time(Math.round((count - done) / rate)));
    }

    /** Shows how much of a file has come, but not many times a second. */
    public void file(String path, long present, long size) {
        startedWith = Math.min(startedWith, present); // it was begun anew
        if (isDue()) {
            show(fileText(path, present, size, (present - startedWith) / seconds()));
        }
    }

    /** @param rate bytes a second */
    static String fileText(String path, long present, long size, double rate) {
        String left = rate > 0 ? time(Math.round((size - present) / rate)) + " left" : "stalled";
        return String.format(
                Locale.ROOT,
                "%s  %3d %%  %.1f of %.1f MB, %.1f MB/s, %s",
                path,
                percent(present, size),
                present / MEGA,
                size / MEGA,
                rate / MEGA,
                left);
    }

    /** Shows how much of something is done, at every percent. */
    public void share(String what, long done, long total) {
        show("%s %3d %%".formatted(what, percent(done, total)));
    }

    /** Shows how many steps are done, and how long the others will take if each takes as long, but not many times a second. */
    public void steps(String what, int done, int total) {
        if (isDue() && done > 0) {
            String left = time(Math.round((total - done) * seconds() / done));
            show("%s, %,d of %,d, %s left".formatted(what, done, total, left));
        }
    }

    private static long percent(long done, long total) {
        return total == 0 ? 100 : (long) (100.0 * done / total);
    }

    private boolean isDue() {
        long now = nanoTime.getAsLong();
        if (!terminal.showsProgress() || now - last < NANOS_BETWEEN) {
            return false;
        }
        last = now;
        return true;
    }

    private double seconds() {
        return (last - start) / NANOS_PER_SECOND;
    }

    private static String time(long seconds) {
        return seconds < 60
                ? seconds + " s"
                : seconds < 3600
                        ? seconds / 60 + " min " + seconds % 60 + " s"
                        : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
    }

    /** Clears the line, and says another that stays. */
    public void say(String message) {
        clear();
        terminal.say(message);
    }

    /** Makes room for other lines. */
    public synchronized void clear() {
        if (!shown.isEmpty()) {
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
            shown = "";
        }
    }

    @Override
    public void close() {
        clear();
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException e) {
            end(); // the hook runs already
        }
    }
}
