package org.clipjava.kernel;

import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Says where kernels run on a JVM that they were not made for. They are written for what HotSpot's C2 makes of them: vectors in
 * registers, where others box every one.
 */
public final class UnprovenJvm {
    /** OpenJDK's and Oracle's builds; a Client VM, a Zero VM and a Minimal VM have no C2. */
    private static final Pattern HOTSPOT_WITH_C2 = Pattern.compile("(OpenJDK|Java HotSpot\\(TM\\)) .*Server VM");

    /** The newest Java that the tests have run on. */
    private static final int NEWEST_JAVA = 25;

    private UnprovenJvm() {}

    /** Logs one warning in the life of the process, if there is something to say. */
    public static void warnOnce() {
        Warning.given();
    }

    /**
     * What is to be said of a JVM, in one line; empty where kernels were tested.
     *
     * @param property gives the JVM's system properties by name
     */
    static Optional<String> warning(UnaryOperator<String> property) {
        String name = property.apply("java.vm.name");
        if (!HOTSPOT_WITH_C2.matcher(name).matches()) {
            return Optional.of("clip-java was never tested on this JVM, the " + name
                    + ", and may be many times slower on it: use an OpenJDK with HotSpot's Server VM");
        }
        String info = property.apply("java.vm.info");
        if (info.contains("interpreted mode")) {
            return Optional.of(
                    "this JVM compiles nothing, and is slower by orders of magnitude: start Java without -Xint");
        }
        if (info.contains("emulated-client")) {
            return Optional.of("this JVM does without its compiler C2, which is many times slower: start Java without"
                    + " -XX:TieredStopAtLevel=1 and -XX:CompilationMode=quick-only");
        }
        if (property.apply("java.vm.version").contains("jvmci")) {
            return Optional.of(
                    "clip-java was never tested with this JVM's compiler, Graal, and may be many times slower:"
                            + " use an OpenJDK, or start Java with -XX:-UseJVMCICompiler");
        }
        String java = property.apply("java.vm.specification.version");
        if (isNewer(java)) {
            return Optional.of("clip-java was never tested on Java " + java + ", and may be slower on it: use Java "
                    + NEWEST_JAVA + " where it is");
        }
        return Optional.empty();
    }

    private static boolean isNewer(String java) {
        return java.matches("[0-9]{1,6}") && Integer.parseInt(java) > NEWEST_JAVA;
    }

    /** A class is initialised once. */
    private static final class Warning {
        static {
            warning(property -> System.getProperty(property, ""))
                    .ifPresent(text ->
                            System.getLogger(UnprovenJvm.class.getName()).log(Level.WARNING, text));
        }

        private static void given() {
            // its class has given it
        }
    }
}
