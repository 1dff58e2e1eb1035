import java.nio.file.Path;
import java.util.List;
import org.clipjava.Classification;
import org.clipjava.Clip;
import org.clipjava.ClipModels;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.image.ImageDecoder;

/** Which of these words fits the picture best? {@code Classify PICTURE LABEL LABEL...} */
public class Classify {
    public static void main(String[] args) throws Exception {
        List<String> labels = List.of(args).subList(1, args.length);
        try (Clip clip = ClipModels.load("pictogram")) { // or Clip.open(Path.of("vit-b-32.safetensors"))
            ZeroShotClassifier classifier = ZeroShotClassifier.of(clip, labels);
            Classification result = classifier.classify(ImageDecoder.standard().decode(Path.of(args[0])));
            result.top(3).forEach(score -> System.out.printf("%.3f %s%n", score.score(), score.label()));
        }
    }
}
