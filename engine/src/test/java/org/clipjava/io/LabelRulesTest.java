package org.clipjava.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LabelRulesTest {
    @Test
    void takesLabelsOfAllKinds() {
        assertEquals(Optional.empty(), LabelRules.problem("a photo of a cat"));
        assertEquals(Optional.empty(), LabelRules.problem(List.of()));
        assertEquals(Optional.empty(), LabelRules.problem(List.of("cat", "Cat", " cat", "猫", "x".repeat(100_000))));
    }

    @Test
    void refusesABlankLabel() {
        assertEquals(Optional.of("the label is blank"), LabelRules.problem(" \t"));
        assertEquals(Optional.of("label 2 of 3 is blank"), LabelRules.problem(List.of("a", "", "a")));
    }

    @Test
    void refusesAZeroCharacter() {
        String expected = "the label 'do\\u0000g' has a zero character in it; is it text?";
        assertEquals(Optional.of(expected), LabelRules.problem("do\0g"));
        assertEquals(Optional.of(expected), LabelRules.problem(List.of("cat", "do\0g")));
    }

    @Test
    void refusesALabelThatIsThereTwice() {
        assertEquals(
                Optional.of("the label 'cat' is there twice; remove one"),
                LabelRules.problem(List.of("cat", "dog", "cat")));
    }

    @Test
    void showsTheBeginningOfALongLabel() {
        String label = "x".repeat(1000);
        assertEquals(
                Optional.of("the label '" + "x".repeat(80) + "…' is there twice; remove one"),
                LabelRules.problem(List.of(label, label)));
    }
}
