import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.Clip;
import org.clipjava.ClipModels;
import org.clipjava.Embedding;

/** Finds pictures by words, with a list and nothing else: {@code Search FOLDER WORDS}. */
public class Search {
    record Picture(Path file, Embedding embedding) {}

    public static void main(String[] args) throws IOException {
        try (Clip clip = ClipModels.load("pictogram");
                Stream<Path> files = Files.list(Path.of(args[0]))) {
            List<Picture> pictures = files.filter(file -> file.toString().matches(".*\\.(png|jpg)"))
                    .map(file -> embed(clip, file))
                    .toList();
            Embedding words = clip.encodeText(args[1]);
            pictures.stream()
                    .sorted(Comparator.comparingDouble(
                            picture -> -picture.embedding().cosine(words)))
                    .limit(3)
                    .forEach(found -> System.out.printf(
                            "%.3f %s%n",
                            found.embedding().cosine(words), found.file().getFileName()));
        }
    }

    private static Picture embed(Clip clip, Path file) {
        try {
            return new Picture(file, clip.encodeImage(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
