package org.clipjava.image.codec;

import java.util.concurrent.CancellationException;

/**
 * Rows that one thread decodes while another reads what is there.
 *
 * <pre>{@code
 * ArrivingRows rows = new ArrivingRows(width, height, false);
 * early.accept(rows);
 * for (int y = 0; y < height; y++) {
 *     ... // into rows.samples(), from 3 * width * y
 *     rows.arrived(y);
 * }
 * rows.complete();
 * }</pre>
 */
public final class ArrivingRows implements PixelRows {
    /** So many at a time are announced: waking a thread costs more than a row. */
    private static final int ANNOUNCED = 32;

    private final int width;
    private final int height;
    private final byte[] samples;
    private final boolean yCbCr;
    private int arrived;
    private int announced;
    private boolean cancelled;

    /**
     * None has arrived yet.
     *
     * @param yCbCr whether the samples will be JPEG's YCbCr, not RGB
     */
    public ArrivingRows(int width, int height, boolean yCbCr) {
        this.width = width;
        this.height = height;
        this.samples = new byte[3 * width * height];
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

    /** Row {@code y} and all above it are as they will stay. For the thread that decodes. */
    public void arrived(int y) {
        if (y + 1 >= announced + ANNOUNCED) {
            announced = y + 1;
            announce(y + 1);
        }
    }

    /** All rows are as they will stay. */
    public void complete() {
        announce(height);
    }

    private synchronized void announce(int rows) {
        arrived = Math.max(arrived, rows);
        notifyAll();
    }

    /** No more rows: whoever waits for one is told. */
    public synchronized void cancel() {
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
