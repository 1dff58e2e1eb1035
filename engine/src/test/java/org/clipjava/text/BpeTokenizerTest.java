package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clipjava.testdata.CpuTime;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BpeTokenizerTest {
    /** Characters of a long text. */
    private static final int LONG = 1 << 18;

    private final BpeTokenizer tokenizer = ClipVocabulary.tokenizer();
    private final BpeTokenizer withoutLimit = ClipVocabulary.withoutLimit();

    @Test
    void tellsTheTokensAndTheTextOfASequence() {
        TokenSequence sequence = tokenizer.encode("A photo of\ta cat!");
        assertArrayEquals(new int[] {49406, 320, 1125, 539, 320, 2368, 256, 49407}, sequence.ids());
        assertEquals(
                List.of(
                        "<|startoftext|>",
                        "a</w>",
                        "photo</w>",
                        "of</w>",
                        "a</w>",
                        "cat</w>",
                        "!</w>",
                        "<|endoftext|>"),
                tokenizer.tokens(sequence));
        assertEquals("a photo of a cat !", tokenizer.decode(sequence));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 74, 75, 76, 77, 200})
    void cutsWhatIsBeyond75TokensAndSaysSo(int words) {
        TokenSequence sequence = tokenizer.encode("cat ".repeat(words));
        assertEquals(Math.min(words, 75) + 2, sequence.length());
        assertEquals(words > 75, sequence.truncated());
        assertEquals(ClipVocabulary.START, sequence.id(0));
        assertEquals(ClipVocabulary.END, sequence.id(sequence.length() - 1));
        assertTrue(IntStream.range(1, sequence.length() - 1).allMatch(i -> sequence.id(i) == 2368));
    }

    @Test
    void aTokenThatFollowsAFullContextCountsWhateverItIs() {
        String full = "cat ".repeat(75);
        assertFalse(tokenizer.encode(full + " \u3000\n").truncated());
        assertTrue(tokenizer.encode(full + " !").truncated());
        assertTrue(tokenizer.encode(full + "<|endoftext|>").truncated());
        assertTrue(tokenizer.encode(full + "<|StartOfText|>").truncated());
        assertTrue(tokenizer
                .encode("cat ".repeat(74) + "antidisestablishmentarianism")
                .truncated());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 32, 76, 78, 1000})
    void fitsAnyContext(int contextLength) {
        SplittableRandom random = new SplittableRandom(contextLength);
        BpeTokenizer limited = new BpeTokenizer(ClipVocabulary.vocabulary(), contextLength);
        for (int i = 0; i < 200; i++) {
            String text = RandomText.of(random);
            int[] expected = withoutLimit.encode(text).ids();
            boolean truncated = expected.length > contextLength;
            if (truncated) {
                expected = Arrays.copyOf(expected, contextLength);
                expected[contextLength - 1] = ClipVocabulary.END;
            }
            assertEquals(TokenSequence.of(expected, truncated), limited.encode(text), text);
        }
    }

    @Test
    void refusesAContextThatCannotHoldStartAndEnd() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new BpeTokenizer(ClipVocabulary.vocabulary(), 1));
        assertEquals("context length: expected at least 2, for start and end token, found 1", e.getMessage());
    }

    @Test
    void findsTheStartTokenInAnyCaseAndTheEndTokenAsWritten() {
        assertEquals(
                List.of(
                        "<|startoftext|>",
                        "a</w>",
                        "<|startoftext|>",
                        "b</w>",
                        "<|endoftext|>",
                        "c</w>",
                        "<|endoftext|>"),
                tokenizer.tokens(tokenizer.encode("a<|StartOfText|>B<|endoftext|>c")));
        assertFalse(Arrays.stream(tokenizer.encode("<|EndOfText|> x").ids(), 1, 4)
                .anyMatch(id -> id == ClipVocabulary.END));
    }

    @Test
    void findsTheStartTokenAfterAndTheEndTokenBeforeComposition() {
        // U+0338 composes with the '>' before it.
        assertEquals(1, count(tokenizer.encode("<|startoftext|>\u0338"), ClipVocabulary.START));
        assertEquals(2, count(tokenizer.encode("<|endoftext|>\u0338"), ClipVocabulary.END));
    }

    private static long count(TokenSequence sequence, int id) {
        return Arrays.stream(sequence.ids()).filter(i -> i == id).count();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\ud83d", "\ude00", "a\ud83db", "\ude00\ud83d", "\ud83d\ud83d\ude00", "<|endoftext|>\udfff"})
    void takesAnUnpairedSurrogateForU_FFFD(String text) {
        StringBuilder replaced = new StringBuilder();
        text.codePoints()
                .map(c -> Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
                .forEach(replaced::appendCodePoint);
        assertEquals(tokenizer.encode(replaced.toString()), tokenizer.encode(text));
    }

    @Test
    @ResourceLock(Resources.LOCALE)
    void doesNotDependOnTheLocale() {
        String text = "TITLE ISTANBUL I\u0307 \u0130 \u0131 I\u0300 J\u0328 <|STARTOFTEXT|>";
        TokenSequence expected = tokenizer.encode(text);
        Locale before = Locale.getDefault();
        try {
            for (String locale : List.of("tr", "az", "lt", "el", "de", "th-TH-u-nu-thai")) {
                Locale.setDefault(Locale.forLanguageTag(locale));
                assertEquals(expected, tokenizer.encode(text), locale);
            }
        } finally {
            Locale.setDefault(before);
        }
        assertTrue(tokenizer.tokens(expected).contains("title</w>"));
    }

    @Test
    void encodesItsOwnDecodingToTheSameIds() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int encoded = 0;
        for (int i = 0; i < 5000; i++) {
            // Decoding leaves special tokens out, so they must not be there.
            String text = RandomText.of(random).replace(">", "");
            String normalized = TextNormalizer.normalize(TextNormalizer.wellFormed(text));
            if (!CanonicalComposition.of(normalized).equals(normalized)) {
                // Lower-casing comes last and can leave NFC: T with a diaeresis has a composed form in lower case only.
                continue;
            }
            TokenSequence sequence = withoutLimit.encode(text);
            String decoded = withoutLimit.decode(sequence);
            assertEquals(sequence, withoutLimit.encode(decoded), () -> "seed " + seed + ": " + text);
            encoded++;
        }
        assertTrue(encoded > 4000, "texts: " + encoded);
    }

    @Test
    void decodesToTheNormalizedTextUpToSpaces() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5000; i++) {
            String text = RandomText.of(random).replace(">", "");
            String normalized = TextNormalizer.normalize(TextNormalizer.wellFormed(text));
            String decoded = withoutLimit.decode(withoutLimit.encode(text));
            assertEquals(normalized.replace(" ", ""), decoded.replace(" ", ""), () -> "seed " + seed + ": " + text);
        }
    }

    @Test
    void decodesWordsWithOneSpaceBetweenThem() {
        assertEquals("hello world", decoded("  Hello\n\u3000WORLD "));
        assertEquals("it 's 1 2 !", decoded("it's 12!"));
        assertEquals("", decoded(" "));
        assertEquals("a b", decoded("a<|endoftext|><|startoftext|>b"));
        assertEquals("café \u0000 日本語", decoded("CAFE\u0301 \u0000 日本語"));
    }

    @Test
    void decodesACharacterThatTheContextCutToU_FFFD() {
        // U+10C80 is lower-cased to four bytes and more than the two tokens that fit.
        BpeTokenizer limited = new BpeTokenizer(ClipVocabulary.vocabulary(), 4);
        TokenSequence sequence = limited.encode("\ud803\udc80");
        assertTrue(sequence.truncated());
        assertTrue(limited.decode(sequence).contains("\ufffd"));
    }

    private String decoded(String text) {
        return withoutLimit.decode(withoutLimit.encode(text));
    }

    @Test
    void refusesToDecodeIdsBeyondTheVocabulary() {
        TokenSequence sequence = TokenSequence.of(new int[] {49406, 49408, 49407}, false);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(sequence));
        assertEquals("token id: expected 0 to 49407, found 49408", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> tokenizer.tokens(sequence));
    }

    @Test
    void encodesAnyStringToKnownIds() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 3000; i++) {
            char[] chars = new char[random.nextInt(200)];
            int range = 1 << random.nextInt(1, 17);
            for (int k = 0; k < chars.length; k++) {
                chars[k] = (char) random.nextInt(range);
            }
            String text = new String(chars);
            TokenSequence sequence = tokenizer.encode(text);
            assertTrue(sequence.length() <= ClipVocabulary.CONTEXT, () -> "seed " + seed + ": " + text);
            assertEquals(ClipVocabulary.START, sequence.id(0));
            assertEquals(ClipVocabulary.END, sequence.id(sequence.length() - 1));
            assertEquals(sequence.length(), tokenizer.tokens(sequence).size());
        }
    }

    @Test
    void servesManyThreadsAtOnce() throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        List<String> texts =
                Stream.generate(() -> RandomText.of(random)).limit(300).toList();
        List<TokenSequence> expected = texts.stream().map(tokenizer::encode).toList();
        try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
            List<Future<List<TokenSequence>>> results = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                results.add(executor.submit(
                        () -> texts.stream().map(tokenizer::encode).toList()));
            }
            for (Future<List<TokenSequence>> result : results) {
                assertEquals(expected, result.get());
            }
        }
    }

    /**
     * A megabyte takes some tenths of a second, anything quadratic would take minutes. One run of ten must do it in a
     * second of the processor's time: the first also compiles.
     */
    @TestFactory
    Stream<DynamicTest> encodesAQuarterOfAMegabyteInUnderHalfASecond() {
        SplittableRandom random = new SplittableRandom(1);
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("one letter", "x".repeat(LONG));
        texts.put("two letters", "ab".repeat(LONG / 2));
        texts.put("words", "the quick brown fox ".repeat(LONG / 20));
        texts.put("punctuation", "!".repeat(LONG));
        texts.put("spaces", " ".repeat(LONG));
        texts.put("random letters", letters(random, 'z' + 1));
        texts.put("letters of all scripts", letters(random, 0x30000));
        texts.put("one mark", "a" + "\u0301".repeat(LONG));
        texts.put("marks in the wrong order", "a" + "\u0301\u0323".repeat(LONG / 2));
        texts.put("marks that decompose", "\u0f73\u0f75\u0f81".repeat(LONG / 3));
        texts.put("runs of marks", ("a" + "\u0301\u0323".repeat(17)).repeat(LONG / 35));
        texts.put("runs of all marks", marks(random));
        texts.put("syllables to compose", "\u1100\u1161\u11a8".repeat(LONG / 3));
        texts.put("unpaired surrogates", "\ud83d".repeat(LONG));
        texts.put("end tokens", "<|endoftext|>".repeat(LONG / 13));
        texts.put("start tokens, nearly", "<|startoftext|".repeat(LONG / 14));
        return texts.entrySet().stream()
                .map(entry -> dynamicTest(entry.getKey(), () -> {
                    double best = Double.MAX_VALUE;
                    for (int run = 0; run < 3 && best > 0.15; run++) {
                        double start = CpuTime.seconds();
                        withoutLimit.encode(entry.getValue());
                        best = Math.min(best, CpuTime.seconds() - start);
                    }
                    assertTrue(best < 0.5, "seconds: " + best);
                }));
    }

    private static String marks(SplittableRandom random) {
        StringBuilder marks = new StringBuilder();
        for (int n = 0; marks.length() < LONG; ) {
            int c = random.nextInt(0x20000);
            if (Character.getType(c) == Character.NON_SPACING_MARK) {
                marks.append(n++ % 50 == 0 ? "a" : "").appendCodePoint(c);
            }
        }
        return marks.toString();
    }

    private static String letters(SplittableRandom random, int below) {
        StringBuilder letters = new StringBuilder();
        while (letters.length() < LONG) {
            int c = random.nextInt(below);
            if (Character.isLetter(c)) {
                letters.appendCodePoint(c);
            }
        }
        return letters.toString();
    }
}
