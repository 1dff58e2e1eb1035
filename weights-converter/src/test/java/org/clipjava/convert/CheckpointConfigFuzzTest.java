package org.clipjava.convert;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.FuzzCorpus;
import org.clipjava.testdata.Refusal;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in the JSON of a checkpoint: a description, or an error. */
class CheckpointConfigFuzzTest {
    @MethodSource
    @FuzzTest
    void configs(byte[] json) {
        try {
            JsonFields fields = JsonFields.parse(json, "fuzz");
            if (fields.has("model_cfg")) {
                OpenClipConfig.of(fields, Optional.empty(), ConversionOptions.NONE);
            } else if (fields.has("image_mean")) {
                Preprocessing.of(fields, 224);
            } else {
                CheckpointConfig.of(fields);
            }
        } catch (ModelFormatException e) {
            Refusal.check(e, "fuzz: ");
        } catch (ConversionOptionException e) {
            throw new AssertionError("no option was given", e);
        }
    }

    static Stream<byte[]> configs() {
        return FuzzCorpus.with("configs", first());
    }

    private static Stream<byte[]> first() {
        return Stream.of(
                        "{\"model_type\":\"clip\",\"projection_dim\":512,\"vision_config\":{\"hidden_size\":768,"
                                + "\"hidden_act\":\"gelu\"},\"text_config\":{\"hidden_act\":\"gelu\"},"
                                + "\"text_config_dict\":{\"num_attention_heads\":8}}",
                        "{\"model_cfg\":{\"embed_dim\":512,\"quick_gelu\":true,\"vision_cfg\":{\"image_size\":[224,224],"
                                + "\"layers\":12,\"width\":768,\"patch_size\":32},\"text_cfg\":{\"context_length\":77,"
                                + "\"vocab_size\":49408,\"width\":512,\"heads\":8,\"layers\":12}},"
                                + "\"preprocess_cfg\":{\"mean\":[0.48,0.46,0.41],\"std\":[0.27,0.26,0.28],"
                                + "\"interpolation\":\"bicubic\",\"resize_mode\":\"shortest\"}}",
                        "{\"image_mean\":[0.48,0.46,0.41],\"image_std\":[0.27,0.26,0.28],\"crop_size\":{\"height\":224,"
                                + "\"width\":224},\"do_center_crop\":true,\"resample\":3,\"size\":{\"shortest_edge\":224}}")
                .map(json -> json.getBytes(StandardCharsets.UTF_8));
    }
}
