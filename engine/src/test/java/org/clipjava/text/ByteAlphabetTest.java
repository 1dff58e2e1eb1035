package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ByteAlphabetTest {
    @Test
    void givesEachByteACharacterOfItsOwn() {
        for (int value = 0; value < 256; value++) {
            assertEquals(value, ByteAlphabet.value(ByteAlphabet.character(value)));
        }
        assertEquals(256, ByteAlphabet.inOrder().chars().distinct().count());
    }

    @Test
    void writesPrintableLatin1AsItselfAndTheRestFromU_0100On() {
        assertEquals(
                "!Aÿ", "" + ByteAlphabet.character('!') + ByteAlphabet.character('A') + ByteAlphabet.character(255));
        assertEquals(
                "ĀĠġŃ",
                "" + ByteAlphabet.character(0) + ByteAlphabet.character(' ') + ByteAlphabet.character(127)
                        + ByteAlphabet.character(0xAD));
    }

    @Test
    void knowsNoByteForOtherCharacters() {
        for (char c : " \n\u0000\u00a0\u00ad\u0144日".toCharArray()) {
            assertEquals(-1, ByteAlphabet.value(c));
        }
    }

    @Test
    void opensAVocabularyWithThePrintableCharacters() {
        assertEquals('!', ByteAlphabet.inOrder().charAt(0));
        assertEquals('ÿ', ByteAlphabet.inOrder().charAt(187));
        assertEquals('Ā', ByteAlphabet.inOrder().charAt(188));
        assertEquals('Ń', ByteAlphabet.inOrder().charAt(255));
    }
}
