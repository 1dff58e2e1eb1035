package org.clipjava.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.clipjava.testdata.TestData;

/** CLIP's own vocabulary, from the one copy in the project. */
public final class ClipVocabulary {
    static final int START = 49406;
    static final int END = 49407;
    static final int CONTEXT = 77;

    private static final Path FILE = TestData.projectRoot()
            .resolve("weights-converter/src/main/resources/org/clipjava/convert/bpe_simple_vocab_16e6.txt.gz");
    private static final Vocabulary VOCABULARY = read();

    private ClipVocabulary() {}

    public static Vocabulary vocabulary() {
        return VOCABULARY;
    }

    static BpeTokenizer tokenizer() {
        return new BpeTokenizer(VOCABULARY, CONTEXT);
    }

    static BpeTokenizer withoutLimit() {
        return new BpeTokenizer(VOCABULARY, Integer.MAX_VALUE);
    }

    private static Vocabulary read() {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(FILE)), StandardCharsets.UTF_8))) {
            List<String> merges = reader.lines().skip(1).limit(48894).toList();
            return Vocabulary.ofMerges(merges);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
