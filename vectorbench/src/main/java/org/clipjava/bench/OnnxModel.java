package org.clipjava.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clipjava.image.PixelTensor;

/**
 * ONNX Runtime, the peer: one encoder's session, with all optimisations, T threads inside an operator, one operator at a
 * time, and threads that spin, as is its default, unless told otherwise.
 */
final class OnnxModel implements AutoCloseable {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String input;

    private OnnxModel(OrtEnvironment environment, OrtSession session) {
        this.environment = environment;
        this.session = session;
        this.input = session.getInputNames().iterator().next();
    }

    static String version() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    /**
     * Opens a graph.
     *
     * @throws NoSuchFileException if it is not there
     */
    static OnnxModel open(Path graph, int threads) throws NoSuchFileException, OrtException {
        return open(graph, threads, true);
    }

    /**
     * Opens a graph.
     *
     * @param spins whether threads that wait for work do it busily, for a while
     * @throws NoSuchFileException if it is not there
     */
    static OnnxModel open(Path graph, int threads, boolean spins) throws NoSuchFileException, OrtException {
        if (!Files.isRegularFile(graph)) {
            throw new NoSuchFileException(
                    graph.toString(), null, "export it: python3 vectorbench/export_onnx.py CHECKPOINT_FOLDER");
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", spins ? "1" : "0");
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
            return new OnnxModel(environment, environment.createSession(graph.toString(), options));
        }
    }

    /** Pictures as one batch, their pixels in native memory already. */
    Contender images(List<PixelTensor> pictures) throws OrtException {
        PixelTensor first = pictures.getFirst();
        FloatBuffer pixels = nativeBytes((long) pictures.size() * first.values().length * Float.BYTES)
                .asFloatBuffer();
        pictures.forEach(picture -> pixels.put(picture.values()));
        pixels.flip();
        OnnxTensor tensor = OnnxTensor.createTensor(
                environment, pixels, new long[] {pictures.size(), 3, first.height(), first.width()});
        return new Batches(List.of(tensor), List.of(TextBatches.range(pictures.size())), pictures.size());
    }

    /**
     * Texts in these batches, their ids in native memory already. One that is shorter than the longest beside it is padded
     * with its last token, the end token; what a tower itself fills up is as long as all others.
     */
    Contender texts(List<int[]> texts, TextBatches batches) throws OrtException {
        List<OnnxTensor> tensors = new ArrayList<>();
        for (int[] batch : batches.batches()) {
            int length = 0;
            for (int index : batch) {
                length = Math.max(length, texts.get(index).length);
            }
            LongBuffer ids =
                    nativeBytes((long) batch.length * length * Long.BYTES).asLongBuffer();
            for (int index : batch) {
                int[] text = texts.get(index);
                for (int i = 0; i < length; i++) {
                    ids.put(text[Math.min(i, text.length - 1)]);
                }
            }
            ids.flip();
            tensors.add(OnnxTensor.createTensor(environment, ids, new long[] {batch.length, length}));
        }
        return new Batches(tensors, batches.batches(), texts.size());
    }

    private static ByteBuffer nativeBytes(long size) {
        return ByteBuffer.allocateDirect(Math.toIntExact(size)).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }

    /** Batches that run one after the other; row i of a batch's result belongs to input {@code indices.get(batch)[i]}. */
    private final class Batches implements Contender {
        private final List<OnnxTensor> tensors;
        private final List<int[]> indices;
        private final int total;

        Batches(List<OnnxTensor> tensors, List<int[]> indices, int total) {
            this.tensors = tensors;
            this.indices = indices;
            this.total = total;
        }

        @Override
        public float[][] encode() {
            float[][] embeddings = new float[total][];
            for (int i = 0; i < tensors.size(); i++) {
                try (OrtSession.Result result = session.run(Map.of(input, tensors.get(i)))) {
                    FloatBuffer rows = ((OnnxTensor) result.get(0)).getFloatBuffer();
                    int width = rows.remaining() / indices.get(i).length;
                    for (int index : indices.get(i)) {
                        embeddings[index] = new float[width];
                        rows.get(embeddings[index]);
                    }
                } catch (OrtException e) {
                    throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
                }
            }
            return embeddings;
        }

        @Override
        public void close() {
            tensors.forEach(OnnxTensor::close);
        }
    }
}
