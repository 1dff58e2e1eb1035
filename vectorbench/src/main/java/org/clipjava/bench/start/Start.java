package org.clipjava.bench.start;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Main class of vectorbench.jar. A manifest can't ask for the module {@code jdk.incubator.vector}, so it starts the jar
 * once more with it: in this Java or, if this one is too old, in one of {@code CLIP_JAVA_HOME}, {@code JAVA_HOME} and
 * {@code /usr/lib/jvm}.
 */
public final class Start {
    private static final String MAIN = "org.clipjava.bench.VectorBench";
    private static final String MODULE = "jdk.incubator.vector";
    private static final int NEEDED = 25;

    /** Set in the second JVM: it never starts a third. */
    private static final String CHILD = "vectorbench.child";

    private Start() {}

    public static void main(String[] args) throws Throwable {
        boolean newEnough = feature(System.getProperty("java.specification.version")) >= NEEDED;
        if (newEnough && vectorModuleIsResolved()) {
            try {
                Class.forName(MAIN).getMethod("main", String[].class).invoke(null, (Object) args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
            return;
        }
        if (System.getProperty(CHILD) != null) {
            fail("expected Java " + NEEDED + " or newer with the module " + MODULE + ", found "
                    + System.getProperty("java.version") + " in " + System.getProperty("java.home"));
        }
        Path home = newEnough ? Paths.get(System.getProperty("java.home")) : newerJava();
        Process process;
        try {
            process = new ProcessBuilder(command(home, args)).inheritIO().start();
        } catch (IOException e) {
            fail("can't start " + home + ": " + e.getMessage());
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "vectorbench-stop"));
        System.exit(process.waitFor());
    }

    private static List<String> command(Path home, String[] args) throws URISyntaxException {
        List<String> command = new ArrayList<String>();
        command.add(home.resolve("bin").resolve("java").toString());
        command.add("--add-modules=" + MODULE);
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-D" + CHILD + "=true");
        command.add("-jar");
        command.add(Paths.get(Start.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString());
        command.addAll(Arrays.asList(args));
        return command;
    }

    private static Path newerJava() throws IOException {
        List<Path> candidates = new ArrayList<Path>();
        for (String variable : new String[] {"CLIP_JAVA_HOME", "JAVA_HOME"}) {
            String home = System.getenv(variable);
            if (home != null && !home.isEmpty()) {
                candidates.add(Paths.get(home));
            }
        }
        Path linux = Paths.get("/usr/lib/jvm");
        if (Files.isDirectory(linux)) {
            try (DirectoryStream<Path> installed = Files.newDirectoryStream(linux)) {
                for (Path home : installed) {
                    candidates.add(home);
                }
            }
        }
        for (Path candidate : candidates) {
            if (feature(version(candidate)) >= NEEDED) {
                return candidate;
            }
        }
        fail("needs Java " + NEEDED + " or newer, this is " + System.getProperty("java.version")
                + "; set CLIP_JAVA_HOME to a JDK " + NEEDED);
        throw new AssertionError("not reached");
    }

    /** As the release file has it; empty if there is none. */
    private static String version(Path home) {
        try {
            String key = "JAVA_VERSION=";
            for (String line : Files.readAllLines(home.resolve("release"), StandardCharsets.ISO_8859_1)) {
                if (line.startsWith(key)) {
                    return line.substring(key.length()).replace("\"", "").trim();
                }
            }
        } catch (IOException e) {
            return ""; // no Java home
        }
        return "";
    }

    /** 25 of {@code 25.0.3}, 1 of {@code 1.8.0_402}, 0 of nothing. */
    private static int feature(String version) {
        String first = version.split("[^0-9]", 2)[0];
        return first.isEmpty() || first.length() > 9 ? 0 : Integer.parseInt(first);
    }

    private static boolean vectorModuleIsResolved() {
        try {
            Class.forName("jdk.incubator.vector.Vector", false, Start.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static void fail(String why) {
        System.err.println("vectorbench: " + why);
        System.exit(2);
    }
}
