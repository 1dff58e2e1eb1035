package org.clipjava.image;

import java.util.concurrent.CancellationException;

/** Rows that one thread decodes while another reads what is there. */
final class ArrivingRows implements PixelRows {
    /** So many at a time are announced: waking a thread costs more than a row. */
    private static final int ANNOUNCED = 32;

    private final int width;
    private final int height;
    private final byte[] samples;
    private final boolean yCbCr;
    private int arrived;
    private boolean cancelled;

    ArrivingRows(int width, int height, byte[] samples, boolean yCbCr) {
        this.width = width;
        this.height = height;
        this.samples = samples;
        this.yCbCr = yCbCr;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public byte[] samples() {
        return samples;
    }

    @Override
    public boolean isYCbCr() {
        return yCbCr;
    }

    /** Row {@code y} and all above it are as they will stay. */
    void arrived(int y) {
        if ((y + 1) % ANNOUNCED == 0) {
            announce(y + 1);
        }
    }

    /** All rows are as they will stay. */
    void complete() {
        announce(height);
    }

    private synchronized void announce(int rows) {
        arrived = Math.max(arrived, rows);
        notifyAll();
    }

    /** No more rows: whoever waits for one is told. */
    synchronized void cancel() {
        cancelled = true;
        notifyAll();
    }

    @Override
    public synchronized void await(int rows) {
        boolean interrupted = false;
        while (arrived < rows && !cancelled) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // the rows come or are cancelled soon
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (arrived < rows) {
            throw new CancellationException("the picture could not be decoded");
        }
    }
}
