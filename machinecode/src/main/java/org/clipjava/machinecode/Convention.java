package org.clipjava.machinecode;

/**
 * How a system's functions are called. All code here takes one argument, the address of a block of 64-bit numbers, and uses registers
 * that belong to who is called under both conventions: RAX, RCX, RDX and R8 to R11.
 *
 * @see <a href="https://gitlab.com/x86-psABIs/x86-64-ABI">System V</a>
 * @see <a href="https://learn.microsoft.com/en-us/cpp/build/x64-calling-convention">Windows</a>
 */
enum Convention {
    /** Linux and macOS. */
    SYSTEM_V(Register.RDI, 0),
    /** Windows, which wants back the lower halves of ten vector registers. */
    WINDOWS(Register.RCX, 10);

    /** The first vector register that Windows wants back. */
    private static final int FIRST_SAVED = 6;

    private static final int XMM_BYTES = 16;

    private final Register argument;
    private final int saved;

    Convention(Register argument, int saved) {
        this.argument = argument;
        this.saved = saved;
    }

    static Convention ofThisSystem() {
        return System.getProperty("os.name").startsWith("Windows") ? WINDOWS : SYSTEM_V;
    }

    /** Begins a function: its argument is in R8 from here on. */
    void enter(Assembler code) {
        code.mov(Register.R8, argument);
    }

    /** Ends a function that has used general registers alone. */
    void leave(Assembler code) {
        code.ret();
    }

    /** Begins a function that uses vector registers; its argument is in R8 from here on. */
    void enterVectors(Assembler code) {
        enter(code);
        if (saved > 0) {
            code.add(Register.RSP, -saved * XMM_BYTES);
            for (int i = 0; i < saved; i++) {
                code.vmovdquStore(VectorLength.XMM, Register.RSP, i * XMM_BYTES, FIRST_SAVED + i);
            }
        }
    }

    /** Ends a function that has used vector registers. */
    void leaveVectors(Assembler code) {
        code.vzeroupper();
        if (saved > 0) {
            for (int i = 0; i < saved; i++) {
                code.vmovdquLoad(VectorLength.XMM, FIRST_SAVED + i, Register.RSP, i * XMM_BYTES);
            }
            code.add(Register.RSP, saved * XMM_BYTES);
        }
        leave(code);
    }
}
