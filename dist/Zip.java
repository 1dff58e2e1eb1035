import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Packs a folder into a zip with the right to execute kept, and with the same bytes each time: {@code Zip FOLDER FILE TIME}. Java's own
 * writers of zips keep no rights ({@code ZipOutputStream}) or write today's times (its file system).
 */
final class Zip {
    private static final int UNIX = 3;
    private static final int VERSION = 20;
    private static final int NAMES_ARE_UTF8 = 1 << 11;
    private static final int DEFLATED = 8;

    private record Entry(byte[] name, int crc, int packed, int size, int mode, int offset) {}

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Entry> entries = new java.util.ArrayList<>();
    private final int time;

    private Zip(LocalDateTime at) {
        int date = (at.getYear() - 1980) << 9 | at.getMonthValue() << 5 | at.getDayOfMonth();
        time = date << 16 | at.getHour() << 11 | at.getMinute() << 5 | at.getSecond() / 2;
    }

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]).toAbsolutePath();
        Zip zip = new Zip(LocalDateTime.ofInstant(Instant.parse(args[2]), ZoneOffset.UTC));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = folder.getParent().relativize(file).toString().replace('\\', '/');
                zip.add(name, Files.readAllBytes(file), Files.isExecutable(file) ? 0100755 : 0100644);
            }
        }
        Files.write(Path.of(args[1]), zip.finish());
    }

    private void add(String name, byte[] content, int mode) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try (DeflaterOutputStream deflating = new DeflaterOutputStream(packed, deflater)) {
            deflating.write(content);
        } finally {
            deflater.end();
        }
        byte[] encoded = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Entry entry = new Entry(encoded, (int) crc.getValue(), packed.size(), content.length, mode, out.size());
        entries.add(entry);
        little(0x04034b50, 4);
        common(entry);
        out.write(encoded);
        packed.writeTo(out);
    }

    private void common(Entry entry) {
        little(VERSION, 2);
        little(NAMES_ARE_UTF8, 2);
        little(DEFLATED, 2);
        little(time, 4);
        little(entry.crc, 4);
        little(entry.packed, 4);
        little(entry.size, 4);
        little(entry.name.length, 2);
        little(0, 2);
    }

    private byte[] finish() throws IOException {
        int directory = out.size();
        for (Entry entry : entries) {
            little(0x02014b50, 4);
            little(UNIX << 8 | VERSION, 2);
            common(entry);
            little(0, 2);
            little(0, 2);
            little(0, 2);
            little(entry.mode << 16, 4);
            little(entry.offset, 4);
            out.write(entry.name);
        }
        int size = out.size() - directory;
        little(0x06054b50, 4);
        little(0, 4);
        little(entries.size(), 2);
        little(entries.size(), 2);
        little(size, 4);
        little(directory, 4);
        little(0, 2);
        return out.toByteArray();
    }

    private void little(int value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write(value >>> 8 * i);
        }
    }
}
