package org.clipjava.convert;

/** Counts what has been done and tells the listener. */
final class Progress {
    private final ConversionListener listener;
    private final long totalBytes;
    private long doneBytes;

    Progress(ConversionListener listener, long totalBytes) {
        this.listener = listener;
        this.totalBytes = totalBytes;
    }

    void add(long bytes) {
        // A source that grew meanwhile must not make this pass the total.
        doneBytes = Math.min(totalBytes, doneBytes + bytes);
        listener.progress(doneBytes, totalBytes);
    }

    void finish() {
        add(totalBytes - doneBytes);
    }
}
