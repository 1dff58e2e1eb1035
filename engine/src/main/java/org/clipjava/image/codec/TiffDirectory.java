package org.clipjava.image.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The first directory of a TIFF file, which is also what EXIF is: integers by tag.
 *
 * <p>Read as Pillow reads it: the last of several entries counts, entries of unknown type are skipped, and where the
 * directory or a value reaches beyond the data, what was read before stands. A broken header means no entries.
 */
public final class TiffDirectory {
    public static final int WIDTH = 256;
    public static final int HEIGHT = 257;
    public static final int BITS_PER_SAMPLE = 258;
    public static final int COMPRESSION = 259;
    public static final int PHOTOMETRIC = 262;
    public static final int STRIP_OFFSETS = 273;
    public static final int ORIENTATION = 274;
    public static final int SAMPLES_PER_PIXEL = 277;
    public static final int COLOR_MAP = 320;
    public static final int TILE_OFFSETS = 324;
    public static final int ROWS_PER_STRIP = 278;
    public static final int STRIP_BYTES = 279;
    public static final int PLANAR = 284;
    public static final int FAX_OPTIONS = 292;
    public static final int PREDICTOR = 317;
    public static final int TILE_WIDTH = 322;
    public static final int TILE_HEIGHT = 323;
    public static final int TILE_BYTES = 325;
    public static final int EXTRA_SAMPLES = 338;
    public static final int SAMPLE_FORMAT = 339;
    public static final int JPEG_TABLES = 347;
    public static final int JPEG_OFFSET = 513;
    public static final int YCBCR_COEFFICIENTS = 529;
    public static final int YCBCR_SUBSAMPLING = 530;
    public static final int REFERENCE_BLACK_WHITE = 532;
    public static final int FILL_ORDER = 266;

    /** Bytes of a value by its type; 0: unknown. */
    private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8};

    /** A plain TIFF has no more. */
    private static final int MOST_ENTRIES = 0xffff;

    private static final long MOST_OF_32_BITS = 0xffff_ffffL;

    private final ByteBuffer data;
    private final Map<Integer, Entry> entries = new HashMap<>();

    private boolean cut;

    private record Entry(int type, int count, int at) {}

    /** Bytes of the number of entries, of an entry, and of a count, a place or a small value in it. */
    private enum Form {
        PLAIN(2, 12, 4),
        BIG(8, 20, 8);

        private final int number;
        private final int entry;
        private final int field;

        Form(int number, int entry, int field) {
            this.number = number;
            this.entry = entry;
            this.field = field;
        }
    }

    private TiffDirectory(byte[] tiff) {
        boolean bigEndian = tiff.length > 0 && tiff[0] == 'M';
        data = ByteBuffer.wrap(tiff).order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads what there is; a broken header is one without entries. */
    public static TiffDirectory read(byte[] tiff) {
        TiffDirectory directory = new TiffDirectory(tiff);
        if (tiff.length >= 8 && tiff[0] == tiff[1] && (tiff[0] == 'I' || tiff[0] == 'M')) {
            if (directory.isMagic(directory.data.getShort(2))) {
                directory.readEntries(Form.PLAIN, directory.unsigned(4));
            }
        }
        return directory;
    }

    /** The same of a whole file, which may be a BigTIFF; EXIF is none. */
    public static TiffDirectory ofFile(byte[] file) {
        if (file.length < 16 || !isBig(file[0], file[1], file[2], file[3])) {
            return read(file);
        }
        TiffDirectory directory = new TiffDirectory(file);
        directory.readEntries(Form.BIG, directory.data.getLong(8));
        return directory;
    }

    private static boolean isBig(int first, int second, int third, int fourth) {
        return (first == 'I' && second == 'I' && third == 43 && fourth == 0)
                || (first == 'M' && second == 'M' && third == 0 && fourth == 43);
    }

    private void readEntries(Form form, long start) {
        if (start < 0 || start > data.limit() - form.number) {
            return;
        }
        long n = form == Form.BIG ? data.getLong((int) start) : data.getShort((int) start) & 0xffff;
        for (long i = 0; i < n; i++) {
            long entry = start + form.number + form.entry * i;
            if (entry + form.entry > data.limit()) {
                cut = true;
                return;
            }
            if (!readEntry(form, (int) entry)) {
                return;
            }
        }
    }

    /** False if its value is not in the file. */
    private boolean readEntry(Form form, int at) {
        int type = data.getShort(at + 2) & 0xffff;
        int bytes = type < TYPE_BYTES.length ? TYPE_BYTES[type] : 0;
        long count = field(form, at + 4);
        if (bytes == 0 || count == 0) {
            return true;
        }
        int inside = at + 4 + form.field;
        boolean small = count > 0 && count <= form.field / bytes;
        long value = small ? inside : field(form, inside);
        if (!small
                && (count < 0 || count > data.limit() / bytes || value < 0 || value > data.limit() - count * bytes)) {
            return false;
        }
        entries.put(data.getShort(at) & 0xffff, new Entry(type, (int) count, (int) value));
        return true;
    }

    private long field(Form form, int at) {
        return form == Form.BIG ? data.getLong(at) : unsigned(at);
    }

    /** Pillow takes the number with its bytes exchanged, too, and of the two byte orders' BigTIFF one for plain TIFF. */
    private boolean isMagic(int number) {
        return number == 42 || number == 42 << 8 || (number == 43 && bigEndian());
    }

    /** Width x height, of the first directory; empty where it has not both, as numbers of 16 or 32 bits. */
    public static OptionalLong pixels(FileBytes file) throws IOException {
        boolean bigEndian = file.u8(0) == 'M';
        Form form = isBig(file.u8(0), file.u8(1), file.u8(2), file.u8(3)) ? Form.BIG : Form.PLAIN;
        long start = form == Form.BIG ? number(file, 8, 8, bigEndian) : number(file, 4, 4, bigEndian);
        long width = 0;
        long height = 0;
        long n = Math.min(number(file, start, form.number, bigEndian), MOST_ENTRIES);
        for (long i = 0; i < n; i++) {
            long at = start + form.number + form.entry * i;
            int tag = (int) number(file, at, 2, bigEndian);
            if (tag > HEIGHT) {
                break; // they are in order
            }
            int type = (int) number(file, at + 2, 2, bigEndian);
            long value = type == 3 || type == 4 ? number(file, at + 4 + form.field, TYPE_BYTES[type], bigEndian) : 0;
            width = tag == WIDTH ? value : width;
            height = tag == HEIGHT ? value : height;
        }
        return Codec.pixels(width, height);
    }

    private static long number(FileBytes file, long at, int bytes, boolean bigEndian) throws IOException {
        return bigEndian ? file.bigEndian(at, bytes) : file.littleEndian(at, bytes);
    }

    private long unsigned(int at) {
        return data.getInt(at) & 0xffffffffL;
    }

    /** The tag's first value, if it is an integer of 16 or 32 bits, or a signed byte; those of 32 bits wrap round. */
    public OptionalInt first(int tag) {
        Entry entry = entries.get(tag);
        if (entry == null) {
            return OptionalInt.empty();
        }
        return switch (entry.type) {
            case 3 -> OptionalInt.of(data.getShort(entry.at) & 0xffff);
            case 6 -> OptionalInt.of(data.get(entry.at));
            case 8 -> OptionalInt.of(data.getShort(entry.at));
            case 4, 9, 13 -> OptionalInt.of(data.getInt(entry.at));
            default -> OptionalInt.empty();
        };
    }

    /** How many values the tag has; 0 without it. */
    public int count(int tag) {
        Entry entry = entries.get(tag);
        return entry == null ? 0 : entry.count;
    }

    /** Whether the file ends before its directory does. */
    public boolean isCut() {
        return cut;
    }

    /** Whether numbers have their highest byte first. */
    public boolean bigEndian() {
        return data.order() == ByteOrder.BIG_ENDIAN;
    }

    /** The tag's value {@code i}, below {@link #count}, if it is an integer, else 0. */
    public long unsigned(int tag, int i) {
        Entry entry = entries.get(tag);
        if (entry == null) {
            return 0;
        }
        return switch (entry.type) {
            case 1, 6 -> data.get(entry.at + i) & 0xff;
            case 3, 8 -> data.getShort(entry.at + 2 * i) & 0xffff;
            case 4, 9, 13 -> unsigned(entry.at + 4 * i);
            case 16 -> {
                long value = data.getLong(entry.at + 8 * i);
                yield value < 0 ? MOST_OF_32_BITS : Math.min(value, MOST_OF_32_BITS); // whatever it is, it is too much
            }
            default -> 0;
        };
    }

    /** The tag's first value, as {@link #unsigned(int, int)} has it, if there is one. */
    public long unsignedOr(int tag, long otherwise) {
        return count(tag) == 0 ? otherwise : unsigned(tag, 0);
    }

    /** Where the tag's bytes lie in the file; 0 without it. Each has {@link #count} of them, if they are bytes or of no type. */
    public int place(int tag) {
        Entry entry = entries.get(tag);
        return entry == null || (entry.type != 1 && entry.type != 7) ? 0 : entry.at;
    }

    /** Whether the tag's type is that of places of directories. */
    public boolean isPlace(int tag) {
        Entry entry = entries.get(tag);
        return entry != null && entry.type == 13;
    }

    /** The tag's values, if they are numbers of any type, else none; of fractions 0 where the denominator is. As libtiff has them. */
    public float[] numbers(int tag) {
        Entry entry = entries.get(tag);
        if (entry == null || !isNumber(entry.type)) {
            return new float[0];
        }
        float[] values = new float[entry.count];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(entry.type, entry.at + TYPE_BYTES[entry.type] * i);
        }
        return values;
    }

    /** Neither text, nor bytes of no type, nor a place. */
    private static boolean isNumber(int type) {
        return type != 2 && type != 7 && type != 13;
    }

    private float number(int type, int at) {
        return switch (type) {
            case 1 -> data.get(at) & 0xff;
            case 3 -> data.getShort(at) & 0xffff;
            case 4 -> (float) unsigned(at);
            case 5 -> fraction(unsigned(at), unsigned(at + 4));
            case 6 -> data.get(at);
            case 8 -> data.getShort(at);
            case 9 -> data.getInt(at);
            case 10 -> fraction(data.getInt(at), unsigned(at + 4));
            case 11 -> data.getFloat(at);
            case 12 -> {
                double value = data.getDouble(at);
                yield (float) Math.clamp(value, -Float.MAX_VALUE, Float.MAX_VALUE);
            }
            default -> floatOfUnsigned(data.getLong(at));
        };
    }

    private static float fraction(long numerator, long denominator) {
        return denominator == 0 ? 0 : (float) numerator / (float) denominator;
    }

    /** Half of it, with the lowest bit kept so that it is rounded once, and twice that. */
    private static float floatOfUnsigned(long value) {
        return value >= 0 ? (float) value : 2 * (float) ((value >>> 1) | (value & 1));
    }

    /** The tag's values, if they are unsigned integers of 16 bits, else none. */
    public int[] shorts(int tag) {
        Entry entry = entries.get(tag);
        if (entry == null || entry.type != 3) {
            return new int[0];
        }
        int[] values = new int[entry.count];
        for (int i = 0; i < values.length; i++) {
            values[i] = data.getShort(entry.at + 2 * i) & 0xffff;
        }
        return values;
    }
}
