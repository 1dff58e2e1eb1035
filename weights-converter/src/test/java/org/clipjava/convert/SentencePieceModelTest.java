package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.TokenizerFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** SentencePiece's protobuf, whole and damaged. */
class SentencePieceModelTest {
    static byte[] block(int field, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(field << 3 | 2);
        out.write((content.length & 0x7F) | 0x80);
        out.write(content.length >> 7); // below 16,384 here
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] piece(String text, float score, int type) {
        byte[] number = ByteBuffer.allocate(5)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) (2 << 3 | 5))
                .putFloat(score)
                .array();
        byte[] kind = {3 << 3, (byte) type};
        return block(1, joined(block(1, text.getBytes(StandardCharsets.UTF_8)), number, kind));
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Stream.of(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** Unknown, an end, and three pieces. */
    static byte[] small() {
        return joined(
                piece("<unk>", 0, 2),
                piece("</s>", 0, 3),
                piece("\u2581", -1, 1),
                piece("a", -2, 1),
                piece("b", -3, 1));
    }

    @Test
    void readsWhatTheFileSays() throws ModelFormatException {
        SentencePieceModel model = SentencePieceModel.parse(small(), "f");
        assertEquals(5, model.pieces().size());
        assertEquals(
                new SentencePieceModel.Piece("a", -2, SentencePieceModel.Type.NORMAL),
                model.pieces().get(3));
        assertTrue(model.unigram() && model.dummyPrefix() && model.removeExtraWhitespaces());
        // model_type 2, byte_fallback, unk_id 0; no dummy prefix, whitespace kept
        byte[] trainer = block(2, bytes(3 << 3, 2, (35 << 3 & 0x7F) | 0x80, 35 >> 4, 1));
        byte[] normalizer = block(3, bytes(3 << 3, 0, 4 << 3, 0));
        SentencePieceModel other = SentencePieceModel.parse(joined(small(), trainer, normalizer), "f");
        assertTrue(!other.unigram() && other.byteFallback());
        assertTrue(!other.dummyPrefix() && !other.removeExtraWhitespaces());
    }

    @Test
    void skipsFieldsThatItDoesNotKnow() throws ModelFormatException {
        byte[] unknown = joined(
                bytes(9 << 3, 0x80, 0x01), // a number
                bytes(9 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8),
                bytes(9 << 3 | 5, 1, 2, 3, 4),
                block(9, bytes(1, 2, 3)));
        assertEquals(
                SentencePieceModel.parse(small(), "f").pieces(),
                SentencePieceModel.parse(joined(small(), unknown), "f").pieces());
    }

    static Stream<Arguments> damaged() {
        return Stream.of(
                Arguments.of("nothing", new byte[0], "f: expected pieces, found none"),
                Arguments.of(
                        "a web page", "<!DOCTYPE html>".getBytes(StandardCharsets.US_ASCII), "f: field 7 at byte 0"),
                Arguments.of("field 0", bytes(0, 1), "f: field 0 at byte 0 of its message: expected a field's number"),
                Arguments.of(
                        "a number without an end",
                        bytes(9 << 3, 0x80),
                        "f: field 9 at byte 0 of its message: expected a number"),
                Arguments.of(
                        "a number of eleven bytes",
                        bytes(9 << 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1),
                        "f: field 9 at byte 0 of its message: expected a number of at most ten bytes"),
                Arguments.of(
                        "a block beyond the end",
                        bytes(1 << 3 | 2, 5, 1),
                        "f: field 1 at byte 0 of its message: expected a block of bytes that the file holds"),
                Arguments.of(
                        "a block of a negative length",
                        bytes(1 << 3 | 2, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1),
                        "f: field 1 at byte 0 of its message: expected a block of bytes that the file holds"),
                Arguments.of(
                        "a group",
                        bytes(9 << 3 | 3),
                        "f: field 9 at byte 0 of its message: expected a field of protobuf"),
                Arguments.of(
                        "a piece that is a number",
                        bytes(1 << 3, 1),
                        "f: field 1 at byte 0 of its message: expected a block"),
                Arguments.of(
                        "a text that is no UTF-8",
                        block(1, block(1, bytes(0xC3))),
                        "f: field 1 at byte 0 of its message: expected UTF-8"),
                Arguments.of("a type beyond all", piece("a", 0, 9), "f: piece 0: expected a type of 1 to 6, found 9"),
                Arguments.of(
                        "a score that is none",
                        piece("a", Float.NaN, 1),
                        "f: piece 0: expected a finite score, found NaN"),
                Arguments.of(
                        "a piece without text",
                        joined(small(), piece("", 0, 1), block(2, bytes(3 << 3, 2))),
                        "f: piece 5: expected text, found none"),
                Arguments.of(
                        "a piece of 1025 characters",
                        joined(small(), piece("a".repeat(1025), 0, 1), block(2, bytes(3 << 3, 2))),
                        "f: piece 5: expected at most 1024 characters, found 1025"),
                Arguments.of(
                        "no unigram but the unknown one",
                        piece("<unk>", 0, 2),
                        "f: expected pieces of type 1 (normal), found none"),
                Arguments.of(
                        "no unknown piece",
                        piece("a", 0, 1),
                        "f: unk_id: expected the id of the piece of that type, found 0"),
                Arguments.of(
                        "words",
                        joined(small(), block(2, bytes(3 << 3, 3))),
                        "f: model_type: expected 1 (unigram) or 2 (BPE), found 3"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damaged")
    void refusesDamage(String name, byte[] bytes, String message) {
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> SentencePieceModel.parse(bytes, "f"));
        assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
    }

    @Test
    void refusesAPieceThatStandsTwice() throws ModelFormatException {
        SentencePieceModel model = SentencePieceModel.parse(joined(small(), piece("a", -4, 1)), "f");
        assertEquals(
                "f: piece 5: expected each piece once, found \"a\", which piece 3 is too",
                assertThrows(ModelFormatException.class, () -> PieceFile.ofModel(model))
                        .getMessage());
    }

    @Test
    void refusesAFileThatEndsEarly() {
        byte[] whole = TokenizerFiles.read("gemma.model");
        for (int length = 1; length < whole.length; length += 97) {
            SentencePieceModelFuzzTest.check(Arrays.copyOf(whole, length));
        }
    }
}
