package org.clipjava.convert;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;

/**
 * How an array of NumPy's begins: what its elements are, and how they lie. One that exists fits the bytes that follow it.
 *
 * @param columnMajor whether the first index counts fastest (Fortran's order)
 * @param bytes of the header itself
 */
record NpyHeader(DType dtype, boolean columnMajor, List<Long> shape, int bytes) {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final MemorySegment MAGIC =
            MemorySegment.ofArray(HexFormat.of().parseHex("934e554d5059"));
    private static final int VERSION = 6;
    private static final int LENGTH = 8;

    /** NumPy itself refuses more than 10,000 characters. */
    private static final int LONGEST = 1 << 16;

    /** NumPy's limit is 64; a weight has five at the most. */
    private static final int MAX_DIMENSIONS = 8;

    /** The dictionary as NumPy writes it, its keys in the order of the alphabet. */
    private static final Pattern DICTIONARY =
            Pattern.compile("\\{\\s*'descr'\\s*:\\s*'([^']{1,20})'\\s*,\\s*'fortran_order'\\s*:\\s*(True|False)\\s*,"
                    + "\\s*'shape'\\s*:\\s*\\(([0-9, ]*)\\)\\s*,?\\s*\\}\\s*");

    /** A bfloat16 is nothing that NumPy knows: two bytes. */
    private static final Map<String, DType> TYPES = Map.ofEntries(
            Map.entry("<f4", DType.F32),
            Map.entry("<f2", DType.F16),
            Map.entry("<f8", DType.F64),
            Map.entry("|V2", DType.BF16),
            Map.entry("<V2", DType.BF16),
            Map.entry("|b1", DType.BOOL),
            Map.entry("|i1", DType.I8),
            Map.entry("|u1", DType.U8),
            Map.entry("<i2", DType.I16),
            Map.entry("<u2", DType.U16),
            Map.entry("<i4", DType.I32),
            Map.entry("<u4", DType.U32),
            Map.entry("<i8", DType.I64),
            Map.entry("<u8", DType.U64));

    /**
     * @param array all of it
     * @param where what messages call it
     * @throws ModelFormatException if it is no array, of a type that is not read, or of another size than it says
     */
    static NpyHeader read(MemorySegment array, String where) throws ModelFormatException {
        if (array.byteSize() < LENGTH + Integer.BYTES
                || array.asSlice(0, MAGIC.byteSize()).mismatch(MAGIC) != -1) {
            throw new ModelFormatException(where + ": expected an array of NumPy's, found something else");
        }
        int version = array.get(ValueLayout.JAVA_BYTE, VERSION);
        if (version < 1 || version > 3) {
            throw new ModelFormatException(where + ": expected version 1, 2 or 3 of NumPy's format, found " + version);
        }
        int start = LENGTH + (version == 1 ? Short.BYTES : Integer.BYTES);
        long length = version == 1
                ? Short.toUnsignedLong(array.get(U16, LENGTH))
                : Integer.toUnsignedLong(array.get(U32, LENGTH));
        if (length > LONGEST || length > array.byteSize() - start) {
            throw new ModelFormatException("%s: expected a header of at most %d bytes, found %d"
                    .formatted(where, Math.min(LONGEST, array.byteSize() - start), length));
        }
        String text =
                new String(array.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
        Matcher dictionary = DICTIONARY.matcher(text);
        if (!dictionary.matches()) {
            throw new ModelFormatException(where + ": expected a header with descr, fortran_order and shape, found "
                    + Shown.quoted(text.strip()));
        }
        NpyHeader header = new NpyHeader(
                type(dictionary.group(1), where),
                dictionary.group(2).equals("True"),
                shape(dictionary.group(3), where),
                (int) (start + length));
        header.checkSize(array.byteSize() - header.bytes, where);
        return header;
    }

    private static DType type(String descr, String where) throws ModelFormatException {
        DType type = TYPES.get(descr);
        if (type != null) {
            return type;
        }
        throw new ModelFormatException("%s: expected numbers such as <f4, <f2 or bfloat16's |V2, found %s%s"
                .formatted(
                        where,
                        Shown.quoted(descr),
                        descr.startsWith(">")
                                ? "; save the arrays with their lowest byte first"
                                : descr.contains("O") ? ", Python's objects, which are a pickle and not read" : ""));
    }

    private static List<Long> shape(String text, String where) throws ModelFormatException {
        List<String> dimensions = Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(dimension -> !dimension.isEmpty())
                .toList();
        if (dimensions.size() > MAX_DIMENSIONS
                || dimensions.stream().anyMatch(dimension -> !dimension.matches("[0-9]{1,18}"))) {
            throw new ModelFormatException("%s: expected a shape of at most %d dimensions, found %s"
                    .formatted(where, MAX_DIMENSIONS, Shown.quoted(text)));
        }
        return dimensions.stream().map(Long::valueOf).toList();
    }

    private void checkSize(long found, String where) throws ModelFormatException {
        long expected;
        try {
            expected = dtype.bytes(shape);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(where + ": " + e.getMessage(), e);
        }
        if (expected != found) {
            throw new ModelFormatException(
                    "%s: expected %d bytes for %s %s, found %d".formatted(where, expected, dtype, shape, found));
        }
    }
}
