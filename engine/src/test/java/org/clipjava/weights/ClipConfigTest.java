package org.clipjava.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.TreeMap;
import org.clipjava.safetensors.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClipConfigTest {
    private static Map<String, String> valid() {
        return new TreeMap<>(Map.ofEntries(
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
                Map.entry("clip.text.end_token", "49407")));
    }

    @Test
    void readsWhatItIsTold() throws ModelFormatException {
        ClipConfig config = ClipConfig.parse(valid(), "test");
        assertEquals(
                new ClipConfig(
                        new ClipConfig.Vision(new TowerConfig(768, 12, 12, 3072), 230, 32),
                        new ClipConfig.Text(new TowerConfig(512, 11, 8, 2048), 77, 49408, 49406, 49407),
                        512,
                        Activation.GELU,
                        1e-5f),
                config);
        assertEquals(7, config.vision().grid());
        assertEquals(50, config.vision().tokens());
        assertEquals(3072, config.vision().patchValues());
        assertEquals(64, config.text().tower().headSize());
    }

    @Test
    void missesEveryKeyByItsName() {
        for (String key : valid().keySet()) {
            Map<String, String> metadata = valid();
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
        "projection, 1, 65536, projection",
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
        Map<String, String> metadata = valid();
        metadata.put("clip.vision.heads", "1");
        metadata.put("clip.text.start_token", key.endsWith("_token") ? "49406" : "0");
        metadata.put("clip.text.end_token", key.endsWith("_token") ? "49407" : "0");
        metadata.put("clip.vision.patch_size", "1");
        for (int value : new int[] {least, most}) {
            metadata.put("clip." + key, Integer.toString(value));
            ClipConfig.parse(metadata, "test");
        }
        for (int value : new int[] {least - 1, most + 1}) {
            metadata.put("clip." + key, Integer.toString(value));
            assertEquals(
                    "test: metadata: %s: expected %d to %d, found %d; convert the checkpoint again"
                            .formatted(shown, least, most, value),
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
        "layer_norm_eps, 0, 'layer_norm_eps: expected a number in (0, 1), found 0.0'",
        "layer_norm_eps, 1, 'layer_norm_eps: expected a number in (0, 1), found 1.0'",
        "layer_norm_eps, -1e-5, 'layer_norm_eps: expected a number in (0, 1), found -1.0E-5'",
        "layer_norm_eps, NaN, 'layer_norm_eps: expected a number in (0, 1), found NaN'"
    })
    void refusesWhatMakesNoSense(String key, String value, String message) {
        Map<String, String> metadata = valid();
        metadata.put("clip." + key, value);
        assertEquals("test: metadata: " + message + "; convert the checkpoint again", message(metadata));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 12", "12.0", "0x10", "9999999999", "twelve"})
    void refusesWhatIsNoInteger(String value) {
        Map<String, String> metadata = valid();
        metadata.put("clip.vision.layers", value);
        assertEquals(
                "test: metadata clip.vision.layers: expected an integer, found '" + value + "'", message(metadata));
    }

    @ParameterizedTest
    @CsvSource({
        "activation, relu, 'quick_gelu or gelu'",
        "activation, '', 'quick_gelu or gelu'",
        "format_version, 2, 1",
        "layer_norm_eps, small, a number"
    })
    void refusesOtherSpellings(String key, String value, String expected) {
        Map<String, String> metadata = valid();
        metadata.put("clip." + key, value);
        assertEquals(
                "test: metadata clip." + key + ": expected " + expected + ", found '" + value + "'", message(metadata));
    }

    private static String message(Map<String, String> metadata) {
        return assertThrows(ModelFormatException.class, () -> ClipConfig.parse(metadata, "test"))
                .getMessage();
    }
}
