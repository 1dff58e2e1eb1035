package org.clipjava.cli;

import java.util.Locale;
import java.util.function.LongSupplier;

/** One line on stderr, where a person watches, of how far a run over many pictures is. */
final class ImageProgress implements AutoCloseable {
    /** So few are done before anyone wonders. */
    private static final int FEW = 4;

    private static final long NANOS_BETWEEN = 200_000_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Terminal terminal;
    private final int count;
    private final LongSupplier nanoTime;
    private final long start;
    private long last;
    private boolean shown;

    static ImageProgress start(Terminal terminal, int count) {
        return new ImageProgress(terminal, count, System::nanoTime);
    }

    ImageProgress(Terminal terminal, int count, LongSupplier nanoTime) {
        this.terminal = terminal;
        this.count = count;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.last = start;
    }

    /** Shows that so many are done, but not many times a second. */
    void done(int pictures) {
        long now = nanoTime.getAsLong();
        if (!terminal.showsProgress() || count <= FEW || now - last < NANOS_BETWEEN) {
            return;
        }
        last = now;
        double seconds = (now - start) / NANOS_PER_SECOND;
        terminal.err().print("\r\u001b[Kclip: " + line(pictures, count, seconds));
        terminal.err().flush();
        shown = true;
    }

    static String line(int pictures, int count, double seconds) {
        double rate = pictures / seconds;
        return String.format(
                Locale.ROOT,
                "%,d of %,d pictures, %.1f a second, %s left",
                pictures,
                count,
                rate,
                time(Math.round((count - pictures) / rate)));
    }

    static String time(long seconds) {
        return seconds < 60
                ? seconds + " s"
                : seconds < 3600
                        ? seconds / 60 + " min " + seconds % 60 + " s"
                        : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
    }

    /** Makes room for other lines. */
    void clear() {
        if (shown) {
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
            shown = false;
        }
    }

    @Override
    public void close() {
        clear();
    }
}
