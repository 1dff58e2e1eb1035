package org.clipjava.image.codec;

/** The module {@code java.desktop}, without which ImageIO decodes nothing. */
final class Desktop {
    private Desktop() {}

    static boolean isThere() {
        return ModuleLayer.boot().findModule("java.desktop").isPresent();
    }

    /**
     * To be called before ImageIO is needed.
     *
     * @throws CodecException if this Java has no such module
     */
    static void check(ImageFormat format) throws CodecException {
        if (!isThere()) {
            throw new CodecException("expected the module java.desktop to decode " + format.label()
                    + " with, found a Java without it; use a complete JDK, or convert it to PNG first");
        }
    }
}
