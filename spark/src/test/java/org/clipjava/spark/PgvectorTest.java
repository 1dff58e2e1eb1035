package org.clipjava.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.clipjava.Embedding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job's output loaded into PostgreSQL with pgvector, as the README tells it: {@code -Ppgvector}. Starts a server of its own, which
 * wants Debian's packages postgresql and postgresql-NN-pgvector; as root it runs as the user postgres.
 */
@EnabledIfSystemProperty(named = "clip.pgvector", matches = "true")
class PgvectorTest {
    private static final String AWKWARD = "a \"quoted\", comma\\ and\nline.png";

    @TempDir
    private Path folder;

    private Path data;
    private List<String> prefix = List.of();

    @BeforeEach
    void startsPostgres() throws Exception {
        if (ProcessHandle.current().info().user().orElse("").equals("root")) {
            prefix = List.of("runuser", "-u", "postgres", "--");
        }
        // a socket's path has to be short
        data = Path.of(
                run(command(prefix, "mktemp", "-d", "/tmp/pgvectorXXXXXX")).strip());
        run(command(prefix, bin("initdb"), "-D", data + "/data", "-U", "postgres", "-A", "trust", "-E", "UTF8"));
        run(command(
                prefix,
                bin("pg_ctl"),
                "-D",
                data + "/data",
                "-l",
                data + "/log",
                "-w",
                "-o",
                "-c listen_addresses='' -k " + data,
                "start"));
    }

    @AfterEach
    void stopsPostgres() throws Exception {
        run(command(prefix, bin("pg_ctl"), "-D", data + "/data", "-m", "immediate", "stop"));
        run(command(prefix, "rm", "-r", data.toString()));
    }

    private static List<String> command(List<String> prefix, String... words) {
        return Stream.concat(prefix.stream(), Stream.of(words)).toList();
    }

    /** The newest PostgreSQL that has pgvector's programs beside it. */
    private static String bin(String program) throws IOException {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin").resolve(program))
                    .filter(Files::isExecutable)
                    .max(Comparator.naturalOrder())
                    .orElseThrow()
                    .toString();
        }
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("pgvector", ".out"); // a server holds a pipe open
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        int code = process.waitFor();
        String said = Files.readString(out);
        Files.delete(out);
        assertEquals(0, code, command + ": " + said);
        return said;
    }

    private String psql(InputStream in, String sql) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "psql", "-h", data.toString(), "-U", "postgres", "-AtqX", "-v", "ON_ERROR_STOP=1", "-c", sql)
                .redirectErrorStream(true)
                .start();
        try (in) {
            in.transferTo(process.getOutputStream());
            process.getOutputStream().close();
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), sql + ": " + said);
        return said.strip();
    }

    private String psql(String sql) throws IOException, InterruptedException {
        return psql(InputStream.nullInputStream(), sql);
    }

    @Test
    void findsInPostgresWhatTheSearchFinds() throws Exception {
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        for (Path picture : LocalSpark.readable()) {
            Files.copy(picture, pictures.resolve(picture.getFileName()));
        }
        Files.copy(LocalSpark.readable().getFirst(), pictures.resolve(AWKWARD));
        Files.writeString(pictures.resolve("broken.png"), "no picture");
        String embeddings = folder.resolve("embeddings").toString();
        PictureEmbedder embedder = new PictureEmbedder(PlacedModel.shared(LocalSpark.model()), Labels.NONE);
        new EmbeddingJob(
                        new Pictures.Files(List.of(pictures.toString())),
                        embedder,
                        embeddings,
                        new RoundSize(2, 3),
                        false)
                .run(LocalSpark.session());
        Path csv = folder.resolve("csv");
        int code = EmbedPictures.run(
                new String[] {"csv", "--embeddings", embeddings, "-o", csv.toString()},
                System.out,
                new PrintStream(System.err, true, StandardCharsets.UTF_8),
                session -> {});
        assertEquals(0, code);
        List<Row> rows = LocalSpark.session()
                .read()
                .parquet(embeddings)
                .where("error IS NULL")
                .collectAsList();
        int dimension = LocalSpark.embedding(rows.getFirst()).length;

        psql("CREATE EXTENSION vector");
        psql("CREATE TABLE pictures (path text PRIMARY KEY, hash text NOT NULL, embedding vector(" + dimension
                + ") NOT NULL)");
        try (Stream<Path> files = Files.list(csv)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".csv")).toList()) {
                psql(Files.newInputStream(file), "COPY pictures FROM STDIN (FORMAT csv)");
            }
        }
        psql("CREATE INDEX ON pictures USING hnsw (embedding vector_cosine_ops)");
        assertEquals(Integer.toString(rows.size()), psql("SELECT count(*) FROM pictures"));
        assertEquals("1", psql("SELECT count(*) FROM pictures WHERE path LIKE '%line.png' AND path LIKE E'%\\n%'"));

        for (Row row : rows) {
            float[] values = LocalSpark.embedding(row);
            List<EmbeddingSearch.Query> query = List.of(new EmbeddingSearch.Query("query", Embedding.of(values)));
            List<Row> nearest = EmbeddingSearch.nearest(
                            LocalSpark.session().read().parquet(embeddings), query, 3)
                    .collectAsList();
            List<String> text = new ArrayList<>();
            for (float value : values) {
                text.add(Float.toString(value));
            }
            String vector = "'[" + String.join(",", text) + "]'";
            String found = psql("SELECT round((1 - (embedding <=> " + vector
                    + "))::numeric, 4) FROM pictures ORDER BY embedding <=> " + vector + " LIMIT 3");
            List<String> cosines = found.lines().toList();
            for (int i = 0; i < 3; i++) {
                assertTrue(
                        Math.abs(Double.parseDouble(cosines.get(i))
                                        - nearest.get(i).<Float>getAs("cosine"))
                                < 2e-4,
                        found + nearest);
            }
        }
    }
}
