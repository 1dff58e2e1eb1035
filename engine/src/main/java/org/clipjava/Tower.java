package org.clipjava;

/** The two halves of a CLIP model. */
public enum Tower {
    /** What encodes pictures. */
    IMAGE,
    /** What encodes texts. */
    TEXT
}
