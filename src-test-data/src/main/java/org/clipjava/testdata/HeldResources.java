package org.clipjava.testdata;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What this JVM holds that no garbage collection gives back.
 *
 * @param threads all that live
 * @param files open ones, and mapped ones
 * @param nativeKilobytes of arenas and direct buffers; 0 unless started with {@code -XX:NativeMemoryTracking=summary}
 */
record HeldResources(Set<Thread> threads, Set<String> files, long nativeKilobytes) {
    /**
     * Threads that the JDK, JUnit or TornadoVM keep for a while, or for good; and the two of the engine that try vectors for pictures, once in
     * a JVM, whichever test has decoded enough by then.
     */
    private static final Pattern KEPT_BY_OTHERS = Pattern.compile(
            "process reaper.*|ForkJoinPool.*|Java2D.*|Keep-Alive-Timer|HttpClient-.*|idle-.*|Common-Cleaner|Cleaner-.*"
                    + "|surefire-.*|main|Reference Handler|Finalizer|Signal Dispatcher|Attach Listener|VirtualThread-.*|MasterPoller|.*-Poller"
                    + "|junit-.*|Notification Thread|Service Thread|.*CompilerThread.*|JNA Cleaner|last-ditch-.*|TornadoExecutorThread.*|clip-(jpeg|resize)-vectors");

    /** Libraries, archives of classes, fonts, tables of locales. */
    private static final Pattern MAPPED_BY_THE_JDK = Pattern.compile(
            "\\.so\\b|/lib/|/usr/|/fontconfig/|/dev/|/hsperfdata|\\.(jar|jsa|ttf|pfb|otf|dat)$|/bin/java");

    private static final Pattern ARENAS = Pattern.compile("- +Other \\(reserved=\\d+KB, committed=(\\d+)KB");

    /** Each thread that reads or writes files keeps a buffer; a model takes ten times as much. */
    private static final long KILOBYTES_OF_BUFFERS = 2048;

    /** Threads that were told to end, and Cleaners, need a while on a busy machine. */
    private static final int TRIES = 50;

    static HeldResources now() {
        Set<String> files = new TreeSet<>(mapped());
        OpenFiles.now().stream().filter(name -> name.startsWith("/")).forEach(files::add);
        return new HeldResources(new HashSet<>(Thread.getAllStackTraces().keySet()), files, nativeMemory());
    }

    /** What has come since and does not go within seconds. */
    List<String> leakedSince() {
        return leakedSince(TRIES);
    }

    List<String> leakedSince(int tries) {
        List<String> leaked = more();
        for (int i = 0; i < tries && !leaked.isEmpty(); i++) {
            System.gc(); // direct buffers and mapped files that nobody closes go with it
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            leaked = more();
        }
        return leaked;
    }

    private List<String> more() {
        HeldResources now = now();
        List<String> more = new ArrayList<>();
        for (Thread thread : now.threads) {
            if (!threads.contains(thread)
                    && thread.isAlive()
                    && !KEPT_BY_OTHERS.matcher(thread.getName()).matches()) {
                more.add("thread " + thread.getName());
            }
        }
        for (String file : now.files) {
            if (!files.contains(file)) {
                more.add("file " + file);
            }
        }
        if (now.nativeKilobytes > nativeKilobytes + KILOBYTES_OF_BUFFERS) {
            more.add(now.nativeKilobytes - nativeKilobytes + " kB of native memory");
        }
        return more;
    }

    private static Set<String> mapped() {
        Path maps = Path.of("/proc/self/maps");
        Set<String> files = new TreeSet<>();
        if (Files.isReadable(maps)) {
            try {
                for (String line : Files.readAllLines(maps)) {
                    int name = line.indexOf('/');
                    if (name >= 0 && !MAPPED_BY_THE_JDK.matcher(line).find()) {
                        files.add("mapped " + line.substring(name));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }

    private static long nativeMemory() {
        try {
            Object summary = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "vmNativeMemory",
                            new Object[] {new String[] {"summary"}},
                            new String[] {String[].class.getName()});
            Matcher matcher = ARENAS.matcher(String.valueOf(summary));
            return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
        } catch (JMException e) {
            return 0; // a JVM that does not count it
        }
    }
}
