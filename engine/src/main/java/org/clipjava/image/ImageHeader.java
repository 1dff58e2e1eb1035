package org.clipjava.image;

/**
 * What a file says of the picture in it, beside the pixels. Immutable and thread-safe.
 *
 * @param format {@code JPEG}, {@code PNG} and so on
 * @param orientation EXIF's and TIFF's value, 1 to 8, by which {@link ImageDecoder} turns the picture upright; 1: it stands
 *     so already; from 5 on, width and height change places
 */
public record ImageHeader(String format, int orientation) {}
