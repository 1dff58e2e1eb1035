package org.clipjava.machinecode;

/** The general registers of arm64 that code may use: all belong to who is called, and X18, which belongs to the system, is not there. */
enum Arm64Register {
    X0(0),
    X9(9),
    X10(10),
    X11(11),
    X12(12),
    X13(13),
    X14(14),
    X15(15),
    SP(31);

    private final int number;

    Arm64Register(int number) {
        this.number = number;
    }

    /** As instructions have it. */
    int number() {
        return number;
    }
}
