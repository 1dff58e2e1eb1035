package org.clipjava.image.codec.webp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.image.codec.CodecException;
import org.clipjava.testdata.Refusal;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the decoder to Pillow, bit by bit; {@code -Dclip.webp.corpus=FOLDER} adds what {@code webp_corpus.py FOLDER} has made to
 * the few files of {@code src-test-data/webp}.
 */
class WebpCorpusTest {
    static List<WebpCorpus> corpora() {
        return WebpCorpus.all();
    }

    @ParameterizedTest
    @MethodSource("corpora")
    void decodesWhatPillowDecodesAndRefusesTheRest(WebpCorpus corpus) {
        List<WebpCorpus.Case> cases = corpus.whole();
        assertTrue(cases.size() >= 60);
        assertEquals(List.of(), others(corpus, cases, false));
    }

    @ParameterizedTest
    @MethodSource("corpora")
    void judgesDamageAsPillowDoes(WebpCorpus corpus) {
        List<WebpCorpus.Case> cases = corpus.damaged();
        assertTrue(cases.size() >= 300);
        List<String> others = others(corpus, cases, false);
        System.out.printf(
                "%s: %d of %d damaged files judged otherwise than by Pillow%n", corpus, others.size(), cases.size());
        others.forEach(System.out::println);
        assertTrue(
                others.size() <= cases.size() / 100, () -> others.size() + " of " + cases.size() + " judged otherwise");
        if (corpus.equals(WebpCorpus.committed())) {
            assertEquals(List.of(), others);
        }
        // What both take for a picture is the same one.
        assertEquals(List.of(), others(corpus, cases, true));
    }

    /** Those with another verdict, or with the same one and other pixels. */
    private static List<String> others(WebpCorpus corpus, List<WebpCorpus.Case> cases, boolean pixels) {
        List<String> others = new ArrayList<>();
        for (WebpCorpus.Case expected : cases) {
            String found = WebpCorpus.verdict(corpus.bytes(expected));
            boolean samePicture = found.equals(expected.verdict());
            boolean sameKind = found.startsWith("ok") == expected.isPicture();
            if (pixels
                    ? sameKind && !samePicture
                    : !sameKind || (expected.damage().isEmpty() && !samePicture)) {
                others.add(expected + ", found " + found);
            }
        }
        return others;
    }

    @Test
    void rgbIsRgbaWithoutItsAlpha() throws CodecException {
        WebpCorpus corpus = WebpCorpus.committed();
        for (WebpCorpus.Case file : corpus.whole()) {
            if (file.isPicture()) {
                byte[] bytes = corpus.bytes(file);
                byte[] rgba = WebpPicture.read(bytes).rgba();
                byte[] rgb = WebpPicture.read(bytes).rgb();
                byte[] expected = new byte[rgba.length / 4 * 3];
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = rgba[i / 3 * 4 + i % 3];
                }
                assertEquals(WebpCorpus.sha256(expected), WebpCorpus.sha256(rgb), file.file());
            }
        }
    }

    @Test
    void refusesEveryBeginningOfAFileInOneLine() {
        WebpCorpus corpus = WebpCorpus.committed();
        for (String file : List.of(
                "lossy-segments3-q10.webp", "lossless-colors16.webp", "alpha-q20-best.webp", "animation-mux3.webp")) {
            byte[] whole = corpus.bytes(file);
            for (int n = 0; n < whole.length; n++) {
                byte[] cut = Arrays.copyOf(whole, n);
                CodecException e = assertThrows(
                        CodecException.class, () -> WebpPicture.read(cut).rgb());
                Refusal.check(e, "truncated WebP");
                assertTrue(e.getMessage().contains("truncated WebP"), e.getMessage());
            }
        }
    }

    @Test
    void theReadmeNamesEveryFileWithItsSum() throws IOException {
        String readme = TestData.committed().text("README.md");
        try (Stream<Path> files = Files.list(WebpCorpus.committed().folder())) {
            for (Path file : files.sorted().toList()) {
                String line =
                        "| `" + file.getFileName() + "` | `" + WebpCorpus.sha256(Files.readAllBytes(file)) + "` |";
                assertTrue(readme.contains(line), () -> "src-test-data/README.md lacks " + line);
            }
        }
    }
}
