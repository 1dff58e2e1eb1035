package org.clipjava.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {
    private static final long MEGA = 1 << 20;

    @TempDir
    Path root;

    @BeforeEach
    void hasTwoGigabytes() throws IOException {
        write("proc/meminfo", "MemTotal:        2097152 kB\nMemFree:          100 kB\n");
    }

    @Test
    void hasNoLimitOutsideOfAContainer() throws IOException {
        write("proc/self/cgroup", "0::/user.slice/session\n");
        write("sys/fs/cgroup/user.slice/session/memory.max", "max\n");

        Memory memory = Memory.of(root, 512 * MEGA);

        assertEquals(new Memory(512 * MEGA, OptionalLong.of(2048 * MEGA), OptionalLong.empty()), memory);
        assertEquals("512 MiB of heap at the most, 2,048 MiB in the machine", memory.toString());
    }

    @Test
    void takesTheLeastLimitOfItsGroupAndThoseAbove() throws IOException {
        write("proc/self/cgroup", "0::/a/b\n");
        write("sys/fs/cgroup/a/b/memory.max", "max");
        write("sys/fs/cgroup/a/memory.max", "300000000\n");
        write("sys/fs/cgroup/memory.max", "400000000\n");

        Memory memory = Memory.of(root, MEGA);

        assertEquals(OptionalLong.of(300_000_000), memory.limit());
        assertTrue(memory.toString().endsWith(", 286 MiB for its control group"), memory.toString());
    }

    @Test
    void readsTheFirstVersionsFilesToo() throws IOException {
        write("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/docker/1\n1:name=systemd:/x\n");
        write("sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes", "9223372036854771712\n");
        assertEquals(OptionalLong.empty(), Memory.of(root, MEGA).limit(), "which means no limit");

        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n");
        assertEquals(OptionalLong.of(512 * MEGA), Memory.of(root, MEGA).limit());
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
