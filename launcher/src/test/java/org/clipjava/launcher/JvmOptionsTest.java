package org.clipjava.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JvmOptionsTest {
    @TempDir
    Path home;

    private final Map<String, String> environment = new HashMap<>();

    @Test
    void usersOptionsComeLast() {
        environment.put("CLIP_JAVA_OPTS", " -Xmx2g  -Dx=y ");

        List<String> options = options("-Xss2m");

        assertEquals(List.of("-Xss2m", "-Xmx2g", "-Dx=y"), options.subList(options.size() - 3, options.size()));
        assertTrue(options.contains("-XX:+UseSerialGC"), options.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"CLIP_JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"})
    void usersCollectorIsTheOnlyOne(String variable) {
        environment.put(variable, "-XX:+UseParallelGC");

        assertFalse(options().contains("-XX:+UseSerialGC"));
    }

    @Test
    void archivesClassesInTheUsersCache() {
        Path folder = home.resolve(".cache/clip-java");
        String file = archive(options());

        assertEquals(folder, Path.of(file).getParent());
        assertTrue(Files.isDirectory(folder));
        assertEquals(file, archive(options()), "for the same jar");
        assertFalse(file.equals(archive(with(home.toString()).options("b.jar", "25.0.3", List.of(), "eval"))));

        environment.put("XDG_CACHE_HOME", home.resolve("elsewhere").toString());
        assertEquals(
                home.resolve("elsewhere/clip-java"), Path.of(archive(options())).getParent());
    }

    @Test
    void archivesTheClassesOfAChangedJarAnew() throws IOException {
        Path jar = Files.writeString(home.resolve("clip.jar"), "old");
        Path old = wholeArchive(archiveOf(jar));
        Path others = wholeArchive(Path.of(archive(options())));
        assertEquals(old, archiveOf(jar));
        assertTrue(Files.exists(old));

        Files.writeString(jar, "newer");

        assertNotEquals(old, archiveOf(jar));
        assertTrue(Files.notExists(old) && Files.notExists(note(old)));
        assertTrue(Files.exists(others) && Files.exists(note(others)));
        Path sameSize = archiveOf(jar);
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000_000_000L));
        assertNotEquals(sameSize, archiveOf(jar));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--version",
                "doctor",
                "tokenize",
                "--threads",
                "help",
                "Rank",
                "labels",
                "embed",
                "# The archive of"
            })
    void makesNoArchiveForACommandThatLoadsFewClasses(String argument) throws IOException {
        String archive = archive(options());

        assertFalse(optionsOf(argument).toString().contains("Archive"));
        assertFalse(with(home.toString())
                .options("a.jar", "25.0.3", List.of())
                .toString()
                .contains("Archive"));

        Files.writeString(Path.of(archive), "");
        assertEquals(archive, archive(optionsOf(argument)));
        assertFalse(optionsOf(argument).contains("-XX:+AutoCreateSharedArchive"));
    }

    @Test
    void textsAloneMakeNoArchive() throws IOException {
        assertTrue(optionsOf("embed", "image").contains("-XX:+AutoCreateSharedArchive"));
        assertFalse(optionsOf("embed", "text").toString().contains("Archive"));
    }

    @Test
    void makesAnewWhatARunLeftThatDidNotComeToItsEnd() throws IOException {
        Path archive = Files.writeString(Path.of(archive(options())), "of a few classes");

        assertTrue(optionsOf("tokenize").toString().contains(archive.toString()) && Files.exists(archive));
        List<String> options = options();
        assertTrue(Files.notExists(archive));
        assertTrue(options.contains("-XX:+AutoCreateSharedArchive"));
        assertTrue(options.contains("-Dclip.launcher.whole=" + note(archive)), options.toString());

        wholeArchive(archive);
        assertTrue(options().toString().contains(archive.toString()) && Files.exists(archive));
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "index", "search"})
    void whatLoadsOtherClassesHasAnArchiveOfItsOwn(String command) throws IOException {
        Path classes = wholeArchive(Path.of(archive(options())));
        Path own = wholeArchive(Path.of(archive(optionsOf(command))));

        assertNotEquals(classes, own);
        assertTrue(optionsOf(command, "--draft").contains("-XX:+AutoCreateSharedArchive"));
        assertEquals(classes.toString(), archive(options()));
        assertTrue(Files.exists(classes) && Files.exists(own));
    }

    @Test
    void whatLooksIntoAnIndexStartsWithTheArchiveOfSearch() throws IOException {
        assertFalse(optionsOf("similar").toString().contains("Archive"));
        Path searches = wholeArchive(Path.of(archive(optionsOf("search"))));

        for (String command : List.of("similar", "duplicates", "tag")) {
            assertEquals(searches.toString(), archive(optionsOf(command)));
            assertFalse(optionsOf(command).contains("-XX:+AutoCreateSharedArchive"));
        }
    }

    private static Path wholeArchive(Path archive) throws IOException {
        Files.writeString(note(archive), "");
        return Files.writeString(archive, "");
    }

    private static Path note(Path archive) {
        return Path.of(archive + ".whole");
    }

    private List<String> optionsOf(String... arguments) {
        return with(home.toString()).options("a.jar", "25.0.3", List.of(), arguments);
    }

    private Path archiveOf(Path jar) {
        return Path.of(archive(with(home.toString()).options(jar.toString(), "25.0.3", List.of(), "classify")));
    }

    @Test
    void goesWithoutAnArchiveWhereItCannotWrite() throws IOException {
        environment.put(
                "XDG_CACHE_HOME", Files.writeString(home.resolve("a file"), "").toString());

        assertFalse(options().toString().contains("SharedArchiveFile"));
    }

    @Test
    void goesWithoutAnArchiveWhereTheUserHasNoHome() {
        assertFalse(with("?")
                .options("a.jar", "25.0.3", List.of(), "classify")
                .toString()
                .contains("SharedArchiveFile"));
        assertFalse(Files.exists(Path.of("?")));
    }

    @Test
    void leavesArchivesToAUserWhoAsksForOne() {
        environment.put("CLIP_JAVA_OPTS", "-Xshare:off");

        assertFalse(options().toString().contains("SharedArchiveFile"));
    }

    @Test
    void nativeAccessIsForThoseWhoAskForMachineCode() {
        String access = "--enable-native-access=ALL-UNNAMED";
        JvmOptions options = with(home.toString());
        for (String[] asking : new String[][] {
            {"classify", "--backend", "machinecode", "x.png"},
            {"--backend=machinecode", "doctor"}
        }) {
            assertTrue(options.options("a.jar", "25.0.3", List.of(), asking).contains(access));
        }
        assertTrue(options.options("a.jar", "25.0.3", List.of("-Dclip.backend=machinecode"), "doctor")
                .contains(access));
        for (String[] others : new String[][] {
            {"classify", "--backend", "cpu", "machinecode"}, {"classify", "machinecode", "--backend"}, {}
        }) {
            List<String> found = options.options("a.jar", "25.0.3", List.of(), others);
            assertFalse(found.contains(access));
            assertTrue(found.contains("--illegal-native-access=deny"));
        }
    }

    private List<String> options(String... given) {
        return with(home.toString()).options("a.jar", "25.0.3", List.of(given), "embed", "image");
    }

    private JvmOptions with(String userHome) {
        return new JvmOptions(environment, new UserFolders(environment, userHome, "Linux"));
    }

    private static String archive(List<String> options) {
        String prefix = "-XX:SharedArchiveFile=";
        return options.stream()
                .filter(option -> option.startsWith(prefix))
                .findFirst()
                .orElseThrow()
                .substring(prefix.length());
    }
}
