package org.clipjava.cli.input;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisabledOnOs(OS.WINDOWS)
class DecoderCommandTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private static byte[] decoded(String command, Duration most) throws IOException {
        byte[] avif = "\0\0\0\30ftypavif".getBytes(ISO_8859_1);
        return DecoderCommand.parse(command, most).decode(EncodedImage.of(avif, "a.avif"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            printf "P6 %s" {} | P6 /.*/picture.avif
            printf 'P6 %s' <{}> | P6 </.*/picture.avif>
            printf "P6 %s, %s" '' {} | P6 , /.*/picture.avif
            """)
    void wordsAreApartBySpacesOutsideOfQuotes(String command, String written) throws IOException {
        String found = new String(decoded(command, LONG), ISO_8859_1);
        assertTrue(found.matches(written), found);
    }

    @Test
    void itsFileAndThoseBesideItAreGoneAfterwards(@TempDir Path folder) throws IOException {
        Path names = folder.resolve("names");
        decoded("sh -c 'printf \"P6 \" >\"$0.ppm\"; echo \"$0\" >\"$1\"; cat \"$0.ppm\"' {} '" + names + "'", LONG);
        Path file = Path.of(Files.readString(names).strip());
        assertTrue(Files.notExists(file) && Files.notExists(file.resolveSibling("")), file.toString());
    }

    @Test
    @Timeout(30)
    void endsWhatTakesTooLongAndWhatThatHasStarted(@TempDir Path folder) throws Exception {
        Path pid = folder.resolve("pid");
        ImageFormatException thrown = assertThrows(
                ImageFormatException.class,
                () -> decoded("sh -c 'sleep 60 & echo $! >\"$1\"; wait' {} '" + pid + "'", Duration.ofSeconds(1)));
        assertEquals("a.avif: the decoder sh took longer than 1 s", thrown.getMessage());
        long child = Long.parseLong(Files.readString(pid).strip());
        while (ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false)) {
            Thread.sleep(20);
        }
    }

    @Test
    void stopsWhereTheThreadIsInterrupted() {
        Thread.currentThread().interrupt();
        IOException thrown = assertThrows(IOException.class, () -> decoded("sh -c 'sleep 60' {}", LONG));
        assertTrue(Thread.interrupted());
        assertEquals("interrupted while sh decoded a.avif", thrown.getMessage());
    }
}
