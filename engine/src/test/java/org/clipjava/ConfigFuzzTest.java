package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.NormPlacement;
import org.clipjava.config.PositionFilter;
import org.clipjava.config.Projection;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TextPool;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.config.WeightType;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsWriter;
import org.clipjava.testdata.FuzzCorpus;
import org.clipjava.testdata.Refusal;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a model file says of its model: a configuration that makes sense, or an error. */
class ConfigFuzzTest {
    private static final Map<String, String> VALID = valid();
    private static final Map<String, String> WORDS = words();
    private static final Map<String, String> ANY_SHAPE = anyShape();

    private static Map<String, String> valid() {
        SyntheticModelFile file = new SyntheticModelFile();
        file.describe(SyntheticCheckpoint.TINY);
        return Map.copyOf(file.metadata);
    }

    /** A text tower alone, of BERT's parts. */
    private static Map<String, String> words() {
        TowerConfig tower =
                TowerConfig.of(64, 2, 4, 200, Activation.GELU, 1e-12f).withNorm(NormPlacement.AFTER);
        TextConfig text = TextConfig.of(tower, 32, 1000, new TextPool.Mean())
                .withMask(TextMask.NONE)
                .withMaskedToken(1)
                .withLnPre(true)
                .withProjection(Projection.MLP);
        TokenizerConfig tokens = new TokenizerConfig.WordPiece(List.of(101), List.of(102), 100, List.of());
        return Map.copyOf(ModelInfo.ofText(ClipConfig.ofText(text, 48), tokens, WeightType.F32)
                .metadata());
    }

    /** An image tower alone, for pictures of any shape. */
    private static Map<String, String> anyShape() {
        VisionConfig tower = VisionConfig.of(TowerConfig.of(96, 3, 6, 384, Activation.GELU_TANH, 1e-6f), 64, 16)
                .withAnyShape(PositionFilter.BICUBIC);
        PreprocessorConfig pictures = PreprocessorConfig.clip(64)
                .withResize(new PreprocessorConfig.Resize.Patches(16, 20))
                .withCrop(Optional.empty());
        return Map.copyOf(ModelInfo.ofVision(ClipConfig.ofVision(tower, 48), pictures, WeightType.F32)
                .metadata());
    }

    /**
     * @param lines {@code key=value} in UTF-8: what is changed of a valid description; a key alone is taken out; the first chooses another
     *     description
     */
    @MethodSource
    @FuzzTest
    void descriptions(byte[] lines) throws IOException {
        Map<String, String> metadata = new TreeMap<>(
                switch (lines.length > 0 ? lines[0] : 0) {
                    case 'W' -> WORDS;
                    case 'P' -> ANY_SHAPE;
                    default -> VALID;
                });
        for (String line : new String(lines, StandardCharsets.UTF_8).split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals < 0) {
                metadata.remove("clip." + line);
            } else {
                metadata.put("clip." + line.substring(0, equals), line.substring(equals + 1));
            }
        }
        try {
            ModelInfo info = info(metadata);
            assertEquals(info.config(), info(info.metadata()).config());
            if (info.config().hasVision()) {
                assertTrue(info.config().vision().tokens() > 1);
                assertTrue(info.config().vision().tower().headSize() > 0);
                assertEquals(info.preprocessing(), info(info.metadata()).preprocessing());
            }
        } catch (ModelFormatException e) {
            Refusal.check(e, "fuzz: ");
        }
    }

    /** Of a file without a tensor. */
    private static ModelInfo info(Map<String, String> metadata) throws IOException {
        SafetensorsWriter writer = SafetensorsWriter.packed();
        metadata.forEach(writer::metadata);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        writer.writeTo(Channels.newChannel(file));
        return ModelFile.info(MemorySegment.ofArray(file.toByteArray()), "fuzz");
    }

    static Stream<byte[]> descriptions() {
        return FuzzCorpus.with("descriptions", first());
    }

    private static Stream<byte[]> first() {
        return Stream.of(
                        "",
                        "vision.heads=0",
                        "vision.layers=1000000000",
                        "towers=image",
                        "W",
                        "W\ntext.norm=before\ntext.projection=linear\ntext.pool=first:1",
                        "W\ntokenizer.begin=\ntokenizer.unknown_token=999\ntext.masked_token=1000",
                        "P",
                        "P\nvision.position_filter=nearest",
                        "P\nvision.any_shape\nvision.image_size=70",
                        "P\nvision.any_shape=false\nvision.rotary_offset=1\nimage.resize=patches:16:131073",
                        "towers=text",
                        "vision.patch_size=0\ntext.end_token",
                        "image.resize=exact:64x64\nimage.crop=none",
                        "image.mean=1e-3,2,0.5\nlayer_norm_eps=NaN")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }
}
