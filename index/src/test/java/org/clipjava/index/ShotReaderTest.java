package org.clipjava.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** EXIF as cameras write it, and as it is found in the wild. */
class ShotReaderTest {
    private static final int ASCII = 2;
    private static final int LONG = 4;
    private static final int RATIONAL = 5;

    private static final int MAKE = 0x10f;
    private static final int MODEL = 0x110;
    private static final int EXIF_FOLDER = 0x8769;
    private static final int GPS_FOLDER = 0x8825;
    private static final int TAKEN = 0x9003;

    private record Field(int tag, int type, int count, byte[] value) {
        static Field text(int tag, String text) {
            byte[] bytes = (text + "\0").getBytes(StandardCharsets.US_ASCII);
            return new Field(tag, ASCII, bytes.length, bytes);
        }

        static Field pointer(int tag, int offset) {
            return new Field(tag, LONG, 1, ByteBuffer.allocate(4).putInt(offset).array());
        }

        static Field degrees(int tag, int degrees, int minutes, int seconds) {
            ByteBuffer bytes = ByteBuffer.allocate(24);
            for (int part : new int[] {degrees, minutes, seconds}) {
                bytes.putInt(part).putInt(1);
            }
            return new Field(tag, RATIONAL, 3, bytes.array());
        }
    }

    /** A directory of TIFF at an offset, big-endian, with its values behind it. */
    private static byte[] directory(int offset, List<Field> fields) {
        ByteBuffer bytes = ByteBuffer.allocate(1000);
        int values = offset + 2 + 12 * fields.size() + 4;
        ByteArrayOutputStream behind = new ByteArrayOutputStream();
        bytes.putShort((short) fields.size());
        for (Field field : fields) {
            bytes.putShort((short) field.tag).putShort((short) field.type).putInt(field.count);
            if (field.value.length <= 4) {
                bytes.put(Arrays.copyOf(field.value, 4));
            } else {
                bytes.putInt(values + behind.size());
                behind.writeBytes(field.value);
            }
        }
        bytes.putInt(0).put(behind.toByteArray());
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private static byte[] jpeg(String make, String model, String taken, List<Field> gps) throws IOException {
        byte[] tiff = new byte[600];
        ByteBuffer out = ByteBuffer.wrap(tiff);
        out.put(new byte[] {'M', 'M', 0, 42}).putInt(8);
        out.put(
                8,
                directory(
                        8,
                        List.of(
                                Field.text(MAKE, make),
                                Field.text(MODEL, model),
                                Field.pointer(EXIF_FOLDER, 200),
                                Field.pointer(GPS_FOLDER, 300))));
        out.put(200, directory(200, List.of(Field.text(TAKEN, taken))));
        out.put(300, directory(300, gps));
        byte[] picture = Files.readAllBytes(Pictograms.folder().resolve("banana.jpg"));
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        jpeg.write(picture, 0, 2);
        int length = 2 + 6 + tiff.length;
        jpeg.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe1, (byte) (length >> 8), (byte) length});
        jpeg.writeBytes("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        jpeg.writeBytes(tiff);
        jpeg.write(picture, 2, picture.length - 2);
        return jpeg.toByteArray();
    }

    private static List<Field> gps(String northOrSouth, int degrees) {
        return List.of(
                Field.text(1, northOrSouth),
                Field.degrees(2, degrees, 30, 36),
                Field.text(3, "E"),
                Field.degrees(4, 13, 24, 0));
    }

    @Test
    void readsTimePlaceAndCamera() throws IOException {
        Shot shot =
                ShotReader.read(jpeg("NIKON CORPORATION", "NIKON D90", "2021:05:31 23:59:58", gps("S", 52)), "x.jpg");
        assertEquals(Optional.of(LocalDateTime.of(2021, 5, 31, 23, 59, 58)), shot.taken());
        assertEquals(Optional.of("NIKON D90"), shot.camera());
        assertEquals(-52.51, shot.place().orElseThrow().latitude(), 1e-9);
        assertEquals(13.4, shot.place().orElseThrow().longitude(), 1e-9);
    }

    @Test
    void putsTheMakerBeforeAModelThatDoesNotNameIt() throws IOException {
        Shot shot = ShotReader.read(jpeg("Canon", "EOS 5D", "2021:05:31 23:59:58", gps("N", 1)), "x.jpg");
        assertEquals(Optional.of("Canon EOS 5D"), shot.camera());
    }

    @Test
    void knowsNothingOfWhatMakesNoSense() throws IOException {
        Shot shot = ShotReader.read(jpeg("", "", "0000:00:00 00:00:00", gps("N", 95)), "x.jpg");
        assertEquals(Shot.UNKNOWN, shot);
        assertEquals(Shot.UNKNOWN, ShotReader.read(jpeg(" ", "", "yesterday", List.of()), "x.jpg"));
        assertEquals(Shot.UNKNOWN, ShotReader.read(new byte[0], "x.jpg"));
        byte[] cut = Arrays.copyOf(jpeg("Canon", "EOS", "2021:05:31 23:59:58", gps("N", 1)), 300);
        assertEquals(Optional.empty(), ShotReader.read(cut, "x.jpg").place());
    }
}
