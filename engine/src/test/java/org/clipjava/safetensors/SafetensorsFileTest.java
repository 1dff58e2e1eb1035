package org.clipjava.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** One test per way in which a file can be well or badly formed. */
class SafetensorsFileTest {
    private static final String A = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

    @TempDir
    Path folder;

    // What is accepted.

    @Test
    void readsTensorsAndMetadata() throws IOException {
        String header =
                "{\"__metadata__\":{\"format\":\"pt\"},\"b\":{\"data_offsets\":[8,11],\"shape\":[3,1],\"dtype\":\"U8\"},"
                        + A + "}";
        SafetensorsFile file = parse(header, new byte[11]);
        assertEquals(Map.of("format", "pt"), file.metadata());
        assertEquals(List.of("a", "b"), List.copyOf(file.tensors().keySet()), "by offset");
        assertEquals(
                new TensorInfo("b", DType.U8, List.of(3L, 1L), 8, 11),
                file.tensor("b").orElseThrow());
        assertEquals(8 + header.length(), file.dataOffset());
        assertTrue(file.tensor("c").isEmpty());
    }

    @Test
    void givesATensorsBytes() throws IOException {
        byte[] data = {1, 2, 3, 4, 5, 6, 7, 8};
        SafetensorsFile file = parse(
                tensors(
                        "\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}",
                        "\"b\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[3,8]}"),
                data);
        MemorySegment b = file.data(file.tensor("b").orElseThrow());
        assertEquals(5, b.byteSize());
        assertEquals(4, b.get(ValueLayout.JAVA_BYTE, 0));
        assertTrue(b.isReadOnly());
    }

    @Test
    void acceptsAnEmptyFile() throws IOException {
        assertTrue(parse("{}", new byte[0]).tensors().isEmpty());
    }

    @Test
    void acceptsWhiteSpaceInsideAndBehind() throws IOException {
        String header = "{ \n\"a\" :\t{ \"dtype\" : \"F32\" , \"shape\" : [ 2 ] , \"data_offsets\":[0 ,\r8 ] } }  \n ";
        assertEquals(1, parse(header, new byte[8]).tensors().size());
    }

    @Test
    void acceptsScalars() throws IOException {
        SafetensorsFile file =
                parse(tensors("\"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}"), new byte[4]);
        assertEquals(1, file.tensor("s").orElseThrow().elements());
    }

    @Test
    void acceptsTensorsWithoutElements() throws IOException {
        SafetensorsFile file = parse(
                tensors(
                        "\"e\":{\"dtype\":\"F32\",\"shape\":[0,9223372036854775807],\"data_offsets\":[8,8]}",
                        A,
                        "\"f\":{\"dtype\":\"F32\",\"shape\":[3,0],\"data_offsets\":[0,0]}"),
                new byte[8]);
        assertEquals(List.of("f", "a", "e"), List.copyOf(file.tensors().keySet()));
    }

    @Test
    void decodesEscapesAndUtf8InNames() throws IOException {
        String name = "\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00 é😀";
        SafetensorsFile file =
                parse(tensors("\"" + name + "\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}"), new byte[1]);
        assertEquals("\"\\/\b\f\n\r\té😀 é😀", file.tensors().firstEntry().getKey());
    }

    @TestFactory
    Stream<DynamicTest> acceptsEachType() {
        return Stream.of(DType.values())
                .map(dtype -> DynamicTest.dynamicTest(dtype.name(), () -> {
                    SafetensorsFile file = parse(
                            tensors("\"t\":{\"dtype\":\"%s\",\"shape\":[8],\"data_offsets\":[0,%d]}"
                                    .formatted(dtype, dtype.bits())),
                            new byte[dtype.bits()]);
                    assertEquals(dtype, file.tensor("t").orElseThrow().dtype());
                }));
    }

    @TestFactory
    Stream<DynamicTest> readsTheGoldens() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (TestData data : TestData.all()) {
            try (Stream<Path> files = Files.list(data.path("golden"))) {
                files.filter(file -> file.toString().endsWith(".safetensors"))
                        .sorted()
                        .forEach(file -> tests.add(DynamicTest.dynamicTest(data + " " + file.getFileName(), () -> {
                            try (SafetensorsFile golden = SafetensorsFile.open(file)) {
                                assertFalse(golden.tensors().isEmpty());
                                long sum = golden.tensors().values().stream()
                                        .mapToLong(TensorInfo::bytes)
                                        .sum();
                                assertEquals(Files.size(file), golden.dataOffset() + sum);
                            }
                        })));
            }
        }
        assertFalse(tests.isEmpty());
        return tests.stream();
    }

    // Opening and closing.

    @Test
    void mapsAFile() throws IOException {
        Path path = folder.resolve("model.safetensors");
        Files.write(path, bytes("{" + A + "}", new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0}));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertEquals(path.toString(), file.name());
            MemorySegment a = file.data(file.tensor("a").orElseThrow());
            assertEquals(1f, a.get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0));
        }
    }

    @Test
    void refusesDataAfterClose() throws IOException {
        Path path = folder.resolve("model.safetensors");
        Files.write(path, bytes("{" + A + "}", new byte[8]));
        SafetensorsFile file = SafetensorsFile.open(path);
        TensorInfo a = file.tensor("a").orElseThrow();
        MemorySegment before = file.data(a);
        file.close();
        file.close();
        assertThrows(IllegalStateException.class, () -> file.data(a));
        assertThrows(IllegalStateException.class, () -> before.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void leavesTheCallersMemoryOpenOnClose() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = bytes("{}", new byte[0]);
            MemorySegment memory = arena.allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
            SafetensorsFile.of(memory, "memory").close();
            assertEquals(2, memory.get(ValueLayout.JAVA_BYTE, 0));
        }
    }

    @Test
    void refusesATensorOfAnotherFile() throws IOException {
        SafetensorsFile file = parse("{" + A + "}", new byte[8]);
        assertThrows(IllegalArgumentException.class, () -> file.data(new TensorInfo("a", DType.U8, List.of(8L), 0, 8)));
    }

    @Test
    void passesOnThatThereIsNoFile() {
        assertThrows(NoSuchFileException.class, () -> SafetensorsFile.open(folder.resolve("none")));
    }

    @Test
    void refusesAFolder() {
        Exception e = assertThrows(ModelFormatException.class, () -> SafetensorsFile.open(folder));
        assertEquals(folder + ": expected a file, found a folder", e.getMessage());
    }

    // The header's length.

    @Test
    void refusesAFileWithoutLength() {
        for (int size = 0; size < 8; size++) {
            byte[] few = new byte[size];
            String message = message(few);
            assertEquals(
                    "test: expected a safetensors file, found " + size
                            + " bytes: not even the 8 of the header's length; download or convert it again",
                    message);
        }
    }

    @Test
    void refusesAHeaderOverTheLimit() {
        assertRefused("byte 0: expected a header of at most 100000000 bytes, found 100000001", length(100_000_001L));
    }

    @Test
    void readsTheHeadersLengthAsUnsigned() {
        assertRefused("byte 0: expected a header of at most 100000000 bytes, found 18446744073709551615", length(-1L));
    }

    @Test
    void refusesAHeaderBeyondTheFile() {
        assertRefused("byte 0: the header takes 3 bytes, but the file ends after 2", length(3L));
    }

    @Test
    void saysWhenTheFileIsAGitLfsPointer() {
        String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 605157884\n";
        assertEquals(
                "test: expected a safetensors file, found a Git LFS pointer to one; fetch it with git lfs pull",
                message(pointer.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void refusesAnEmptyHeader() {
        assertRefused(
                "byte 8: expected the header to begin with '{', found the end of the header", bytes("", new byte[0]));
    }

    // The header as text.

    @Test
    void refusesAHeaderThatBeginsWithSpace() {
        assertRefused("byte 8: expected the header to begin with '{', found byte 0x20", " {}");
    }

    @Test
    void refusesAByteOrderMark() {
        assertRefused("byte 8: expected the header to begin with '{', found byte 0xef", "\ufeff{}");
    }

    @Test
    void refusesAnArrayAsHeader() {
        assertRefused("byte 8: expected the header to begin with '{', found '['", "[]");
    }

    @Test
    void refusesTextAfterTheHeader() {
        assertRefused("byte 11: expected nothing but spaces after the header's last '}', found '{'", "{} {}");
    }

    @Test
    void refusesZeroBytesAsPadding() {
        assertRefused("expected nothing but spaces after the header's last '}', found byte 0x00", "{}\0\0");
    }

    @Test
    void refusesAHeaderThatDoesNotEnd() {
        assertRefused("byte 9: expected a tensor's name, found the end of the header", "{");
        assertRefused("expected ',' or '}', found the end of the header", "{" + A);
    }

    @Test
    void refusesATrailingComma() {
        assertRefused("expected a tensor's name, found '}'", "{" + A + ",}");
    }

    @Test
    void refusesAMissingComma() {
        assertRefused("expected ',' or '}', found '\"'", "{" + A + "\"b\":{}}");
    }

    @Test
    void refusesAMissingColon() {
        assertRefused("byte 13: expected ':', found '{'", "{\"a\" {}}");
    }

    @Test
    void refusesComments() {
        assertRefused("expected a tensor's name, found '/'", "{/**/}");
    }

    @Test
    void refusesAStringThatDoesNotEnd() {
        assertRefused("byte 9: the string that starts here does not end", "{\"a");
        assertRefused("byte 9: the string that starts here does not end", "{\"a\\\"");
    }

    @Test
    void refusesControlCharactersInStrings() {
        assertRefused(
                "byte 11: expected control characters in a string to be escaped, found byte 0x0a", "{\"a\n\":{}}");
    }

    @Test
    void refusesUnknownEscapes() {
        assertRefused("byte 10: expected an escape of JSON after '\\', found 'x'", "{\"\\x41\":{}}");
        assertRefused("byte 10: expected an escape of JSON after '\\', found the end of the header", "{\"\\");
    }

    @Test
    void refusesShortUnicodeEscapes() {
        assertRefused("byte 10: expected four hexadecimal digits after \\u, found 'g'", "{\"\\u00g1\":{}}");
        assertRefused("expected four hexadecimal digits after \\u, found the end of the header", "{\"\\u00");
        assertRefused("expected four hexadecimal digits after \\u, found '+'", "{\"\\u+041\":{}}");
    }

    @Test
    void refusesHalfOfASurrogatePair() {
        for (String half :
                List.of("\\ud83d", "\\ude00", "\\ud83dx", "\\ud83d\\n", "\\ud83d\\u0041", "\\ude00\\ud83d")) {
            assertRefused("byte 10: expected surrogates to come in pairs", "{\"" + half + "\":{}}");
        }
    }

    @Test
    void refusesInvalidUtf8() {
        // a stray continuation, an overlong '/', an encoded surrogate, a character cut short, one beyond U+10FFFF
        for (String hex : List.of("80", "c0af", "eda0bd", "e282", "f4908080", "ff")) {
            byte[] bad = HexFormat.of().parseHex(hex);
            ByteBuffer header = ByteBuffer.allocate(bad.length + 11);
            header.put("{\"x".getBytes(StandardCharsets.UTF_8))
                    .put(bad)
                    .put("\":{} }  ".getBytes(StandardCharsets.UTF_8));
            assertRefused(
                    "byte 11: expected UTF-8, found byte 0x" + hex.substring(0, 2), bytes(header.array(), new byte[0]));
        }
    }

    @Test
    void refusesDeepNestingWithoutRecursion() {
        assertRefused("expected '{', found '['", "{\"a\":" + "[".repeat(1_000_000) + "}");
        assertRefused(
                "expected a string for \"dtype\", found '{'", "{\"a\":{\"dtype\":" + "{\"a\":".repeat(1_000_000) + "}");
    }

    // Repeated keys.

    @Test
    void refusesARepeatedTensor() {
        assertRefused("tensor \"a\": the name is there twice", "{" + A + "," + A + "}");
    }

    @Test
    void refusesATensorRepeatedByAnEscape() {
        assertRefused(
                "byte 62: tensor \"a\": the name is there twice",
                "{" + A + "," + A.replace("\"a\"", "\"\\u0061\"") + "}");
    }

    @Test
    void refusesRepeatedMetadata() {
        assertRefused("the key \"__metadata__\" is there twice", "{\"__metadata__\":{},\"\\u005f_metadata__\":{}}");
    }

    @Test
    void refusesARepeatedMetadataKey() {
        assertRefused(
                "__metadata__: the key \"k\" is there twice", "{\"__metadata__\":{\"k\":\"1\",\"\\u006b\":\"2\"}}");
    }

    @Test
    void refusesARepeatedKeyInATensor() {
        for (String key : List.of("\"dtype\":\"F32\"", "\"shape\":[2]", "\"data_offsets\":[0,8]")) {
            String name = key.substring(0, key.indexOf(':'));
            assertRefused(
                    "tensor \"a\": the key " + name + " is there twice", "{" + A.replace("}", "," + key + "}") + "}");
        }
        assertRefused(
                "tensor \"a\": the key \"shape\" is there twice", "{" + A.replace("}", ",\"sh\\u0061pe\":[2]}") + "}");
    }

    // Metadata.

    @Test
    void refusesMetadataThatIsNoString() {
        for (String value : List.of("1", "null", "true", "{}", "[]")) {
            assertRefused(
                    "__metadata__: expected a string for \"k\", found '" + value.charAt(0) + "'",
                    "{\"__metadata__\":{\"k\":" + value + "}}");
        }
    }

    @Test
    void refusesMetadataThatIsNoObject() {
        assertRefused("__metadata__: expected '{', found 'n'", "{\"__metadata__\":null}");
    }

    // A tensor's description.

    @Test
    void refusesAMissingKey() {
        String message = "tensor \"a\": expected the keys dtype, shape and data_offsets, %s is missing";
        assertRefused(message.formatted("dtype"), "{" + A.replace("\"dtype\":\"F32\",", "") + "}");
        assertRefused(message.formatted("shape"), "{" + A.replace("\"shape\":[2],", "") + "}");
        assertRefused(message.formatted("data_offsets"), "{" + A.replace(",\"data_offsets\":[0,8]", "") + "}");
        assertRefused(message.formatted("dtype"), "{\"a\":{}}");
    }

    @Test
    void refusesAnUnknownKey() {
        assertRefused(
                "tensor \"a\": expected the keys dtype, shape and data_offsets, found \"strides\"",
                "{" + A.replace("}", ",\"strides\":[1]}") + "}");
    }

    @Test
    void refusesAnUnknownType() {
        assertRefused("byte 22: tensor \"a\": the type \"F33\" is not known", "{" + A.replace("F32", "F33") + "}");
        assertRefused("tensor \"a\": the type \"f32\" is not known", "{" + A.replace("F32", "f32") + "}");
    }

    @Test
    void refusesATypeThatIsNoString() {
        assertRefused(
                "tensor \"a\": expected a string for \"dtype\", found '3'", "{" + A.replace("\"F32\"", "32") + "}");
    }

    @Test
    void refusesAShapeThatIsNoArray() {
        assertRefused("tensor \"a\": expected '[', found '2'", "{" + A.replace("[2]", "2") + "}");
    }

    @Test
    void refusesNumbersThatAreNoPlainIntegers() {
        for (String number : List.of("-2", "-0", "+2", "2.0", "2e0", "2E0", "02", "00", ".2", "2.", "2-")) {
            assertRefused(
                    "byte 37: tensor \"a\": shape: expected a plain integer, not negative, without fraction, exponent or leading zero, found "
                            + number,
                    "{" + A.replace("[2]", "[" + number + "]") + "}");
        }
        assertRefused("leading zero, found 'n'", "{" + A.replace("[2]", "[null]") + "}");
        assertRefused("leading zero, found '\"'", "{" + A.replace("[2]", "[\"2\"]") + "}");
        assertRefused("leading zero, found ']'", "{" + A.replace("[2]", "[2,]") + "}");
        assertRefused("data_offsets: expected a plain integer", "{" + A.replace("[0,8]", "[0,8.0]") + "}");
    }

    @Test
    void refusesNumbersBeyondALong() {
        for (String number : List.of("9223372036854775808", "18446744073709551616", "9".repeat(100_000))) {
            assertRefused(
                    "tensor \"a\": shape: expected at most 2^63 - 1, found a larger number",
                    "{" + A.replace("[2]", "[" + number + "]") + "}");
            assertRefused(
                    "tensor \"a\": data_offsets: expected at most 2^63 - 1, found a larger number",
                    "{" + A.replace("8]", number + "]") + "}");
        }
    }

    @Test
    void refusesAShapeWhoseProductOverflows() {
        String message = "tensor \"a\": the size of F32 ";
        assertRefused(message, "{" + A.replace("[2]", "[4294967296,4294967296]") + "}");
        assertRefused(message, "{" + A.replace("[2]", "[4294967296,4294967296,0]") + "}");
        assertRefused(message, "{" + A.replace("[2]", "[9223372036854775807]") + "}");
        // 2^61 elements of 32 bits wrap round to nothing
        assertRefused(message, "{" + A.replace("[2]", "[2305843009213693952]") + "}");
    }

    @Test
    void refusesASizeThatIsNotTheShapes() {
        assertRefused(
                "tensor \"a\": data_offsets [0, 8] span 8 bytes, but F32 [3] takes 12",
                "{" + A.replace("[2]", "[3]") + "}");
    }

    @Test
    void refusesElementsThatEndInsideAByte() {
        assertRefused(
                "tensor \"a\": F4 [3] is 12 bits, expected a whole number of bytes",
                tensors("\"a\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,2]}"));
    }

    @Test
    void refusesOffsetsThatEndBeforeTheyBegin() {
        assertRefused(
                "tensor \"a\": data_offsets [8, 0] end before they begin", "{" + A.replace("[0,8]", "[8,0]") + "}");
    }

    @Test
    void refusesOffsetsThatAreNoPair() {
        assertRefused(
                "tensor \"a\": data_offsets: expected [begin, end], found 1 numbers",
                "{" + A.replace("[0,8]", "[8]") + "}");
        assertRefused(
                "tensor \"a\": data_offsets: expected [begin, end], found 3 numbers",
                "{" + A.replace("[0,8]", "[0,8,8]") + "}");
        assertRefused(
                "tensor \"a\": data_offsets: expected [begin, end], found 0 numbers",
                "{" + A.replace("[0,8]", "[]") + "}");
    }

    // The data section.

    @Test
    void rejectsOverlappingTensors() {
        assertRefused(
                "tensor \"b\": data_offsets begin at 4 and overlap tensor \"a\", which ends at 8",
                tensors(A, "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}"));
    }

    @Test
    void rejectsTensorsThatShareTheirData() {
        assertRefused(
                "tensor \"b\": data_offsets begin at 0 and overlap tensor \"a\", which ends at 8",
                tensors(A, A.replace("\"a\"", "\"b\"")));
    }

    @Test
    void rejectsAHole() {
        assertRefused(
                "tensor \"b\": data_offsets begin at 9 and leave a hole: the data before ends at 8",
                tensors(A, "\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[9,10]}"));
    }

    @Test
    void rejectsAHoleBeforeTheFirstTensor() {
        assertRefused(
                "tensor \"a\": data_offsets begin at 1 and leave a hole: the data before ends at 0",
                "{" + A.replace("[0,8]", "[1,9]") + "}");
    }

    @Test
    void rejectsATensorWithoutElementsInsideAnother() {
        assertRefused(
                "tensor \"e\": data_offsets begin at 4 and overlap tensor \"a\", which ends at 8",
                tensors(A, "\"e\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[4,4]}"));
    }

    @Test
    void rejectsAFileThatIsCutShort() {
        assertRefused(
                "tensor \"a\": data_offsets end at 8, but the file holds 7 bytes of data; it is cut short: download or convert it again",
                bytes("{" + A + "}", new byte[7]));
    }

    @Test
    void rejectsDataAfterTheLastTensor() {
        assertRefused(
                "byte 70: expected the file to end after the last tensor, found 1 more bytes",
                bytes("{" + A + "}", new byte[9]));
    }

    // Messages.

    @Test
    void keepsMessagesToOneLineAndBounded() {
        String message = message(bytes("{\"a\\nb\\u001b[31m\\u2028" + "x".repeat(1_000_000) + "\":{}}", new byte[0]));
        assertTrue(message.contains("a\\u000ab\\u001b[31m\\u2028xxx"), message);
        assertTrue(message.length() < 400, message);
    }

    private static String tensors(String... descriptions) {
        return "{" + String.join(",", descriptions) + "}";
    }

    private static SafetensorsFile parse(String header, byte[] data) throws IOException {
        return SafetensorsFile.of(MemorySegment.ofArray(bytes(header, data)), "test");
    }

    private static void assertRefused(String expected, String header) {
        assertRefused(expected, bytes(header, new byte[8]));
    }

    private static void assertRefused(String expected, byte[] file) {
        String message = message(file);
        assertTrue(message.startsWith("test: byte "), message);
        assertTrue(message.contains(expected), () -> "expected: " + expected + "\nfound: " + message);
    }

    private static String message(byte[] file) {
        String message = assertThrows(
                        ModelFormatException.class, () -> SafetensorsFile.of(MemorySegment.ofArray(file), "test"))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private static byte[] length(long length) {
        return ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array();
    }

    private static byte[] bytes(String header, byte[] data) {
        return bytes(header.getBytes(StandardCharsets.UTF_8), data);
    }

    private static byte[] bytes(byte[] header, byte[] data) {
        return ByteBuffer.allocate(Long.BYTES + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(data)
                .array();
    }
}
