package org.clipjava.convert;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clipjava.io.SizeLimit;
import org.clipjava.safetensors.ModelFormatException;

/**
 * SentencePiece's {@code .model}: a message of protobuf, of which this reads what tokenizing needs. Fields that it does not know are
 * left out, as protobuf wants it.
 *
 * @param file what messages call it
 */
record SentencePieceModel(
        String file,
        List<Piece> pieces,
        boolean unigram,
        boolean byteFallback,
        boolean whitespaceAsSuffix,
        int unknownId,
        byte[] charsmap,
        boolean dummyPrefix,
        boolean removeExtraWhitespaces,
        boolean escapeWhitespaces) {
    private static final SizeLimit LIMIT = SizeLimit.of("a .model", 64 << 20, ModelFormatException::new);

    /** The longest piece, in characters; a model file has at most as many bytes of each. */
    private static final int LONGEST = 1024;

    /** What a piece is. */
    enum Type {
        NORMAL,
        UNKNOWN,
        CONTROL,
        USER_DEFINED,
        UNUSED,
        BYTE
    }

    record Piece(String text, float score, Type type) {}

    static SentencePieceModel read(Path file) throws IOException {
        return parse(LIMIT.read(file), file.toString());
    }

    static SentencePieceModel parse(byte[] bytes, String file) throws ModelFormatException {
        return new Parser(file).parse(bytes);
    }

    /** The values of a message's fields, one after the other. */
    private static final class Message {
        private final ByteBuffer bytes;
        private final String file;
        private int field;
        private int wireType;
        private int fieldAt;

        Message(ByteBuffer bytes, String file) {
            this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
            this.file = file;
        }

        /** Goes to the next field; false behind the last. */
        boolean next() throws ModelFormatException {
            if (!bytes.hasRemaining()) {
                return false;
            }
            fieldAt = bytes.position();
            long key = varint();
            if (key >>> 3 == 0 || key >>> 3 > 0x1FFFFFFF) {
                throw malformed("a field's number");
            }
            field = (int) (key >>> 3);
            wireType = (int) (key & 7);
            return true;
        }

        long varint() throws ModelFormatException {
            long value = 0;
            for (int shift = 0; shift < 70; shift += 7) {
                if (!bytes.hasRemaining()) {
                    throw malformed("a number");
                }
                byte b = bytes.get();
                value |= shift < 64 ? (long) (b & 0x7F) << shift : 0;
                if (b >= 0) {
                    return value;
                }
            }
            throw malformed("a number of at most ten bytes");
        }

        int integer() throws ModelFormatException {
            require(0, "a number");
            return (int) varint();
        }

        boolean bool() throws ModelFormatException {
            require(0, "a number");
            return varint() != 0;
        }

        float decimal() throws ModelFormatException {
            require(5, "a float");
            if (bytes.remaining() < Float.BYTES) {
                throw malformed("a float");
            }
            return bytes.getFloat();
        }

        ByteBuffer block() throws ModelFormatException {
            require(2, "a block of bytes");
            long length = varint();
            if (length < 0 || length > bytes.remaining()) {
                throw malformed("a block of bytes that the file holds");
            }
            ByteBuffer block = bytes.slice(bytes.position(), (int) length);
            bytes.position(bytes.position() + (int) length);
            return block;
        }

        Message message() throws ModelFormatException {
            return new Message(block(), file);
        }

        void skip() throws ModelFormatException {
            int fixed = switch (wireType) {
                case 1 -> Long.BYTES;
                case 5 -> Integer.BYTES;
                default -> 0;
            };
            switch (wireType) {
                case 0 -> varint();
                case 1, 5 -> {
                    if (bytes.remaining() < fixed) {
                        throw malformed("a number of " + fixed + " bytes");
                    }
                    bytes.position(bytes.position() + fixed);
                }
                case 2 -> block();
                default -> throw malformed("a field of protobuf");
            }
        }

        private void require(int wanted, String what) throws ModelFormatException {
            if (wireType != wanted) {
                throw malformed(what);
            }
        }

        ModelFormatException malformed(String expected) {
            return new ModelFormatException(
                    "%s: field %d at byte %d of its message: expected %s; is this SentencePiece's .model?"
                            .formatted(file, field, fieldAt, expected));
        }
    }

    private static final class Parser {
        private final String file;
        private final List<Piece> pieces = new ArrayList<>();
        private int modelType = 1;
        private boolean byteFallback;
        private boolean whitespaceAsSuffix;
        private int unknownId;
        private byte[] charsmap = new byte[0];
        private boolean dummyPrefix = true;
        private boolean removeExtraWhitespaces = true;
        private boolean escapeWhitespaces = true;

        Parser(String file) {
            this.file = file;
        }

        SentencePieceModel parse(byte[] bytes) throws ModelFormatException {
            Message model = new Message(ByteBuffer.wrap(bytes), file);
            while (model.next()) {
                switch (model.field) {
                    case 1 -> pieces.add(piece(model.message()));
                    case 2 -> trainer(model.message());
                    case 3 -> normalizer(model.message());
                    default -> model.skip();
                }
            }
            if (pieces.isEmpty()) {
                throw new ModelFormatException(file + ": expected pieces, found none; is this SentencePiece's .model?");
            }
            if (modelType != 1 && modelType != 2) {
                throw new ModelFormatException(
                        file + ": model_type: expected 1 (unigram) or 2 (BPE), found " + modelType);
            }
            if (unknownId < 0
                    || unknownId >= pieces.size()
                    || pieces.get(unknownId).type() != Type.UNKNOWN) {
                throw new ModelFormatException(
                        file + ": unk_id: expected the id of the piece of that type, found " + unknownId);
            }
            // whose worst score is what an unknown piece is measured by
            if (modelType == 1 && pieces.stream().noneMatch(piece -> piece.type() == Type.NORMAL)) {
                throw new ModelFormatException(file + ": expected pieces of type 1 (normal), found none");
            }
            return new SentencePieceModel(
                    file,
                    List.copyOf(pieces),
                    modelType == 1,
                    byteFallback,
                    whitespaceAsSuffix,
                    unknownId,
                    charsmap,
                    dummyPrefix,
                    removeExtraWhitespaces,
                    escapeWhitespaces);
        }

        private Piece piece(Message message) throws ModelFormatException {
            String text = "";
            float score = 0;
            int type = 1;
            while (message.next()) {
                switch (message.field) {
                    case 1 -> text = text(message);
                    case 2 -> score = message.decimal();
                    case 3 -> type = message.integer();
                    default -> message.skip();
                }
            }
            if (!Float.isFinite(score)) {
                throw new ModelFormatException(
                        file + ": piece " + pieces.size() + ": expected a finite score, found " + score);
            }
            if (text.isEmpty()) {
                throw new ModelFormatException(file + ": piece " + pieces.size() + ": expected text, found none");
            }
            // before merges are looked for in it, which takes the square of its length
            if (text.length() > LONGEST) {
                throw new ModelFormatException("%s: piece %d: expected at most %d characters, found %d"
                        .formatted(file, pieces.size(), LONGEST, text.length()));
            }
            return new Piece(text, score, type(type));
        }

        private Type type(int number) throws ModelFormatException {
            return switch (number) {
                case 1 -> Type.NORMAL;
                case 2 -> Type.UNKNOWN;
                case 3 -> Type.CONTROL;
                case 4 -> Type.USER_DEFINED;
                case 5 -> Type.UNUSED;
                case 6 -> Type.BYTE;
                default ->
                    throw new ModelFormatException(
                            file + ": piece " + pieces.size() + ": expected a type of 1 to 6, found " + number);
            };
        }

        private static String text(Message message) throws ModelFormatException {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(message.block())
                        .toString();
            } catch (CharacterCodingException e) {
                ModelFormatException malformed = message.malformed("UTF-8");
                malformed.initCause(e);
                throw malformed;
            }
        }

        private void trainer(Message message) throws ModelFormatException {
            while (message.next()) {
                switch (message.field) {
                    case 3 -> modelType = message.integer();
                    case 24 -> whitespaceAsSuffix = message.bool();
                    case 35 -> byteFallback = message.bool();
                    case 40 -> unknownId = message.integer();
                    default -> message.skip();
                }
            }
        }

        private void normalizer(Message message) throws ModelFormatException {
            while (message.next()) {
                switch (message.field) {
                    case 2 -> {
                        ByteBuffer block = message.block();
                        charsmap = new byte[block.remaining()];
                        block.get(charsmap);
                    }
                    case 3 -> dummyPrefix = message.bool();
                    case 4 -> removeExtraWhitespaces = message.bool();
                    case 5 -> escapeWhitespaces = message.bool();
                    default -> message.skip();
                }
            }
        }
    }
}
