package org.clipjava.index;

final class Duplicates {
    static final double SAME_SCENE = 0.9;
}
