package org.clipjava.safetensors;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Parses a safetensors header: the subset of JSON that the format uses, and nothing else.
 *
 * <p>The grammar is fixed in depth (an object of objects that hold two arrays), so there is no recursion, and what is
 * allocated is bounded by the header's length. Stricter than the reference in three points that let one file mean two
 * things: repeated keys, unknown keys in a tensor's description, and a {@code __metadata__} of null are refused.
 */
final class HeaderParser {
    private static final String METADATA = "__metadata__";

    /** Names in messages are cut here: a name may be as long as the header. */
    private static final int LONGEST_NAME_SHOWN = 120;

    private final byte[] header;
    private final long dataSize;
    private final String file;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);

    /** Index of the next byte of the header. */
    private int next;

    /** What is being read, for messages: empty, or {@code tensor "name": }. */
    private String context = "";

    /** @param tensors in the order of their offsets */
    record Header(SequencedMap<String, String> metadata, SequencedMap<String, TensorInfo> tensors) {}

    /** A tensor and where its description starts in the header. */
    private record Described(TensorInfo tensor, int at) {}

    /**
     * @param header the header without its length
     * @param dataSize bytes that follow the header
     * @param file what messages call the file
     */
    HeaderParser(byte[] header, long dataSize, String file) {
        this.header = header;
        this.dataSize = dataSize;
        this.file = file;
    }

    Header parse() throws ModelFormatException {
        if (header.length == 0 || header[0] != '{') {
            throw error(0, "expected the header to begin with '{', found " + found(0) + "; is it a safetensors file?");
        }
        Optional<SequencedMap<String, String>> metadata = Optional.empty();
        SequencedMap<String, Described> tensors = new LinkedHashMap<>();
        for (boolean more = open('{', '}'); more; more = another('}')) {
            int at = next;
            String key = string("a tensor's name");
            colon();
            if (key.equals(METADATA)) {
                if (metadata.isPresent()) {
                    throw error(at, "the key \"" + METADATA + "\" is there twice");
                }
                context = METADATA + ": ";
                metadata = Optional.of(metadata());
            } else {
                context = "tensor " + quoted(key) + ": ";
                Described tensor = new Described(tensor(key), at);
                if (tensors.putIfAbsent(key, tensor) != null) {
                    throw error(at, "the name is there twice");
                }
            }
            context = "";
        }
        skipSpace();
        if (next < header.length) {
            throw error(next, "expected nothing but spaces after the header's last '}', found " + found(next));
        }
        return new Header(
                Collections.unmodifiableSequencedMap(metadata.orElseGet(LinkedHashMap::new)),
                inFileOrder(new ArrayList<>(tensors.values())));
    }

    private SequencedMap<String, String> metadata() throws ModelFormatException {
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        for (boolean more = open('{', '}'); more; more = another('}')) {
            int at = next;
            String key = string("a key");
            colon();
            if (metadata.putIfAbsent(key, string("a string for " + quoted(key))) != null) {
                throw error(at, "the key " + quoted(key) + " is there twice");
            }
        }
        return metadata;
    }

    private TensorInfo tensor(String name) throws ModelFormatException {
        int at = next;
        Optional<DType> dtype = Optional.empty();
        Optional<List<Long>> shape = Optional.empty();
        Optional<List<Long>> offsets = Optional.empty();
        for (boolean more = open('{', '}'); more; more = another('}')) {
            int keyAt = next;
            String key = string("dtype, shape or data_offsets");
            colon();
            boolean repeated;
            switch (key) {
                case "dtype" -> {
                    repeated = dtype.isPresent();
                    dtype = Optional.of(dtype());
                }
                case "shape" -> {
                    repeated = shape.isPresent();
                    shape = Optional.of(integers("shape"));
                }
                case "data_offsets" -> {
                    repeated = offsets.isPresent();
                    int offsetsAt = next;
                    List<Long> pair = integers("data_offsets");
                    if (pair.size() != 2) {
                        throw error(
                                offsetsAt, "data_offsets: expected [begin, end], found " + pair.size() + " numbers");
                    }
                    offsets = Optional.of(pair);
                }
                default -> throw error(keyAt, "expected the keys dtype, shape and data_offsets, found " + quoted(key));
            }
            if (repeated) {
                throw error(keyAt, "the key " + quoted(key) + " is there twice");
            }
        }
        if (dtype.isEmpty() || shape.isEmpty() || offsets.isEmpty()) {
            throw error(
                    at,
                    "expected the keys dtype, shape and data_offsets, "
                            + (dtype.isEmpty() ? "dtype" : shape.isEmpty() ? "shape" : "data_offsets") + " is missing");
        }
        try {
            return new TensorInfo(
                    name,
                    dtype.get(),
                    shape.get(),
                    offsets.get().get(0),
                    offsets.get().get(1));
        } catch (IllegalArgumentException e) {
            throw error(at, Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
    }

    private DType dtype() throws ModelFormatException {
        int at = next;
        String name = string("a string for \"dtype\"");
        return DType.named(name).orElseThrow(() -> error(at, "the type " + quoted(name) + " is not known"));
    }

    private List<Long> integers(String key) throws ModelFormatException {
        List<Long> integers = new ArrayList<>();
        for (boolean more = open('[', ']'); more; more = another(']')) {
            integers.add(integer(key));
        }
        return integers;
    }

    /** Digits alone: no sign, fraction, exponent or leading zero, and at most 2^63 - 1. */
    private long integer(String key) throws ModelFormatException {
        int at = next;
        long value = 0;
        while (next < header.length && header[next] >= '0' && header[next] <= '9') {
            int digit = header[next++] - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                throw error(at, key + ": expected at most 2^63 - 1, found a larger number");
            }
            value = value * 10 + digit;
        }
        boolean digits = next > at;
        boolean leadingZero = next - at > 1 && header[at] == '0';
        boolean goesOn = next < header.length && "+-.eE".indexOf(header[next]) >= 0;
        if (!digits || leadingZero || goesOn) {
            throw error(
                    at,
                    key + ": expected a plain integer, not negative, without fraction, exponent or leading zero, found "
                            + number(at));
        }
        return value;
    }

    private String string(String expected) throws ModelFormatException {
        if (next >= header.length || header[next] != '"') {
            throw error(next, "expected " + expected + ", found " + found(next));
        }
        int opened = next++;
        StringBuilder text = new StringBuilder();
        int all = 0;
        for (int run = next; next < header.length; next++) {
            int b = header[next] & 0xff;
            all |= b;
            if (b == '"') {
                if (all < 0x80 && text.isEmpty()) { // as nearly all; the decoder is slow before it is compiled
                    return new String(header, run, next++ - run, StandardCharsets.US_ASCII);
                }
                decode(run, next, text);
                next++;
                return text.toString();
            } else if (b < 0x20) {
                throw error(next, "expected control characters in a string to be escaped, found " + found(next));
            } else if (b == '\\') {
                decode(run, next, text);
                text.appendCodePoint(escape());
                run = next + 1;
            }
        }
        throw error(opened, "the string that starts here does not end");
    }

    private void decode(int from, int to, StringBuilder text) throws ModelFormatException {
        ByteBuffer bytes = ByteBuffer.wrap(header, from, to - from);
        CharBuffer chars = CharBuffer.allocate(to - from);
        CoderResult result = utf8.reset().decode(bytes, chars, true);
        if (result.isError()) {
            throw error(bytes.position(), "expected UTF-8, found " + found(bytes.position()));
        }
        text.append(chars.flip());
    }

    /** Reads from the backslash to the last byte of the escape, and stays on that. */
    private int escape() throws ModelFormatException {
        int at = next++;
        int b = next < header.length ? header[next] : -1;
        return switch (b) {
            case '"', '\\', '/' -> b;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                char unit = hex(at);
                if (!Character.isSurrogate(unit)) {
                    yield unit;
                }
                boolean escaped = next + 2 < header.length && header[next + 1] == '\\' && header[next + 2] == 'u';
                if (Character.isHighSurrogate(unit) && escaped) {
                    next += 2;
                    char low = hex(at);
                    if (Character.isLowSurrogate(low)) {
                        yield Character.toCodePoint(unit, low);
                    }
                }
                throw error(at, "expected surrogates to come in pairs, found half of one");
            }
            default -> throw error(at, "expected an escape of JSON after '\\', found " + found(next));
        };
    }

    /** The four digits after {@code \}{@code u}; ends on the last of them. */
    private char hex(int escapeAt) throws ModelFormatException {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            next++;
            // Character.digit also knows other scripts' digits, but a byte alone can't be one of those.
            int digit = next < header.length && header[next] > 0 ? Character.digit(header[next], 16) : -1;
            if (digit < 0) {
                throw error(escapeAt, "expected four hexadecimal digits after \\u, found " + found(next));
            }
            unit = unit << 4 | digit;
        }
        return (char) unit;
    }

    /** Steps into an object or array; false if it is empty. */
    private boolean open(char opening, char closing) throws ModelFormatException {
        expect(opening);
        skipSpace();
        if (next < header.length && header[next] == closing) {
            next++;
            return false;
        }
        return true;
    }

    /** Steps to the next member; false if there is none and the object or array is closed. */
    private boolean another(char closing) throws ModelFormatException {
        skipSpace();
        if (next < header.length && header[next] == closing) {
            next++;
            return false;
        }
        if (next >= header.length || header[next] != ',') {
            throw error(next, "expected ',' or '" + closing + "', found " + found(next));
        }
        next++;
        skipSpace();
        return true;
    }

    private void colon() throws ModelFormatException {
        skipSpace();
        expect(':');
        skipSpace();
    }

    private void expect(char expected) throws ModelFormatException {
        if (next >= header.length || header[next] != expected) {
            throw error(next, "expected '" + expected + "', found " + found(next));
        }
        next++;
    }

    /** JSON's white space, which the reference accepts wherever JSON does. */
    private void skipSpace() {
        while (next < header.length
                && (header[next] == ' ' || header[next] == '\n' || header[next] == '\r' || header[next] == '\t')) {
            next++;
        }
    }

    /** Sorts by offset and checks that the tensors fill the data section without hole or overlap. */
    private SequencedMap<String, TensorInfo> inFileOrder(List<Described> tensors) throws ModelFormatException {
        tensors.sort(Comparator.comparingLong((Described d) -> d.tensor().begin())
                .thenComparingLong(d -> d.tensor().end()));
        SequencedMap<String, TensorInfo> ordered = new LinkedHashMap<>();
        long position = 0;
        for (Described described : tensors) {
            TensorInfo tensor = described.tensor();
            context = "tensor " + quoted(tensor.name()) + ": ";
            if (tensor.begin() < position) {
                throw error(
                        described.at(),
                        "data_offsets begin at %d and overlap tensor %s, which ends at %d"
                                .formatted(
                                        tensor.begin(),
                                        quoted(ordered.lastEntry().getKey()),
                                        position));
            }
            if (tensor.begin() > position) {
                throw error(
                        described.at(),
                        "data_offsets begin at %d and leave a hole: the data before ends at %d"
                                .formatted(tensor.begin(), position));
            }
            if (tensor.end() > dataSize) {
                throw error(
                        described.at(),
                        "data_offsets end at %d, but the file holds %d bytes of data; it is cut short: download or convert it again"
                                .formatted(tensor.end(), dataSize));
            }
            position = tensor.end();
            ordered.put(tensor.name(), tensor);
        }
        context = "";
        if (position < dataSize) {
            throw new ModelFormatException(
                    "%s: byte %d: expected the file to end after the last tensor, found %d more bytes"
                            .formatted(file, Long.BYTES + header.length + position, dataSize - position));
        }
        return Collections.unmodifiableSequencedMap(ordered);
    }

    /** @param at index in the header; the message counts from the start of the file */
    private ModelFormatException error(int at, String message) {
        return new ModelFormatException("%s: byte %d: %s%s".formatted(file, (long) Long.BYTES + at, context, message));
    }

    private String found(int at) {
        if (at >= header.length) {
            return "the end of the header";
        }
        int b = header[at] & 0xff;
        return b > 0x20 && b < 0x7f ? "'" + (char) b + "'" : "byte 0x%02x".formatted(b);
    }

    /** The first characters of what stands where a number should. */
    private String number(int at) {
        int end = at;
        while (end < header.length && end - at < 24 && "+-.0123456789eE".indexOf(header[end]) >= 0) {
            end++;
        }
        return end == at ? found(at) : new String(header, at, end - at, StandardCharsets.US_ASCII);
    }

    private static String quoted(String name) {
        if (name.length() <= LONGEST_NAME_SHOWN) {
            return '"' + name + '"';
        }
        return '"' + name.substring(0, LONGEST_NAME_SHOWN) + "…\" (" + name.length() + " characters)";
    }
}
