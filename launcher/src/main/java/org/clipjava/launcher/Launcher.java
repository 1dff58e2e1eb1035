package org.clipjava.launcher;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Main class of clip.jar. A manifest can't ask for the module {@code jdk.incubator.vector}, so it starts the jar once more
 * with it, in this Java or, if this one is too old, in one that it finds.
 */
public final class Launcher {
    private static final String MAIN = "org.clipjava.cli.Main";

    /** Set in the second JVM: it never starts a third. */
    private static final String CHILD = "clip.launcher.child";

    /** Set in the second JVM where its arguments are encoded. */
    private static final String ENCODED = "clip.launcher.encoded";

    /** Set in the second JVM: whether the stderr behind the pipe is a terminal. */
    private static final String STDERR_IS_TERMINAL = "clip.launcher.stderr-is-terminal";

    private static final String KERNELS = "clip.kernels";

    private static final int USAGE = 2;

    /** 128 and the number of the signal that no program can catch. */
    private static final int KILLED = 137;

    private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

    private Launcher() {}

    public static void main(String[] args) throws Throwable {
        boolean newEnough = JavaHome.feature(System.getProperty("java.specification.version")) >= JavaHome.NEEDED;
        boolean child = System.getProperty(CHILD) != null;
        if (newEnough && (child || vectorModuleIsResolved())) {
            runHere(args);
            return;
        }
        if (child) {
            fail("this Java is " + System.getProperty("java.version") + ", though its release file says otherwise");
        }
        JavaHome home;
        try {
            home = newEnough
                    ? thisJavaOrOneWithVectors()
                    : JavaSearch.ofThisMachine().find();
        } catch (JavaSearch.NoFittingJavaException e) {
            if (newEnough) {
                runOnScalarKernels("no Java with the module " + JavaHome.VECTOR_MODULE + ": " + e.getMessage(), args);
            } else {
                fail("this is " + System.getProperty("java.version") + " and " + e.getMessage());
            }
            return;
        }
        Child process = new Child(command(home, CommandLine.ofThisProcess(args)));
        try {
            process.start();
        } catch (IOException | SecurityException e) {
            if (newEnough) {
                runOnScalarKernels("can't start a second Java: " + e.getMessage(), args);
            } else {
                fail("can't start the one found: " + e.getMessage());
            }
            return;
        }
        int code = process.await();
        if (code == KILLED) {
            System.err.println(
                    "clip: the Java that it started was killed (signal 9), as a rule for want of memory: weights take"
                            + " the size of the model's file outside Java's heap; a model of f16 or q8 takes less");
        }
        System.exit(code);
    }

    private static boolean vectorModuleIsResolved() {
        try {
            Class.forName("jdk.incubator.vector.Vector", false, Launcher.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** This Java unless it is a runtime image made without the Vector API. */
    private static JavaHome thisJavaOrOneWithVectors() throws JavaSearch.NoFittingJavaException {
        JavaHome here = JavaHome.ofThisProcess();
        return here.hasVectorModule() ? here : JavaSearch.ofThisMachine().find();
    }

    private static ProcessBuilder command(JavaHome home, CommandLine commandLine) {
        List<String> command = new ArrayList<String>();
        command.add(home.executable().toString());
        command.add("--add-modules=" + JavaHome.VECTOR_MODULE);
        command.addAll(JvmOptions.ofThisProcess()
                .options(jar(), home.version(), commandLine.jvmOptions(), commandLine.arguments()));
        command.add("-D" + CHILD + "=true");
        if (LINUX) {
            command.add("-D" + STDERR_IS_TERMINAL + "=" + stderrIsTerminal());
        }
        boolean asciiOnly = readsOnlyAscii();
        if (asciiOnly) {
            command.add("-D" + ENCODED + "=true");
        }
        command.add("-jar");
        command.add(jar());
        for (String argument : commandLine.arguments()) {
            String reachable = LINUX ? CommandLine.reachable(argument, Paths.get("/proc/self")) : argument;
            command.add(asciiOnly ? CommandLine.encode(reachable) : reachable);
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        if (asciiOnly) {
            // so that file names beyond ASCII can be opened, whatever the locale
            Map<String, String> environment = builder.environment();
            environment.put("LC_ALL", "C.UTF-8");
        }
        return builder;
    }

    private static String jar() {
        try {
            Path jar = Paths.get(Launcher.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return jar.toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the jar's own address is malformed", e);
        }
    }

    /** The POSIX locale: letters beyond ASCII don't reach {@code main}, nor can such file names be opened. */
    private static boolean readsOnlyAscii() {
        return LINUX && !"UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));
    }

    private static boolean stderrIsTerminal() {
        try {
            String target = Files.readSymbolicLink(Paths.get("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | SecurityException e) {
            return false;
        }
    }

    private static String[] decoded(String[] args) {
        String[] decoded = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            decoded[i] = CommandLine.decode(args[i]);
        }
        return decoded;
    }

    private static void runOnScalarKernels(String why, String[] args) throws Throwable {
        System.err.println("clip: " + oneLine(why) + "; running on the scalar kernels, which are slower");
        if (System.getProperty(KERNELS) == null) {
            System.setProperty(KERNELS, "scalar"); // it has been said; the engine need not warn again
        }
        runHere(args);
    }

    private static void runHere(String[] args) throws Throwable {
        String[] typed = args;
        if (System.getProperty(ENCODED) != null) {
            typed = decoded(args);
        } else if (readsOnlyAscii()) {
            typed = CommandLine.ofThisProcess(args).arguments();
        }
        try {
            Class.forName(MAIN).getMethod("main", String[].class).invoke(null, (Object) typed);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void fail(String why) {
        System.err.println("clip: needs Java " + JavaHome.NEEDED + " or newer; " + oneLine(why) + "; install a JDK "
                + JavaHome.NEEDED + " or set CLIP_JAVA_HOME to one");
        System.exit(USAGE);
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
