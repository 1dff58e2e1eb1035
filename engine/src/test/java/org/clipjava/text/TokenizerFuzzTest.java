package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.clipjava.testdata.FuzzCorpus;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text, well-formed or not, has tokens; they begin and end as they should, and none is unknown. */
class TokenizerFuzzTest {
    private static final BpeTokenizer CLIP = ClipVocabulary.tokenizer();
    private static final BpeTokenizer WITHOUT_LIMIT = ClipVocabulary.withoutLimit();

    /** @param utf16 two bytes a character, so that unpaired surrogates come up too */
    @MethodSource
    @FuzzTest
    void texts(byte[] utf16) {
        char[] chars = new char[utf16.length / 2];
        ByteBuffer.wrap(utf16).asCharBuffer().get(chars);
        String text = new String(chars);
        TokenSequence whole = WITHOUT_LIMIT.encode(text);
        TokenSequence cut = CLIP.encode(text);
        assertEquals(ClipVocabulary.START, cut.id(0));
        assertEquals(ClipVocabulary.END, cut.id(cut.length() - 1));
        assertEquals(Math.min(whole.length(), ClipVocabulary.CONTEXT), cut.length());
        assertEquals(whole.length() > ClipVocabulary.CONTEXT, cut.truncated());
        for (int i = 0; i < cut.length() - 1; i++) {
            assertEquals(whole.id(i), cut.id(i));
        }
        assertEquals(whole.length(), WITHOUT_LIMIT.tokens(whole).size());
        // A byte makes one token at most, and composition at most threefolds a text; then start and end.
        assertTrue(whole.length() <= 9 * chars.length + 2, whole::toString);
        assertTrue(WITHOUT_LIMIT.decode(whole).length() <= 10 * chars.length);
    }

    static Stream<byte[]> texts() {
        return FuzzCorpus.with("texts", first());
    }

    private static Stream<byte[]> first() {
        SplittableRandom random = new SplittableRandom(8);
        return Stream.concat(
                        Stream.of("", "a photo of a cat", "<|endoftext|> <|startoftext|>", "a\u0301\u0323\ud83d"),
                        Stream.generate(() -> RandomText.of(random)).limit(12))
                .map(text -> {
                    ByteBuffer bytes = ByteBuffer.allocate(2 * text.length());
                    bytes.asCharBuffer().put(text);
                    return bytes.array();
                });
    }
}
