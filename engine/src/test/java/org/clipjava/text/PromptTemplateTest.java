package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTemplateTest {
    @Test
    void putsTheLabelIntoTheSlot() {
        assertEquals("a photo of a cat.", PromptTemplate.of("a photo of a {}.").format("cat"));
        assertEquals("cat, pixelated", PromptTemplate.of("{label}, pixelated").format("cat"));
        assertEquals("cat", PromptTemplate.of("{}").format("cat"));
    }

    @Test
    void leavesALabelThatLooksLikeASlotAlone() {
        assertEquals("a {}", PromptTemplate.of("a {label}").format("{}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a photo", "{} and {}", "{label} or {}", "{ }", "{name}"})
    void refusesATemplateWithoutExactlyOneSlot(String template) {
        String message = assertThrows(IllegalArgumentException.class, () -> PromptTemplate.of(template))
                .getMessage();

        assertTrue(message.startsWith("template '" + template + "': expected one slot"), message);
    }
}
