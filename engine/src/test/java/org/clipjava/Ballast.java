package org.clipjava;

import java.util.ArrayList;
import java.util.List;

/** Takes the heap but for a rest. */
final class Ballast {
    private Ballast() {}

    /** Runs with about so many kilobytes to be had. */
    static void leaving(int kilobytes, Runnable action) {
        List<byte[]> ballast = new ArrayList<>(1 << 14);
        try {
            for (int size : new int[] {1 << 20, 1 << 14}) {
                fill(ballast, size);
            }
            for (int left = kilobytes; left > 0 && !ballast.isEmpty(); ) {
                left -= ballast.removeLast().length >> 10;
            }
            action.run();
        } finally {
            ballast.clear();
        }
    }

    private static void fill(List<byte[]> ballast, int size) {
        try {
            while (true) {
                ballast.add(new byte[size]);
            }
        } catch (OutOfMemoryError full) {
            return; // that was the aim
        }
    }
}
