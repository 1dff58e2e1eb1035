package org.clipjava.measure;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/**
 * What the rest of the machine does meanwhile: the processor time of all others since this was made, what a hypervisor
 * withheld included.
 */
public final class MachineLoad {
    private static final Path STAT = Path.of("/proc/stat");
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux

    private final long start;
    private final OptionalDouble busyAtStart;
    private final double ownAtStart;

    /** Begins to count. */
    public MachineLoad() {
        ownSeconds(); // its first call loads the beans, some 50 ms of this process that would count as the others'
        start = System.nanoTime();
        busyAtStart = busySeconds();
        ownAtStart = ownSeconds();
    }

    /** Processors that others kept busy, on average since this was made; empty where the system does not say. */
    public OptionalDouble others() {
        OptionalDouble busy = busySeconds();
        if (busyAtStart.isEmpty() || busy.isEmpty()) {
            return OptionalDouble.empty();
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        double others = busy.getAsDouble() - busyAtStart.getAsDouble() - (ownSeconds() - ownAtStart);
        return OptionalDouble.of(Math.max(0, others / seconds));
    }

    /** Waits until this process rests: ONNX Runtime's threads spin for a while after a call, and would disturb the next. */
    public static void awaitRest() throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            double before = ownSeconds();
            Thread.sleep(5);
            if (ownSeconds() - before < 0.001) {
                return;
            }
        }
    }

    private static double ownSeconds() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() * 1e-9;
    }

    private static OptionalDouble busySeconds() {
        if (!Files.isReadable(STAT)) {
            return OptionalDouble.empty();
        }
        try {
            return OptionalDouble.of(busyTicks(Files.readAllLines(STAT).getFirst()) / TICKS_PER_SECOND);
        } catch (IOException e) {
            return OptionalDouble.empty(); // as on systems without the file
        }
    }

    /** All but idle and waiting for disks, of the line {@code cpu user nice system idle iowait irq softirq steal ...}. */
    static long busyTicks(String line) {
        String[] words = line.trim().split("\\s+", -1);
        long busy = 0;
        for (int i = 1; i < Math.min(words.length, 9); i++) {
            if (i != 4 && i != 5) {
                busy += Long.parseLong(words[i]);
            }
        }
        return busy;
    }
}
