package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import org.clipjava.text.PromptTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadTest {
    @ParameterizedTest
    @ValueSource(strings = {"image1", "image8", "image32", "text10", "text1000x7", "text3x1"})
    void readsTheNameThatItWrites(String name) {
        assertEquals(name, Workload.parse(name).toString());
    }

    @Test
    void measuresAllCasesOfTheGoalsUnlessToldOtherwise() {
        assertEquals(
                List.of("image1", "image8", "image32", "text10", "text1000x7"),
                Workload.DEFAULTS.stream().map(Workload::toString).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "image", "image0", "image-1", "image1x2", "text10x8", "text10x", "video1", "image1000000"})
    void refusesOtherNames(String name) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Workload.parse(name));
        assertTrue(e.getMessage().contains("'" + name + "'"), e.getMessage());
    }

    @Test
    void putsEachLabelIntoEachTemplate() {
        List<PromptTemplate> templates = List.of(PromptTemplate.of("a {}"), PromptTemplate.of("the {}."));
        assertEquals(
                List.of("a tench", "the tench.", "a English springer", "the English springer."),
                Workload.texts(2, templates));
    }

    @Test
    void makesUpAsManyDifferentLabelsAsAskedFor() {
        List<String> labels = Workload.labels(1000);
        assertEquals(1000, new HashSet<>(labels).size());
    }

    @Test
    void makesUpTheSameLabelsEachTime() {
        assertEquals(Workload.labels(1000), Workload.labels(1000));
    }
}
