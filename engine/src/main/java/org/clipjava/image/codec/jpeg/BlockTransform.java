package org.clipjava.image.codec.jpeg;

/** The inverse cosine transform. All implementations give the same samples, whatever the coefficients. */
interface BlockTransform {
    /**
     * Transforms blocks that lie side by side.
     *
     * @param coefficients [blocks, 64] from {@code at} on, in natural order
     * @param quantization what they are multiplied by, [64], unsigned
     * @param samples a plane; the first block's first sample goes to {@code to}
     * @param stride from one row of the plane to the next
     */
    void transform(short[] coefficients, int at, int blocks, short[] quantization, byte[] samples, int to, int stride);
}
