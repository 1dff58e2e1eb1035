package org.clipjava.modelfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.clipjava.config.WeightType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.weights.EmbeddingTable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightCopierTest {
    private static final int ROWS = 501;
    private static final int COLUMNS = 333;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INT8")
    void copiesEveryByte(WeightType type) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            EmbeddingTable table = table(type, arena);
            WeightCopier copier = copier(table, arena);
            copier.copy();

            assertEquals(-1, table.data().mismatch(copier.copied(table).data()));
        }
    }

    /** The first, one in the middle, and the last of an odd number of elements; bits of infinity and of NaNs. */
    @ParameterizedTest
    @CsvSource({
        "F32, 7f800000", "F32, ff800000", "F32, 7fc00000", "F32, ffffffff",
        "F16, 7c00", "F16, fc00", "F16, 7e00", "F16, ffff",
        "BF16, 7f80", "BF16, ff80", "BF16, 7fc0", "BF16, ffff"
    })
    void refusesWhatIsNotFiniteWhereverItStands(WeightType type, String bits) throws IOException {
        for (int element : new int[] {0, 1, 100_000, ROWS * COLUMNS - 2, ROWS * COLUMNS - 1}) {
            try (Arena arena = Arena.ofConfined()) {
                EmbeddingTable table = table(type, arena);
                int value = Integer.parseUnsignedInt(bits, 16);
                if (type == WeightType.F32) {
                    table.data().setAtIndex(ValueLayout.JAVA_INT, element, value);
                } else {
                    table.data().setAtIndex(ValueLayout.JAVA_SHORT, element, (short) value);
                }
                WeightCopier copier = copier(table, arena);

                String message =
                        assertThrows(ModelFormatException.class, copier::copy).getMessage();
                int headerEnd = (int) opened(table).dataOffset();
                assertEquals(
                        "a file: byte %d: a table: expected finite numbers, found %s at element %d; the model is damaged"
                                .formatted(
                                        headerEnd + element * type.dtype().bits() / 8,
                                        bits.matches("ff800000|ff80|fc00")
                                                ? "-Infinity"
                                                : bits.matches("7f800000|7f80|7c00") ? "Infinity" : "NaN",
                                        element),
                        message);

                WeightCopier indulgent = copier(table, arena, true);
                indulgent.copy();
                assertEquals(-1, table.data().mismatch(indulgent.copied(table).data()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 100_000, ROWS * COLUMNS - 2, ROWS * COLUMNS - 1})
    void refusesTheInt8ThatNoModelHas(int element) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            EmbeddingTable table = table(WeightType.Q8, arena);
            table.data().set(ValueLayout.JAVA_BYTE, element, Byte.MIN_VALUE);
            WeightCopier copier = copier(table, arena);
            assertEquals(
                    "a file: a table: expected int8 from -127 to 127, found -128 at element " + element
                            + "; the model is damaged",
                    assertThrows(ModelFormatException.class, copier::copy).getMessage());
        }
    }

    private static WeightCopier copier(EmbeddingTable table, Arena arena) throws ModelFormatException {
        return copier(table, arena, false);
    }

    private static WeightCopier copier(EmbeddingTable table, Arena arena, boolean allowNonFinite)
            throws ModelFormatException {
        WeightCopier copier = new WeightCopier(
                opened(table),
                arena,
                (pieces, piece) -> IntStream.range(0, pieces).forEach(piece),
                allowNonFinite);
        copier.add(table);
        return copier;
    }

    private static SafetensorsFile opened(EmbeddingTable table) throws ModelFormatException {
        byte[] data = table.data().toArray(ValueLayout.JAVA_BYTE);
        byte[] header = "{\"a table\":{\"dtype\":\"%s\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}"
                .formatted(table.type().dtype(), ROWS, COLUMNS, data.length)
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(data);
        return SafetensorsFile.of(MemorySegment.ofArray(file.array()), "a file");
    }

    /** The largest finite values of each type, of both signs. */
    private static EmbeddingTable table(WeightType type, Arena arena) {
        int bits = type.dtype().bits();
        MemorySegment data = arena.allocate((long) ROWS * COLUMNS * bits / 8, 64);
        for (int i = 0; i < ROWS * COLUMNS; i++) {
            switch (type) {
                case F32 -> data.setAtIndex(ValueLayout.JAVA_FLOAT, i, i % 2 == 0 ? Float.MAX_VALUE : -Float.MAX_VALUE);
                case F16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (i % 2 == 0 ? 0x7bff : 0xfbff));
                case BF16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (i % 2 == 0 ? 0x7f7f : 0xff7f));
                case Q8, INT8 -> data.set(ValueLayout.JAVA_BYTE, i, (byte) (i % 255 - 127));
            }
        }
        float[] scales = new float[type == WeightType.Q8 ? ROWS : 0];
        return new EmbeddingTable("a table", type, ROWS, COLUMNS, data, scales);
    }
}
