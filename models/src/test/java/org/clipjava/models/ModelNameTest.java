package org.clipjava.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.clipjava.config.WeightType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    @Test
    void saysWhichTypesThereAre() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ModelName.parse("a/b:f64"));
        assertEquals("'a/b:f64': expected f32, f16, bf16 or q8 behind the colon, found 'f64'", e.getMessage());
    }
}
