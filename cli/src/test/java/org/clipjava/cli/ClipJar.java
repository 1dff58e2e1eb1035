package org.clipjava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** {@code java -jar clip.jar} as a user starts it: a process, its streams and its exit code. */
record ClipJar(Path javaHome, Map<String, String> environment, List<String> jvmOptions) {
    private static final int SECONDS = 120;

    /** What a run left. */
    record Run(int exitCode, String out, String err) {
        Run expect(int code) {
            assertEquals(code, exitCode, "exit code; stdout: " + out + "; stderr: " + err);
            return this;
        }

        /** Nothing but the expected on stderr, the incubator warning included. */
        Run silent() {
            assertEquals("", err);
            return this;
        }

        Run oneLineWith(String text) {
            assertTrue(err.startsWith("clip: ") && err.indexOf('\n') == err.length() - 1, "one line on stderr: " + err);
            assertTrue(err.contains(text), err);
            return this;
        }

        JsonElement json() {
            return JsonParser.parseString(out);
        }

        List<JsonElement> jsonLines() {
            assertTrue(out.isEmpty() || out.endsWith("\n"), out);
            return out.lines().map(JsonParser::parseString).toList();
        }
    }

    static Path file() {
        return Path.of(System.getProperty("clip.jar"));
    }

    /** The Java 25 that runs this test. */
    static ClipJar underThisJava() {
        return new ClipJar(Path.of(System.getProperty("java.home")), Map.of(), List.of());
    }

    /** Maven's Java, where that is too old to run the commands itself. */
    static Optional<ClipJar> underOldJava() {
        Path home = Path.of(System.getProperty("clip.test.maven-java-home"));
        try {
            boolean old = Files.readAllLines(home.resolve("release")).stream()
                    .anyMatch(line -> line.matches("JAVA_VERSION=\"(1\\.8|9|1[0-9]|2[0-4])\\b.*"));
            ClipJar jar = underThisJava();
            return old
                    ? Optional.of(new ClipJar(home, Map.of("CLIP_JAVA_HOME", jar.javaHome.toString()), List.of()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    ClipJar with(String variable, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(variable, value);
        return new ClipJar(javaHome, more, jvmOptions);
    }

    ClipJar withJvmOption(String option) {
        List<String> more = new ArrayList<>(jvmOptions);
        more.add(option);
        return new ClipJar(javaHome, environment, more);
    }

    List<String> command(String... args) {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin/java").toString());
        command.addAll(jvmOptions);
        command.add("-jar");
        command.add(file().toString());
        command.addAll(List.of(args));
        return command;
    }

    Run run(String... args) throws IOException, InterruptedException {
        return run(new byte[0], args);
    }

    Run run(byte[] stdin, String... args) throws IOException, InterruptedException {
        return execute(stdin, command(args));
    }

    /** Any command in this environment. */
    Run execute(byte[] stdin, List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("clip-out", "");
        Path err = Files.createTempFile("clip-err", "");
        try {
            Process process = builder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(stdin);
            } catch (IOException e) {
                // The command need not read what it is given.
                assertTrue(String.valueOf(e.getMessage()).contains("pipe"), e.toString());
            }
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running after " + SECONDS + " s: " + command);
            }
            return new Run(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    Process start(String... args) throws IOException {
        return builder(command(args)).start();
    }

    ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> env = builder.environment();
        // What the developer's shell says must not decide.
        env.keySet()
                .removeIf(name ->
                        name.matches("CLIP_.*|HF_.*|JAVA_HOME|JDK_JAVA_OPTIONS|JAVA_TOOL_OPTIONS|(?i:.*_proxy)"));
        env.putAll(environment);
        return builder;
    }
}
