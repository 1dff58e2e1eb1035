package example;

import java.nio.file.Path;
import org.clipjava.Clip;
import org.clipjava.ClipModels;

/** How alike are a picture and a text? {@code Main PICTURE TEXT} */
public class Main {
    private Main() {}

    /** Prints the cosine. */
    public static void main(String[] args) throws Exception {
        try (Clip clip = ClipModels.load("pictogram")) {
            System.out.printf(
                    "%.3f, computed by %s%n",
                    clip.encodeImage(Path.of(args[0])).cosine(clip.encodeText(args[1])), clip.kernels());
        }
    }
}
