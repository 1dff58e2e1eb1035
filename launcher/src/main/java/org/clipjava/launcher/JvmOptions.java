package org.clipjava.launcher;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the second JVM is started with: {@code jvm.options}, an archive of its classes in the user's cache, which the JVM makes after
 * the first run of its kind and checks itself, and what the user asks for, which comes last and prevails.
 */
final class JvmOptions {
    /** Variables from which a JVM takes options too. */
    private static final List<String> VARIABLES = Arrays.asList("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    /** The backend that needs native access. */
    private static final String MACHINE_CODE = "machinecode";

    /** Beside an archive: the run that it is of came to its end, so that it has the classes of most runs. */
    private static final String WHOLE = ".whole";

    private final Map<String, String> environment;
    private final UserFolders folders;

    JvmOptions(Map<String, String> environment, UserFolders folders) {
        this.environment = environment;
        this.folders = folders;
    }

    static JvmOptions ofThisProcess() {
        return new JvmOptions(System.getenv(), UserFolders.ofThisProcess());
    }

    /**
     * All options, in the order in which they are to be given.
     *
     * @param jar the archive is for its classes
     * @param version of the Java that will run
     * @param given to this JVM, to be passed on
     * @param arguments of the program
     */
    List<String> options(String jar, String version, List<String> given, String... arguments) {
        List<String> users = new ArrayList<String>(given);
        users.addAll(words(environment.get("CLIP_JAVA_OPTS")));
        List<String> all = new ArrayList<String>(users);
        for (String variable : VARIABLES) {
            all.addAll(words(environment.get(variable)));
        }
        List<String> options = new ArrayList<String>();
        for (String option : lines("jvm.options")) {
            // a JVM does not start with two collectors
            if (!isCollector(option) || !anyMatch(all, "-XX:\\+Use\\w+GC")) {
                options.add(option);
            }
        }
        if (!anyMatch(
                all, "-Xshare:.*|-XX:[+-]?(SharedArchiveFile|ArchiveClassesAtExit|AutoCreateSharedArchive|AOT).*")) {
            addArchive(options, jar, version, arguments);
        }
        if (asksForMachineCode(all, arguments)) {
            options.add("--enable-native-access=ALL-UNNAMED");
        }
        options.addAll(users);
        return options;
    }

    /** Whoever asks for that backend lets this one jar use native memory; no one else does. */
    private static boolean asksForMachineCode(List<String> options, String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--backend=" + MACHINE_CODE)
                    || (arguments[i].equals("--backend")
                            && i + 1 < arguments.length
                            && arguments[i + 1].equals(MACHINE_CODE))) {
                return true;
            }
        }
        return options.contains("-Dclip.backend=" + MACHINE_CODE);
    }

    /** An archive of classes, and whether this run makes it. */
    private static final class ClassArchive {
        private static final ClassArchive OF_MOST = new ClassArchive("classes", false);

        private final String name;
        private final boolean makes;

        private ClassArchive(String name, boolean makes) {
            this.name = name;
            this.makes = makes;
        }

        /** By the command, a word or two. */
        static ClassArchive of(String[] arguments) {
            for (String line : lines("class-archives")) {
                String[] words = line.split(" ", 3);
                if (isCommand(words[2].split(" "), arguments)) {
                    return new ClassArchive(words[1], words[0].equals("makes"));
                }
            }
            return OF_MOST;
        }

        private static boolean isCommand(String[] command, String[] arguments) {
            return arguments.length >= command.length
                    && Arrays.equals(command, Arrays.copyOf(arguments, command.length));
        }
    }

    /**
     * An archive named after the jar's size and time, in place of earlier ones: the JVM notices that an archive is of another jar, and
     * does without, but does not renew it. Nor does it add classes to one: so commands that load the same classes share one, only those
     * that load most of them make it, and make it anew where the one before did not come to its end.
     */
    private void addArchive(List<String> options, String jar, String version, String[] arguments) {
        Optional<Path> cache = folders.cache();
        if (!cache.isPresent()) {
            return;
        }
        try {
            Path folder = cache.get().resolve("clip-java");
            Files.createDirectories(folder);
            File file = new File(jar);
            ClassArchive of = ClassArchive.of(arguments);
            String jarName = of.name + '-' + Integer.toHexString((version + '\n' + jar).hashCode()) + '-';
            String name = jarName + Long.toHexString(31 * file.lastModified() + file.length()) + ".jsa";
            Path archive = folder.resolve(name);
            boolean there = Files.exists(archive);
            boolean whole = there && Files.exists(folder.resolve(name + WHOLE));
            deleteOthers(folder, jarName, of.makes && !whole ? Optional.<String>empty() : Optional.of(name));
            if (of.makes || there) {
                options.add("-XX:SharedArchiveFile=" + archive);
            }
            if (of.makes) {
                options.add("-XX:+AutoCreateSharedArchive");
                // the program makes this file when it has encoded
                options.add("-Dclip.launcher.whole=" + archive + WHOLE);
            }
        } catch (IOException | SecurityException e) {
            // no folder to write to: it goes without
            return;
        }
    }

    private static void deleteOthers(Path folder, String prefix, Optional<String> kept) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, prefix + "*.jsa*")) {
            for (Path file : files) {
                if (!kept.isPresent() || !file.getFileName().toString().startsWith(kept.get())) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static boolean isCollector(String option) {
        return option.matches("-XX:\\+Use\\w+GC");
    }

    private static boolean anyMatch(List<String> options, String pattern) {
        for (String option : options) {
            if (option.matches(pattern)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> words(@Nullable String text) {
        return text == null || text.trim().isEmpty()
                ? new ArrayList<String>()
                : Arrays.asList(text.trim().split("\\s+"));
    }

    /** Those of a resource that are no comment. */
    private static List<String> lines(String resource) {
        List<String> lines = new ArrayList<String>();
        try (InputStream in = JvmOptions.class.getResourceAsStream(resource);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isEmpty() && !line.startsWith("#")) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the jar has no " + resource, e);
        }
        return lines;
    }
}
