package org.clipjava.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.clipjava.Clip;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs on two executors, processes of their own, of which one is killed. */
@Tag("slow")
class ClusterTest {
    private static final int PICTURES = 2000;

    private static final int ROWS = 400_000;
    private static final int FILES = 40;
    private static final int QUERIES = 1000;
    private static final int COMPONENTS = 64;

    @TempDir
    private Path folder;

    @Test
    void losesAndDoublesNothingWhenAnExecutorIsKilled() throws Exception {
        List<Path> pictures = PictureSet.write(folder.resolve("pictures"), PICTURES);
        Path output = folder.resolve("embeddings");
        Process driver = start(
                "--model",
                LocalSpark.model().toString(),
                "--images",
                folder.resolve("pictures").toString(),
                "-o",
                output.toString(),
                "--pictures-per-task",
                "100");
        long done = waitForTasks(driver, output, 4);
        ProcessHandle executor = executors(driver).getFirst();
        assertTrue(executor.destroyForcibly());
        System.err.println("killed one of two executors after " + done + " tasks");
        assertEquals(0, driver.waitFor(), this::log);
        assertTrue(log().contains("2000 pictures: 1980 embedded, 20 with an error"), this::log);
        assertTrue(log().contains("Lost executor"), this::log);

        Map<String, Row> rows = new HashMap<>();
        for (Row row : LocalSpark.session().read().parquet(output.toString()).collectAsList()) {
            assertNull(rows.put(row.getString(0), row), row.getString(0));
        }
        assertEquals(PICTURES, rows.size());
        try (Clip clip = Clip.open(LocalSpark.model())) {
            for (int i = 0; i < PICTURES; i++) {
                Path picture = pictures.get(i);
                Row row = Optional.ofNullable(rows.get("file:" + picture)).orElseThrow();
                boolean broken = i % PictureSet.BROKEN_ONE_IN == PictureSet.BROKEN_ONE_IN - 1;
                assertEquals(broken, row.isNullAt(row.fieldIndex("embedding")), row.getString(0));
                if (!broken) {
                    assertArrayEquals(
                            clip.encodeImage(picture).normalized().toArray(),
                            LocalSpark.embedding(row),
                            0,
                            row.getString(0));
                }
            }
        }
    }

    @Test
    void findsTheSameWhenAnExecutorIsKilled() throws Exception {
        SparkSession spark = LocalSpark.session();
        String vectors = vectors(spark, "vectors", 0, ROWS, FILES);
        String queries = vectors(spark, "queries", ROWS, ROWS + QUERIES, 1);
        Path found = folder.resolve("found");
        Process driver = start("search", "--embeddings", vectors, "--queries", queries, "-o", found.toString());
        while (log().lines().filter(line -> line.contains("Finished task")).count() < 4) {
            assertTrue(driver.isAlive(), this::log);
            Thread.sleep(20);
        }
        ProcessHandle executor = executors(driver).getFirst();
        assertTrue(executor.destroyForcibly());
        assertEquals(0, driver.waitFor(), this::log);
        assertTrue(log().contains("Lost executor"), this::log);
        assertEquals(
                rows(EmbeddingSearch.nearest(
                        spark.read().parquet(vectors),
                        SearchTable.queries(spark.read().parquet(queries)),
                        10)),
                rows(spark.read().parquet(found.toString())));
    }

    /** A table with rows of numbers as they come. */
    private String vectors(SparkSession spark, String name, long first, long last, int files) {
        String table = folder.resolve(name).toString();
        SearchTrial.write(spark.range(first, last, 1, files), COMPONENTS, table);
        return table;
    }

    private static List<String> rows(Dataset<Row> table) {
        return table.collectAsList().stream().map(Row::toString).sorted().toList();
    }

    private Process start(String... arguments) throws IOException {
        // executors are started from a folder of jars; ours are on the class path
        Path home = Files.createDirectories(folder.resolve("home/jars")).getParent();
        String classPath = System.getProperty("java.class.path");
        Path scala = Stream.of(
                        Pattern.compile(File.pathSeparator, Pattern.LITERAL).split(classPath, -1))
                .filter(entry -> entry.contains("scala-library"))
                .map(Path::of)
                .findFirst()
                .orElseThrow();
        Files.createSymbolicLink(home.resolve("jars/scala-library.jar"), scala);
        List<String> javaOptions = ProcessHandle.current().info().arguments().stream()
                .flatMap(Stream::of)
                .filter(option -> option.startsWith("--add-opens") || option.startsWith("--sun-misc"))
                .toList();
        String options = "--add-modules=jdk.incubator.vector " + String.join(" ", javaOptions);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of(
                "-Dspark.master=local-cluster[2,1,2048]",
                "-Dspark.driver.host=127.0.0.1",
                "-Dspark.ui.enabled=false",
                "-Dspark.executor.memory=1g",
                "-Dspark.executor.extraClassPath=" + classPath,
                "-Dspark.executor.extraJavaOptions=" + options,
                "-Dlog4j2.configurationFile=" + loggingTasks(),
                "-cp",
                classPath,
                EmbedPictures.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("driver.log").toFile());
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        return builder.start();
    }

    private Path loggingTasks() throws IOException {
        return Files.writeString(folder.resolve("log4j2.properties"), """
                rootLogger.level = error
                rootLogger.appenderRef.stderr.ref = stderr
                appender.stderr.type = Console
                appender.stderr.name = stderr
                appender.stderr.target = SYSTEM_ERR
                logger.tasks.name = org.apache.spark.scheduler.TaskSetManager
                logger.tasks.level = info
                """);
    }

    /** Waits until some tasks have written what they are to write, and others have not. */
    private long waitForTasks(Process driver, Path output, int tasks) throws Exception {
        Path round = output.resolve("round=0/_temporary/0");
        long done = 0;
        while (done < tasks) {
            assertTrue(driver.isAlive(), this::log);
            Thread.sleep(50);
            if (Files.isDirectory(round)) {
                try (Stream<Path> files = Files.list(round)) {
                    done = files.filter(file -> file.getFileName().toString().startsWith("task_"))
                            .count();
                }
            }
        }
        assertTrue(done < PICTURES / 100 - 2, done + " tasks of " + PICTURES / 100 + " are done: too late to kill");
        assertFalse(Files.exists(output.resolve("round=0/_SUCCESS")));
        return done;
    }

    private static List<ProcessHandle> executors(Process driver) {
        List<ProcessHandle> executors = driver.children().toList(); // it starts no others
        assertEquals(2, executors.size());
        return executors;
    }

    private String log() {
        return text("driver.log");
    }

    private String text(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
