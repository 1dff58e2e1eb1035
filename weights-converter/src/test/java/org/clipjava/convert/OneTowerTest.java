package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.LinearClassifier;
import org.clipjava.MissingTowerException;
import org.clipjava.Tower;
import org.clipjava.config.Activation;
import org.clipjava.config.KernelChoice;
import org.clipjava.config.Projection;
import org.clipjava.config.WeightType;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.error.ClipException;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.NamedTensor;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.SyntheticSiglip;
import org.clipjava.testdata.TokenizerFiles;
import org.clipjava.testdata.TorchFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints of one tower, as diffusion pipelines and image search have them: what they give, what they lack, and two joined. */
class OneTowerTest {
    private static final SyntheticCheckpoint TINY = SyntheticCheckpoint.TINY;
    private static final String TEXT = "a photo of a cat";

    @TempDir
    Path temporary;

    private Path write(String name, SyntheticFolder folder) {
        return folder.write(temporary.resolve(name));
    }

    private Path vision() {
        return write("vision", SyntheticFolder.ofVision(TINY));
    }

    private Path text() {
        return write("text", SyntheticFolder.ofText(TINY));
    }

    private Path whole() {
        return write("whole", SyntheticFolder.of(TINY));
    }

    private ConversionReport convert(Path source, ConversionOptions options) throws IOException {
        return CheckpointConverter.convert(
                source,
                temporary.resolve(source.getFileName() + ".safetensors"),
                WeightType.F32,
                options,
                ConversionListener.SILENT);
    }

    private Clip open(Path source) throws IOException {
        return open(source, ConversionOptions.NONE);
    }

    private Clip open(Path source, ConversionOptions options) throws IOException {
        return Clip.open(convert(source, options).modelFile(), scalar());
    }

    private static ClipOptions scalar() {
        return ClipOptions.defaults().withKernels(KernelChoice.SCALAR);
    }

    private static PixelTensor pixels() {
        return PixelTensor.of(64, 64, SyntheticCheckpoint.uniform("pixels", 3 * 64 * 64));
    }

    @Test
    void aTextTowerEncodesTextsAsTheWholeModelAndSaysWhatItLacks() throws IOException {
        ConversionReport report = convert(text(), ConversionOptions.NONE);
        assertEquals(
                List.of(temporary.resolve("text")
                        + ": has a text tower alone: the model encodes texts and compares nothing"),
                report.notes());
        try (Clip whole = open(whole());
                Clip half = Clip.open(report.modelFile(), scalar())) {
            assertTrue(half.has(Tower.TEXT) && !half.has(Tower.IMAGE));
            assertArrayEquals(
                    whole.encodeText(TEXT).toArray(), half.encodeText(TEXT).toArray());
            assertNotEquals(whole.fingerprint(), half.fingerprint());

            IllegalStateException e =
                    assertThrows(IllegalStateException.class, () -> half.encodeImage(RgbImage.of(1, 1, new byte[3])));
            assertTrue(e.getMessage().contains("found a text tower alone, which reads no pictures"), e.getMessage());
            assertThrows(IllegalStateException.class, half::preprocessor);
            assertThrows(IllegalStateException.class, half::logitScale);
            assertThrows(IllegalStateException.class, () -> half.encodePixels(pixels()));
        }
    }

    @Test
    void anImageTowerEncodesPicturesAsTheWholeModelAndSaysWhatItLacks() throws IOException {
        try (Clip whole = open(whole());
                Clip half = open(vision())) {
            assertTrue(half.has(Tower.IMAGE) && !half.has(Tower.TEXT));
            assertArrayEquals(
                    whole.encodePixels(pixels()).toArray(),
                    half.encodePixels(pixels()).toArray());
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> half.encodeText(TEXT));
            assertTrue(e.getMessage().contains("found an image tower alone, which reads no texts"), e.getMessage());
            assertThrows(IllegalStateException.class, half::tokenizer);
        }
    }

    @Test
    void aTowerThatIsAskedForAndMissingIsRefusedOnOpening() throws IOException {
        Path model = convert(vision(), ConversionOptions.NONE).modelFile();
        MissingTowerException e = assertThrows(
                MissingTowerException.class, () -> Clip.open(model, scalar().withTowers(Set.of(Tower.values()))));
        assertEquals(Tower.TEXT, e.tower());
        assertEquals(ClipException.Common.MISSING_TOWER, e.kind());
        assertEquals(
                model
                        + ": expected a model with a text tower, found an image tower alone, which reads no texts; convert"
                        + " the whole CLIP, or join both: clip convert IMAGE_FOLDER --text TEXT_FOLDER",
                e.getMessage());
    }

    @Test
    void aClassifierOfAnImageTowerKeepsItsScale() throws IOException {
        Path file = temporary.resolve("of.classifier");
        try (Clip half = open(vision())) {
            float[] scale = {100, 100};
            LinearClassifier made = LinearClassifier.of(
                    List.of("cat", "dog"),
                    List.of(
                            half.encodePixels(pixels()).normalized(),
                            half.encodePixels(PixelTensor.of(64, 64, new float[3 * 64 * 64]))
                                    .normalized()),
                    scale,
                    new float[2]);
            made.save(file, half);
            LinearClassifier read = LinearClassifier.load(file, half);
            assertArrayEquals(scale, read.scale());
            assertEquals(
                    "cat", read.classify(half.encodePixels(pixels())).best().label());
        }
    }

    @Test
    void aTextTowerWithoutProjectionGivesItsStates() throws IOException {
        SyntheticFolder folder = SyntheticFolder.ofText(TINY)
                .config(TINY.textConfigJson().replace("CLIPTextModelWithProjection", "CLIPTextModel"))
                .without("text_projection.weight");
        ConversionReport report = convert(write("sd", folder), ConversionOptions.NONE);
        assertTrue(report.notes()
                .getFirst()
                .endsWith("; without a projection its embeddings are no part of a CLIP's space"));
        try (Clip half = Clip.open(report.modelFile(), scalar());
                Clip whole = open(whole())) {
            assertEquals(Projection.NONE, half.config().text().projection());
            float[] states = half.encodeText(TEXT).toArray();
            assertEquals(TINY.text().width(), states.length);
            // what the whole model makes of them by its projection, [E, W]
            float[] projection = TINY.tensors().stream()
                    .filter(tensor -> tensor.name().equals("text_projection.weight"))
                    .findFirst()
                    .orElseThrow()
                    .values();
            float[] expected = whole.encodeText(TEXT).toArray();
            for (int e = 0; e < expected.length; e++) {
                double sum = 0;
                for (int w = 0; w < states.length; w++) {
                    sum += (double) projection[e * states.length + w] * states[w];
                }
                assertEquals(expected[e], sum, 1e-4);
            }
        }
    }

    @Test
    void aProjectionThatTheConfigPromisesMustBeThere() {
        Path folder = write("lost", SyntheticFolder.ofVision(TINY).without("visual_projection.weight"));
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> convert(folder, ConversionOptions.NONE));
        assertTrue(e.getMessage().contains("expected the projection that config.json's architectures name"));
    }

    @Test
    void aWholeConfigBesideOneTowersWeightsGivesThatTower() throws IOException {
        Path folder = write(
                "named-whole", SyntheticFolder.of(TINY).keeping("text_model.", "text_projection.", "logit_scale"));
        try (Clip half = open(folder)) {
            assertFalse(half.has(Tower.IMAGE));
            assertEquals(TINY.projection(), half.encodeText(TEXT).dimension());
        }
    }

    @Test
    void aFileOfATowerIsToldByItsTensors() throws IOException {
        Path file = temporary.resolve("clip_l.pt");
        TorchFiles.writeStateDict(
                file,
                NamedTensor.all(TINY).stream()
                        .filter(tensor -> tensor.name().startsWith("text_")
                                || tensor.name().equals("logit_scale"))
                        .toList());
        ConversionOptionException open =
                assertThrows(ConversionOptionException.class, () -> convert(file, ConversionOptions.NONE));
        assertEquals(List.of(Property.TEXT_HEADS, Property.ACTIVATION), open.missing());
        try (Clip half = open(
                        file, ConversionOptions.NONE.with(Activation.QUICK_GELU).withTextHeads(2));
                Clip whole = open(whole())) {
            assertArrayEquals(
                    whole.encodeText(TEXT).toArray(), half.encodeText(TEXT).toArray());
        }
    }

    @Test
    void towersOfSiglipStandAloneToo() throws IOException {
        SyntheticSiglip tiny = SyntheticSiglip.TINY;
        String config = tiny.configJson();
        Path vision = write(
                "siglip-vision",
                SyntheticFolder.of(tiny).config(flat(config, "vision_config")).keeping("vision_model."));
        Path text = write(
                "siglip-text",
                SyntheticFolder.of(tiny).config(flat(config, "text_config")).keeping("text_model."));
        Path whole = write("siglip", SyntheticFolder.of(tiny));
        TokenizerFiles.write("t5.model", text.resolve("spiece.model"));
        TokenizerFiles.write("t5.model", whole.resolve("spiece.model"));
        PixelTensor pixels = PixelTensor.of(70, 70, SyntheticCheckpoint.uniform("pixels", 3 * 70 * 70));
        try (Clip both = open(whole);
                Clip images = open(vision);
                Clip texts = open(text)) {
            assertArrayEquals(
                    both.encodePixels(pixels).toArray(),
                    images.encodePixels(pixels).toArray());
            assertArrayEquals(
                    both.encodeText(TEXT).toArray(), texts.encodeText(TEXT).toArray());
        }
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> convert(vision, ConversionOptions.NONE.withText(text)));
        assertTrue(e.getMessage().contains("expected logit_scale and logit_bias in one of the two"), e.getMessage());
    }

    /** A tower's own fields at the top, as transformers saves it. */
    private static String flat(String config, String tower) {
        int begin = config.indexOf('{', config.indexOf("\"" + tower + "\""));
        return config.substring(begin, config.indexOf('}', begin) + 1);
    }

    @Test
    void twoTowersJoinedAreTheWholeModel() throws IOException {
        ConversionOptions options = ConversionOptions.NONE.withText(text());
        ConversionOptionException open =
                assertThrows(ConversionOptionException.class, () -> convert(vision(), options));
        assertEquals(List.of(Property.LOGIT_SCALE), open.missing());
        try (Clip whole = open(whole());
                Clip joined = open(vision(), options.withLogitScale(100))) {
            assertEquals(100, joined.logitScale(), 1e-3);
            assertEquals(whole.config(), joined.config());
            assertArrayEquals(
                    whole.encodeText(TEXT).toArray(), joined.encodeText(TEXT).toArray());
            assertArrayEquals(
                    whole.encodePixels(pixels()).toArray(),
                    joined.encodePixels(pixels()).toArray());
            assertTrue(joined.info().sources().keySet().containsAll(List.of("config.json", "text/config.json")));
        }
    }

    @Test
    void aWholeModelTakesAnothersTextTower() throws IOException {
        SyntheticFolder other = SyntheticFolder.ofText(TINY);
        float[] zero = new float[TINY.projection() * TINY.text().width()];
        zero[0] = 1;
        other.with(
                "text_projection.weight", List.of(TINY.projection(), TINY.text().width()), zero);
        try (Clip whole = open(whole());
                Clip joined = open(whole(), ConversionOptions.NONE.withText(write("other", other)))) {
            assertEquals(whole.logitScale(), joined.logitScale());
            assertArrayEquals(
                    whole.encodePixels(pixels()).toArray(),
                    joined.encodePixels(pixels()).toArray());
            assertEquals(0, joined.encodeText(TEXT).toArray()[1]);
        }
    }

    @Test
    void towersThatDoNotBelongTogetherAreNotJoined() {
        Path vision = vision();
        SyntheticCheckpoint wide = new SyntheticCheckpoint(48, TINY.vision(), TINY.text());
        assertNotJoined(
                vision,
                write("wide", SyntheticFolder.ofText(wide)),
                "expected the text tower of a model like %s, with embeddings of 40 components (clip), found 48 (clip)"
                        .formatted(vision));
        assertNotJoined(vision, vision, "expected a text tower, found an image tower alone");
        assertNotJoined(text(), text(), "expected an image tower to join a text tower to");
        Path bare = write(
                "bare",
                SyntheticFolder.ofText(TINY)
                        .config(TINY.textConfigJson().replace("CLIPTextModelWithProjection", "CLIPTextModel"))
                        .without("text_projection.weight"));
        assertNotJoined(vision, bare, "expected a tower with a projection");
    }

    private void assertNotJoined(Path vision, Path text, String message) {
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> convert(vision, ConversionOptions.NONE.withText(text)));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
