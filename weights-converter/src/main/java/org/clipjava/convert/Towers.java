package org.clipjava.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.Projection;
import org.clipjava.config.Scoring;
import org.clipjava.config.WeightType;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.modelfile.ModelFileWriter;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.modelfile.RowSource;
import org.clipjava.modelfile.TensorSpec;
import org.clipjava.safetensors.ModelFormatException;

/** What a model is made of: a checkpoint, whole or of one tower, or the image tower of one and the text tower of another. */
final class Towers implements AutoCloseable {
    /** Before the names of the text tower's files, which are called as the image tower's are. */
    private static final String TEXT = "text/";

    private record Part(CheckpointFolder folder, Description description) {
        static Part open(Path source, ConversionOptions options) throws IOException {
            CheckpointFolder folder = CheckpointFolder.open(source, options.linksFollowed());
            return new Part(folder, Description.of(folder, options));
        }

        Checkpoint checkpoint() {
            return description.checkpoint();
        }
    }

    /** One value that the user tells. */
    private record Told(String name, float value) implements RowSource {
        @Override
        public long elements() {
            return 1;
        }

        @Override
        public void read(long first, float[] values) {
            Arrays.fill(values, value);
        }
    }

    private final Part first;
    private final Optional<Part> text;
    private final Description description;
    private final ConversionOptions options;

    private Towers(Part first, Optional<Part> text, Description description, ConversionOptions options) {
        this.first = first;
        this.text = text;
        this.description = description;
        this.options = options;
    }

    /** As {@link CheckpointConverter#convert}. */
    static Towers open(Path source, ConversionOptions options) throws IOException {
        Part first = Part.open(source, options);
        try {
            if (options.text().isEmpty()) {
                return new Towers(first, Optional.empty(), first.description, options);
            }
            Part text = Part.open(options.text().get(), options);
            try {
                Description joined =
                        first.description.joined(text.description, first.folder.toString(), text.folder.toString());
                return new Towers(first, Optional.of(text), joined, options);
            } catch (Throwable t) {
                text.description.close();
                throw t;
            }
        } catch (Throwable t) {
            first.description.close();
            throw t;
        }
    }

    private Stream<Part> parts() {
        return Stream.concat(Stream.of(first), text.stream());
    }

    void refuseToOverwrite(Path modelFile) throws IOException {
        for (Part part : parts().toList()) {
            for (Path source : part.folder.sources().values()) {
                if (Files.exists(modelFile) && Files.isSameFile(source, modelFile)) {
                    throw new IllegalArgumentException(modelFile
                            + ": expected another name for the model file, found one of the checkpoint's own");
                }
            }
        }
    }

    /** What the model file says of its model, but for the hashes of the files that it is made of. */
    ModelInfo info(WeightType weightType) throws IOException {
        if (text.isEmpty()) {
            return description.info(weightType, first.folder);
        }
        ModelInfo info = description.bareInfo(weightType, first.folder);
        Optional<String> licence = first.folder.licence();
        return licence.isPresent() && licence.equals(text.get().folder.licence())
                ? info.withLicence(licence.get())
                : info;
    }

    ModelFileWriter writer(ModelInfo info) throws ModelFormatException {
        return description.tokens().isPresent()
                ? description
                        .tokens()
                        .get()
                        .writer(info, text.orElse(first).folder.toString())
                : ModelFileWriter.of(info);
    }

    /** Gives all that the model file has, and refuses a checkpoint of which something is left that means something. */
    void give(ModelFileWriter writer, ClipConfig config) throws ModelFormatException, ConversionOptionException {
        TensorSources images = TensorSources.of(first.checkpoint(), config);
        TensorSources texts = TensorSources.of(text.orElse(first).checkpoint(), config);
        TensorSources scores = first.checkpoint().has(TensorNames.LOGIT_SCALE) ? images : texts;
        boolean scaled = scores.checkpoint().has(TensorNames.LOGIT_SCALE);
        for (TensorSpec tensor : writer.tensors()) {
            if (text.isPresent() && !scaled && tensor.name().equals(TensorNames.LOGIT_SCALE)) {
                writer.give(tensor, List.of(toldScale(config)));
                continue;
            }
            TensorSources sources =
                    tensor.name().startsWith("vision.") ? images : tensor.name().startsWith("text.") ? texts : scores;
            writer.give(
                    tensor, sources.of(tensor).stream().map(SourceTensor::rows).toList());
        }
        if (!config.isWhole() || text.isPresent()) {
            parts().forEach(part -> part.checkpoint().leaveOut(TensorNames.LOGIT_SCALE, TensorNames.LOGIT_BIAS));
        }
        if (text.isPresent()) {
            first.checkpoint().leaveOut("text_model.", "text_projection.");
            text.get().checkpoint().leaveOut("vision_model.", "visual_projection.");
        }
        for (Part part : parts().toList()) {
            part.checkpoint().refuseLeftovers();
        }
    }

    /** A logarithm, as it is stored. */
    private RowSource toldScale(ClipConfig config) throws ModelFormatException, ConversionOptionException {
        if (config.scoring() instanceof Scoring.Sigmoid) {
            throw new ModelFormatException(first.folder
                    + ": expected logit_scale and logit_bias in one of the two checkpoints, found none; name the whole"
                    + " model as one of them");
        }
        Answers answers = new Answers(first.folder + " and " + text.orElseThrow().folder);
        float scale = answers.of(Property.LOGIT_SCALE, Optional.empty(), options.logitScale(), 1f);
        answers.check();
        return new Told("--" + Property.LOGIT_SCALE.spelling(), (float) Math.log(scale));
    }

    long bytes() throws IOException {
        long bytes = 0;
        for (Part part : parts().toList()) {
            for (Path source : part.folder.sources().values()) {
                bytes += Files.size(source);
            }
        }
        return bytes;
    }

    /** SHA-256 of each source. */
    SortedMap<String, String> digests(Progress progress) throws IOException {
        if (text.isEmpty()) {
            return first.folder.digests(description.tokens(), progress);
        }
        SortedMap<String, String> digests = new TreeMap<>(first.folder.digests(Optional.empty(), progress));
        text.get()
                .folder
                .digests(description.tokens(), progress)
                .forEach((file, digest) -> digests.put(TEXT + file, digest));
        return digests;
    }

    /** Elements of all tensors taken. */
    long parameters() {
        return parts().mapToLong(part -> part.checkpoint().parameters()).sum();
    }

    /** What was taken otherwise than it is written, for people. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        parts().forEach(part -> notes.addAll(part.checkpoint().notes()));
        ClipConfig config = description.architecture();
        if (!config.isWhole()) {
            boolean bare = config.hasText()
                    ? config.text().projection() == Projection.NONE
                    : config.vision().projection() == Projection.NONE && !(config.scoring() instanceof Scoring.Sigmoid);
            notes.add(first.folder + ": has " + (config.hasText() ? "a text" : "an image")
                    + " tower alone: the model encodes " + (config.hasText() ? "texts" : "pictures")
                    + " and compares nothing"
                    + (bare ? "; without a projection its embeddings are no part of a CLIP's space" : ""));
        }
        return notes;
    }

    @Override
    public void close() {
        parts().forEach(part -> part.description.close());
    }
}
