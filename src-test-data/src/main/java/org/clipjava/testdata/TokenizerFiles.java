package org.clipjava.testdata;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** The small tokenizers of {@code src-test-data/tokenizers}, which are stored compressed. */
public final class TokenizerFiles {
    private TokenizerFiles() {}

    /** A file's content: {@code "t5.model"}, {@code "gemma.tokenizer.json"}. */
    public static byte[] read(String name) {
        byte[] zipped = TestData.committed().bytes("tokenizers/" + name + ".gz");
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts one into a folder under another name. */
    public static Path write(String name, Path file) {
        try {
            return Files.write(file, read(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The characters that a file of goldens lists as first and last of each range: {@code "letters": [[65, 90], …]}. */
    public static BitSet characters(String name, String kind) {
        String json = new String(read(name), StandardCharsets.UTF_8);
        Matcher list = Pattern.compile("\"" + kind + "\": \\[(.*?)\\]\\]").matcher(json);
        if (!list.find()) {
            throw new IllegalArgumentException(name + ": expected " + kind + ", found none");
        }
        BitSet characters = new BitSet();
        Matcher range = Pattern.compile("\\[([0-9]+), ([0-9]+)").matcher(list.group(1));
        while (range.find()) {
            characters.set(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)) + 1);
        }
        return characters;
    }
}
