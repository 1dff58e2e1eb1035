package org.clipjava.testdata;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A JVM of this Java in a process of its own, for what must not happen to the tests' own. */
public record ChildJvm(List<String> options, Map<String, String> environment) {
    private static final int MINUTES = 10;

    /** What a run left. */
    public record Run(int exitCode, String out, String err) {
        /** This run, which must have ended well and said nothing on stderr. */
        public Run expectSilentSuccess() {
            if (exitCode != 0 || !err.isEmpty()) {
                throw new AssertionError("exit code " + exitCode + "; stdout: " + out + "; stderr: " + err);
            }
            return this;
        }
    }

    /** On this JVM's class path, with these options besides. */
    public static ChildJvm onThisClassPath(String... options) {
        return new ChildJvm(List.of(options), Map.of())
                .with("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    }

    /** With more options. */
    public ChildJvm with(String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return new ChildJvm(List.copyOf(all), environment);
    }

    /** With a variable of the environment. */
    public ChildJvm withVariable(String name, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(name, value);
        return new ChildJvm(options, more);
    }

    /** Runs a class, or whatever comes after the options, to its end. */
    public Run run(String main, String... args) throws IOException, InterruptedException {
        Path out = Files.createTempFile("child-out", "");
        Path err = Files.createTempFile("child-err", "");
        try {
            Process process = builder(main, args)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("still running after " + MINUTES + " min: " + main);
            }
            return new Run(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Starts a class; its streams are pipes. */
    public Process start(String main, String... args) throws IOException {
        return builder(main, args).start();
    }

    private ProcessBuilder builder(String main, String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add(main);
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.matches("CLIP_.*|JDK_JAVA_OPTIONS|JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        return builder;
    }
}
