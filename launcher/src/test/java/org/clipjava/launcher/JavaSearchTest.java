package org.clipjava.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaSearchTest {
    @TempDir
    Path folder;

    @Test
    void takesTheNewestOfTheUsualFolders() throws Exception {
        JavaHomes.complete(folder.resolve("jvm/a"), "25.0.3");
        Path newest = JavaHomes.complete(folder.resolve("jvm/b"), "25.0.10");
        JavaHomes.complete(folder.resolve("jvm/c"), "17.0.15");
        JavaHomes.withoutVectors(folder.resolve("jvm/d"), "27");

        assertEquals(newest, search(Map.of()).find().folder());
    }

    @Test
    void resolvesTheTailBelowEachChild() throws Exception {
        Path home = JavaHomes.complete(folder.resolve("mac/temurin-25.jdk/Contents/Home"), "25");

        JavaSearch search =
                new JavaSearch(Map.of(), List.of(new JavaSearch.Place(folder.resolve("mac"), "Contents/Home")));

        assertEquals(home, search.find().folder());
    }

    @Test
    void prefersJavaHomeToANewerJavaInTheUsualFolders() throws Exception {
        JavaHomes.complete(folder.resolve("jvm/a"), "26");
        Path hinted = JavaHomes.complete(folder.resolve("hinted"), "25");

        assertEquals(
                hinted, search(Map.of("JAVA_HOME", hinted.toString())).find().folder());
    }

    @Test
    void goesOnWhereJavaHomeDoesNotFit() throws Exception {
        Path fitting = JavaHomes.complete(folder.resolve("jvm/a"), "25");
        Path old = JavaHomes.complete(folder.resolve("hinted"), "21");

        assertEquals(fitting, search(Map.of("JAVA_HOME", old.toString())).find().folder());
        assertEquals(fitting, search(Map.of("JAVA_HOME", "no\0path")).find().folder());
    }

    @Test
    void prefersClipJavaHomeToAll() throws Exception {
        JavaHomes.complete(folder.resolve("jvm/a"), "26");
        Path ordered = JavaHomes.complete(folder.resolve("ordered"), "25");
        Path hinted = JavaHomes.complete(folder.resolve("hinted"), "27");

        assertEquals(
                ordered,
                search(Map.of("CLIP_JAVA_HOME", ordered.toString(), "JAVA_HOME", hinted.toString()))
                        .find()
                        .folder());
    }

    @Test
    void refusesAClipJavaHomeThatDoesNotFitThoughAnotherWould() throws Exception {
        JavaHomes.complete(folder.resolve("jvm/a"), "25");
        Path old = JavaHomes.complete(folder.resolve("ordered"), "21.0.2");

        assertEquals("CLIP_JAVA_HOME=" + old + " is Java 21.0.2", failure(Map.of("CLIP_JAVA_HOME", old.toString())));
        assertEquals(
                "CLIP_JAVA_HOME=/nowhere is no Java home (it has no release file)",
                failure(Map.of("CLIP_JAVA_HOME", "/nowhere")));
    }

    @Test
    void findsTheJavaOfThePathAsWindowsNamesIt() throws Exception {
        Path home = JavaHomes.complete(folder.resolve("somewhere"), "25");
        Files.move(home.resolve("bin/java"), home.resolve("bin/java.exe"));

        assertEquals(
                home.toRealPath(),
                search(Map.of("PATH", home.resolve("bin").toString())).find().folder());
    }

    @Test
    void findsTheJavaOfThePathThroughLinks() throws Exception {
        Path home = JavaHomes.complete(folder.resolve("somewhere"), "25");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), home.resolve("bin/java"));

        String path = "/nowhere" + java.io.File.pathSeparator + java.io.File.pathSeparator + bin;
        assertEquals(home.toRealPath(), search(Map.of("PATH", path)).find().folder());
    }

    @Test
    void saysWhereItLookedInOneLine() throws IOException {
        Path old = JavaHomes.complete(folder.resolve("hinted"), "17.0.15");

        String message = failure(Map.of("JAVA_HOME", old.toString()));

        assertEquals(
                "none found in CLIP_JAVA_HOME (not set), JAVA_HOME (Java 17.0.15), PATH, " + folder.resolve("jvm"),
                message);
        assertTrue(failure(Map.of("JAVA_HOME", "/nowhere")).contains("JAVA_HOME (no Java home)"));
    }

    @Test
    void knowsTheUsualFoldersOfEachPlatform() {
        Optional<Path> home = Optional.of(Path.of("/home/u"));
        assertEquals(6, JavaSearch.usualPlaces("Linux", home, Map.of()).size());
        assertEquals(
                4, JavaSearch.usualPlaces("Linux", Optional.empty(), Map.of()).size());
        assertEquals(6, JavaSearch.usualPlaces("Mac OS X", home, Map.of()).size());
        assertEquals(
                9,
                JavaSearch.usualPlaces("Windows 11", home, Map.of("ProgramFiles", "/Programs"))
                        .size());
    }

    private String failure(Map<String, String> environment) {
        return assertThrows(
                        JavaSearch.NoFittingJavaException.class,
                        () -> search(environment).find())
                .getMessage();
    }

    private JavaSearch search(Map<String, String> environment) {
        return new JavaSearch(environment, List.of(new JavaSearch.Place(folder.resolve("jvm"), "")));
    }
}
