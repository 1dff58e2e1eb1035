package org.clipjava.eval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.image.ImageDecoder;
import org.clipjava.testdata.TestData;

/** A real model and pictures that it classifies, most of them right: the jar's own, and a hundred pictograms. */
final class Pictograms {
    private Pictograms() {}

    static Clip model() throws IOException {
        return Clip.open(TestData.builtInModel(), ClipOptions.defaults().withQuickStart(true));
    }

    /** File and label of each. */
    static Path list() {
        return TestData.committed().path("pictograms/labels.csv");
    }

    static EmbeddingPass pass(Clip clip, Optional<EmbeddingCache> cache) {
        EmbeddingPass pass = EmbeddingPass.of(clip, ImageDecoder.standard()).withThreads(2);
        return cache.map(pass::withCache).orElse(pass);
    }

    static List<LabelledImage> all(LabelledImages images) {
        List<LabelledImage> all = new ArrayList<>();
        images.forEach(all::add);
        return all;
    }

    /** Copies a picture. */
    static void copy(String picture, Path to) {
        try {
            Files.createDirectories(to.toAbsolutePath().getParent());
            Files.copy(TestData.committed().path("pictograms/" + picture), to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
