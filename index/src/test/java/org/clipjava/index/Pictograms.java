package org.clipjava.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.testdata.TestData;

/** The jar's own model, and a hundred pictures of a style that it has never seen. */
final class Pictograms {
    private Pictograms() {}

    static Clip model() throws IOException {
        return Clip.open(TestData.builtInModel(), ClipOptions.defaults().withQuickStart(true));
    }

    static Path folder() {
        return TestData.committed().path("pictograms");
    }

    /** Copies a picture; the folders above it are made. */
    static Path copy(String picture, Path to) throws IOException {
        Files.createDirectories(to.toAbsolutePath().getParent());
        return Files.copy(folder().resolve(picture), to);
    }
}
