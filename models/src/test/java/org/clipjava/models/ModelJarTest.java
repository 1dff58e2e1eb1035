package org.clipjava.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.clipjava.Clip;
import org.clipjava.ClipModels;
import org.clipjava.config.WeightType;
import org.clipjava.convert.CheckpointConverter;
import org.clipjava.convert.ConversionListener;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelJarTest {
    private static final String NAME = "acme/tiny";
    private static final ModelJar COORDINATES = ModelJar.of("com.acme:clip-model-tiny:1.0");

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path jar;

    @BeforeAll
    static void packsAModel() throws IOException {
        Path checkpoint = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(folder.resolve("tiny"));
        model = folder.resolve("tiny.safetensors");
        CheckpointConverter.convert(checkpoint, model, WeightType.F32, ConversionListener.SILENT);
        jar = folder.resolve(COORDINATES.fileName());
        COORDINATES.write(model, NAME, jar);
    }

    @Test
    void isFoundByItsNameOnTheClassPath() throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            try (Clip packed = ClipModels.load(NAME);
                    Clip ofFile = Clip.open(model)) {
                assertEquals(ofFile.encodeText("a cat"), packed.encodeText("a cat"));
                assertEquals(ofFile.fingerprint(), packed.fingerprint());
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void isAModuleThatProvidesTheService() {
        var descriptor = ModuleFinder.of(jar)
                .find("com.acme.clip.model.tiny")
                .orElseThrow()
                .descriptor();

        assertEquals(
                Set.of("java.base", "org.clipjava.engine"),
                descriptor.requires().stream().map(it -> it.name()).collect(Collectors.toSet()));
        assertEquals(
                List.of("com.acme.clip.model.tiny.PackedModel"),
                descriptor.provides().iterator().next().providers());
        assertThrows(
                FindException.class,
                () -> Configuration.resolve(
                        ModuleFinder.of(jar),
                        List.of(ModuleLayer.boot().configuration()),
                        ModuleFinder.of(),
                        Set.of(descriptor.name())),
                "it needs the engine");
    }

    @Test
    void hasTheCoordinatesThatMavenReads() throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            Properties properties = new Properties();
            properties.load(zip.getInputStream(zip.getEntry("META-INF/maven/com.acme/clip-model-tiny/pom.properties")));

            assertEquals("com.acme", properties.getProperty("groupId"));
            assertEquals("1.0", properties.getProperty("version"));
            String pom = new String(
                    zip.getInputStream(zip.getEntry("META-INF/maven/com.acme/clip-model-tiny/pom.xml"))
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
            assertTrue(pom.contains("<artifactId>clip-model-tiny</artifactId>"), pom);
            assertEquals(
                    ZipEntry.STORED,
                    zip.getEntry("META-INF/clip-java/models/acme/tiny.safetensors")
                            .getMethod());
        }
    }

    @Test
    void hasTheSameBytesEachTime() throws IOException {
        Path again = folder.resolve("again.jar");

        COORDINATES.write(model, NAME, again);

        assertArrayEquals(Files.readAllBytes(jar), Files.readAllBytes(again));
    }

    @Test
    void refusesWhatIsNoModel() throws IOException {
        Path other = Files.writeString(folder.resolve("no-model.safetensors"), "no model");
        Path to = folder.resolve("of-no-model.jar");

        assertThrows(ModelFormatException.class, () -> COORDINATES.write(other, NAME, to));
        assertThrows(
                NoSuchFileException.class, () -> COORDINATES.write(folder.resolve("missing.safetensors"), NAME, to));
        assertTrue(Files.notExists(to), "a jar without a model");
    }

    @Test
    void refusesCoordinatesThatAreNone() {
        for (String text : List.of("com.acme", "com.acme:x", "a:b:c:d", "com.acme:x:", "a:b/c:1", "../a:b:1")) {
            assertThrows(IllegalArgumentException.class, () -> ModelJar.of(text), text);
        }
    }
}
