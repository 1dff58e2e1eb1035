package org.clipjava.image;

/** The first pass of the resize: rows of the source to rows of the window's width. For one thread at a time. */
interface HorizontalPass {
    /** Above so many weights the kernels of the columns are not kept. */
    int KEPT_WEIGHTS = 1 << 22;

    /**
     * The window's part of some source rows, [rows, columns, 3], 0 to 255; written over by the next call.
     *
     * @param rgb rows of the source from {@code at} on, each {@code rowBytes} behind the one before
     */
    int[][] rows(byte[] rgb, int at, int rowBytes, int count);

    /** Which of them a resize takes. */
    interface Choice {
        /** Plain Java, until there was so much to do that vectors were tried and are quicker. */
        Choice QUICKEST = HorizontalVectors::quickest;

        /**
         * A pass.
         *
         * @param most rows that come together
         * @param bytes of all rows of the source that will come
         */
        HorizontalPass of(ResampleAxis columns, int most, long bytes);
    }
}
