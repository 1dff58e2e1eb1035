package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code clip}, in a copy of the project whose Maven only notes that it was called. */
@Tag("thorough")
class ClipScriptIT {
    private static final Instant OLD = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NEW = OLD.plusSeconds(60);

    /** Where it matters only whether a jar is built and started, this is the jar: it says so, in a tenth of the time. */
    public static final class Stub {
        private Stub() {}

        public static void main(String[] args) {
            System.out.println("clip stub");
        }
    }

    @TempDir
    static Path shared;

    @TempDir
    Path root;

    private static Path stub;
    private ClipJar environment;

    @BeforeAll
    static void packsTheStub() throws IOException {
        stub = shared.resolve("stub.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Stub.class.getName());
        String entry = Stub.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(stub), manifest);
                InputStream bytes =
                        Objects.requireNonNull(Stub.class.getClassLoader().getResourceAsStream(entry))) {
            jar.putNextEntry(new ZipEntry(entry));
            bytes.transferTo(jar);
        }
    }

    @BeforeEach
    void copiesTheProject() throws IOException {
        Files.copy(
                TestData.projectRoot().resolve("clip"),
                root.resolve("clip"),
                java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        touch(write("pom.xml", ""), OLD);
        for (String module : modules().toList()) {
            touch(write(module + "/pom.xml", ""), OLD);
            touch(write(module + "/src/main/java/A.java", ""), OLD);
            for (String directory : List.of("/src/main/java", "/src/main", "")) {
                touch(root.resolve(module + directory), OLD);
            }
        }
        Path mvn = write(
                "bin/mvn",
                "#!/bin/sh\necho building; echo $JAVA25_HOME > '%1$s/called'; echo \"$*\" > '%1$s/arguments'\nmkdir -p cli/target && cp '%2$s' cli/target/clip.jar\n"
                        .formatted(root, stub));
        assertTrue(mvn.toFile().setExecutable(true));
        environment = ClipJar.underThisJava()
                .with("CLIP_JAVA_HOME", ClipJar.underThisJava().javaHome().toString())
                .with("PATH", root.resolve("bin") + ":/usr/bin:/bin");
    }

    @Test
    void buildsTheJarWhenItIsMissing() throws Exception {
        ClipJar.Run run = script("--version").expect(0);
        assertTrue(run.out().startsWith("clip "), run.out());
        assertTrue(run.err().contains("building"), "the build speaks on stderr: " + run.err());
        assertEquals(
                ClipJar.underThisJava().javaHome().toString(),
                Files.readString(root.resolve("called")).strip(),
                "the build's JDK is the one found");
    }

    @Test
    void readsLettersBeyondAsciiInALocaleThatIsNotInstalled() throws Exception {
        jar(ClipJar.file(), NEW);
        for (String locale : List.of("xx_XX.UTF-8", "C", "C.UTF-8", "")) {
            environment = environment.with("LC_ALL", locale);
            ClipJar.Run run = script("inspect", "/nowhere/ü日本").expect(3);
            assertTrue(run.err().contains("/nowhere/ü日本: no such model file"), locale + ": " + run.err());
        }
    }

    @Test
    void buildsLean() throws Exception {
        script("--version").expect(0);
        assertTrue(Files.readString(root.resolve("arguments")).contains(" -Plean package "));
    }

    @Test
    void archivesClassesAfterARunThatEncodesAlone() throws Exception {
        Path resources = Path.of("launcher/src/main/resources/org/clipjava/launcher");
        for (String file : List.of("jvm.options", "class-archives")) {
            Path source = TestData.projectRoot().resolve(resources).resolve(file);
            touch(write(resources.resolve(file).toString(), Files.readString(source)), OLD);
        }
        jar(ClipJar.file(), Instant.now().plusSeconds(60)); // the folders are new
        environment =
                environment.with("XDG_CACHE_HOME", root.resolve("user's cache").toString());

        script("--version").expect(0);
        assertEquals(List.of(), archives());
        script("classify").expect(2);
        assertEquals(1, archives().size(), "of a run that did not encode, and so not for good");
        long few = Files.size(archives().getFirst());
        script("embed", "text", "a snail").expect(0);
        assertEquals(few, Files.size(archives().getFirst()), "of texts, which load no decoder");
        String snail = TestData.committed().path("pictograms/snail.png").toString();
        script("embed", "image", snail).expect(0);
        assertEquals(2, archives().size(), "with the note that it is whole");
        long all = Files.size(archives().getFirst());
        assertTrue(all > 1.2 * few, few + " B, then " + all + " B");
        script("classify").expect(2);
        assertEquals(all, Files.size(archives().getFirst()));
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("user's cache/clip-java"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("classes-"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void runsTheJarWhenItIsNewerThanTheSources() throws Exception {
        jar(ClipJar.file(), NEW);
        ClipJar.Run run = script("tokenize").expect(2);
        assertTrue(run.err().contains("TEXT"), run.err());
        assertTrue(Files.notExists(root.resolve("called")));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void buildsTheJarWhenASourceIsNewer(String module) throws Exception {
        jar(stub, NEW);
        touch(root.resolve(module + "/src/main/java/A.java"), NEW.plusSeconds(1));
        expectBuild(true);
    }

    /** All modules of the project, as its own pom lists them, and one that nobody has thought of yet. */
    static Stream<String> modules() throws IOException {
        String pom = Files.readString(TestData.projectRoot().resolve("pom.xml"));
        List<String> modules = Pattern.compile("<module>([^<]+)</module>")
                .matcher(pom)
                .results()
                .map(match -> match.group(1))
                .filter(module -> Files.isDirectory(TestData.projectRoot().resolve(module + "/src/main")))
                .filter(module -> !module.contains("/")) // of profiles: they use what is in the jar
                .toList();
        assertTrue(modules.containsAll(List.of("engine", "eval", "measurement", "models", "cli")), modules.toString());
        return Stream.concat(modules.stream(), Stream.of("search"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pom.xml", "launcher/pom.xml", "search/pom.xml"})
    void buildsTheJarWhenAPomIsNewer(String pom) throws Exception {
        jar(stub, NEW);
        touch(root.resolve(pom), NEW.plusSeconds(1));
        expectBuild(true);
    }

    @Test
    void buildsTheJarWhenAFileWasRemoved() throws Exception {
        jar(stub, NEW);
        Files.delete(root.resolve("eval/src/main/java/A.java"));
        touch(root.resolve("eval/src/main/java"), NEW.plusSeconds(1));
        expectBuild(true);
    }

    @Test
    void doesNotBuildTheJarForATest() throws Exception {
        jar(stub, NEW);
        touch(write("engine/src/test/java/A.java", ""), NEW.plusSeconds(1));
        touch(write("docs/cli.md", ""), NEW.plusSeconds(1));
        expectBuild(false);
    }

    private void expectBuild(boolean expected) throws Exception {
        ClipJar.Run run = script("--version").expect(0);
        assertEquals(expected, Files.exists(root.resolve("called")), run.err());
        assertEquals(expected, run.err().contains("clip: building " + root.resolve("cli/target/clip.jar")), run.err());
    }

    @Test
    void saysThatMavenIsMissing() throws Exception {
        Path tools = Files.createDirectories(root.resolve("tools"));
        for (String tool : List.of("sh", "dirname", "readlink", "sed", "grep", "find", "head", "awk")) {
            Path path = Path.of("/usr/bin", tool);
            Files.createSymbolicLink(tools.resolve(tool), Files.exists(path) ? path : Path.of("/bin", tool));
        }
        environment = environment.with("PATH", tools.toString());
        script("--version").expect(2).oneLineWith("needs Maven");
    }

    @Test
    void refusesAClipJavaHomeThatDoesNotFit() throws Exception {
        environment = environment.with("CLIP_JAVA_HOME", "/nowhere");
        script("--version").expect(2).oneLineWith("CLIP_JAVA_HOME=/nowhere");
    }

    @Test
    void isReachedThroughALinkFromAnotherFolder() throws Exception {
        jar(stub, NEW);
        Path link = Files.createSymbolicLink(
                Files.createDirectories(root.resolve("elsewhere")).resolve("c"), Path.of("../clip"));
        environment.execute(new byte[0], List.of(link.toString(), "--version")).expect(0);
    }

    private ClipJar.Run script(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(root.resolve("clip").toString()));
        command.addAll(List.of(args));
        return environment.execute(new byte[0], command);
    }

    private void jar(Path program, Instant time) throws IOException {
        Path jar = root.resolve("cli/target/clip.jar");
        Files.createDirectories(jar.getParent());
        Files.copy(program, jar);
        touch(jar, time);
    }

    private Path write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    private static void touch(Path path, Instant time) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(time));
    }
}
