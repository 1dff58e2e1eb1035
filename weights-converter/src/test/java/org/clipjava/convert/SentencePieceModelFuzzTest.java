package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.config.TextCleaning;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.Refusal;
import org.clipjava.testdata.TokenizerFiles;
import org.clipjava.text.PieceTokenizer;
import org.clipjava.text.TokenSequence;
import org.junit.jupiter.params.provider.MethodSource;

/** SentencePiece's protobuf. */
class SentencePieceModelFuzzTest {
    /** Whatever the bytes: pieces that can tokenize, or an error. One target, since Jazzer searches for one in each class. */
    @MethodSource
    @FuzzTest
    void models(byte[] bytes) {
        check(bytes);
        checkXlmRoberta(bytes);
    }

    static void check(byte[] bytes) {
        try {
            PieceFile file = PieceFile.ofModel(SentencePieceModel.parse(bytes, "f"));
            PieceFile ended = file.with(
                    file.config().rules(),
                    TextCleaning.NONE,
                    List.of(),
                    List.of(0),
                    file.config().added());
            PieceTokenizer tokenizer = new PieceTokenizer(ended.vocabulary(), ended.config(), 64);
            TokenSequence sequence = tokenizer.encode("The cats' photo, \u65e5\u672c\u8a9e");
            assertEquals(sequence.length(), tokenizer.tokens(sequence).size());
            tokenizer.decode(sequence);
        } catch (ModelFormatException e) {
            Refusal.check(e, "");
        }
    }

    /** The same by the rules of XLM-RoBERTa, which has pieces of its own before them. */
    private static void checkXlmRoberta(byte[] bytes) {
        try {
            PieceFile file = RobertaTokens.ofModel(SentencePieceModel.parse(bytes, "f"), TextCleaning.CASED)
                    .file();
            PieceTokenizer tokenizer = new PieceTokenizer(file.vocabulary(), file.config(), 64);
            tokenizer.decode(tokenizer.encode("The cats' photo, \u65e5\u672c\u8a9e <mask>"));
        } catch (ModelFormatException e) {
            Refusal.check(e, "");
        }
    }

    /** Small ones of unigrams, of merges and of XLM-RoBERTa, and a whole one. */
    static Stream<byte[]> models() {
        return Stream.of(
                SentencePieceModelTest.small(),
                SentencePieceModelTest.joined(
                        SentencePieceModelTest.small(),
                        SentencePieceModelTest.block(2, SentencePieceModelTest.bytes(3 << 3, 2))),
                Arrays.copyOf(RobertaTest.model("<unk>", "<s>", "</s>"), 400),
                TokenizerFiles.read("gemma.model"));
    }
}
