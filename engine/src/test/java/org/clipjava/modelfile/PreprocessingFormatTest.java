package org.clipjava.modelfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.clipjava.image.CropRounding;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.image.PreprocessorConfig.CentreCrop;
import org.clipjava.image.PreprocessorConfig.Resize;
import org.clipjava.image.Resampling;
import org.clipjava.safetensors.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessingFormatTest {
    private static Map<String, String> clip() {
        return written(PreprocessorConfig.clip(224));
    }

    private static Map<String, String> written(PreprocessorConfig config) {
        Map<String, String> metadata = new LinkedHashMap<>();
        PreprocessingFormat.write(config, metadata);
        return metadata;
    }

    private static PreprocessorConfig parse(Map<String, String> metadata, String file) throws ModelFormatException {
        return PreprocessingFormat.parse(new MetadataReader(metadata, file));
    }

    @Test
    void writesTheKeysOfTheSpecification() {
        assertEquals(
                Map.of(
                        "clip.image.resize", "shortest_edge:224",
                        "clip.image.crop", "224x224",
                        "clip.image.resample", "bicubic",
                        "clip.image.mean", "0.48145467,0.4578275,0.40821072",
                        "clip.image.std", "0.26862955,0.2613026,0.2757771"),
                clip());
    }

    @Test
    void writesTheCropsRoundingWhereItIsNotDown() throws ModelFormatException {
        PreprocessorConfig torchvision = PreprocessorConfig.clip(224).withCropRounding(CropRounding.HALF_EVEN);
        assertEquals("half_even", written(torchvision).get("clip.image.crop_rounding"));
        assertEquals(torchvision, parse(written(torchvision), "m"));
    }

    @Test
    void readsWhatItWrites() throws ModelFormatException {
        List<Float> mean = List.of(-1f, 1e-20f, 0.5f);
        List<Float> std = List.of(Float.MIN_VALUE, 1f, 3e10f);
        List<Resize> resizes = List.of(
                new Resize.ShortestEdge(7), new Resize.Exact(13, 207), new Resize.Patches(16, 256), new Resize.None());
        for (Resize resize : resizes) {
            for (Optional<CentreCrop> crop : List.of(Optional.<CentreCrop>empty(), Optional.of(new CentreCrop(5, 9)))) {
                for (Resampling resample : Resampling.values()) {
                    PreprocessorConfig config = PreprocessorConfig.of(resize, crop, resample, mean, std);
                    assertEquals(config, parse(written(config), "m"));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "clip.image.resize; shortest_edge:0; expected a size",
                "clip.image.resize; shortest_edge:999999999; expected a size",
                "clip.image.resize; shortest_edge:224x224; expected shortest_edge",
                "clip.image.resize; exact:224; expected shortest_edge",
                "clip.image.resize; ' none'; expected shortest_edge",
                "clip.image.resize; patches:16; expected shortest_edge",
                "clip.image.resize; patches:0:16; expected a size",
                "clip.image.resize; patches:16:0; expected patches",
                "clip.image.resize; patches:999999999:999999999; expected a size",
                "clip.image.resize; patches:13000:999999999; expected patches",
                "clip.image.crop; 0x7; expected a size",
                "clip.image.crop; 224; expected HEIGHTxWIDTH",
                "clip.image.crop; -1x5; expected HEIGHTxWIDTH",
                "clip.image.crop_rounding; up; expected floor or half_even",
                "clip.image.resample; lanczos; expected bicubic or bilinear",
                "clip.image.mean; 1,2; expected three numbers",
                "clip.image.mean; 1,2,3,4; expected three numbers",
                "clip.image.mean; 1,2,; expected three numbers",
                "clip.image.mean; 1,2,NaN; expected three numbers",
                "clip.image.mean; 1,2,1e99; expected three numbers",
                "clip.image.std; 1,0,1; expected three numbers above 0",
                "clip.image.std; 1,1e-60,1; expected three numbers above 0",
                "clip.image.std; 1,0x1p3,1; expected three numbers above 0",
            })
    void rejectsAValueThatItDoesNotUnderstandAndNamesIt(String key, String value, String expected) {
        Map<String, String> metadata = new HashMap<>(clip());
        metadata.put(key, value);
        String message = assertThrows(ModelFormatException.class, () -> parse(metadata, "vit.safetensors"))
                .getMessage();
        assertTrue(message.startsWith("vit.safetensors: metadata") && message.contains(key + ": " + expected), message);
    }

    @Test
    void rejectsMissingKeys() {
        for (String key : clip().keySet()) {
            Map<String, String> metadata = new HashMap<>(clip());
            metadata.remove(key);
            String message = assertThrows(ModelFormatException.class, () -> parse(metadata, "vit.safetensors"))
                    .getMessage();
            assertTrue(message.contains(key), message);
        }
    }

    @Test
    void throwsNothingElseOnMutatedValues() {
        long seed = 3;
        Random random = new Random(seed);
        String alphabet = "0123456789x:,.-eEnoexactshrdgp_ \n\u0000é";
        Map<String, String> valid = clip();
        List<String> keys = List.copyOf(valid.keySet());
        for (int i = 0; i < 20_000; i++) {
            String key = keys.get(random.nextInt(keys.size()));
            StringBuilder value = new StringBuilder(valid.get(key));
            for (int n = random.nextInt(4); n >= 0; n--) {
                value.insert(random.nextInt(value.length() + 1), alphabet.charAt(random.nextInt(alphabet.length())));
                value.deleteCharAt(random.nextInt(value.length()));
            }
            Map<String, String> metadata = new HashMap<>(valid);
            metadata.put(key, value.toString());
            try {
                parse(metadata, "m");
            } catch (ModelFormatException e) {
                assertEquals(1, e.getMessage().lines().count(), "seed " + seed + ": " + e.getMessage());
            }
        }
    }
}
