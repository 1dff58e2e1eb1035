package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.clipjava.safetensors.ModelFormatException;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text, well-formed or not, has pieces of bytes, which give it back. */
class ByteLevelFuzzTest {
    /** @param utf16 two bytes a character, so that unpaired surrogates come up too */
    @MethodSource
    @FuzzTest
    void byteLevel(byte[] utf16) throws ModelFormatException {
        char[] chars = new char[utf16.length / 2];
        ByteBuffer.wrap(utf16).asCharBuffer().get(chars);
        String text = new String(chars);
        PieceTokenizer tokenizer = ByteLevelTokenizerTest.tokenizer(1 << 20);
        TokenSequence whole = tokenizer.encode(text);
        TokenSequence cut = ByteLevelTokenizerTest.tokenizer(16).encode(text);
        assertEquals(Math.min(whole.length(), 16), cut.length());
        assertEquals(whole.length() > 16, cut.truncated());
        for (int i = 0; i < cut.length() - 1; i++) {
            assertEquals(whole.id(i), cut.id(i));
        }
        assertEquals(whole.length(), tokenizer.tokens(whole).size());
        assertTrue(whole.length() <= 3 * chars.length + 2, whole::toString);
        // those at the ends are not given back, and the mask takes the whitespace before it
        if (!text.contains("<s>") && !text.contains("</s>") && !text.contains("<mask>")) {
            assertEquals(TextNormalizer.wellFormed(text).strip(), tokenizer.decode(whole));
        }
    }

    static Stream<byte[]> byteLevel() {
        return TokenizerFuzzTest.texts();
    }
}
