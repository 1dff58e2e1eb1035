package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.clipjava.safetensors.ModelFormatException;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text, well-formed or not, has word pieces, which begin and end as they should. */
class WordPieceFuzzTest {
    /** @param utf16 two bytes a character, so that unpaired surrogates come up too */
    @MethodSource
    @FuzzTest
    void wordPieces(byte[] utf16) throws ModelFormatException {
        char[] chars = new char[utf16.length / 2];
        ByteBuffer.wrap(utf16).asCharBuffer().get(chars);
        String text = new String(chars);
        WordPieceTokenizer tokenizer = WordPieceTokenizerTest.tokenizer(1 << 20);
        TokenSequence whole = tokenizer.encode(text);
        TokenSequence cut = WordPieceTokenizerTest.tokenizer(16).encode(text);
        assertEquals(2, cut.id(0));
        assertEquals(3, cut.id(cut.length() - 1));
        assertEquals(Math.min(whole.length(), 16), cut.length());
        assertEquals(whole.length() > 16, cut.truncated());
        for (int i = 0; i < cut.length() - 1; i++) {
            assertEquals(whole.id(i), cut.id(i));
        }
        assertEquals(whole.length(), tokenizer.tokens(whole).size());
        assertTrue(whole.length() <= chars.length + 2, whole::toString);
        assertTrue(tokenizer.decode(whole).length() <= 6 * chars.length);
    }

    static Stream<byte[]> wordPieces() {
        return TokenizerFuzzTest.texts();
    }
}
