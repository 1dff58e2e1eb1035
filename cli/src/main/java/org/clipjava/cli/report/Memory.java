package org.clipjava.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * The memory that there is, in bytes.
 *
 * @param heap most that Java's heap may take
 * @param physical of the machine, where Linux tells
 * @param limit of the control group that this process is in, as containers have it, if there is one
 */
record Memory(long heap, OptionalLong physical, OptionalLong limit) {
    private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal: +(\\d+) kB$");

    /** Version 2's line; version 1's of the memory controller. */
    private static final Pattern GROUP = Pattern.compile("(?m)^(?:0:|\\d+:(?:[^:]*,)?memory(?:,[^:]*)?):(/.*)$");

    /** What version 1 says where there is no limit is about the largest number. */
    private static final long NO_LIMIT = 1L << 60;

    static Memory ofThisProcess() {
        return of(Path.of("/"), Runtime.getRuntime().maxMemory());
    }

    /** @param root of a file system with {@code /proc} and {@code /sys}, where it is Linux's */
    static Memory of(Path root, long heap) {
        Matcher total = TOTAL.matcher(text(root.resolve("proc/meminfo")));
        OptionalLong physical =
                total.find() ? OptionalLong.of(Long.parseLong(total.group(1)) << 10) : OptionalLong.empty();
        return new Memory(heap, physical, limit(root));
    }

    /** The least of the groups from this process's own upwards. */
    private static OptionalLong limit(Path root) {
        LongStream.Builder limits = LongStream.builder();
        Path groups = root.resolve("sys/fs/cgroup");
        Matcher group = GROUP.matcher(text(root.resolve("proc/self/cgroup")));
        while (group.find()) {
            Path path = Path.of(group.group(1));
            for (int names = path.getNameCount(); names >= 0; names--) {
                String up = names == 0 ? "" : path.subpath(0, names).toString();
                for (Path file : new Path[] {
                    groups.resolve(up).resolve("memory.max"),
                    groups.resolve("memory").resolve(up).resolve("memory.limit_in_bytes")
                }) {
                    String limit = text(file).strip();
                    if (limit.matches("\\d{1,18}") && Long.parseLong(limit) < NO_LIMIT) {
                        limits.add(Long.parseLong(limit));
                    }
                }
            }
        }
        return limits.build().min();
    }

    private static String text(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return ""; // of another system, or not for this user
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(mebibytes(heap)).append(" of heap at the most");
        physical.ifPresent(bytes -> text.append(", ").append(mebibytes(bytes)).append(" in the machine"));
        limit.ifPresent(bytes -> text.append(", ").append(mebibytes(bytes)).append(" for its control group"));
        return text.toString();
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%,d MiB", bytes >> 20);
    }
}
