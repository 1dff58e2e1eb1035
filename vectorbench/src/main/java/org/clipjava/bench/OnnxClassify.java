package org.clipjava.bench;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.bench.Options.UsageException;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.text.TokenSequence;

/**
 * The peer's way from a picture to labels, as short as it can be: what {@code clip.jar classify} is held against when the
 * whole process counts. Both towers run in ONNX Runtime; pictures and texts are prepared by the engine, whose weights are not
 * loaded.
 */
record OnnxClassify(Path model, Path onnx, List<String> labels, Path picture, int threads, PrintStream out) {
    static OnnxClassify parse(List<String> arguments, PrintStream out) throws UsageException {
        Options options = Options.parse(arguments, Set.of("--model", "--onnx", "--labels", "--picture", "--threads"));
        return new OnnxClassify(
                Path.of(options.required("--model")),
                Path.of(options.required("--onnx")),
                List.of(options.required("--labels").split(",")),
                Path.of(options.required("--picture")),
                options.count("--threads").orElse(Runtime.getRuntime().availableProcessors()),
                out);
    }

    void run() throws IOException, OrtException {
        try (Clip clip = Clip.open(model, ClipOptions.defaults().withTowers(Set.of()))) {
            List<int[]> texts = labels.stream()
                    .map(label -> clip.tokenizer().encode(clip.defaultTemplate().format(label)))
                    .map(TokenSequence::ids)
                    .toList();
            PixelTensor pixels =
                    clip.preprocessor().preprocess(ImageDecoder.standard().decode(picture));
            float[] image = encode("vision.onnx", opened -> opened.images(List.of(pixels)))[0];
            float[][] words =
                    encode("text.onnx", opened -> opened.texts(texts, TextBatches.of(texts, texts.size(), true)));
            for (int i = 0; i < labels.size(); i++) {
                double logit = clip.logitScale() * Embedding.of(image).cosine(Embedding.of(words[i]));
                out.printf("%8.4f  %s%n", logit, labels.get(i));
            }
        }
    }

    /** What a tower is given. */
    private interface Input {
        Contender of(OnnxModel opened) throws OrtException;
    }

    private float[][] encode(String graph, Input input) throws IOException, OrtException {
        try (OnnxModel opened = OnnxModel.open(onnx.resolve(graph), threads);
                Contender contender = input.of(opened)) {
            return contender.encode();
        }
    }
}
