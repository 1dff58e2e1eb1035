package org.clipjava.index;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.lang.GeoLocation;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.GpsDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Reads what a camera has written into a file. A file that says nothing sensible is one of which nothing is known. */
final class ShotReader {
    private static final System.Logger LOGGER = System.getLogger(ShotReader.class.getName());

    /** As EXIF has it; seconds may be followed by anything. */
    private static final DateTimeFormatter EXIF = DateTimeFormatter.ofPattern("uuuu:MM:dd HH:mm:ss", Locale.ROOT);

    private static final int EXIF_LENGTH = 19;
    private static final int EARLIEST_YEAR = 1800;

    private ShotReader() {}

    /** Of a whole file. */
    static Shot read(byte[] file, String name) {
        Metadata metadata;
        try {
            metadata = isJpeg(file)
                    ? JpegMetadataReader.readMetadata(new ByteArrayInputStream(file), List.of(new ExifReader()))
                    : ImageMetadataReader.readMetadata(new ByteArrayInputStream(file), file.length);
        } catch (ImageProcessingException | IOException | RuntimeException e) {
            // The reader throws all kinds of things on data that are damaged; the picture itself may be fine.
            LOGGER.log(System.Logger.Level.DEBUG, "no metadata of " + name, e);
            return Shot.UNKNOWN;
        }
        return new Shot(taken(metadata), place(metadata), camera(metadata));
    }

    /** Of which nothing but EXIF is read: the library would look into each of its tables, too. */
    private static boolean isJpeg(byte[] file) {
        return file.length > 2 && (file[0] & 0xff) == 0xff && (file[1] & 0xff) == 0xd8;
    }

    private static Optional<LocalDateTime> taken(Metadata metadata) {
        return text(metadata, ExifSubIFDDirectory.class, ExifSubIFDDirectory.TAG_DATETIME_ORIGINAL)
                .flatMap(ShotReader::time)
                .or(() -> text(metadata, ExifSubIFDDirectory.class, ExifSubIFDDirectory.TAG_DATETIME_DIGITIZED)
                        .flatMap(ShotReader::time))
                .or(() -> text(metadata, ExifIFD0Directory.class, ExifIFD0Directory.TAG_DATETIME)
                        .flatMap(ShotReader::time));
    }

    private static Optional<LocalDateTime> time(String exif) {
        if (exif.length() < EXIF_LENGTH) {
            return Optional.empty();
        }
        try {
            LocalDateTime time = LocalDateTime.parse(exif.substring(0, EXIF_LENGTH), EXIF);
            return Optional.of(time).filter(known -> known.getYear() >= EARLIEST_YEAR);
        } catch (DateTimeException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "no time: " + exif, e);
            return Optional.empty(); // 0000:00:00 00:00:00 where the clock was never set
        }
    }

    private static Optional<Place> place(Metadata metadata) {
        return Optional.ofNullable(metadata.getFirstDirectoryOfType(GpsDirectory.class))
                .map(GpsDirectory::getGeoLocation)
                .filter(place -> !place.isZero())
                .filter(ShotReader::isOnEarth)
                .map(place -> new Place(place.getLatitude(), place.getLongitude()));
    }

    private static boolean isOnEarth(GeoLocation place) {
        return Math.abs(place.getLatitude()) <= 90 && Math.abs(place.getLongitude()) <= 180;
    }

    private static Optional<String> camera(Metadata metadata) {
        String make = text(metadata, ExifIFD0Directory.class, ExifIFD0Directory.TAG_MAKE)
                .orElse("");
        String model = text(metadata, ExifIFD0Directory.class, ExifIFD0Directory.TAG_MODEL)
                .orElse("");
        String brand = make.isEmpty() ? "" : make.split(" ", 2)[0];
        boolean named = model.toLowerCase(Locale.ROOT).startsWith(brand.toLowerCase(Locale.ROOT));
        String camera = (named ? model : make + " " + model).strip();
        return Optional.of(camera).filter(text -> !text.isEmpty());
    }

    private static Optional<String> text(Metadata metadata, Class<? extends Directory> type, int tag) {
        for (Directory directory : metadata.getDirectoriesOfType(type)) {
            String text =
                    Objects.requireNonNullElse(directory.getString(tag), "").strip();
            if (!text.isEmpty()) {
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }
}
