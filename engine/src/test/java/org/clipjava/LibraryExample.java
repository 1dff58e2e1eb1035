package org.clipjava;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;

/** The example that the API's documentation shows, here so that it compiles. */
final class LibraryExample {
    private LibraryExample() {}

    static List<Classification.Score> classify(Path model, Path picture) throws IOException {
        // @start region="classify"
        try (Clip clip = Clip.open(model)) { // once, for all threads; it takes a second or so
            List<String> labels = List.of("cat", "dog", "cup of coffee");
            ZeroShotClassifier classifier = ZeroShotClassifier.of(clip, labels);

            RgbImage photo = ImageDecoder.standard().decode(picture);
            Classification classification = classifier.classify(photo);

            Classification.Score best = classification.best();
            System.out.printf("%s %.3f%n", best.label(), best.score()); // such as: cup of coffee 0.994
            return classification.top(3);
        }
        // @end
    }
}
