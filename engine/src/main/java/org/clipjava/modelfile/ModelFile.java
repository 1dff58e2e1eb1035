package org.clipjava.modelfile;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.BiFunction;
import org.clipjava.config.AddedToken;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.TensorInfo;
import org.clipjava.text.BpeTokenizer;
import org.clipjava.text.PieceTokenizer;
import org.clipjava.text.PieceVocabulary;
import org.clipjava.text.Tokenizer;
import org.clipjava.text.Vocabulary;
import org.clipjava.text.WordPieceTokenizer;
import org.clipjava.weights.StoredWeights;

/**
 * An open model file: the one place that knows its keys, its tensors' names and its versions. {@code docs/model-file.md} describes it;
 * {@link ModelFileWriter} writes it.
 *
 * <p>Thread-safe while it is open.
 */
public final class ModelFile implements AutoCloseable {
    private final SafetensorsFile file;
    private final ModelInfo info;

    private ModelFile(SafetensorsFile file) throws ModelFormatException {
        if (file.tensor("visual_projection.weight").isPresent()) {
            throw new ModelFormatException(file.name()
                    + ": expected a model file, found a Hugging Face checkpoint; convert its folder first:"
                    + " clip convert FOLDER -o MODEL");
        }
        this.file = file;
        this.info = MetadataFormat.parse(file.metadata(), file.name());
    }

    /**
     * Opens a file and reads what it says of itself.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws ModelFormatException if it is no model file
     */
    public static ModelFile open(Path path) throws IOException {
        return of(SafetensorsFile.open(path));
    }

    /**
     * A model file that is in memory, which has to stay as it is while this is open.
     *
     * @param name what messages call it
     * @throws ModelFormatException if it is no model file
     */
    public static ModelFile of(MemorySegment bytes, String name) throws IOException {
        return of(SafetensorsFile.of(bytes, name));
    }

    private static ModelFile of(SafetensorsFile file) throws IOException {
        try {
            return new ModelFile(file);
        } catch (Throwable t) {
            file.close();
            throw t;
        }
    }

    /** What a file says of its model; no weight is read. As {@link #open}. */
    public static ModelInfo info(Path path) throws IOException {
        try (ModelFile file = open(path)) {
            return file.info();
        }
    }

    /** What a model file in memory says of its model; no weight is read. As {@link #of}. */
    public static ModelInfo info(MemorySegment bytes, String name) throws IOException {
        try (ModelFile file = of(bytes, name)) {
            return file.info();
        }
    }

    /** What messages call it. */
    public String name() {
        return file.name();
    }

    /** What it says of its model. */
    public ModelInfo info() {
        return info;
    }

    /** Names, types and sizes of its tensors, in the file's order. */
    public Collection<TensorInfo> tensors() {
        return file.tensors().values();
    }

    /**
     * What makes tokens of a text, as the model wants them.
     *
     * @throws ModelFormatException if the vocabulary is missing or damaged
     */
    public Tokenizer tokenizer() throws IOException {
        return switch (info.tokenizer()) {
            case TokenizerConfig.ClipBpe bpe ->
                new BpeTokenizer(vocabulary(bpe), bpe, info.config().text().contextLength());
            case TokenizerConfig.Pieces pieces ->
                ofPieces((vocabulary, context) -> new PieceTokenizer(vocabulary, pieces, context));
            case TokenizerConfig.WordPiece words ->
                ofPieces((vocabulary, context) -> new WordPieceTokenizer(vocabulary, words, context));
        };
    }

    private Tokenizer ofPieces(BiFunction<PieceVocabulary, Integer, Tokenizer> kind) throws IOException {
        PieceVocabulary vocabulary = pieces();
        try {
            return kind.apply(vocabulary, info.config().text().contextLength());
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(file.name() + ": " + e.getMessage() + "; convert the checkpoint again", e);
        }
    }

    /**
     * The vocabulary that {@link #tokenizer} works with.
     *
     * @throws ModelFormatException if it is missing or damaged
     * @throws IllegalStateException if the model's tokenizer works with {@link #pieces}
     */
    public Vocabulary vocabulary() throws IOException {
        return switch (info.tokenizer()) {
            case TokenizerConfig.ClipBpe bpe -> vocabulary(bpe);
            case TokenizerConfig.Pieces pieces -> throw hasPieces();
            case TokenizerConfig.WordPiece words -> throw hasPieces();
        };
    }

    private IllegalStateException hasPieces() {
        return new IllegalStateException(file.name() + " has pieces, and no vocabulary of CLIP's kind");
    }

    /**
     * The pieces that {@link #tokenizer} works with, where the model has such.
     *
     * @throws ModelFormatException if they are missing or damaged
     */
    public PieceVocabulary pieces() throws IOException {
        PieceVocabulary vocabulary;
        try {
            vocabulary = PieceVocabulary.parse(
                    bytes(ModelTensors.PIECES, DType.U8),
                    bytes(ModelTensors.PIECE_ENDS, DType.I32),
                    bytes(ModelTensors.SORTED, DType.I32),
                    bytes(ModelTensors.SCORES, DType.F64),
                    bytes(ModelTensors.MERGES, DType.I32),
                    bytes(ModelTensors.CHARSMAP, DType.U8));
        } catch (ModelFormatException e) {
            String message = String.valueOf(e.getMessage());
            throw message.startsWith(file.name()) ? e : new ModelFormatException(file.name() + ": " + message, e);
        }
        int expected = info.config().text().vocabularySize();
        if (vocabulary.size() != expected) {
            throw new ModelFormatException(file.name() + ": " + ModelTensors.PIECE_ENDS + ": expected " + expected
                    + " pieces, found " + vocabulary.size());
        }
        return vocabulary;
    }

    private byte[] bytes(String name, DType dtype) throws IOException {
        TensorInfo tensor = file.tensor(name)
                .orElseThrow(() -> new ModelFormatException(
                        file.name() + ": " + name + ": missing; convert the checkpoint again"));
        if (tensor.dtype() != dtype) {
            throw new ModelFormatException(
                    file.name() + ": " + name + ": expected " + dtype + ", found " + tensor.typeAndShape());
        }
        return file.read(tensor);
    }

    private Vocabulary vocabulary(TokenizerConfig.ClipBpe bpe) throws IOException {
        byte[] tokens = bytes(ModelTensors.TOKENS);
        byte[] merges = bytes(ModelTensors.MERGES);
        Vocabulary vocabulary;
        try {
            vocabulary = Vocabulary.parse(tokens, merges, bpe.startToken(), bpe.endToken());
        } catch (ModelFormatException e) {
            throw new ModelFormatException(file.name() + ": " + e.getMessage(), e);
        }
        TextConfig text = info.config().text();
        if (vocabulary.size() != text.vocabularySize()) {
            throw new ModelFormatException(file.name() + ": " + ModelTensors.TOKENS + ": expected "
                    + text.vocabularySize() + " tokens, found " + vocabulary.size());
        }
        for (AddedToken token : bpe.added()) {
            int length = vocabulary.token(token.id()).length();
            if (length > AddedToken.LONGEST) {
                throw new ModelFormatException(
                        "%s: %s: id %d: expected at most %d characters of an added token, found %d"
                                .formatted(file.name(), ModelTensors.TOKENS, token.id(), AddedToken.LONGEST, length));
            }
        }
        return vocabulary;
    }

    private byte[] bytes(String tensor) throws IOException {
        return file.read(file.tensor(tensor)
                .orElseThrow(() -> new ModelFormatException(
                        file.name() + ": " + tensor + ": missing; convert the checkpoint again")));
    }

    /**
     * The weights, shape-checked, to be read while this is open.
     *
     * @param vision whether the image tower is wanted
     * @param text whether the text tower is wanted
     * @param allowNonFinite whether weights may be infinite or not a number
     * @throws ModelFormatException if a tensor of either tower is missing, of another shape or type than the file says, not finite, or
     *     unknown
     */
    public StoredWeights weights(boolean vision, boolean text, boolean allowNonFinite) throws IOException {
        TensorReader tensors = new TensorReader(file, info, allowNonFinite);
        ModelTensors.Weights weights = ModelTensors.read(tensors, info.config());
        tensors.refuseUnread();
        return new FileWeights(file, info.config(), info.weightType(), weights, vision, text, allowNonFinite);
    }

    /**
     * The values of a tensor as a {@link ModelFileWriter} wants them, widened to float, to be read while this is open.
     *
     * @throws ModelFormatException if the file has no such tensor
     */
    public RowSource values(TensorSpec tensor) throws IOException {
        return StoredRows.of(new TensorReader(file, info, true), tensor, name());
    }

    @Override
    public void close() {
        file.close();
    }
}
