package org.clipjava.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.clipjava.io.Shown;

/** What people have where a checkpoint is expected, and what they can do with it; told by the names of a folder's files. */
final class FolderKind {
    private static final String SAVE = "save it with PyTorch: CLIPModel.from_pretrained(FOLDER%s).save_pretrained(NEW)";

    private FolderKind() {}

    /** What a folder holds that is no checkpoint, with the cure; empty if nothing there is known. */
    static Optional<String> of(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        List<String> names =
                files.stream().map(file -> file.getFileName().toString()).toList();
        if (names.contains("adapter_config.json")) {
            return Optional.of(
                    "a LoRA adapter; merge it into its model (PEFT: merge_and_unload()), save that and convert it");
        }
        if (names.contains("model_index.json")) {
            return Optional.of("a pipeline of diffusers; name the text tower in "
                    + shown(folder.resolve("text_encoder")) + ", or, for pictures too, a whole CLIP");
        }
        if (names.contains("snapshots")) {
            return Optional.of(
                    "a repository of the hub's cache; name a folder in " + shown(folder.resolve("snapshots")));
        }
        Optional<String> found = Optional.empty();
        for (String name : names) {
            found = found.or(() -> ofFile(name));
        }
        if (found.isEmpty() && names.contains("onnx") && Files.isDirectory(folder.resolve("onnx"))) {
            found = Optional.of("ONNX's, in onnx; " + "convert the checkpoint that it was made of");
        }
        return found;
    }

    private static Optional<String> ofFile(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String shown = Shown.text(name);
        if (lower.endsWith(CheckpointFiles.NUMPY)) {
            return Optional.of("NumPy's arrays, " + shown + "; if big_vision published them, name that file");
        }
        if (lower.endsWith(".gguf") || lower.startsWith("ggml-")) {
            return Optional.of("a GGUF, " + shown + "; convert the checkpoint that it was made of");
        }
        if (lower.endsWith(".onnx")) {
            return Optional.of("an ONNX graph, " + shown + "; convert the checkpoint that it was made of");
        }
        return switch (name) {
            case "tf_model.h5" -> Optional.of("TensorFlow's weights, tf_model.h5; " + SAVE.formatted(", from_tf=True"));
            case "saved_model.pb" ->
                Optional.of("a model of TensorFlow, saved_model.pb; convert the checkpoint that it was made of");
            case "flax_model.msgpack" ->
                Optional.of("Flax's weights, flax_model.msgpack; " + SAVE.formatted(", from_flax=True"));
            case "openvino_model.xml" ->
                Optional.of("a model of OpenVINO, openvino_model.xml; convert the checkpoint that it was made of");
            default -> Optional.empty();
        };
    }

    private static String shown(Path path) {
        return Shown.text(path.toString());
    }
}
