package org.clipjava.image.codec;

/**
 * A picture that is whole, upright.
 *
 * @param rgb [height, width, 3]
 */
public record PixelRows(int width, int height, byte[] rgb) {}
