package org.clipjava.text;

import org.clipjava.testdata.Mutations;
import org.junit.jupiter.api.Test;

/** The fuzzer's targets, without the fuzzer. */
class MutationsTest {
    @Test
    void texts() {
        Mutations.run("texts", 2500, TokenizerFuzzTest.texts(), new TokenizerFuzzTest()::texts);
    }

    @Test
    void byteLevel() {
        Mutations.run("pieces of bytes", 500, ByteLevelFuzzTest.byteLevel(), new ByteLevelFuzzTest()::byteLevel);
    }

    @Test
    void wordPieces() {
        Mutations.run("word pieces", 500, WordPieceFuzzTest.wordPieces(), new WordPieceFuzzTest()::wordPieces);
    }

    @Test
    void vocabularies() {
        Mutations.run("vocabularies", 500, VocabularyFuzzTest.vocabularies(), new VocabularyFuzzTest()::vocabularies);
    }
}
