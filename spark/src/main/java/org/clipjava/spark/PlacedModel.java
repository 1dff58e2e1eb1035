package org.clipjava.spark;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.SparkFiles;
import org.apache.spark.sql.SparkSession;
import org.clipjava.io.Sha256;

/**
 * Where an executor finds the model file, and what it must find there. This alone travels with tasks; each JVM opens the file once.
 * A file of another name than its own, as {@code openai/clip-vit-base-patch32}, {@link org.clipjava.models.Models} finds.
 *
 * @param place whether Spark has sent it, or all machines see it
 * @param location its name among {@link SparkFiles}, or its path
 * @param sha256 of the file, 64 digits; empty if any file will do
 */
public record PlacedModel(Place place, String location, String sha256) implements Serializable {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");

    /** How the file gets to an executor. */
    public enum Place {
        /** Spark fetches it for each executor. */
        SENT,
        /** It lies at the same path everywhere, on a shared file system or in the machines' image. */
        SHARED
    }

    /** Checks the location and the digits of the hash. */
    public PlacedModel {
        sha256 = sha256.toLowerCase(Locale.ROOT);
        if (location.isBlank()) {
            throw new IllegalArgumentException("expected where the model is, found a blank");
        }
        if (!sha256.isEmpty() && !DIGITS.matcher(sha256).matches()) {
            throw new IllegalArgumentException(
                    "SHA-256 of the model " + location + ": expected 64 hexadecimal digits, found '" + sha256 + "'");
        }
    }

    /** A session of Spark 4 on a cluster does not see files that its context sends, unless this is false when it is made. */
    static final String ISOLATION = "spark.sql.artifact.isolation.enabled";

    /**
     * Has Spark send a file of this machine to all executors, which then expect what is in it now.
     *
     * @throws IllegalStateException if the session keeps files to itself: {@code spark.sql.artifact.isolation.enabled} has to be
     *     false when it is made, except in local mode
     */
    public static PlacedModel send(SparkSession spark, Path file) throws IOException {
        boolean local = spark.sparkContext().isLocal();
        if (!local && Boolean.parseBoolean(spark.conf().get(ISOLATION, "true"))) {
            throw new IllegalStateException(
                    file + ": Spark would not give this session's executors the file; make the session with "
                            + ISOLATION + "=false, or put the model where all machines see it");
        }
        String sha256 = Sha256.of(file);
        spark.sparkContext().addFile(file.toAbsolutePath().toString());
        return new PlacedModel(Place.SENT, String.valueOf(file.getFileName()), sha256);
    }

    /** A file that this machine and all executors see at the same path; they expect what this machine sees in it now. */
    public static PlacedModel shared(Path file) throws IOException {
        return new PlacedModel(Place.SHARED, file.toAbsolutePath().toString(), Sha256.of(file));
    }

    /** What {@code spark.clip.model} means: a path, or the bare name of a file that {@code --files} has sent. */
    static PlacedModel named(String name, String sha256) {
        boolean bare = name.indexOf('/') < 0 && name.indexOf('\\') < 0;
        return new PlacedModel(bare ? Place.SENT : Place.SHARED, name, sha256);
    }

    Optional<String> expectedSha256() {
        return sha256.isEmpty() ? Optional.empty() : Optional.of(sha256);
    }

    /** Where it is on the machine that asks. */
    Path path() {
        return switch (place) {
            case SENT -> Path.of(SparkFiles.get(location));
            case SHARED -> Path.of(location);
        };
    }
}
