package org.clipjava.image.codec.jp2;

/**
 * A subband of a resolution (T.800, B.5).
 *
 * @param orientation 0 LL, 1 HL (high across), 2 LH, 3 HH
 * @param area its coefficients
 * @param planeX where the first of them lies in the component's plane, from which the transform interleaves them
 * @param bitPlanes magnitude bits (E-2)
 * @param stepSize of the quantization, where the transform is 9/7
 */
record Subband(int orientation, Area area, int planeX, int planeY, int bitPlanes, float stepSize) {}
