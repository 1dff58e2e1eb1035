package org.clipjava.cli;

import java.util.Locale;
import java.util.function.LongSupplier;
import org.clipjava.hub.DownloadListener;
import org.clipjava.hub.RepoFile;

/** A line a file on stderr, and, where a person watches, one that counts up while it comes. */
final class DownloadProgress implements DownloadListener {
    private static final long NANOS_BETWEEN = 200_000_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MEGA = 1e6;

    private final Terminal terminal;
    private final LongSupplier nanoTime;
    private long start;
    private long startBytes;
    private long last;
    private boolean shown;

    DownloadProgress(Terminal terminal, LongSupplier nanoTime) {
        this.terminal = terminal;
        this.nanoTime = nanoTime;
    }

    @Override
    public void started(RepoFile file, long present) {
        start = nanoTime.getAsLong();
        last = start;
        startBytes = present;
    }

    @Override
    public void progress(RepoFile file, long present) {
        long now = nanoTime.getAsLong();
        startBytes = Math.min(startBytes, present); // it was begun anew
        if (!terminal.showsProgress() || now - last < NANOS_BETWEEN) {
            return;
        }
        last = now;
        double rate = (present - startBytes) / ((now - start) / NANOS_PER_SECOND);
        terminal.err().print("\r\u001b[Kclip: " + Terminal.oneLine(line(file, present, rate)));
        terminal.err().flush();
        shown = true;
    }

    /** @param rate bytes a second */
    static String line(RepoFile file, long present, double rate) {
        String left = rate > 0 ? ImageProgress.time(Math.round((file.size() - present) / rate)) + " left" : "stalled";
        return String.format(
                Locale.ROOT,
                "%s  %3d %%  %.1f of %.1f MB, %.1f MB/s, %s",
                file.path(),
                file.size() == 0 ? 100 : (long) (100.0 * present / file.size()),
                present / MEGA,
                file.size() / MEGA,
                rate / MEGA,
                left);
    }

    @Override
    public void finished(RepoFile file) {
        clear();
        terminal.say(String.format(Locale.ROOT, "downloaded %s: %,d bytes", file.path(), file.size()));
    }

    @Override
    public void waiting(String reason) {
        clear();
        terminal.say(reason);
    }

    /** Makes room for other lines. */
    void clear() {
        if (shown) {
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
            shown = false;
        }
    }
}
