package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left under a file's name when its disk is full, or its process is killed: the old file, or none. */
@Tag("thorough")
class BrokenOffIT {
    private static final ClipJar CLIP = ClipJar.underThisJava();

    /** {@code -Dclip.kills=200} for the long run. */
    private static final int KILLS = Integer.getInteger("clip.kills", 3);

    private static final String PICTURE =
            TestData.committed().path("images/coffee_small_150x100.png").toString();

    @TempDir
    static Path folder;

    private static Path checkpoint;
    private static Path model;

    @BeforeAll
    static void convertsTheTinyCheckpoint() throws Exception {
        model = folder.resolve("tiny.safetensors");
        checkpoint = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(folder.resolve("checkpoint"));
        CLIP.run("convert", checkpoint.toString(), "-o", model.toString()).expect(0);
    }

    private static List<String> command(String kind, Path target) {
        List<String> command = new ArrayList<>();
        switch (kind) {
            case "convert" -> command.addAll(List.of("convert", checkpoint.toString()));
            case "labels" -> {
                command.addAll(List.of("labels", "-m", model.toString(), "--labels"));
                command.add(labels());
            }
            default -> {
                command.addAll(List.of("embed", "image", "-m", model.toString(), "--format", "npy"));
                command.addAll(Collections.nCopies(64, PICTURE));
            }
        }
        command.addAll(List.of("-o", target.toString()));
        return command;
    }

    private static String labels() {
        StringBuilder labels = new StringBuilder("a");
        for (int i = 0; i < 60; i++) {
            labels.append(",label ").append(i);
        }
        return labels.toString();
    }

    /** A limit on the size of files stands in for the disk: writing past it fails with an error, as ENOSPC does. */
    @ParameterizedTest
    @ValueSource(strings = {"convert", "labels", "embed"})
    void aFullDiskIsOneLineAndLeavesTheOldFileAlone(String kind) throws Exception {
        Path own = Files.createDirectories(folder.resolve("full-" + kind));
        Path target = Files.writeString(own.resolve("result"), "old");
        List<String> limited = new ArrayList<>(List.of("bash", "-c", "trap '' XFSZ; ulimit -f 4; exec \"$@\"", "bash"));
        limited.addAll(CLIP.with("CLIP_JAVA_OPTS", "-XX:-UsePerfData")
                .command(command(kind, target).toArray(String[]::new)));

        ClipJar.Run run = CLIP.with("CLIP_JAVA_OPTS", "-XX:-UsePerfData -Xshare:auto")
                .execute(new byte[0], limited)
                .expect(8);

        assertTrue(run.err().startsWith("clip: ") && run.err().contains("File too large"), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertEquals("old", Files.readString(target));
        assertEquals(List.of("result"), names(own));
    }

    @Test
    void aMachineWithoutRoomIsOneLine() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/full")), "not Linux");
        ClipJar.Run run = CLIP.run("embed", "text", "-m", model.toString(), "-o", "/dev/full", "a")
                .expect(8)
                .oneLineWith("-o /dev/full: No space left on device");
        assertEquals("", run.out());
        // of the same kind: a cache that can't be written, and a heap that is too small
        for (String label : List.of("a", "b")) {
            Path labelled = Files.createDirectories(folder.resolve("labelled").resolve(label));
            Files.copy(Path.of(PICTURE), labelled.resolve("x.png"));
        }
        CLIP.run("eval", folder.resolve("labelled").toString(), "--resume", "--cache", "/proc/none")
                .expect(8)
                .oneLineWith("--resume: /proc/none: ");
        Path labels = folder.resolve("huge.txt");
        Files.write(labels, new byte[48 << 20]);
        CLIP.with("CLIP_JAVA_OPTS", "-Xmx24m")
                .run(
                        "labels",
                        "-m",
                        model.toString(),
                        "--labels-file",
                        labels.toString(),
                        "-o",
                        folder + "/l.classifier")
                .expect(8)
                .oneLineWith("out of memory (Java heap space); give Java more: CLIP_JAVA_OPTS=-Xmx8g");
    }

    @ParameterizedTest
    @ValueSource(strings = {"convert", "labels", "embed"})
    void aKillAtAnyTimeLeavesTheOldFileOrTheNew(String kind) throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Path own = Files.createDirectories(folder.resolve("killed-" + kind));
        Path target = own.resolve("result");
        // without the launcher in between, so that it is the process which writes that dies
        ClipJar clip = CLIP.withJvmOption("--add-modules=jdk.incubator.vector");
        long start = System.nanoTime();
        assertTrue(clip.start(command(kind, target).toArray(String[]::new)).waitFor(2, TimeUnit.MINUTES));
        long whole = System.nanoTime() - start;
        byte[] complete = Files.readAllBytes(target);
        Path rows = own.resolve("result.names.txt"); // beside an array
        String completeRows = Files.exists(rows) ? Files.readString(rows) : "";
        int halves = 0;
        int done = 0;
        for (int i = 0; i < KILLS; i++) {
            boolean replaces = random.nextBoolean();
            if (replaces) {
                Files.writeString(target, "old");
            } else {
                Files.deleteIfExists(target);
            }
            Process process = clip.start(command(kind, target).toArray(String[]::new));
            // most of the time goes by before anything is written
            process.waitFor((long) (whole * (0.3 + 0.8 * random.nextDouble())), TimeUnit.NANOSECONDS);
            process.destroyForcibly().waitFor();
            String which = "seed " + seed + ", kill " + i;
            if (!Files.exists(target)) {
                assertFalse(replaces, which);
            } else if (Files.size(target) == 3) {
                assertTrue(replaces, which);
            } else {
                assertEquals(-1, Arrays.mismatch(complete, Files.readAllBytes(target)), which);
                done++;
            }
            for (String name : names(own)) {
                if (own.resolve(name).equals(rows)) {
                    assertEquals(completeRows, Files.readString(rows), which);
                } else if (!name.equals("result")) {
                    assertTrue(name.startsWith(".result.") && name.endsWith(".tmp"), which + ": " + name);
                    halves++;
                    Files.delete(own.resolve(name));
                }
            }
        }
        System.out.println(kind + ": killed " + KILLS + " times (seed " + seed + "), " + done + " had ended, " + halves
                + " left a half under a temporary name");
        if (!kind.equals("embed")) {
            try (SafetensorsFile readable = SafetensorsFile.open(Files.write(target, complete))) {
                assertFalse(readable.tensors().isEmpty());
            }
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
