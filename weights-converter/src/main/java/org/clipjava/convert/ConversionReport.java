package org.clipjava.convert;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.clipjava.config.WeightType;

/**
 * What a conversion made. Immutable and thread-safe.
 *
 * @param modelFile the file written
 * @param bytes its size
 * @param parameters weights of the model, as published figures count them
 * @param modelId where the checkpoint comes from, as {@code openai/clip-vit-base-patch32}, if that is known
 * @param revision the commit of the checkpoint, if that is known
 * @param sources SHA-256 in hex of each file that went into it, by name
 * @param notes what was taken otherwise than the checkpoint has it, for people, each a line
 */
public record ConversionReport(
        Path modelFile,
        long bytes,
        long parameters,
        WeightType weightType,
        Optional<String> modelId,
        Optional<String> revision,
        SequencedMap<String, String> sources,
        List<String> notes) {

    /** Copies the notes. */
    public ConversionReport {
        notes = List.copyOf(notes);
    }
}
