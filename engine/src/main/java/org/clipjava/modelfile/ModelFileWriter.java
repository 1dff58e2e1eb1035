package org.clipjava.modelfile;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.clipjava.config.WeightType;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.SafetensorsWriter;
import org.clipjava.text.PieceVocabulary;
import org.clipjava.text.Vocabulary;
import org.clipjava.weights.PanelMatrix;

/**
 * Writes a model file: packs matrices into panels and narrows them to the file's weight type on the way, but for those that are to stay
 * wide. The same model gives the same bytes.
 *
 * {@snippet :
 * ModelFileWriter writer = ModelFileWriter.of(info, vocabulary);
 * for (TensorSpec tensor : writer.tensors()) {
 *     writer.give(tensor, List.of(sourceOf(tensor)));
 * }
 * writer.write(Path.of("model.safetensors"), info, bytes -> {});
 * }
 *
 * <p>Values are read when the file is written, a panel at a time, so a large model is never in memory as a whole. Not thread-safe.
 */
public final class ModelFileWriter {
    private static final int ALIGNMENT = 64;

    private final ModelInfo info;
    private final Consumer<SafetensorsWriter> vocabulary;
    private final List<TensorSpec> tensors;
    private final Map<String, List<RowSource>> given = new HashMap<>();
    private boolean nonFiniteAllowed;
    private boolean rangeReduced;

    private ModelFileWriter(ModelInfo info, Consumer<SafetensorsWriter> vocabulary) {
        this.info = info;
        this.vocabulary = vocabulary;
        this.tensors = ModelTensors.of(info.config());
    }

    /**
     * Nothing written yet.
     *
     * @throws IllegalArgumentException if the vocabulary has another size than the model
     */
    public static ModelFileWriter of(ModelInfo info, Vocabulary vocabulary) {
        requireSize(info, vocabulary.size());
        return new ModelFileWriter(info, writer -> {
            addBytes(writer, ModelTensors.TOKENS, DType.U8, vocabulary.encodedTokens());
            addBytes(writer, ModelTensors.MERGES, DType.U8, vocabulary.encodedMerges());
        });
    }

    /**
     * The same with pieces.
     *
     * @throws IllegalArgumentException if there are not as many as the model has tokens
     */
    public static ModelFileWriter of(ModelInfo info, PieceVocabulary vocabulary) {
        requireSize(info, vocabulary.size());
        return new ModelFileWriter(info, writer -> {
            addBytes(writer, ModelTensors.PIECES, DType.U8, vocabulary.encodedPieces());
            addBytes(writer, ModelTensors.PIECE_ENDS, DType.I32, vocabulary.encodedEnds());
            addBytes(writer, ModelTensors.SORTED, DType.I32, vocabulary.encodedSorted());
            addBytes(writer, ModelTensors.SCORES, DType.F64, vocabulary.encodedScores());
            addBytes(writer, ModelTensors.MERGES, DType.I32, vocabulary.encodedMerges());
            addBytes(writer, ModelTensors.CHARSMAP, DType.U8, vocabulary.encodedCharsmap());
        });
    }

    /**
     * Nothing written yet, of an image tower alone, which reads no tokens.
     *
     * @throws IllegalArgumentException if there is a text tower, whose vocabulary is missing
     */
    public static ModelFileWriter of(ModelInfo info) {
        if (info.config().hasText()) {
            throw new IllegalArgumentException("expected an image tower alone, found " + info + " with a text tower");
        }
        return new ModelFileWriter(info, writer -> {});
    }

    private static void requireSize(ModelInfo info, int found) {
        int expected = info.config().text().vocabularySize();
        if (found != expected) {
            throw new IllegalArgumentException("expected a vocabulary of " + expected + " tokens, found " + found);
        }
    }

    /** Lets weights be infinite or not a number, as those of a training that failed; q8 and int8 have no room for them. */
    public ModelFileWriter allowNonFinite(boolean allowed) {
        nonFiniteAllowed = allowed;
        return this;
    }

    /**
     * Limits int8 weights: those of two inputs of an output that stand side by side add up to at most 128, away from zero. Machine code for
     * AVX2 is faster with them, and they are somewhat less accurate. Other types stay as they are.
     */
    public ModelFileWriter reduceRange(boolean reduced) {
        rangeReduced = reduced;
        return this;
    }

    /** Every tensor that has to be given, in the file's order. */
    public List<TensorSpec> tensors() {
        return tensors;
    }

    /**
     * Gives a tensor's values.
     *
     * @param parts what it is put together of, one below the other; alike in size
     * @throws IllegalArgumentException if they have not as many values together as the tensor
     */
    public ModelFileWriter give(TensorSpec tensor, List<? extends RowSource> parts) {
        long expected = (long) tensor.rows() * tensor.columns();
        long found = parts.stream().mapToLong(RowSource::elements).sum();
        if (found != expected) {
            throw new IllegalArgumentException(
                    tensor.name() + ": expected " + expected + " values for " + tensor.shape() + ", found " + found);
        }
        given.put(tensor.name(), List.copyOf(parts));
        return this;
    }

    /** Bytes that {@link #write} reports. */
    public long dataSize() {
        return layOut(info, bytes -> {}).dataSize();
    }

    /**
     * Writes the file as a whole or not at all, as {@link SafetensorsWriter#write}.
     *
     * @param described what the file says of its model: as the writer was made for, but its origin may be known better by now
     * @param written hears of bytes written, now and then
     * @throws IllegalArgumentException if it is of another architecture or weight type
     * @throws IllegalStateException if a tensor was not given
     * @throws org.clipjava.safetensors.ModelFormatException if a weight is not finite, or out of the weight type's range
     */
    public void write(Path target, ModelInfo described, LongConsumer written) throws IOException {
        laidOut(described, written).write(target);
    }

    /** Writes the file's bytes to a channel, which stays open; else as {@link #write}. */
    public void writeTo(WritableByteChannel channel, ModelInfo described, LongConsumer written) throws IOException {
        laidOut(described, written).writeTo(channel);
    }

    private SafetensorsWriter laidOut(ModelInfo described, LongConsumer written) {
        if (!described.config().equals(info.config())
                || described.weightType() != info.weightType()
                || !described.wide().equals(info.wide())) {
            throw new IllegalArgumentException("expected a description of " + info + ", found " + described);
        }
        return layOut(described, written);
    }

    private SafetensorsWriter layOut(ModelInfo described, LongConsumer written) {
        SafetensorsWriter writer = SafetensorsWriter.aligned(ALIGNMENT);
        MetadataFormat.write(described).forEach(writer::metadata);
        for (TensorSpec tensor : tensors) {
            List<RowSource> parts = given.get(tensor.name());
            if (parts == null) {
                throw new IllegalStateException(tensor.name() + ": has not been given");
            }
            switch (tensor.storage()) {
                case MATRIX -> addMatrix(writer, tensor, parts, written);
                case TABLE -> addTable(writer, tensor, parts, written);
                case FLOATS -> addFloats(writer, tensor, parts, written);
            }
        }
        vocabulary.accept(writer);
        return writer;
    }

    private void addMatrix(SafetensorsWriter writer, TensorSpec tensor, List<RowSource> parts, LongConsumer written) {
        WeightType type = info.typeOf(tensor.name());
        MatrixEncoder encoder = encoder(tensor, parts, type);
        long panels = Math.ceilDiv(tensor.rows(), PanelMatrix.WIDTH);
        writer.tensor(
                tensor.name(),
                type.dtype(),
                type == WeightType.INT8
                        ? List.of(panels, PanelMatrix.bytesPerPanel(type, tensor.columns()))
                        : List.of(panels, (long) tensor.columns(), (long) PanelMatrix.WIDTH),
                channel -> encoder.writePanels(channel, written));
        addScales(writer, tensor, encoder, written);
    }

    private void addTable(SafetensorsWriter writer, TensorSpec tensor, List<RowSource> parts, LongConsumer written) {
        WeightType type = info.typeOf(tensor.name()).ofTables();
        MatrixEncoder encoder = encoder(tensor, parts, type);
        writer.tensor(
                tensor.name(),
                type.dtype(),
                List.of((long) tensor.rows(), (long) tensor.columns()),
                channel -> encoder.writeRows(channel, written));
        addScales(writer, tensor, encoder, written);
    }

    private MatrixEncoder encoder(TensorSpec tensor, List<RowSource> parts, WeightType type) {
        return new MatrixEncoder(parts, tensor.rows(), tensor.columns(), type, nonFiniteAllowed, rangeReduced);
    }

    private void addScales(SafetensorsWriter writer, TensorSpec tensor, MatrixEncoder encoder, LongConsumer written) {
        if (info.typeOf(tensor.name()).isScaled()) {
            writer.tensor(
                    tensor.name() + "_scale",
                    DType.F32,
                    List.of((long) tensor.rows()),
                    channel -> encoder.writeScales(channel, written));
        }
    }

    private void addFloats(SafetensorsWriter writer, TensorSpec tensor, List<RowSource> parts, LongConsumer written) {
        List<Long> shape = tensor.shape().stream().map(Long::valueOf).toList();
        int row = tensor.columns() / (tensor.rows() == 1 ? parts.size() : 1);
        int rows = tensor.rows() == 1 ? parts.size() : tensor.rows();
        MatrixEncoder encoder = new MatrixEncoder(parts, rows, row, WeightType.F32, nonFiniteAllowed, false);
        writer.tensor(tensor.name(), DType.F32, shape, channel -> encoder.writeRows(channel, written));
    }

    private static void addBytes(SafetensorsWriter writer, String name, DType dtype, byte[] bytes) {
        long elements = (long) bytes.length * Byte.SIZE / dtype.bits();
        writer.tensor(name, dtype, List.of(elements), MemorySegment.ofArray(bytes));
    }
}
