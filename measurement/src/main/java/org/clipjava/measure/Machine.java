package org.clipjava.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How the machine and its Java call themselves. */
public final class Machine {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    private Machine() {}

    /** The processor's model; {@code unknown} where the system does not tell. */
    public static String processor() {
        if (!Files.isReadable(CPUINFO)) {
            return "unknown";
        }
        try (var lines = Files.lines(CPUINFO)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** The system's name, version and architecture. */
    public static String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
    }

    /** The JVM's name and version, and who made it. */
    public static String java() {
        return System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version") + ", "
                + System.getProperty("java.vendor");
    }
}
