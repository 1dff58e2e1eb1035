package org.clipjava.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.clipjava.Embedding;
import org.clipjava.config.PatchMethod;
import org.clipjava.config.VisionConfig;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.encoder.PatchStates;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Kernels;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.weights.VisionWeights;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the image tower owes those who ask it for patches, on the model {@code tiny}: patches of 8 pixels, a picture of 8 by 8. */
class PatchTowerTest {
    private static final SyntheticWeights WEIGHTS = SyntheticWeights.of(SyntheticCheckpoint.TINY);
    private static final VisionConfig CONFIG = WEIGHTS.config().vision();
    private static final int PATCH = CONFIG.patchSize();

    static Stream<Arguments> everyWay() {
        return Stream.of(Kernels.scalar(), Kernels.vector())
                .flatMap(kernels -> Arrays.stream(PatchMethod.values()).map(method -> Arguments.of(kernels, method)));
    }

    private static ImageTower tower(Kernels kernels, VisionWeights weights) {
        return new ImageTower(CONFIG, weights, kernels, new Workspace.Pool(1, Runnable::run));
    }

    @Tag("thorough")
    @ParameterizedTest
    @MethodSource("everyWay")
    void resultsDependOnNeitherTheBatchNorTheThreads(Kernels kernels, PatchMethod method) {
        List<PixelTensor> pictures = List.of(
                picture("a", 64, 64),
                picture("b", 64, 64),
                picture("c", 64, 64),
                picture("d", 64, 64),
                picture("e", 64, 64),
                picture("f", 64, 64),
                picture("g", 64, 64),
                picture("wide", 16, 200),
                picture("tall", 208, 24),
                picture("with a rest", 71, 65));
        List<PatchStates> alone = pictures.stream()
                .map(picture -> tower(kernels, WEIGHTS.vision())
                        .encodePatches(List.of(picture), method)
                        .getFirst())
                .toList();

        try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
            ImageTower shared = new ImageTower(CONFIG, WEIGHTS.vision(), kernels, new Workspace.Pool(4, executor));
            List<PatchStates> together = shared.encodePatches(pictures, method);
            for (int i = 0; i < pictures.size(); i++) {
                assertEquals(alone.get(i).rows(), together.get(i).rows());
                assertEquals(alone.get(i).columns(), together.get(i).columns());
                assertArrayEquals(alone.get(i).patches(), together.get(i).patches());
                assertArrayEquals(alone.get(i).pooled(), together.get(i).pooled());
            }
        }
        assertEquals(26, alone.get(8).rows());
        assertEquals(3, alone.get(8).columns());
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void thePooledEmbeddingIsTheUsualOne(Kernels kernels, PatchMethod method) {
        ImageTower tower = tower(kernels, WEIGHTS.vision());
        List<PixelTensor> pictures = List.of(picture("a", 64, 64), picture("b", 64, 64));
        float[][] usual = tower.encode(pictures);
        List<PatchStates> found = tower.encodePatches(pictures, method);

        assertArrayEquals(usual[0], found.get(0).pooled());
        assertArrayEquals(usual[1], found.get(1).pooled());
        assertArrayEquals(usual, tower.encode(pictures));
    }

    /**
     * With the same position for all patches a tower knows no places but those that NACLIP's last layer adds: whatever is moved round the
     * picture's edge by a patch moves the grid. Only the order of sums changes.
     */
    @ParameterizedTest
    @MethodSource("everyWay")
    void aGridMovesWithThePicture(Kernels kernels, PatchMethod method) {
        ImageTower tower = tower(kernels, withOnePosition());
        PixelTensor picture = picture("moved", 40, 56);
        PatchStates still = tower.encodePatches(List.of(picture), method).getFirst();
        PatchStates moved =
                tower.encodePatches(List.of(rolled(picture, 2, 3)), method).getFirst();

        boolean equal = true;
        for (int row = 0; row < 5; row++) {
            for (int column = 0; column < 7; column++) {
                float[] from = unit(still.patches()[row * 7 + column]);
                float[] to = unit(moved.patches()[(row + 2) % 5 * 7 + (column + 3) % 7]);
                for (int i = 0; i < from.length; i++) {
                    equal &= Math.abs(from[i] - to[i]) < 1e-5;
                }
            }
        }
        assertEquals(method != PatchMethod.NACLIP, equal);
    }

    /** What NACLIP adds depends on distances alone: two patches that differ from the rest see the same when both move by one. */
    @Tag("thorough")
    @ParameterizedTest
    @EnumSource(value = PatchMethod.class, names = "NACLIP")
    void nearnessDependsOnDistancesAlone(PatchMethod method) {
        ImageTower tower = tower(Kernels.scalar(), withOnePosition());
        int side = 31;
        PatchStates still =
                tower.encodePatches(List.of(spot(side, 15, 14)), method).getFirst();
        PatchStates moved =
                tower.encodePatches(List.of(spot(side, 15, 15)), method).getFirst();

        // at the centre the edges are three σ away: what lies beyond them is less than e^-4.5 of the whole, and changes
        // by less than that
        float[] before = unit(still.patches()[15 * side + 14]);
        float[] after = unit(moved.patches()[15 * side + 15]);
        float[] elsewhere = unit(still.patches()[15 * side + 25]);
        assertTrue(Embedding.of(before).cosine(Embedding.of(after)) > 0.9999);
        assertTrue(Embedding.of(before).cosine(Embedding.of(elsewhere)) < 0.99);
    }

    @Test
    void refusesAPictureThatIsSmallerThanAPatch() {
        ImageTower tower = tower(Kernels.scalar(), WEIGHTS.vision());
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> tower.encodePatches(List.of(picture("a", 64, 64), picture("flat", 7, 64)), PatchMethod.NACLIP));
        assertEquals("expected pixels of at least 8 x 8, found 7 x 64", e.getMessage());
    }

    @Test
    void refusesMorePatchesThanOnePassTakes() {
        ImageTower tower = tower(Kernels.scalar(), WEIGHTS.vision());
        int width = (ImageEncoder.MAX_PATCHES + 1) * PATCH;
        PixelTensor picture = PixelTensor.of(PATCH, width, new float[3 * PATCH * width]);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> tower.encodePatches(List.of(picture), PatchMethod.NACLIP));
        assertEquals("expected at most 131072 patches, found 131073; take a smaller size, or tiles", e.getMessage());
    }

    private static VisionWeights withOnePosition() {
        VisionWeights weights = WEIGHTS.vision();
        int width = CONFIG.tower().width();
        float[] positions = weights.positionEmbedding().clone();
        for (int token = 2; token < CONFIG.tokens(); token++) {
            System.arraycopy(positions, width, positions, token * width, width);
        }
        return VisionWeights.of(
                Optional.of(weights.classEmbedding().orElseThrow()),
                weights.patchEmbedding(),
                positions,
                weights.lnPre(),
                weights.blocks(),
                weights.lnPost(),
                weights.projection());
    }

    private static PixelTensor picture(String seed, int height, int width) {
        return PixelTensor.of(height, width, SyntheticCheckpoint.uniform(seed, 3 * height * width));
    }

    /** A patch of noise on a plain picture of {@code side} by {@code side} patches. */
    private static PixelTensor spot(int side, int row, int column) {
        int pixels = side * PATCH;
        float[] values = new float[3 * pixels * pixels];
        float[] noise = SyntheticCheckpoint.uniform("spot", 3 * PATCH * PATCH);
        for (int i = 0; i < 3 * PATCH; i++) {
            int at = (i / PATCH * pixels + row * PATCH + i % PATCH) * pixels + column * PATCH;
            System.arraycopy(noise, i * PATCH, values, at, PATCH);
        }
        return PixelTensor.of(pixels, pixels, values);
    }

    /** Moved down and to the right by whole patches, and in again at the other side. */
    private static PixelTensor rolled(PixelTensor from, int rows, int columns) {
        int height = from.height();
        int width = from.width();
        float[] values = new float[from.values().length];
        for (int i = 0; i < values.length; i++) {
            int x = (i % width + columns * PATCH) % width;
            int y = (i / width % height + rows * PATCH) % height;
            int channel = i / width / height;
            values[(channel * height + y) * width + x] = from.values()[i];
        }
        return PixelTensor.of(height, width, values);
    }

    private static float[] unit(float[] embedding) {
        return Embedding.of(embedding).normalized().toArray();
    }
}
