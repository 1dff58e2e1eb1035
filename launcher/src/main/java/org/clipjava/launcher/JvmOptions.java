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
 * What the second JVM is started with: {@code jvm.options}, an archive of its classes in the user's cache, which the JVM makes on
 * first use and checks itself, and what the user asks for, which comes last and prevails.
 */
final class JvmOptions {
    /** Variables from which a JVM takes options too. */
    private static final List<String> VARIABLES = Arrays.asList("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

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
     */
    List<String> options(String jar, String version, List<String> given) {
        List<String> users = new ArrayList<String>(given);
        users.addAll(words(environment.get("CLIP_JAVA_OPTS")));
        List<String> all = new ArrayList<String>(users);
        for (String variable : VARIABLES) {
            all.addAll(words(environment.get(variable)));
        }
        List<String> options = new ArrayList<String>();
        for (String option : ours()) {
            // a JVM does not start with two collectors
            if (!isCollector(option) || !anyMatch(all, "-XX:\\+Use\\w+GC")) {
                options.add(option);
            }
        }
        if (!anyMatch(
                all, "-Xshare:.*|-XX:[+-]?(SharedArchiveFile|ArchiveClassesAtExit|AutoCreateSharedArchive|AOT).*")) {
            addArchive(options, jar, version);
        }
        options.addAll(users);
        return options;
    }

    /**
     * An archive named after the jar's size and time, in place of earlier ones: the JVM notices that an archive is of another jar, and
     * does without, but does not renew it.
     */
    private void addArchive(List<String> options, String jar, String version) {
        Optional<Path> cache = folders.cache();
        if (!cache.isPresent()) {
            return;
        }
        try {
            Path folder = cache.get().resolve("clip-java");
            Files.createDirectories(folder);
            File file = new File(jar);
            String jarName = "classes-" + Integer.toHexString((version + '\n' + jar).hashCode()) + '-';
            String name = jarName + Long.toHexString(31 * file.lastModified() + file.length()) + ".jsa";
            options.add("-XX:SharedArchiveFile=" + folder.resolve(name));
            options.add("-XX:+AutoCreateSharedArchive");
            deleteOthers(folder, jarName, name);
        } catch (IOException | SecurityException e) {
            // no folder to write to: it goes without
            return;
        }
    }

    private static void deleteOthers(Path folder, String prefix, String name) throws IOException {
        try (DirectoryStream<Path> archives = Files.newDirectoryStream(folder, prefix + "*.jsa")) {
            for (Path archive : archives) {
                if (!archive.getFileName().toString().equals(name)) {
                    Files.deleteIfExists(archive);
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

    private static List<String> ours() {
        List<String> lines = new ArrayList<String>();
        try (InputStream in = JvmOptions.class.getResourceAsStream("jvm.options");
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("-")) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the jar has no jvm.options", e);
        }
        return lines;
    }
}
