package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.image.RgbImage;
import org.clipjava.testdata.ChildJvm;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Javas that lack something or are set up unusually: clip.jar, and the engine alone as others embed it. */
class RestrictedJvmIT {
    private static final ClipJar CLIP = ClipJar.underThisJava();
    private static final String MODULE = "jdk.incubator.vector";
    private static final String PICTURE =
            TestData.committed().path("images/coffee_small_150x100.png").toString();

    @TempDir
    static Path folder;

    private static Path model;
    private static String expected;

    @BeforeAll
    static void convertsTheTinyCheckpoint() throws Exception {
        model = folder.resolve("tiny.safetensors");
        Path checkpoint = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(folder.resolve("checkpoint"));
        CLIP.run("convert", checkpoint.toString(), "-o", model.toString()).expect(0);
        expected = classify(CLIP).expect(0).silent().out();
    }

    private static ClipJar.Run classify(ClipJar clip) throws Exception {
        return clip.run(
                "classify", "-m", model.toString(), "--labels", "a cat,\u0130zmir,İ", "--format", "json", PICTURE);
    }

    /** The engine alone, on raw pixels: what this prints must be the same wherever it runs. */
    static final class Embedder {
        private Embedder() {}

        public static void main(String[] args) throws IOException {
            byte[] rgb = new byte[3 * 80 * 60];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) (i * 31);
            }
            try (Clip clip = Clip.open(Path.of(args[0]))) {
                Embedding image = clip.encodeImage(RgbImage.of(80, 60, rgb));
                Embedding text = clip.encodeText("a photo of an I\u0130\u0131i");
                System.out.println(image.cosine(text));
            }
        }
    }

    private static Path engine() {
        return Path.of(
                Clip.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    }

    private static Path tests() {
        return Path.of(RestrictedJvmIT.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
    }

    private static double embed(ChildJvm jvm) throws Exception {
        ChildJvm.Run run = jvm.run(Embedder.class.getName(), model.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(
                run.err()
                        .lines()
                        .allMatch(
                                line -> line.matches(".*(incubator|scalar kernels|org.clipjava.backend.CpuBackend).*")),
                run.err());
        return Double.parseDouble(run.out().strip());
    }

    private static ChildJvm onClassPath(String... options) {
        return new ChildJvm(List.of(options), Map.of()).with("-cp", engine() + ":" + tests());
    }

    private static ChildJvm asModule(String... options) {
        return new ChildJvm(List.of(options), Map.of())
                .with("-p", engine().toString(), "--add-modules", "org.clipjava.engine", "-cp", tests().toString());
    }

    /** Vectors add up in another order; the cosine is of about 1. */
    private static final double ROUNDING = 1e-5;

    @Test
    void theEngineRunsOnJavaBaseAlone() throws Exception {
        double full = embed(onClassPath("--add-modules", MODULE));
        assertEquals(full, embed(onClassPath("--limit-modules", "java.base")), ROUNDING);
    }

    @Test
    @Tag("thorough")
    void theEngineRunsOnClassPathAndModulePath() throws Exception {
        assertEquals(embed(onClassPath("--add-modules", MODULE)), embed(asModule("--add-modules", MODULE)));
        assertEquals(embed(onClassPath()), embed(asModule()));
        assertEquals(embed(onClassPath()), embed(asModule("--limit-modules", "java.base,org.clipjava.engine")));
    }

    @Test
    @Tag("thorough")
    void theEngineRunsInARuntimeImage() throws Exception {
        Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
        Path image = folder.resolve("image");
        Process linking = new ProcessBuilder(
                        jlink.toString(),
                        "--module-path",
                        engine().toString(),
                        "--add-modules",
                        "org.clipjava.engine," + MODULE,
                        "--output",
                        image.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(linking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, linking.waitFor(), said);
        ClipJar.Run run = CLIP.execute(
                new byte[0],
                List.of(
                        image.resolve("bin/java").toString(),
                        "--add-modules",
                        "org.clipjava.engine," + MODULE,
                        "-cp",
                        tests().toString(),
                        Embedder.class.getName(),
                        model.toString()));
        run.expect(0);
        assertEquals(
                embed(onClassPath("--add-modules", MODULE)),
                Double.parseDouble(run.out().strip()));
    }

    @Test
    @Tag("thorough")
    void theEngineRunsInALittleHeap() throws Exception {
        assertEquals(
                embed(onClassPath("--add-modules", MODULE)), embed(onClassPath("-Xmx24m", "--add-modules", MODULE)));
    }

    @Test
    @Tag("thorough")
    void withoutTheDesktopModuleAllPicturesAreRead() throws Exception {
        // told that it is the second JVM already, it does not look for a Java that has everything
        ClipJar bare = CLIP.withJvmOption("--limit-modules=java.base,java.logging,java.sql,java.net.http")
                .withJvmOption("-Dclip.launcher.child=true");
        bare.run("--version").expect(0).silent();
        assertEquals(
                1,
                bare.run("embed", "text", "-m", model.toString(), "a cat")
                        .expect(0)
                        .jsonLines()
                        .size());
        assertEquals(best(expected), best(classify(bare).expect(0).out())); // on scalar kernels
        String bmp = TestData.committed().path("decoding/rgb.bmp").toString();
        String tiff = TestData.committed().path("decoding/rgb_lzw.tif").toString();
        ClipJar.Run run = bare.run("embed", "image", "-m", model.toString(), bmp, tiff, PICTURE)
                .expect(0);
        assertEquals(3, run.jsonLines().size());
    }

    @Test
    void withoutTheIncubatorModuleItRunsOnScalarKernels() throws Exception {
        ClipJar.Run run =
                classify(CLIP.withJvmOption("-Dclip.launcher.child=true")).expect(0);
        assertEquals(best(expected), best(run.out()));
    }

    private static String best(String out) {
        JsonObject picture = JsonParser.parseString(out).getAsJsonArray().get(0).getAsJsonObject();
        return picture.toString().replaceAll("[0-9.]+", "#");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Duser.language=tr -Duser.country=TR -Dstdout.encoding=ISO-8859-1 -Dstderr.encoding=US-ASCII",
                "-Duser.language=ar -Duser.extensions=u-nu-arab -Dfile.encoding=ISO-8859-1",
                "-Duser.language=th -Duser.country=TH -Duser.extensions=u-nu-thai-ca-buddhist"
                        + " -Duser.timezone=Asia/Kathmandu -Xmx64m"
            })
    @Tag("thorough")
    void resultsDependOnNoLocaleZoneOrCharset(String options) throws Exception {
        ClipJar.Run run =
                classify(CLIP.with("CLIP_JAVA_OPTS", options)).expect(0).silent();
        assertEquals(expected, run.out());
    }

    @Test
    @Tag("thorough")
    void needsNoFileThatItMayWrite() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc")), "not Linux");
        // where not even root makes a file
        ClipJar.Run run = classify(CLIP.with("HOME", "/proc")
                        .with("XDG_CACHE_HOME", "/proc")
                        .with("CLIP_JAVA_OPTS", "-Djava.io.tmpdir=/proc -Duser.home=/proc"))
                .expect(0)
                .silent();
        assertEquals(expected, run.out());
    }

    @Test
    @Tag("thorough")
    void saysNothingOfNativeAccess() throws Exception {
        for (List<String> command : List.of(
                List.of("--version"),
                List.of("classify", "--labels", "cat", PICTURE),
                List.of("embed", "text", "-m", model.toString(), "x"))) {
            String said = CLIP.run(command.toArray(String[]::new)).expect(0).err();
            assertTrue(said.lines().allMatch(line -> line.startsWith("clip: ")), said);
        }
    }

    @Test
    void theJarHoldsNoNativeLibrary() throws Exception {
        try (ZipFile jar = new ZipFile(ClipJar.file().toFile())) {
            List<String> libraries = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.matches(".*\\.(so|dll|dylib|jnilib)"))
                    .toList();
            assertEquals(List.of(), libraries);
        }
    }
}
