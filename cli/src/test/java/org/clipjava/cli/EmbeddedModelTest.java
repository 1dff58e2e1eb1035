package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.config.WeightType;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.modelfile.ModelFileWriter;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.modelfile.RowSource;
import org.clipjava.modelfile.TensorSpec;
import org.clipjava.models.BuiltInModel;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.TestData;
import org.clipjava.weights.EmbeddingTable;
import org.clipjava.weights.PanelMatrix;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A real model with a real accuracy: anything that goes wrong in tokenizer, preprocessing or arithmetic moves it. The
 * pictures are of a style that it was not trained on.
 */
class EmbeddedModelTest {
    /** Of the hundred pictures, each among 20 labels. To be changed with the model, and with nothing else. */
    private static final int RIGHT = 88;

    private static final int LABELS_EACH = 20;
    private static final int LARGEST_BYTES = 12 << 20;

    /** A picture of {@code pictograms/} and what is on it. */
    private record Sample(Path file, String label) {}

    @Test
    void recognisesPicturesOfAStyleItHasNeverSeen() throws IOException {
        List<Sample> samples = samples();
        assertEquals(100, samples.size());
        try (Arena arena = Arena.ofConfined();
                Clip clip = Clip.open(model(arena))) {
            int right = right(clip, samples);
            assertTrue(right >= 80, right + " right");
            assertEquals(RIGHT, right);
        }
    }

    private static int right(Clip clip, List<Sample> samples) throws IOException {
        int right = 0;
        int step = samples.size() / LABELS_EACH;
        for (int first = 0; first < step; first++) {
            // every fifth, in turn: the labels lie apart in the alphabet
            List<Sample> some = new ArrayList<>();
            for (int i = first; i < samples.size(); i += step) {
                some.add(samples.get(i));
            }
            ZeroShotClassifier classifier =
                    ZeroShotClassifier.of(clip, some.stream().map(Sample::label).toList());
            for (Sample sample : some) {
                String best = classifier
                        .classify(ImageDecoder.standard().decode(sample.file()))
                        .best()
                        .label();
                right += best.equals(sample.label()) ? 1 : 0;
            }
        }
        return right;
    }

    /** What the documentation promises of narrow numbers, on a model that was trained; and how many more are right than in f16. */
    @Tag("thorough")
    @ParameterizedTest
    @CsvSource({"INT8, false, cpu, 0.9995, 0", "INT8, true, cpu, 0.9995, -1", "BF16, false, machinecode, 0.9999, 1"})
    void isAsGoodInNarrowNumbers(
            WeightType type, boolean reduced, String backend, double bound, int more, @TempDir Path folder)
            throws IOException {
        if (type == WeightType.BF16) {
            MachineCodeAccuracyTest.assumeBf16();
        }
        List<Sample> samples = samples();
        Path file = folder.resolve("narrow.safetensors");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment model = model(arena);
            write(model, type, reduced, file);
            try (Clip exact = Clip.open(model);
                    Clip narrow = Clip.open(file, ClipOptions.defaults().withBackend(backend))) {
                assertEquals(type, narrow.info().weightType());
                double least = 1;
                for (Sample sample : samples) {
                    RgbImage picture = ImageDecoder.standard().decode(sample.file());
                    least = Math.min(least, exact.encodeImage(picture).cosine(narrow.encodeImage(picture)));
                }
                assertTrue(least >= bound, "least cosine " + least);
                assertEquals(RIGHT + more, right(narrow, samples));
            }
        }
    }

    /** The same model with matrices of another type. */
    private static void write(MemorySegment model, WeightType type, boolean reduced, Path target) throws IOException {
        try (ModelFile source = ModelFile.of(model, "built-in");
                SafetensorsFile file = SafetensorsFile.of(model, "built-in")) {
            ModelInfo of = source.info();
            ModelInfo info = ModelInfo.of(of.config(), of.tokenizer(), of.preprocessing(), type);
            ModelFileWriter writer =
                    ModelFileWriter.of(info, source.vocabulary()).reduceRange(reduced);
            for (TensorSpec tensor : writer.tensors()) {
                writer.give(tensor, List.of(new Values(tensor.name(), values(file, tensor, of.weightType()))));
            }
            writer.write(target, info, bytes -> {});
        }
    }

    private record Values(String name, float[] values) implements RowSource {
        @Override
        public long elements() {
            return values.length;
        }

        @Override
        public void read(long first, float[] out) {
            System.arraycopy(values, (int) first, out, 0, out.length);
        }
    }

    /** A tensor, row-major and widened. */
    private static float[] values(SafetensorsFile file, TensorSpec tensor, WeightType type) {
        MemorySegment data = file.data(file.tensor(tensor.name()).orElseThrow());
        int rows = tensor.rows();
        int columns = tensor.columns();
        float[] values = new float[rows * columns];
        switch (tensor.storage()) {
            case FLOATS -> MemorySegment.copy(data, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values, 0, values.length);
            case TABLE -> {
                EmbeddingTable table = new EmbeddingTable(tensor.name(), type, rows, columns, data, new float[0]);
                for (int row = 0; row < rows; row++) {
                    table.readRow(row, values, row * columns);
                }
            }
            case MATRIX -> {
                PanelMatrix matrix = new PanelMatrix(tensor.name(), type, rows, columns, data, new float[0]);
                float[] panel = new float[columns * PanelMatrix.WIDTH];
                for (int row = 0; row < rows; row++) {
                    if (row % PanelMatrix.WIDTH == 0) {
                        matrix.readPanel(row / PanelMatrix.WIDTH, panel);
                    }
                    for (int k = 0; k < columns; k++) {
                        values[row * columns + k] = panel[k * PanelMatrix.WIDTH + row % PanelMatrix.WIDTH];
                    }
                }
            }
        }
        return values;
    }

    @Test
    void isTheFileThatItsReadmeNames() throws IOException, GeneralSecurityException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = model(arena).toArray(ValueLayout.JAVA_BYTE);
            String digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));

            assertTrue(bytes.length <= LARGEST_BYTES, bytes.length + " bytes");
            String readme = Files.readString(TestData.projectRoot().resolve("pictogram/README.md"));
            assertTrue(readme.contains(digest), "pictogram/README.md does not have " + digest);
        }
    }

    private static MemorySegment model(Arena arena) throws IOException {
        return new BuiltInModel(TestData.builtInModel().toUri().toURL()).read(arena);
    }

    private static List<Sample> samples() throws IOException {
        Path folder = TestData.committed().path("pictograms");
        List<Sample> samples = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("labels.csv")).subList(1, 101)) {
            int comma = line.indexOf(',');
            samples.add(new Sample(folder.resolve(line.substring(0, comma)), line.substring(comma + 1)));
        }
        return samples;
    }
}
