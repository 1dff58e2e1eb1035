package org.clipjava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How clip.jar finds its Java, and what passes between the two processes. */
@Tag("thorough")
class LauncherIT {
    private static final ClipJar CLIP = ClipJar.underThisJava();

    @TempDir
    static Path folder;

    private static Path model;

    @BeforeAll
    static void convertsTheTinyCheckpoint() throws Exception {
        model = folder.resolve("tiny.safetensors");
        Path checkpoint = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(folder.resolve("checkpoint"));
        CLIP.run("convert", checkpoint.toString(), "-o", model.toString()).expect(0);
    }

    @Test
    void anOldJavaFindsAFittingOne() throws Exception {
        oldJava()
                .with("JAVA_HOME", CLIP.javaHome().toString())
                .run("--version")
                .expect(0)
                .silent();
    }

    @Test
    void anOldJavaRefusesAClipJavaHomeThatDoesNotFit() throws Exception {
        ClipJar old = oldJava();
        old.with("CLIP_JAVA_HOME", old.javaHome().toString())
                .run("--version")
                .expect(2)
                .oneLineWith("CLIP_JAVA_HOME=" + old.javaHome() + " is Java ");
    }

    @Test
    void aJavaThatIsNotWhatItSaysFailsInItsOwnWords() throws Exception {
        ClipJar old = oldJava();
        Path liar = Files.createDirectories(folder.resolve("liar/bin")).getParent();
        Files.writeString(liar.resolve("release"), "JAVA_VERSION=\"25.0.3\"\n");
        Path java =
                Files.writeString(liar.resolve("bin/java"), "#!/bin/sh\nexec " + old.javaHome() + "/bin/java \"$@\"\n");
        assertTrue(java.toFile().setExecutable(true));

        ClipJar lied = old.with("CLIP_JAVA_HOME", liar.toString());
        // Java 17 does not know the options
        ClipJar.Run run = lied.run("--version").expect(1);
        assertTrue(run.err().contains("Unrecognized option"), run.err());
    }

    @Test
    void startsOneProcessAtMost() throws Exception {
        // told that it is the second JVM already, it runs where it is, without vectors
        CLIP.withJvmOption("-Dclip.launcher.child=true")
                .run("--version")
                .expect(0)
                .silent();
        CLIP.withJvmOption("-Dclip.launcher.child=true")
                .run("embed", "text", "-m", model.toString(), "--kernels", "vector", "x")
                .expect(2)
                .oneLineWith("vector kernels need the module jdk.incubator.vector");
    }

    @Test
    void startsNoProcessWhereTheModuleIsThere() throws Exception {
        ClipJar clip = CLIP.withJvmOption("--add-modules=jdk.incubator.vector");
        Process process = clip.start("classify", "-m", model.toString(), "--labels", "a", "-");
        try {
            Thread.sleep(1000);
            assertEquals(0, process.descendants().count());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void passesJvmOptionsOn() throws Exception {
        CLIP.withJvmOption("-Dclip.kernels=fast")
                .run("tokenize", "-m", model.toString(), "x")
                .expect(2)
                .oneLineWith("fast");
        CLIP.with("CLIP_JAVA_OPTS", " -Dclip.a=b  -Dclip.kernels=fast ")
                .run("tokenize", "-m", model.toString(), "x")
                .expect(2)
                .oneLineWith("fast");
    }

    @Test
    void showsWhatTheSecondJavaSaysOfItsOptions() throws Exception {
        ClipJar.Run run = CLIP.with("CLIP_JAVA_OPTS", "-XX:NoSuchOption").run("--version");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("NoSuchOption"), run.err());
        assertEquals("", run.out());
    }

    @Test
    void readsLettersBeyondAsciiInThePosixLocale() throws Exception {
        ClipJar posix = CLIP.with("LC_ALL", "C");
        assertEquals(
                "Café + 100 % ☕",
                posix.run("tokenize", "-m", model.toString(), "Café + 100 % ☕")
                        .expect(0)
                        .silent()
                        .json()
                        .getAsJsonObject()
                        .get("text")
                        .getAsString());
        Path picture = folder.resolve("Straße ☕.png");
        Files.copy(TestData.committed().path("images/coffee_1x1.png"), picture);
        posix.run("embed", "image", "-m", model.toString(), picture.toString())
                .expect(0)
                .silent();
    }

    @Test
    void runsOnScalarKernelsWhereItCanNotStartAProcess() throws Exception {
        // A runtime image need not have bin/java, and then there is nothing to start.
        ClipJar clip = new ClipJar(withoutLauncher(), CLIP.environment(), CLIP.jvmOptions());
        List<String> command = Stream.concat(
                        Stream.of(clip.javaHome().resolve("bin/embedder").toString(), "-jar"),
                        Stream.of(ClipJar.file().toString(), "embed", "text", "-m", model.toString(), "x"))
                .toList();
        ClipJar.Run run = clip.execute(new byte[0], command).expect(0).oneLineWith("scalar kernels");
        assertEquals(1, run.jsonLines().size());
    }

    @Test
    @Timeout(60)
    void anInterruptEndsBothAndLeavesNoFile() throws Exception {
        Path results = Files.createDirectories(folder.resolve("interrupted"));
        Process process = waitingForAPicture(results);
        List<ProcessHandle> children = process.descendants().toList();
        assertEquals(1, children.size());

        signal("-INT", Long.toString(process.pid()));

        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        assertEquals(130, process.exitValue());
        assertFalse(children.get(0).isAlive());
        assertEquals(List.of(), list(results));
    }

    @Test
    @Timeout(60)
    void anInterruptFromTheTerminalReachesBothAtOnce() throws Exception {
        Path results = Files.createDirectories(folder.resolve("group"));
        List<String> command = Stream.concat(
                        Stream.of("setsid"),
                        CLIP
                                .command(
                                        "embed",
                                        "image",
                                        "-m",
                                        model.toString(),
                                        "-o",
                                        results.resolve("e").toString(),
                                        "-")
                                .stream())
                .toList();
        Process process = CLIP.builder(command).start();
        await(() -> !list(results).isEmpty(), process);
        List<ProcessHandle> children = process.descendants().toList();

        signal("-INT", "-" + process.pid());

        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        assertEquals(130, process.exitValue());
        assertFalse(children.stream().anyMatch(ProcessHandle::isAlive));
        assertEquals(List.of(), list(results));
    }

    @Test
    @Timeout(60)
    void aTerminationEndsBoth() throws Exception {
        Path results = Files.createDirectories(folder.resolve("terminated"));
        Process process = waitingForAPicture(results);
        List<ProcessHandle> children = process.descendants().toList();

        signal("-TERM", Long.toString(process.pid()));

        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        assertEquals(143, process.exitValue());
        assertFalse(children.get(0).isAlive());
        assertEquals(List.of(), list(results));
    }

    @Test
    @Timeout(60)
    void saysThatTheJavaThatItStartedWasKilled() throws Exception {
        Path results = Files.createDirectories(folder.resolve("killed"));
        Process process = waitingForAPicture(results);

        signal(
                "-KILL",
                Long.toString(process.descendants().findFirst().orElseThrow().pid()));

        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        assertEquals(137, process.exitValue());
        String said = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertTrue(said.startsWith("clip: the Java that it started was killed (signal 9)"), said);
        assertEquals(1, said.lines().count(), said);
    }

    /** One that has begun a file there, and reads a picture from a stdin that gives none. */
    private static Process waitingForAPicture(Path results) throws Exception {
        Process process = CLIP.start(
                "embed",
                "image",
                "-m",
                model.toString(),
                "-o",
                results.resolve("e.npy").toString(),
                "-");
        await(() -> !list(results).isEmpty(), process);
        return process;
    }

    private static ClipJar oldJava() {
        assumeTrue(ClipJar.underOldJava().isPresent(), "Maven runs on no Java older than 25");
        return new ClipJar(ClipJar.underOldJava().orElseThrow().javaHome(), java.util.Map.of(), List.of());
    }

    /** This Java with its executable under another name: links, but for the files that tell the JVM where its home is. */
    private static Path withoutLauncher() throws IOException {
        Path real = CLIP.javaHome();
        Path home = Files.createDirectories(folder.resolve("image"));
        link(real, home, "bin", "lib");
        Path lib = Files.createDirectories(home.resolve("lib"));
        link(real.resolve("lib"), lib, "server", "libjli.so");
        Files.copy(real.resolve("lib/libjli.so"), lib.resolve("libjli.so"));
        Path server = Files.createDirectories(lib.resolve("server"));
        link(real.resolve("lib/server"), server, "libjvm.so");
        Files.copy(real.resolve("lib/server/libjvm.so"), server.resolve("libjvm.so"));
        Path bin = Files.createDirectories(home.resolve("bin"));
        Files.copy(real.resolve("bin/java"), bin.resolve("embedder"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        return home;
    }

    private static void link(Path from, Path to, String... except) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!List.of(except).contains(name)) {
                    Files.createSymbolicLink(to.resolve(name), file);
                }
            }
        }
    }

    private static void signal(String signal, String target) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", signal, "--", target)
                        .inheritIO()
                        .start()
                        .waitFor());
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** Something to wait for. */
    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition, Process process) throws Exception {
        while (!condition.holds()) {
            if (!process.isAlive()) {
                throw new AssertionError(
                        "ended early: " + new String(process.getErrorStream().readAllBytes(), UTF_8));
            }
            Thread.sleep(20);
        }
    }
}
