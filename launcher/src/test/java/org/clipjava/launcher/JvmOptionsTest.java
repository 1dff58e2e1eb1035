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
        assertFalse(file.equals(archive(with(home.toString()).options("b.jar", "25.0.3", List.of()))));

        environment.put("XDG_CACHE_HOME", home.resolve("elsewhere").toString());
        assertEquals(
                home.resolve("elsewhere/clip-java"), Path.of(archive(options())).getParent());
    }

    @Test
    void archivesTheClassesOfAChangedJarAnew() throws IOException {
        Path jar = Files.writeString(home.resolve("clip.jar"), "old");
        Path old = Files.writeString(archiveOf(jar), "");
        Path others = Files.writeString(Path.of(archive(options())), "");
        assertEquals(old, archiveOf(jar));

        Files.writeString(jar, "newer");

        assertNotEquals(old, archiveOf(jar));
        assertTrue(Files.notExists(old) && Files.exists(others));
        Path sameSize = archiveOf(jar);
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000_000_000L));
        assertNotEquals(sameSize, archiveOf(jar));
    }

    private Path archiveOf(Path jar) {
        return Path.of(archive(with(home.toString()).options(jar.toString(), "25.0.3", List.of())));
    }

    @Test
    void goesWithoutAnArchiveWhereItCannotWrite() throws IOException {
        environment.put(
                "XDG_CACHE_HOME", Files.writeString(home.resolve("a file"), "").toString());

        assertFalse(options().toString().contains("SharedArchiveFile"));
    }

    @Test
    void goesWithoutAnArchiveWhereTheUserHasNoHome() {
        assertFalse(with("?").options("a.jar", "25.0.3", List.of()).toString().contains("SharedArchiveFile"));
        assertFalse(Files.exists(Path.of("?")));
    }

    @Test
    void leavesArchivesToAUserWhoAsksForOne() {
        environment.put("CLIP_JAVA_OPTS", "-Xshare:off");

        assertFalse(options().toString().contains("SharedArchiveFile"));
    }

    private List<String> options(String... given) {
        return with(home.toString()).options("a.jar", "25.0.3", List.of(given));
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
