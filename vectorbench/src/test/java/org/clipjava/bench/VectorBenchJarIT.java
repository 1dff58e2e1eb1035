package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The jar as it is started by hand. */
class VectorBenchJarIT {
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final Path MAVENS_JAVA_HOME = Path.of(System.getProperty("vectorbench.test.maven-java-home"));

    private record Ended(int code, String output) {}

    @Test
    void startsItselfWithTheVectorModule() throws Exception {
        Ended ended = run(JAVA_HOME, List.of(), "help");
        assertEquals(0, ended.code(), ended.output());
        assertTrue(ended.output().contains("usage: java -jar vectorbench.jar"), ended.output());
    }

    @Test
    void continuesInANewerJavaThanMavens() throws Exception {
        Ended ended = run(MAVENS_JAVA_HOME, List.of(), "help");
        assertEquals(0, ended.code(), ended.output());
        assertTrue(ended.output().contains("usage: java -jar vectorbench.jar"), ended.output());
    }

    @Test
    void passesTheExitCodeOn() throws Exception {
        assertEquals(2, run(JAVA_HOME, List.of(), "measure").code());
    }

    @Test
    void neverStartsAThirdJava() throws Exception {
        Ended ended = run(JAVA_HOME, List.of("-Dvectorbench.child=true"), "help");
        assertEquals(2, ended.code());
        assertTrue(
                ended.output()
                        .startsWith(
                                "vectorbench: expected Java 25 or newer with the module jdk.incubator.vector, found "),
                ended.output());
        assertEquals(1, ended.output().lines().count(), ended.output());
    }

    @Test
    void carriesItsBenchmarks() throws Exception {
        Ended ended = run(JAVA_HOME, List.of(), "jmh", "-l");
        assertEquals(0, ended.code(), ended.output());
        assertEquals(
                16,
                ended.output()
                        .lines()
                        .filter(line -> line.startsWith("org.clipjava.bench."))
                        .count(),
                ended.output());
    }

    private static Ended run(Path javaHome, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
        command.addAll(options);
        command.addAll(List.of("-jar", System.getProperty("vectorbench.jar")));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // the Java that runs the tests is one that fits
        builder.environment().put("CLIP_JAVA_HOME", JAVA_HOME.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }
}
