package org.clipjava.image.codec;

/** The module {@code java.desktop}, without which there is no ImageIO and no plugin of it. */
final class Desktop {
    private Desktop() {}

    static boolean isThere() {
        return ModuleLayer.boot().findModule("java.desktop").isPresent();
    }
}
