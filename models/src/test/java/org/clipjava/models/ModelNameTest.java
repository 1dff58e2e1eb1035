package org.clipjava.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.clipjava.config.WeightType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelNameTest {
    @Test
    void readsRepositoryRevisionAndType() {
        ModelName name = ModelName.parse("openai/clip@v1:q8");
        assertEquals("openai/clip", name.reference().repo().toString());
        assertEquals("v1", name.reference().revision());
        assertEquals(Optional.of(WeightType.Q8), name.type());
    }

    @Test
    void meansMainAndAnyTypeUnlessItSaysMore() {
        ModelName name = ModelName.parse("openai/clip");
        assertEquals("main", name.reference().revision());
        assertEquals(Optional.empty(), name.type());
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai/clip", "openai/clip@v1", "openai/clip:f16", "openai/clip@v1:bf16"})
    void isWrittenAsItIsRead(String text) {
        assertEquals(text, ModelName.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "clip", "/models/clip", "a/b/c", "../clip", "a/b@../c", "a/b:f64", "model.safetensors"})
    void aPathOrNonsenseIsNoName(String text) {
        assertEquals(Optional.empty(), ModelName.of(text));
    }

    @ParameterizedTest
    @CsvSource({
        "ViT-B/32, openai/clip-vit-base-patch32",
        "ViT-B/16:f16, openai/clip-vit-base-patch16:f16",
        "ViT-L/14@336px, openai/clip-vit-large-patch14-336",
        "ViT-L/14@336px:q8, openai/clip-vit-large-patch14-336:q8",
        "ViT-B-32/openai, openai/clip-vit-base-patch32",
        "ViT-B-32/laion2b_s34b_b79k, laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
        "https://huggingface.co/openai/clip-vit-base-patch32, openai/clip-vit-base-patch32",
        "https://huggingface.co/openai/clip-vit-base-patch32/, openai/clip-vit-base-patch32",
        "https://huggingface.co/laion/some.clip/tree/v1, laion/some.clip@v1",
        "hf-hub:laion/some-clip, laion/some-clip",
        "hf-hub:laion/some-clip:bf16, laion/some-clip:bf16"
    })
    void knowsWhatElseARepositoryIsCalled(String name, String meant) {
        assertEquals(meant, ModelName.parse(name).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RN50", "RN50x64", "RN101/openai"})
    void saysOfAResNetThatItIsOne(String name) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ModelName.parse(name));
        assertEquals(
                "'" + name
                        + "': expected a vision transformer, found a ResNet, which can't be run; take ViT-B/32 or"
                        + " another ViT",
                e.getMessage());
    }

    @Test
    void saysWhichTypesThereAre() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ModelName.parse("a/b:f64"));
        assertEquals("'a/b:f64': expected f32, f16, bf16, q8 or int8 behind the colon, found 'f64'", e.getMessage());
    }
}
