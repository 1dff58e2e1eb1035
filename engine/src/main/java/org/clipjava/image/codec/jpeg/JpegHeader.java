package org.clipjava.image.codec.jpeg;

/**
 * What a JPEG file says of its picture before the first scan.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param colors what the components are
 * @param progressive whether each pixel comes in several scans
 * @param arithmetic whether it is coded arithmetically, not by Huffman's codes
 */
public record JpegHeader(int width, int height, JpegColors colors, boolean progressive, boolean arithmetic) {}
