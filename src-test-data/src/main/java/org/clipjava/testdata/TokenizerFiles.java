package org.clipjava.testdata;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
