package org.clipjava.launcher;

import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.lang.management.ManagementFactory;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How this JVM was started: its options and its arguments, as typed. */
final class CommandLine {
    private static final String UTF_8 = "UTF-8";

    /** An argument, or an option with its value. */
    private static final Pattern DESCRIPTOR =
            Pattern.compile("((?:-[^=]*=)?)(?:/dev/fd|/proc/self/fd)/([3-9]|[1-9]\\d+)");

    /** As the kernel has it, from the executable on; empty where it can't be read. */
    private final List<String> words;

    private final String[] arguments;

    CommandLine(List<String> words, String[] arguments) {
        this.words = words;
        this.arguments = arguments.clone();
    }

    static CommandLine ofThisProcess(String[] arguments) {
        Path file = Paths.get("/proc/self/cmdline");
        try {
            byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            // every word is ended by a NUL; split would drop empty words at the end
            String[] words = new String(bytes, StandardCharsets.UTF_8).split("\0", -1);
            return new CommandLine(Arrays.asList(words).subList(0, words.length - 1), arguments);
        } catch (IOException | SecurityException e) {
            return new CommandLine(Collections.<String>emptyList(), arguments);
        }
    }

    /** The JVM's own options: what stands before {@code -jar}. */
    List<String> jvmOptions() {
        int end = words.indexOf("-jar");
        // Without the kernel's help the management bean knows too, but takes some 20 ms to ask.
        List<String> options = end > 0
                ? words.subList(1, end)
                : ManagementFactory.getRuntimeMXBean().getInputArguments();
        List<String> passed = new ArrayList<String>();
        for (String option : options) {
            // The debugger's port is taken by this JVM.
            if (!option.startsWith("-agentlib:jdwp") && !option.startsWith("-Xrunjdwp")) {
                passed.add(option);
            }
        }
        return passed;
    }

    /**
     * The program's arguments as typed. In the POSIX locale, which is what containers and cron jobs have, the JVM reads
     * letters beyond ASCII as replacement characters; the kernel still knows them.
     */
    String[] arguments() {
        boolean complete = arguments.length < words.size();
        return complete
                ? words.subList(words.size() - arguments.length, words.size()).toArray(new String[0])
                : arguments.clone();
    }

    /**
     * A word that names what the shell has opened for this process, as {@code <(…)} does, by the name under which a second process finds
     * it: Java closes all but the first three descriptors where it starts one. All other words stay as they are.
     *
     * @param self the kernel's folder of this process, {@code /proc/self}
     */
    static String reachable(String word, Path self) {
        Matcher descriptor = DESCRIPTOR.matcher(word);
        if (!descriptor.matches()) {
            return word;
        }
        try {
            Path open = self.toRealPath().resolve("fd").resolve(descriptor.group(2));
            return Files.exists(open) ? descriptor.group(1) + open : word;
        } catch (IOException e) {
            return word; // and the command says that there is no such file
        }
    }

    /** A word in ASCII, to be handed to a process by a JVM that can't write it otherwise. */
    static String encode(String word) {
        try {
            return URLEncoder.encode(word, UTF_8);
        } catch (UnsupportedEncodingException e) {
            throw new AssertionError("every JVM has " + UTF_8, e);
        }
    }

    static String decode(String word) {
        try {
            return URLDecoder.decode(word, UTF_8);
        } catch (UnsupportedEncodingException e) {
            throw new AssertionError("every JVM has " + UTF_8, e);
        }
    }
}
