package org.clipjava.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeightTypeTest {
    @Test
    void isSpelledAsInTheModelFile() {
        assertEquals(
                List.of("f32", "f16", "bf16", "q8", "int8"),
                Arrays.stream(WeightType.values()).map(WeightType::spelling).toList());
        for (WeightType type : WeightType.values()) {
            assertEquals(type, WeightType.spelled(type.spelling()).orElseThrow());
        }
    }

    @Test
    void knowsNoOtherSpelling() {
        assertTrue(WeightType.spelled("F32").isEmpty());
    }
}
