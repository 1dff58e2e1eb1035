package org.clipjava.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.clipjava.Classification.Score;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.text.PromptTemplate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TemplateSetTest {
    /** More prompts than are encoded at once: 80 templates of 30 labels. */
    @Tag("thorough")
    @Test
    void givesLabelsOfManyTemplatesTheSameScoresAsFewLabels() throws IOException {
        List<PromptTemplate> templates =
                TemplateSet.builtIn("openai-80").orElseThrow().templates();
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            labels.add("cat " + i);
        }
        try (Clip clip = Pictograms.model()) {
            Embedding probe = clip.encodeText("a cat");
            List<Score> all = ZeroShotClassifier.of(clip, labels, templates)
                    .classify(probe)
                    .scores();
            for (String label : List.of("cat 0", "cat 24", "cat 25", "cat 26", "cat 29")) {
                float alone = ZeroShotClassifier.of(clip, List.of(label), templates)
                        .classify(probe)
                        .best()
                        .cosine();
                float among = all.stream()
                        .filter(score -> score.label().equals(label))
                        .findFirst()
                        .orElseThrow()
                        .cosine();
                assertEquals(alone, among, label);
            }
        }
    }
}
