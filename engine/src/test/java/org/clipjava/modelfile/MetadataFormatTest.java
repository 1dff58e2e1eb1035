package org.clipjava.modelfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.clipjava.config.Activation;
import org.clipjava.config.AddedToken;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.ImagePool;
import org.clipjava.config.NormPlacement;
import org.clipjava.config.PatchStem;
import org.clipjava.config.PositionFilter;
import org.clipjava.config.Projection;
import org.clipjava.config.RotaryPositions;
import org.clipjava.config.Scoring;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TextPool;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.config.WeightType;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.safetensors.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both formats of the metadata. */
class MetadataFormatTest {
    private static SequencedMap<String, String> valid() {
        SequencedMap<String, String> metadata = new LinkedHashMap<>(new TreeMap<>(format1()));
        PreprocessingFormat.write(PreprocessorConfig.clip(230), metadata);
        return metadata;
    }

    /** All but what makes pixels of a picture. */
    private static Map<String, String> format1() {
        return Map.ofEntries(
                Map.entry("clip.format_version", "1"),
                Map.entry("clip.projection", "512"),
                Map.entry("clip.activation", "gelu"),
                Map.entry("clip.layer_norm_eps", "1e-5"),
                Map.entry("clip.vision.width", "768"),
                Map.entry("clip.vision.layers", "12"),
                Map.entry("clip.vision.heads", "12"),
                Map.entry("clip.vision.mlp_width", "3072"),
                Map.entry("clip.vision.image_size", "230"),
                Map.entry("clip.vision.patch_size", "32"),
                Map.entry("clip.text.width", "512"),
                Map.entry("clip.text.layers", "11"),
                Map.entry("clip.text.heads", "8"),
                Map.entry("clip.text.mlp_width", "2048"),
                Map.entry("clip.text.context_length", "77"),
                Map.entry("clip.text.vocabulary_size", "49408"),
                Map.entry("clip.text.start_token", "49406"),
                Map.entry("clip.text.end_token", "49407"),
                Map.entry("clip.weight_type", "bf16"),
                Map.entry("clip.template", "a photo of a {}"));
    }

    @Test
    void readsWhatItIsTold() throws ModelFormatException {
        ModelInfo info = MetadataFormat.parse(valid(), "test");
        ClipConfig config = info.config();
        assertEquals(
                ClipConfig.of(
                        VisionConfig.of(TowerConfig.of(768, 12, 12, 3072, Activation.GELU, 1e-5f), 230, 32),
                        TextConfig.of(
                                TowerConfig.of(512, 11, 8, 2048, Activation.GELU, 1e-5f),
                                77,
                                49408,
                                new TextPool.FirstOf(49407)),
                        512),
                config);
        assertEquals(new TokenizerConfig.ClipBpe(49406, 49407), info.tokenizer());
        assertEquals(WeightType.BF16, info.weightType());
        assertEquals(PreprocessorConfig.clip(230), info.preprocessing());
        assertEquals("a photo of a {}", info.template());
        assertEquals(valid(), info.metadata());
        assertEquals(7, config.vision().grid());
        assertEquals(50, config.vision().tokens());
        assertEquals(3072, config.vision().patchValues());
        assertEquals(64, config.text().tower().headSize());
    }

    @Test
    void missesEveryKeyByItsName() {
        for (String key : valid().keySet()) {
            SequencedMap<String, String> metadata = valid();
            metadata.remove(key);
            assertEquals(
                    "test: metadata has no " + key
                            + "; expected a model file made by 'clip convert', this is another safetensors file",
                    message(metadata));
        }
    }

    /** The least and the most that is taken; what lies beyond is refused with both. */
    @ParameterizedTest
    @CsvSource({
        "projection, 1, 65536, embed_dim",
        "vision.width, 1, 65536, clip.vision.width",
        "vision.layers, 1, 1024, clip.vision.layers",
        "vision.mlp_width, 1, 65536, clip.vision.mlp_width",
        "text.layers, 1, 1024, clip.text.layers",
        "vision.image_size, 1, 8192, image_size",
        "text.context_length, 2, 65536, context_length",
        "text.vocabulary_size, 1, 16777216, vocabulary_size",
        "text.start_token, 0, 49407, start_token",
        "text.end_token, 0, 49407, end_token"
    })
    void takesNumbersWithinTheirBounds(String key, int least, int most, String shown) throws ModelFormatException {
        SequencedMap<String, String> metadata = valid();
        metadata.put("clip.vision.heads", "1");
        metadata.put("clip.text.start_token", key.endsWith("_token") ? "49406" : "0");
        metadata.put("clip.text.end_token", key.endsWith("_token") ? "49407" : "0");
        metadata.put("clip.vision.patch_size", "1");
        for (int value : new int[] {least, most}) {
            metadata.put("clip." + key, Integer.toString(value));
            String side = metadata.get("clip.vision.image_size"); // what the pictures have to be of
            metadata.put("clip.image.crop", side + "x" + side);
            MetadataFormat.parse(metadata, "test");
        }
        for (int value : new int[] {least - 1, most + 1}) {
            metadata.put("clip." + key, Integer.toString(value));
            assertEquals(
                    "test: metadata%s %s: expected %d to %d, found %d; convert the checkpoint again"
                            .formatted(shown.startsWith("clip.") ? "" : ":", shown, least, most, value),
                    message(metadata));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "vision.heads, 0, 'clip.vision.heads: expected 1 to 768, found 0'",
        "vision.heads, 769, 'clip.vision.heads: expected 1 to 768, found 769'",
        "vision.heads, 5, 'clip.vision.width 768 is no multiple of heads 5'",
        "vision.patch_size, 0, 'patch_size: expected 1 to 230, found 0'",
        "vision.patch_size, 231, 'patch_size: expected 1 to 230, found 231'",
        "layer_norm_eps, 0, 'clip.layer_norm_eps: expected a number in (0, 1), found 0.0'",
        "layer_norm_eps, 1, 'clip.layer_norm_eps: expected a number in (0, 1), found 1.0'",
        "layer_norm_eps, -1e-5, 'clip.layer_norm_eps: expected a number in (0, 1), found -1.0E-5'",
        "layer_norm_eps, NaN, 'clip.layer_norm_eps: expected a number in (0, 1), found NaN'"
    })
    void refusesWhatMakesNoSense(String key, String value, String message) {
        SequencedMap<String, String> metadata = valid();
        metadata.put("clip." + key, value);
        String separator = message.startsWith("clip.") ? " " : ": ";
        assertEquals("test: metadata" + separator + message + "; convert the checkpoint again", message(metadata));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 12", "12.0", "0x10", "9999999999", "twelve"})
    void refusesWhatIsNoInteger(String value) {
        SequencedMap<String, String> metadata = valid();
        metadata.put("clip.vision.layers", value);
        assertEquals(
                "test: metadata clip.vision.layers: expected an integer, found '" + value + "'", message(metadata));
    }

    @ParameterizedTest
    @CsvSource({
        "activation, relu, quick_gelu or gelu or gelu_pytorch_tanh",
        "activation, '', quick_gelu or gelu or gelu_pytorch_tanh",
        "format_version, 3, 1 or 2",
        "weight_type, f64, f32 or f16 or bf16 or q8 or int8",
        "layer_norm_eps, small, a number"
    })
    void refusesOtherSpellings(String key, String value, String expected) {
        SequencedMap<String, String> metadata = valid();
        metadata.put("clip." + key, value);
        assertEquals(
                "test: metadata clip." + key + ": expected " + expected + ", found '" + value + "'", message(metadata));
    }

    /** What a tower computes with is its own. */
    private static ModelInfo described() {
        TowerConfig vision = TowerConfig.of(96, 3, 6, 384, Activation.GELU, 1e-6f);
        TowerConfig text = TowerConfig.of(64, 2, 4, 200, Activation.QUICK_GELU, 1e-5f);
        return ModelInfo.of(
                        ClipConfig.of(
                                VisionConfig.of(vision, 64, 16).withLnPre(false),
                                TextConfig.of(text, 32, 1000, new TextPool.FirstOf(999))
                                        .withProjection(Projection.LINEAR_WITH_BIAS),
                                48),
                        new TokenizerConfig.ClipBpe(998, 999),
                        PreprocessorConfig.clip(64),
                        WeightType.Q8)
                .withId("someone/model")
                .withRevision("0123")
                .withLicence("mit")
                .withDescription("of a kind")
                .withTemplate("{label}, drawn")
                .withSources(Map.of("config.json", "ab", "model.safetensors", "cd"));
    }

    @Test
    void tellsNoModelsApartByTheirLicences() {
        assertEquals(
                described().fingerprint(), described().withLicence("apache-2.0").fingerprint());
    }

    @Test
    void saysWhichTensorsAreWiderThanTheOthers() throws ModelFormatException {
        assertEquals(Set.of(), described().wide());
        ModelInfo written = described().withWide(List.of("text.token_embedding", "vision.blocks.1.mlp.fc2.weight"));
        SequencedMap<String, String> metadata = MetadataFormat.write(written);
        assertEquals("vision.blocks.1.mlp.fc2.weight,text.token_embedding", metadata.get("clip.wide"));
        ModelInfo read = MetadataFormat.parse(metadata, "test");
        assertEquals(written.wide(), read.wide());
        assertEquals(written.wide(), read.withTemplate("{}").withFamily("clip").wide());
        assertFalse(read.narrowed().contains("text.token_embedding"));
        assertEquals(described().narrowed().size() - 2, read.narrowed().size());
        assertEquals(described().fingerprint(), read.fingerprint(), "embeddings can be compared");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "vision.blocks.1.mlp.fc3.weight",
                "vision.blocks.1.ln_1.weight",
                "text.token_embedding,text.token_embedding",
                "text.token_embedding,"
            })
    void refusesWideTensorsThatAreNone(String value) {
        SequencedMap<String, String> metadata = MetadataFormat.write(described());
        metadata.put("clip.wide", value);
        String found = value.substring(value.indexOf(',') + 1);
        assertEquals(
                "test: metadata clip.wide: expected names of matrices or tables of this model, each once, found '"
                        + found + "'; convert the checkpoint again",
                message(metadata));
        metadata.put("clip.wide", "text.token_embedding");
        metadata.put("clip.weight_type", "f32");
        assertEquals(
                "test: metadata clip.wide: expected none where all weights are f32, found 1 tensors; convert the"
                        + " checkpoint again",
                message(metadata));
    }

    private static ModelInfo withAdded(List<AddedToken> added) {
        ModelInfo info = described();
        return ModelInfo.of(
                info.config(),
                new TokenizerConfig.ClipBpe(998, 999, TextCleaning.NONE, added),
                info.preprocessing(),
                info.weightType());
    }

    @Test
    void readsTheAddedTokensThatItWrites() throws ModelFormatException {
        List<AddedToken> added = List.of(
                AddedToken.normalized(998),
                new AddedToken(999, false, true, true, true),
                AddedToken.asWritten(0),
                new AddedToken(7, true, false, true, false));
        for (List<AddedToken> tokens : List.of(added, List.<AddedToken>of())) {
            ModelInfo written = withAdded(tokens);
            ModelInfo read = MetadataFormat.parse(MetadataFormat.write(written), "test");
            assertEquals(written.tokenizer(), read.tokenizer());
            assertEquals(written.fingerprint(), read.fingerprint());
            assertNotEquals(described().fingerprint(), read.fingerprint());
        }
        assertEquals("998n,999lrw,0,7nr", MetadataFormat.write(withAdded(added)).get("clip.tokenizer.added_tokens"));
    }

    @Test
    void saysNothingOfAddedTokensThatAreClipsOwn() {
        List<AddedToken> own = List.of(AddedToken.normalized(998), AddedToken.asWritten(999));
        assertFalse(MetadataFormat.write(withAdded(own)).containsKey("clip.tokenizer.added_tokens"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,", "x", "1x", "1ln", "1 n", "-1", "1234567890"})
    void refusesAddedTokensThatAreNone(String value) {
        SequencedMap<String, String> metadata = MetadataFormat.write(described());
        metadata.put("clip.tokenizer.added_tokens", value);
        String token = value.equals("1,") ? "" : value;
        assertEquals(
                "test: metadata clip.tokenizer.added_tokens: expected ids, each with n, l, r and w behind it or none,"
                        + " found '"
                        + token + "'",
                message(metadata));
    }

    @Test
    void refusesAddedTokensOutsideTheVocabularyOrTwice() {
        SequencedMap<String, String> metadata = MetadataFormat.write(described());
        metadata.put("clip.tokenizer.added_tokens", "1000");
        assertEquals(
                "test: metadata: added_tokens: expected 0 to 999, found 1000; convert the checkpoint again",
                message(metadata));
        metadata.put("clip.tokenizer.added_tokens", "7,7n");
        assertEquals(
                "test: metadata: added tokens: expected each id once, found 7 twice; convert the checkpoint again",
                message(metadata));
    }

    @Test
    void readsWhatItWrites() throws ModelFormatException {
        ModelInfo written = described();
        ModelInfo read = MetadataFormat.parse(MetadataFormat.write(written), "test");
        assertEquals("2", read.metadata().get("clip.format_version"));
        assertEquals(written.config(), read.config());
        assertEquals(written.tokenizer(), read.tokenizer());
        assertEquals(written.preprocessing(), read.preprocessing());
        assertEquals(WeightType.Q8, read.weightType());
        assertEquals("someone/model", read.id().orElseThrow());
        assertEquals("0123", read.revision().orElseThrow());
        assertEquals("mit", read.licence().orElseThrow());
        assertEquals("of a kind", read.description().orElseThrow());
        assertEquals("{label}, drawn", read.template());
        assertEquals(written.sources(), read.sources());
        assertEquals("clip", read.family());
        assertEquals(written.fingerprint(), read.fingerprint());
    }

    @Test
    void refusesAStemThatDoesNotFitIntoPatches() {
        for (String stem : List.of("3:8", "257:1", "4:65537", "256:9,256:9", "2:65536,16:8", "1:65536")) {
            SequencedMap<String, String> metadata = MetadataFormat.write(described());
            metadata.put("clip.vision.stem", stem);
            assertTrue(message(metadata).startsWith("test: metadata: stem"), message(metadata));
        }
        assertEquals(40 * 2 * 2, otherwise().config().vision().patchValues());
        assertEquals(2, otherwise().config().vision().patchSquares());
    }

    @Test
    void refusesTurnsThatItsHeadsDoNotHave() {
        SequencedMap<String, String> metadata = MetadataFormat.write(otherwise());
        metadata.put("clip.vision.heads", "16");
        assertEquals(
                "test: metadata: rotary: expected heads whose width is a multiple of 4, found 6; convert the checkpoint"
                        + " again",
                message(metadata));
    }

    @Test
    void missesEveryKeyOfFormat2ByItsName() {
        SequencedMap<String, String> whole = MetadataFormat.write(described());
        Set<String> free = Set.of("format", "clip.model_id", "clip.revision", "clip.description", "clip.licence");
        for (String key : whole.keySet()) {
            if (!free.contains(key) && !key.startsWith("clip.source.")) {
                SequencedMap<String, String> metadata = new LinkedHashMap<>(whole);
                metadata.remove(key);
                assertEquals(
                        "test: metadata has no " + key
                                + "; expected a model file made by 'clip convert', this is another safetensors file",
                        message(metadata));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "scoring, arcface, softmax or sigmoid",
        "vision.class_token, yes, true or false",
        "vision.stem, 4:2:1, 'SIDE:WIDTH of one to eight stages'",
        "vision.pool, map, class_token or attention:HEADS:MLP_WIDTH",
        "vision.pool, attention:3, class_token or attention:HEADS:MLP_WIDTH",
        "vision.projection, conv, linear or linear_with_bias or mlp or none",
        "text.mask, prefix, causal or none",
        "text.pool, max, 'first:TOKEN, last or mean'",
        "tokenizer, sentencepiece, clip_bpe or pieces or word_piece"
    })
    void refusesPartsThatItDoesNotHave(String key, String value, String expected) {
        SequencedMap<String, String> metadata = MetadataFormat.write(described());
        metadata.put("clip." + key, value);
        assertEquals(
                "test: metadata clip." + key + ": expected " + expected + ", found '" + value + "'", message(metadata));
    }

    /** A model whose every part is another than CLIP's. */
    private static ModelInfo otherwise() {
        TowerConfig vision = TowerConfig.of(96, 3, 6, 384, Activation.GELU_TANH, 1e-6f);
        TowerConfig text = TowerConfig.of(64, 2, 4, 200, Activation.GELU_TANH, 1e-6f);
        return ModelInfo.of(
                        ClipConfig.of(
                                        VisionConfig.of(vision, 70, 16)
                                                .withStem(new PatchStem(List.of(
                                                        new PatchStem.Stage(2, 24), new PatchStem.Stage(4, 40))))
                                                .withRotary(new RotaryPositions(1))
                                                .withPatchBias(true)
                                                .withLnPre(false)
                                                .withPool(new ImagePool.Attention(3, 200), false)
                                                .withProjection(Projection.NONE),
                                        TextConfig.of(text, 32, 1000, new TextPool.Last())
                                                .withMask(TextMask.NONE)
                                                .withPadding(1)
                                                .withProjection(Projection.LINEAR_WITH_BIAS),
                                        96)
                                .withScoring(new Scoring.Sigmoid()),
                        new TokenizerConfig.ClipBpe(998, 999),
                        PreprocessorConfig.clip(70),
                        WeightType.F32)
                .withFamily("siglip");
    }

    @Test
    void readsTheOtherPartsThatItWrites() throws ModelFormatException {
        ModelInfo written = otherwise();
        ModelInfo read = MetadataFormat.parse(MetadataFormat.write(written), "test");
        assertEquals(written.config(), read.config());
        assertEquals("siglip", read.family());
        assertEquals(written.fingerprint(), read.fingerprint());
    }

    /** An image tower alone, for pictures of any shape. */
    private static ModelInfo anyShape(PreprocessorConfig preprocessing) {
        return anyShape(preprocessing, PositionFilter.BILINEAR);
    }

    private static ModelInfo anyShape(PreprocessorConfig preprocessing, PositionFilter positions) {
        TowerConfig tower = TowerConfig.of(96, 3, 6, 384, Activation.GELU_TANH, 1e-6f);
        return ModelInfo.ofVision(
                ClipConfig.ofVision(VisionConfig.of(tower, 64, 16).withAnyShape(positions), 48),
                preprocessing,
                WeightType.F32);
    }

    private static PreprocessorConfig patches(int side) {
        return PreprocessorConfig.clip(64)
                .withResize(new PreprocessorConfig.Resize.Patches(side, 20))
                .withCrop(Optional.empty());
    }

    @Test
    void readsTheShapesOfPicturesThatItWrites() throws ModelFormatException {
        ModelInfo written = anyShape(patches(16));
        assertEquals("true", MetadataFormat.write(written).get("clip.vision.any_shape"));
        ModelInfo read = MetadataFormat.parse(MetadataFormat.write(written), "test");
        assertEquals(written.config(), read.config());
        assertEquals(patches(16), read.preprocessing());
        assertTrue(read.config().vision().reads(160, 16));
        assertFalse(read.config().vision().reads(160, 17));
    }

    @Test
    void readsTheFilterOfPositionsThatItWrites() throws ModelFormatException {
        assertFalse(MetadataFormat.write(anyShape(patches(16))).containsKey("clip.vision.position_filter"));
        ModelInfo written = anyShape(patches(16), PositionFilter.BICUBIC);
        SequencedMap<String, String> metadata = MetadataFormat.write(written);
        assertEquals("bicubic", metadata.get("clip.vision.position_filter"));
        assertEquals(written.config(), MetadataFormat.parse(metadata, "test").config());
        metadata.put("clip.vision.position_filter", "bilinear");
        assertEquals(
                anyShape(patches(16)).config(),
                MetadataFormat.parse(metadata, "test").config());
        metadata.put("clip.vision.position_filter", "nearest");
        assertTrue(
                message(metadata)
                        .contains("clip.vision.position_filter: expected bilinear or bicubic, found 'nearest'"),
                message(metadata));
        SequencedMap<String, String> ofOneSize = MetadataFormat.write(described());
        ofOneSize.put("clip.vision.position_filter", "bicubic");
        assertTrue(
                message(ofOneSize)
                        .contains("clip.vision.position_filter: expected no such key without clip.vision.any_shape,"
                                + " found 'bicubic'"),
                message(ofOneSize));
    }

    @Test
    void refusesPreprocessingForOtherShapes() {
        assertEquals(
                "clip.image.resize: expected patches:16:MOST of 1 to 131072, as clip.vision.any_shape and patch_size say, found"
                        + " resize patches:8:20 and crop none",
                assertThrows(IllegalArgumentException.class, () -> anyShape(patches(8)))
                        .getMessage());
        PreprocessorConfig.Resize many = new PreprocessorConfig.Resize.Patches(16, 131_073);
        assertThrows(IllegalArgumentException.class, () -> anyShape(patches(16).withResize(many)));
        assertEquals(
                "clip.image.resize: expected patches:16:MOST of 1 to 131072, as clip.vision.any_shape and patch_size say, found"
                        + " resize shortest_edge:64 and crop 64x64",
                assertThrows(IllegalArgumentException.class, () -> anyShape(PreprocessorConfig.clip(64)))
                        .getMessage());
        SequencedMap<String, String> metadata = MetadataFormat.write(described());
        metadata.put("clip.image.resize", "patches:16:256");
        metadata.put("clip.image.crop", "none");
        assertTrue(message(metadata).contains("expected pictures of 64 x 64"), message(metadata));
    }

    @Test
    void refusesShapesThatItsPositionsAreNotFor() {
        VisionConfig tower = VisionConfig.of(TowerConfig.of(96, 3, 6, 384, Activation.GELU, 1e-6f), 64, 16);
        RotaryPositions rotary = new RotaryPositions(1);
        assertEquals(
                "any_shape: expected pictures of one size, since positions are turns",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> tower.withRotary(rotary).withAnyShape(true))
                        .getMessage());
        assertEquals(
                "any_shape: expected pictures of one size, since positions are turns",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> tower.withAnyShape(true).withRotary(rotary))
                        .getMessage());
        VisionConfig odd = VisionConfig.of(tower.tower(), 70, 16);
        assertEquals(
                "any_shape: expected an image_size in whole patches of 16, found 70",
                assertThrows(IllegalArgumentException.class, () -> odd.withAnyShape(true))
                        .getMessage());
    }

    /** A text tower alone, of BERT's parts. */
    private static ModelInfo words() {
        TowerConfig text =
                TowerConfig.of(64, 2, 4, 200, Activation.GELU, 1e-12f).withNorm(NormPlacement.AFTER);
        return ModelInfo.ofText(
                ClipConfig.ofText(
                        TextConfig.of(text, 32, 1000, new TextPool.Mean())
                                .withMask(TextMask.NONE)
                                .withMaskedToken(1)
                                .withLnPre(true)
                                .withProjection(Projection.MLP),
                        48),
                new TokenizerConfig.WordPiece(
                        List.of(101), List.of(102), 100, List.of(AddedToken.asWritten(0), AddedToken.normalized(7))),
                WeightType.F32);
    }

    @Test
    void readsThePartsOfBertThatItWrites() throws ModelFormatException {
        ModelInfo written = words();
        SequencedMap<String, String> metadata = MetadataFormat.write(written);
        assertEquals("after", metadata.get("clip.text.norm"));
        assertEquals("true", metadata.get("clip.text.ln_pre"));
        assertEquals("1", metadata.get("clip.text.masked_token"));
        assertEquals("mean", metadata.get("clip.text.pool"));
        assertEquals("mlp", metadata.get("clip.text.projection"));
        ModelInfo read = MetadataFormat.parse(metadata, "test");
        assertEquals(written.config(), read.config());
        assertEquals(written.tokenizer(), read.tokenizer());
        assertFalse(read.config().text().lnFinal());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text.masked_token | 1000 | masked_token: expected 0 to 999, found 1000",
                "tokenizer.unknown_token | 1000 | unknown_token: expected 0 to 999, found 1000",
                "tokenizer.begin | 1000 | begin: expected 0 to 999, found 1000",
                "tokenizer.end | 1000 | end: expected 0 to 999, found 1000"
            })
    void refusesPartsOfBertThatDoNotFit(String key, String value, String message) {
        SequencedMap<String, String> metadata = MetadataFormat.write(words());
        metadata.put("clip." + key, value);
        assertEquals("test: metadata: " + message + "; convert the checkpoint again", message(metadata));
    }

    @Test
    void anImageTowerHasNoneOfThem() {
        SequencedMap<String, String> metadata = MetadataFormat.write(described());
        metadata.put("clip.vision.projection", "mlp");
        assertEquals(
                "test: metadata: vision projection: expected one matrix or none, found an MLP; convert the checkpoint again",
                message(metadata));
        metadata = MetadataFormat.write(described());
        metadata.put("clip.vision.norm", "after");
        assertTrue(message(metadata).startsWith("test: metadata clip.vision.norm: unknown to this version"));
        TowerConfig after =
                TowerConfig.of(96, 3, 6, 384, Activation.GELU, 1e-6f).withNorm(NormPlacement.AFTER);
        assertThrows(IllegalArgumentException.class, () -> VisionConfig.of(after, 64, 16));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "family | Sig Lip | clip.family: expected small letters, digits and hyphens, found 'Sig Lip'",
                "vision.pool | attention:5:200 | pool: expected heads of which the tower's width, 96, is a multiple, found 5",
                "vision.pool | attention:0:200 | pool heads: expected 1 to 65536, found 0",
                "vision.pool | class_token | pool: expected a class token to pool at, found none",
                "text.padding_token | 1000 | padding_token: expected 0 to 999, found 1000",
                "embed_dim | 97 | embed_dim: expected 96, the width of the vision tower, which has no projection, found 97"
            })
    void refusesPartsThatDoNotFit(String key, String value, String message) {
        SequencedMap<String, String> metadata = MetadataFormat.write(otherwise());
        metadata.put("clip." + key, value);
        String separator = message.startsWith("clip.") ? " " : ": ";
        assertEquals("test: metadata" + separator + message + "; convert the checkpoint again", message(metadata));
    }

    /** A key that is not understood describes what would be left out: then the result would be another model's. */
    @Test
    void refusesAPartThatItDoesNotKnow() {
        SequencedMap<String, String> metadata = MetadataFormat.write(described());
        metadata.put("clip.vision.registers", "4");
        assertEquals(
                "test: metadata clip.vision.registers: unknown to this version; use the version that wrote the file,"
                        + " or a newer one",
                message(metadata));
    }

    @Test
    void refusesAPoolWithoutItsToken() {
        SequencedMap<String, String> metadata = MetadataFormat.write(described());
        metadata.put("clip.vision.class_token", "false");
        assertEquals(
                "test: metadata: pool: expected a class token to pool at, found none; convert the checkpoint again",
                message(metadata));
    }

    private static ModelInfo imageTower() {
        ModelInfo whole = otherwise();
        ClipConfig config = ClipConfig.ofVision(whole.config().vision(), 96).withScoring(new Scoring.Sigmoid());
        return ModelInfo.ofVision(config, whole.preprocessing(), WeightType.F32);
    }

    private static ModelInfo textTower() {
        ModelInfo whole = described();
        ClipConfig config = ClipConfig.ofText(whole.config().text(), 48);
        return ModelInfo.ofText(config, whole.tokenizer(), WeightType.F32);
    }

    @Test
    void readsTheTowerAloneThatItWrites() throws ModelFormatException {
        ModelInfo image = MetadataFormat.parse(MetadataFormat.write(imageTower()), "test");
        assertEquals(imageTower().config(), image.config());
        assertEquals(imageTower().preprocessing(), image.preprocessing());
        assertEquals(imageTower().fingerprint(), image.fingerprint());
        assertThrows(IllegalStateException.class, image::tokenizer);
        assertThrows(IllegalStateException.class, image.config()::text);
        ModelInfo text = MetadataFormat.parse(MetadataFormat.write(textTower()), "test");
        assertEquals(textTower().config(), text.config());
        assertEquals(textTower().tokenizer(), text.tokenizer());
        assertThrows(IllegalStateException.class, text::preprocessing);
        assertThrows(IllegalStateException.class, text.config()::vision);
    }

    @Test
    void refusesATowerThatIsNotTheOneItSays() {
        SequencedMap<String, String> metadata = MetadataFormat.write(imageTower());
        metadata.put("clip.towers", "both");
        assertEquals("test: metadata clip.towers: expected image or text, found 'both'", message(metadata));
        metadata.remove("clip.towers");
        assertTrue(message(metadata).startsWith("test: metadata has no clip.text."), message(metadata));
        metadata.put("clip.towers", "text");
        assertTrue(message(metadata).startsWith("test: metadata has no clip.text."), message(metadata));
        SequencedMap<String, String> both = MetadataFormat.write(described());
        both.put("clip.towers", "text");
        assertTrue(message(both).contains("clip.vision.") && message(both).contains("unknown"), message(both));
        assertThrows(
                IllegalArgumentException.class,
                () -> ModelInfo.ofVision(described().config(), described().preprocessing(), WeightType.F32));
    }

    /** Classifiers and caches of embeddings that were made with a file of format 1 hold its fingerprint. */
    @Test
    void aModelHasTheSameFingerprintInBothFormats() throws ModelFormatException {
        SequencedMap<String, String> old = valid();
        old.put("format", "pt");
        old.put("clip.model_id", "someone/model");
        old.put("clip.source.config.json", "ab");
        // as version 0.1.0 wrote them
        old.put("clip.layer_norm_eps", "1.0E-5");
        ModelInfo format1 = MetadataFormat.parse(old, "test");
        ModelInfo format2 = MetadataFormat.parse(MetadataFormat.write(format1), "test");
        assertEquals("2", format2.metadata().get("clip.format_version"));
        assertEquals(format1.fingerprint(), format2.fingerprint());
        old.put("clip.weight_type", "q8");
        assertEquals(format1.fingerprint(), MetadataFormat.parse(old, "test").fingerprint());
        old.put("clip.source.config.json", "ac");
        assertNotEquals(format1.fingerprint(), MetadataFormat.parse(old, "test").fingerprint());
    }

    private static String message(SequencedMap<String, String> metadata) {
        return assertThrows(ModelFormatException.class, () -> MetadataFormat.parse(metadata, "test"))
                .getMessage();
    }
}
