package org.clipjava.cli.input;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImageFormatException;
import org.clipjava.io.Shown;

/**
 * A program that writes a picture to its stdout as PNG or Netpbm (PPM). It is started once for each picture, without a shell, and given a
 * file with the picture's bytes, whatever the user's file is called, in a folder of its own that is deleted afterwards.
 */
public final class DecoderCommand {
    /** What stands for the file. */
    private static final String FILE = "{}";

    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
    private static final List<String> WRITTEN = List.of("PNG", "NETPBM");
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final List<String> words;
    private final Duration most;

    private DecoderCommand(List<String> words, Duration most) {
        this.words = List.copyOf(words);
        this.most = most;
    }

    /**
     * Reads {@code magick {} png:-}: words apart by spaces; those with spaces in them stand in quotes, single or double.
     *
     * @param most that it may take for a picture
     * @throws IllegalArgumentException if it names no program that there is, or has no {@code {}}
     */
    public static DecoderCommand parse(String command, Duration most) {
        List<String> words =
                WORD.matcher(command).results().map(DecoderCommand::word).toList();
        if (words.size() < 2 || words.stream().skip(1).noneMatch(word -> word.contains(FILE))) {
            throw new IllegalArgumentException(
                    "expected a program, and {} where the picture's file goes, as in 'magick {} png:-'; found "
                            + Shown.quoted(command));
        }
        if (!isThere(words.getFirst())) {
            throw new IllegalArgumentException("found no program " + Shown.quoted(words.getFirst())
                    + " in the folders of PATH; install it, or give its path");
        }
        return new DecoderCommand(words, most);
    }

    private static String word(MatchResult found) {
        return Stream.of(1, 2, 3)
                .map(group -> Optional.ofNullable(found.group(group)))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isThere(String program) {
        if (program.contains("/") || program.contains(File.separator)) {
            return Files.isExecutable(Path.of(program));
        }
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(path)
                .filter(folder -> !folder.isEmpty())
                .flatMap(folder -> Stream.of(program, program + ".exe").map(name -> Path.of(folder, name)))
                .anyMatch(Files::isExecutable);
    }

    /**
     * What the program writes.
     *
     * @return the file of a PNG or Netpbm picture
     * @throws ImageFormatException if it fails, takes too long, or writes too much or something else
     */
    byte[] decode(EncodedImage encoded) throws IOException {
        Path folder = Files.createTempDirectory("clip-decoder-");
        Path file = folder.resolve("picture." + end(encoded.format()));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        try {
            Files.write(file, encoded.bytes());
            int exitCode = run(encoded.name(), file, out, err);
            if (exitCode != 0) {
                throw failure(encoded, "ended with exit code " + exitCode + lastLine(err));
            }
            byte[] written = Files.readAllBytes(out);
            try (EncodedImage picture = EncodedImage.of(written, encoded.name())) {
                if (!WRITTEN.contains(picture.format())) {
                    throw failure(
                            encoded, "wrote " + picture.format() + ", not a PNG or PPM, to stdout" + lastLine(err));
                }
            }
            return written;
        } finally {
            delete(folder);
        }
    }

    /** With what the program left there. */
    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.toList().reversed();
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
    }

    private static String end(String format) {
        return switch (format) {
            case "JPEG_XL" -> "jxl";
            default -> format.toLowerCase(Locale.ROOT);
        };
    }

    private int run(String name, Path file, Path out, Path err) throws IOException {
        Process process = new ProcessBuilder(words.stream()
                        .map(word -> word.replace(FILE, file.toString()))
                        .toList())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            process.getOutputStream().close();
            long end = System.nanoTime() + most.toNanos();
            while (!process.waitFor(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() > end) {
                    throw failure(name, "took longer than " + most.toSeconds() + " s");
                }
                if (Files.size(out) > ImageDecoder.MAX_ENCODED_BYTES) {
                    throw failure(name, "wrote more than " + ImageDecoder.MAX_ENCODED_BYTES + " bytes");
                }
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + words.getFirst() + " decoded " + name, e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private ImageFormatException failure(EncodedImage encoded, String what) {
        return failure(encoded.name(), what);
    }

    private ImageFormatException failure(String name, String what) {
        return new ImageFormatException(name + ": the decoder " + Shown.line(words.getFirst()) + " " + what);
    }

    /** The last line that a program wrote, for a message. */
    private static String lastLine(Path err) throws IOException {
        byte[] bytes = Files.readAllBytes(err);
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        String last = text.substring(text.lastIndexOf('\n') + 1).strip();
        return last.isEmpty() ? "" : ": " + Shown.line(last);
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
