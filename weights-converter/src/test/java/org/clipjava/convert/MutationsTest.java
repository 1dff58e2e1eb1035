package org.clipjava.convert;

import java.io.IOException;
import org.clipjava.testdata.Mutations;
import org.junit.jupiter.api.Test;

/** The fuzzer's targets, without the fuzzer. */
class MutationsTest {
    @Test
    void pickles() throws IOException {
        Mutations.run("pickles", 1000, PickleFuzzTest.pickles(), new PickleFuzzTest()::pickles);
    }

    @Test
    void archives() throws IOException {
        Mutations.run("archives", 500, TorchFileFuzzTest.archives(), new TorchFileFuzzTest()::archives);
    }

    @Test
    void npzFiles() {
        Mutations.run("npz files", 500, NpzFileFuzzTest.npzFiles(), new NpzFileFuzzTest()::npzFiles);
    }

    @Test
    void wordPieceFiles() {
        Mutations.run(
                "word piece files",
                300,
                WordPieceFileFuzzTest.wordPieceFiles().limit(2),
                new WordPieceFileFuzzTest()::wordPieceFiles);
    }

    @Test
    void byteLevelFiles() {
        Mutations.run(
                "byte-level files",
                300,
                ByteLevelFileFuzzTest.byteLevelFiles().limit(3),
                new ByteLevelFileFuzzTest()::byteLevelFiles);
    }

    @Test
    void clipVocabularies() {
        Mutations.run(
                "CLIP's vocabularies",
                300,
                ClipVocabularyFuzzTest.clipVocabularies(),
                new ClipVocabularyFuzzTest()::clipVocabularies);
    }

    @Test
    void sentencePieceModels() {
        Mutations.run(
                "models of SentencePiece",
                300,
                SentencePieceModelFuzzTest.models().limit(3),
                new SentencePieceModelFuzzTest()::models);
    }

    @Test
    void configs() {
        Mutations.run("configs", 1000, CheckpointConfigFuzzTest.configs(), new CheckpointConfigFuzzTest()::configs);
    }
}
