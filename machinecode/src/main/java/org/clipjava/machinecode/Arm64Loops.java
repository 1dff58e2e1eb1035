package org.clipjava.machinecode;

import static org.clipjava.machinecode.Arm64Register.SP;
import static org.clipjava.machinecode.Arm64Register.X0;
import static org.clipjava.machinecode.Arm64Register.X9;

/**
 * Functions of arm64. All systems call them alike: the argument is in X0, and the lower halves of V8 to V15 belong to the caller.
 *
 * @see <a href="https://github.com/ARM-software/abi-aa/blob/main/aapcs64/aapcs64.rst">AAPCS64</a>
 */
final class Arm64Loops implements Loops {
    private static final int FIRST_SAVED = 8;
    private static final int LAST_SAVED = 15;
    private static final int SAVED_BYTES = (LAST_SAVED - FIRST_SAVED + 1) * Long.BYTES;

    /** Sums of the peak's loop, which do not wait for each other. */
    private static final int PEAK_SUMS = 24;

    private final Arm64Assembler code = new Arm64Assembler();

    @Override
    public int[] writeMultiply(InstructionSet set) {
        int[] positions = new int[set.tallest() + 1];
        for (int rows = 1; rows <= set.tallest(); rows++) {
            positions[rows] = code.position();
            enter();
            Arm64Tiles.write(code, set, rows);
            leave();
        }
        return positions;
    }

    @Override
    public long writePeak(InstructionSet set, int times) {
        enter();
        code.load(X9, X0, 0);
        CodeBuffer.Label loop = code.label();
        for (int i = 0; i < times; i++) {
            for (int sum = 0; sum < PEAK_SUMS; sum++) {
                Arm64Tiles.multiply(code, set, sum, PEAK_SUMS, PEAK_SUMS + 1, sum % 4);
            }
        }
        code.subs(X9, X9, 1);
        code.jumpIfNotZero(loop);
        leave();
        return (long) times * PEAK_SUMS * set.length().bytes();
    }

    private void enter() {
        code.sub(SP, SP, SAVED_BYTES);
        for (int i = FIRST_SAVED; i < LAST_SAVED; i += 2) {
            code.storeHalves(SP, (i - FIRST_SAVED) * Long.BYTES, i, i + 1);
        }
    }

    private void leave() {
        for (int i = FIRST_SAVED; i < LAST_SAVED; i += 2) {
            code.loadHalves(i, i + 1, SP, (i - FIRST_SAVED) * Long.BYTES);
        }
        code.add(SP, SP, SAVED_BYTES);
        code.ret();
    }

    @Override
    public byte[] toBytes() {
        return code.toBytes();
    }
}
