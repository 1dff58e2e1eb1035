package org.clipjava.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaHomeTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"25.0.3,25", "25,25", "1.8.0_402,8", "17.0.15,17", "26-ea,26", "9,9", "1,1", "unknown,0", "'',0"})
    void readsTheFeatureNumber(String version, int feature) {
        assertEquals(feature, JavaHome.feature(version));
    }

    @ParameterizedTest
    @CsvSource({
        "25.0.10,25.0.9,1",
        "26-ea,25.0.3,1",
        "25,25.0.0,0",
        "25.0.3,25.0.3,0",
        "9.0.1,25,-1",
        "25.0.3_20261124123456789,25.0.3,0"
    })
    void comparesVersionsByNumber(String first, String second, int order) {
        assertEquals(order, Integer.signum(JavaHome.compareVersions(first, second)));
        assertEquals(-order, Integer.signum(JavaHome.compareVersions(second, first)));
    }

    @Test
    void fitsWithTheNeededVersionAndTheVectorModule() throws IOException {
        assertTrue(
                JavaHome.in(JavaHomes.complete(folder, "25.0.3")).orElseThrow().fits());
        assertTrue(JavaHome.in(JavaHomes.make(folder, "JAVA_VERSION=\"25\"\n"))
                .orElseThrow()
                .fits());
    }

    @Test
    void saysWhyItDoesNotFit() throws IOException {
        assertEquals(
                "Java 17.0.15",
                JavaHome.in(JavaHomes.complete(folder, "17.0.15")).orElseThrow().unfitness());
        assertEquals(
                "Java 25 without the module jdk.incubator.vector",
                JavaHome.in(JavaHomes.withoutVectors(folder, "25"))
                        .orElseThrow()
                        .unfitness());
        JavaHomes.complete(folder, "25");
        Files.delete(folder.resolve("bin/java"));
        assertEquals(
                "Java 25 without bin/java", JavaHome.in(folder).orElseThrow().unfitness());
    }

    @Test
    void isNotThereWithoutAReleaseFileThatNamesAVersion() throws IOException {
        assertFalse(JavaHome.in(folder).isPresent());
        assertFalse(JavaHome.in(folder.resolve("missing")).isPresent());
        Files.write(folder.resolve("release"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, '\n', '='});
        assertFalse(JavaHome.in(folder).isPresent());
    }

    @Test
    void knowsTheJavaThatRunsThis() {
        assertEquals(
                Path.of(System.getProperty("java.home")),
                JavaHome.ofThisProcess().folder());
        assertTrue(JavaHome.ofThisProcess().fits(), JavaHome.ofThisProcess().unfitness());
    }
}
