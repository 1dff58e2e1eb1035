package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.clipjava.safetensors.ModelFormatException;
import org.junit.jupiter.api.Test;

class VocabularyTest {
    private static final List<String> MERGES = List.of("c a", "ca t</w>", "a t</w>");

    private final Vocabulary small = small();

    private static Vocabulary small() {
        try {
            return Vocabulary.ofMerges(MERGES);
        } catch (ModelFormatException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> tokens(Vocabulary vocabulary) {
        List<String> tokens = new ArrayList<>();
        for (int id = 0; id < vocabulary.size(); id++) {
            tokens.add(vocabulary.token(id));
        }
        return tokens;
    }

    private void assertRefused(String message, List<String> tokens, List<String> merges, int start, int end) {
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> Vocabulary.of(tokens, merges, start, end));
        assertEquals(message, e.getMessage());
    }

    private void assertMergesRefused(String message, String... merges) {
        assertRefused(message, tokens(small), List.of(merges), 515, 516);
    }

    @Test
    void buildsClipsVocabularyFromItsMerges() {
        Vocabulary clip = ClipVocabulary.vocabulary();
        assertEquals(49408, clip.size());
        assertEquals("!", clip.token(0));
        assertEquals("Ń", clip.token(255));
        assertEquals("!</w>", clip.token(256));
        assertEquals("in", clip.token(512));
        assertEquals("ÿ</w>", clip.token(256 + 187));
        assertEquals("<|startoftext|>", clip.token(49406));
        assertEquals(49406, clip.startToken());
        assertEquals(49407, clip.endToken());
        assertEquals(OptionalInt.of(2368), clip.id("cat</w>"));
        assertEquals(OptionalInt.empty(), clip.id("no such token"));
    }

    @Test
    void buildsAVocabularyFromAnyMerges() {
        assertEquals(512 + 3 + 2, small.size());
        assertEquals("cat</w>", small.token(513));
        assertEquals(515, small.startToken());
        BpeTokenizer tokenizer = new BpeTokenizer(small, 77);
        assertEquals(
                List.of("<|startoftext|>", "cat</w>", "ca", "r</w>", "<|endoftext|>"),
                tokenizer.tokens(tokenizer.encode("CAT car")));
        assertEquals(List.of(515, 513, 512, 337, 516), ids(tokenizer.encode("CAT car")));
    }

    private static List<Integer> ids(TokenSequence sequence) {
        return Arrays.stream(sequence.ids()).boxed().toList();
    }

    @Test
    void readsWhatItWrote() throws ModelFormatException {
        Vocabulary clip = ClipVocabulary.vocabulary();
        byte[] tokens = clip.encodedTokens();
        byte[] merges = clip.encodedMerges();
        try (Arena arena = Arena.ofConfined()) {
            Vocabulary parsed = Vocabulary.parse(
                    arena.allocate(tokens.length).copyFrom(MemorySegment.ofArray(tokens)),
                    arena.allocate(merges.length).copyFrom(MemorySegment.ofArray(merges)),
                    49406,
                    49407);
            assertEquals(tokens(clip), tokens(parsed));
            assertArrayEquals(tokens, parsed.encodedTokens());
            assertArrayEquals(merges, parsed.encodedMerges());
        }
        String text = "antidisestablishmentarianism isn't 日本語";
        Vocabulary parsed = Vocabulary.parse(tokens, merges, 49406, 49407);
        assertEquals(ClipVocabulary.tokenizer().encode(text), new BpeTokenizer(parsed, 77).encode(text));
    }

    @Test
    void takesOtherNamesAndPlacesForStartAndEnd() throws ModelFormatException {
        List<String> tokens = tokens(small);
        tokens.set(515, "[EOS]");
        tokens.set(516, "[BOS]");
        BpeTokenizer tokenizer = new BpeTokenizer(Vocabulary.of(tokens, MERGES, 516, 515), 8);
        // The start token is looked for after lower-casing, and so is its own lower-case form.
        assertEquals(List.of(516, 513, 516, 513, 515, 515), ids(tokenizer.encode("cat[bos]cat[EOS]")));
    }

    @Test
    void refusesATokenThatComesTwice() {
        List<String> tokens = tokens(small);
        tokens.add("ca");
        assertRefused("tokenizer.tokens: id 517: \"ca\" is the token of id 512 too", tokens, MERGES, 515, 516);
    }

    @Test
    void refusesEmptyAndUnwritableTokens() {
        for (String token : List.of("", "a\nb", "a\ud83d")) {
            List<String> tokens = tokens(small);
            tokens.add(token);
            ModelFormatException e =
                    assertThrows(ModelFormatException.class, () -> Vocabulary.of(tokens, MERGES, 515, 516));
            assertEquals("tokenizer.tokens: id 517: ", e.getMessage().substring(0, 26));
            assertFalse(e.getMessage().contains("\n"), e.getMessage());
        }
    }

    @Test
    void refusesAVocabularyThatLacksAByte() {
        for (int id : new int[] {0, 200, 255, 256, 300, 511}) {
            List<String> tokens = tokens(small);
            String missing = tokens.set(id, "something else");
            ModelFormatException e =
                    assertThrows(ModelFormatException.class, () -> Vocabulary.of(tokens, List.of(), 515, 516));
            assertEquals(
                    String.format(
                            "tokenizer.tokens: no token for byte 0x%02X: expected \"%s\"",
                            ByteAlphabet.value(missing.charAt(0)), missing),
                    e.getMessage());
        }
    }

    @Test
    void refusesStartAndEndOutsideTheVocabularyOrTheSame() {
        assertRefused("tokenizer.tokens: start token -1 not found among 517 tokens", tokens(small), MERGES, -1, 516);
        assertRefused("tokenizer.tokens: end token 517 not found among 517 tokens", tokens(small), MERGES, 515, 517);
        assertRefused(
                "tokenizer.tokens: expected two tokens for start and end, found one: 515",
                tokens(small),
                MERGES,
                515,
                515);
    }

    @Test
    void refusesMergesOfOrToWhatIsNoToken() {
        assertMergesRefused("tokenizer.merges: rank 1: \"cc\" is not among the 517 tokens", "c a", "c c");
        assertMergesRefused("tokenizer.merges: rank 0: \"cat\" is not among the 517 tokens", "cat </w>");
        assertMergesRefused("tokenizer.merges: rank 1: \"c a\" comes twice", "c a", "c a");
    }

    @Test
    void refusesMalformedMerges() {
        for (String merge : List.of("", " ", "ca", "c ", " a", "c  a", "c a ", "c a t", "#version: 0 2")) {
            assertMergesRefused(
                    "tokenizer.merges: rank 1: expected two tokens and one space between them, found \"" + merge + "\"",
                    "c a",
                    merge);
        }
    }

    @Test
    void refusesTensorsThatAreNotWholeLinesOfUtf8() {
        byte[] tokens = small.encodedTokens();
        byte[] merges = small.encodedMerges();
        ModelFormatException cut = assertThrows(
                ModelFormatException.class,
                () -> Vocabulary.parse(Arrays.copyOf(tokens, tokens.length - 1), merges, 515, 516));
        assertEquals(
                "tokenizer.tokens: line 517: expected a line feed at its end, found the tensor's end",
                cut.getMessage());
        merges[0] = (byte) 0xFF;
        ModelFormatException malformed =
                assertThrows(ModelFormatException.class, () -> Vocabulary.parse(tokens, merges, 515, 516));
        assertEquals("tokenizer.merges: expected UTF-8: Input length = 1", malformed.getMessage());
    }

    @Test
    void quotesWhatItRefusesOnOneShortLine() {
        String line = "\u2028\r\t" + "x".repeat(100_000);
        assertMergesRefused(
                "tokenizer.merges: rank 0: expected two tokens and one space between them, found \"\\u2028\\u000D\\u0009"
                        + "x".repeat(37) + "…\"",
                line);
    }

    @Test
    void refusesIdsBeyondTheVocabulary() {
        assertThrows(IllegalArgumentException.class, () -> small.token(-1));
        assertThrows(IllegalArgumentException.class, () -> small.token(517));
    }

    @Test
    void keepsNothingOfTheListsItWasMadeFrom() throws ModelFormatException {
        List<String> tokens = tokens(small);
        Vocabulary vocabulary = Vocabulary.of(tokens, MERGES, 515, 516);
        tokens.clear();
        assertEquals(517, vocabulary.size());
        assertEquals("!", vocabulary.token(0));
    }

    @Test
    void refusesOrUsesAnyMutationOfItsTensors() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        byte[] tokens = small.encodedTokens();
        byte[] merges = small.encodedMerges();
        for (int round = 0; round < 3000; round++) {
            byte[] mutatedTokens = round % 2 == 0 ? mutate(tokens, random) : tokens;
            byte[] mutatedMerges = round % 3 == 0 ? tokens : mutate(merges, random);
            int start = random.nextInt(-1, 520);
            try {
                Vocabulary vocabulary = Vocabulary.parse(mutatedTokens, mutatedMerges, start, 516);
                BpeTokenizer tokenizer = new BpeTokenizer(vocabulary, 77);
                tokenizer.decode(tokenizer.encode("The cat sat <|endoftext|> on the càt."));
            } catch (ModelFormatException e) {
                assertFalse(e.getMessage().contains("\n"), () -> "seed " + seed + ": " + e.getMessage());
            }
        }
    }

    private static byte[] mutate(byte[] bytes, SplittableRandom random) {
        byte[] mutated = bytes.clone();
        for (int n = random.nextInt(3); n > 0; n--) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(4)) {
                case 0 -> mutated[at] = (byte) random.nextInt(256);
                case 1 -> mutated[at] = (byte) (random.nextBoolean() ? '\n' : ' ');
                case 2 -> mutated = Arrays.copyOf(mutated, Math.max(1, at));
                default -> {
                    byte[] line = "a t\n".getBytes(StandardCharsets.UTF_8);
                    System.arraycopy(line, 0, mutated, at, Math.min(line.length, mutated.length - at));
                }
            }
        }
        return mutated;
    }
}
