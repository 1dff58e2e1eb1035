package org.clipjava.tornado;

import java.util.List;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.weights.VisionWeights;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The image tower as one program. Not thread-safe. */
final class DeviceImageEncoder implements ImageEncoder {
    private final Program program;
    private final VisionConfig config;
    private final int projection;
    private final TransformerProgram transformer;

    /** [1]: the patches of a run. */
    private final IntArray patches = new IntArray(1);

    /** [pictures, 3, S, S] */
    private final FloatArray pixels;

    /** [pictures, E] */
    private final FloatArray embeddings;

    /**
     * Writes the tower into a program that has nothing else.
     *
     * @param rowsAtOnce how many rows a run should have at the most; a picture may have more
     */
    DeviceImageEncoder(ClipConfig clip, VisionWeights weights, Program program, int rowsAtOnce) {
        this.program = program;
        this.config = clip.vision();
        this.projection = clip.embedDim();
        int width = config.tower().width();
        int pictures = Math.max(1, rowsAtOnce / config.tokens());
        this.transformer =
                new TransformerProgram(program, config.tower(), pictures * config.tokens(), pictures, config.tokens());
        this.pixels = new FloatArray(Math.multiplyExact(pictures, 3 * config.imageSize() * config.imageSize()));
        for (int row = 0; row < transformer.capacity; row++) {
            transformer.firstKey.set(row, row / config.tokens() * config.tokens());
            transformer.keys.set(row, config.tokens());
        }
        for (int picture = 0; picture < pictures; picture++) {
            transformer.pooled.set(picture, picture * config.tokens());
        }
        program.constants(transformer.firstKey, transformer.keys, transformer.pooled);
        program.inputs(pixels, patches, transformer.rows, transformer.sequences);

        int mostPatches = pictures * (config.tokens() - 1);
        FloatArray unfolded = Layout.activations(mostPatches, config.patchValues());
        FloatArray embedded = Layout.activations(mostPatches, width);
        FloatArray assembled = Layout.activations(transformer.capacity, width);
        FloatArray classEmbedding = Layout.dense(weights.classEmbedding().orElseThrow());
        FloatArray positions = Layout.dense(weights.positionEmbedding());
        program.constants(classEmbedding, positions);
        program.task(
                "unfold",
                Kernels::unfold,
                pixels,
                unfolded,
                patches,
                mostPatches,
                config.imageSize(),
                config.patchSize());
        transformer.linear("patchEmbedding", unfolded, weights.patchEmbedding(), embedded, patches, mostPatches);
        program.task(
                "assemble",
                Kernels::assemble,
                embedded,
                classEmbedding,
                positions,
                assembled,
                transformer.rows,
                transformer.capacity,
                config.tokens(),
                width);
        transformer.layerNorm(
                "lnPre", assembled, weights.lnPre().orElseThrow(), transformer.x);
        transformer.blocks(weights.blocks());
        this.embeddings = transformer.pool(weights.lnPost(), weights.projection());
        program.results(embeddings);
    }

    @Override
    public float[][] encode(List<PixelTensor> pictures) {
        pictures.forEach(picture -> config.requireSize(picture.height(), picture.width()));
        float[][] encoded = new float[pictures.size()][];
        for (int first = 0; first < encoded.length; first += transformer.sequenceCapacity) {
            int count = Math.min(transformer.sequenceCapacity, encoded.length - first);
            for (int i = 0; i < count; i++) {
                float[] values = pictures.get(first + i).values();
                Layout.copy(values, pixels, i * values.length);
            }
            run(count);
            for (int i = 0; i < count; i++) {
                encoded[first + i] = Layout.row(embeddings, i, projection);
            }
        }
        return encoded;
    }

    /** One forward pass over the first of {@link #pixels}, or over none, which compiles the program and brings the weights in. */
    void run(int pictures) {
        patches.set(0, pictures * (config.tokens() - 1));
        transformer.rows.set(0, pictures * config.tokens());
        transformer.sequences.set(0, pictures);
        program.run();
    }
}
