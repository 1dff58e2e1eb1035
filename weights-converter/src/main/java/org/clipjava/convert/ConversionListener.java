package org.clipjava.convert;

/** Hears how far a conversion has come. */
@FunctionalInterface
public interface ConversionListener {
    /** Hears nothing. */
    ConversionListener SILENT = (done, total) -> {};

    /**
     * Called often, on the converting thread.
     *
     * @param doneBytes bytes read and written so far; never falls, and ends at the total
     * @param totalBytes bytes to be read and written altogether; the same in each call
     */
    void progress(long doneBytes, long totalBytes);
}
