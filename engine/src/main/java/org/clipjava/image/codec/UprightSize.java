package org.clipjava.image.codec;

/** Width and height of an upright picture, in pixels. */
public record UprightSize(int width, int height) {}
