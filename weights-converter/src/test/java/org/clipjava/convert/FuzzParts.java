package org.clipjava.convert;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.clipjava.safetensors.ModelFormatException;

/**
 * Files of a tokenizer in the bytes of a fuzzer: one behind the other, with a byte 0xff between, which UTF-8 has not. The first @ of each
 * stands for the tokens of the 256 bytes and their ids, without which there is no vocabulary, and which a fuzzer would only break.
 */
record FuzzParts(List<byte[]> files) {
    /** @param suffixes of the bytes' tokens: each has all 256 with one of them */
    static FuzzParts of(byte[] bytes, String... suffixes) {
        StringBuilder vocab = new StringBuilder();
        int id = 0;
        for (String suffix : suffixes) {
            for (String character : ClipVocabulary.byteCharacters()) {
                String escaped = character.equals("\"") || character.equals("\\") ? "\\" + character : character;
                vocab.append(id == 0 ? "\"" : ", \"")
                        .append(escaped)
                        .append(suffix)
                        .append("\": ")
                        .append(id++);
            }
        }
        String tokens = new String(vocab.toString().getBytes(UTF_8), ISO_8859_1);
        return new FuzzParts(Stream.of(new String(bytes, ISO_8859_1).split("\u00ff", -1))
                .map(part ->
                        part.replaceFirst("@", Matcher.quoteReplacement(tokens)).getBytes(ISO_8859_1))
                .toList());
    }

    /** The bytes of files that have a NUL between them. */
    static byte[] joined(String files) {
        byte[] bytes = files.getBytes(UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytes[i] == 0 ? (byte) 0xff : bytes[i];
        }
        return bytes;
    }

    int size() {
        return files.size();
    }

    /** A file's text; empty if there is none. */
    String text(int file) {
        return file < size() ? new String(files.get(file), UTF_8) : "";
    }

    /** A file of one JSON object; empty if there is none. */
    Optional<JsonFields> json(int file) throws ModelFormatException {
        return file < size() ? Optional.of(JsonFields.parse(files.get(file), "f" + file)) : Optional.empty();
    }
}
