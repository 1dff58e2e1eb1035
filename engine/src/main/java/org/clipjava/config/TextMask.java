package org.clipjava.config;

/** Which tokens of a text see which. */
public enum TextMask {
    /** Each sees itself and those before it. */
    CAUSAL,
    /** Each sees all, padding among them. */
    NONE
}
