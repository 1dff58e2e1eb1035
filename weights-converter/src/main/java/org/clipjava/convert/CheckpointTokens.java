package org.clipjava.convert;

import java.util.Optional;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.modelfile.ModelFileWriter;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.text.Vocabulary;

/** What makes tokens of texts, as the checkpoint's files say. */
sealed interface CheckpointTokens {
    /** How many tokens there are. */
    int size();

    /** As the model file describes it. */
    TokenizerConfig config();

    /**
     * Writes a model file with these tokens.
     *
     * @param where what messages call the checkpoint
     * @throws ModelFormatException if they make no vocabulary
     */
    ModelFileWriter writer(ModelInfo info, String where) throws ModelFormatException;

    /** What stands for the files if they are the program's own: its merges. */
    default Optional<byte[]> builtin() {
        return Optional.empty();
    }

    /**
     * CLIP's kind.
     *
     * @param cleaning what its maker's tokenizer does to texts first
     */
    record Clip(ClipVocabulary vocabulary, TextCleaning cleaning) implements CheckpointTokens {
        @Override
        public int size() {
            return vocabulary.tokens().size();
        }

        @Override
        public TokenizerConfig config() {
            // Its own list of added tokens says how Hugging Face's tokenizer finds them.
            boolean original =
                    cleaning == TextCleaning.ORIGINAL && vocabulary.added().size() == 2;
            return original
                    ? new TokenizerConfig.ClipBpe(vocabulary.startToken(), vocabulary.endToken(), cleaning)
                    : new TokenizerConfig.ClipBpe(
                            vocabulary.startToken(), vocabulary.endToken(), cleaning, vocabulary.added());
        }

        @Override
        public ModelFileWriter writer(ModelInfo info, String where) throws ModelFormatException {
            try {
                return ModelFileWriter.of(
                        info,
                        Vocabulary.parse(
                                vocabulary.tokenLines(),
                                vocabulary.mergeLines(),
                                vocabulary.startToken(),
                                vocabulary.endToken()));
            } catch (ModelFormatException e) {
                throw new ModelFormatException(where + ": " + e.getMessage(), e);
            }
        }

        @Override
        public Optional<byte[]> builtin() {
            return Optional.of(vocabulary.mergeLines());
        }
    }

    /** BERT's kind. */
    record OfWordPieces(WordPieceFile file) implements CheckpointTokens {
        @Override
        public int size() {
            return file.vocabulary().size();
        }

        @Override
        public TokenizerConfig config() {
            return file.config();
        }

        @Override
        public ModelFileWriter writer(ModelInfo info, String where) {
            return ModelFileWriter.of(info, file.vocabulary());
        }
    }

    /**
     * SentencePiece's kind.
     *
     * @param padding what texts are filled up with
     */
    record OfPieces(PieceFile file, int padding) implements CheckpointTokens {
        @Override
        public int size() {
            return file.vocabulary().size();
        }

        @Override
        public TokenizerConfig config() {
            return file.config();
        }

        @Override
        public ModelFileWriter writer(ModelInfo info, String where) {
            return ModelFileWriter.of(info, file.vocabulary());
        }
    }
}
