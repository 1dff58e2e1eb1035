package org.clipjava.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuickStartKernelsTest extends KernelsContract {
    @Override
    Kernels kernels() {
        return Kernels.quickStart();
    }

    @Test
    void haveOneTileWhateverTheRows() {
        for (int rows : List.of(1, 4, 5, 6, 50, 207)) {
            Strips strips = Strips.equal(rows, 5);
            int covered = 0;
            for (int strip = 0; strip < strips.count(); strip++) {
                assertEquals(5, strips.tile(strip));
                assertEquals(covered, strips.start(strip));
                covered += strips.height(strip);
            }
            assertEquals(rows, covered);
        }
    }
}
