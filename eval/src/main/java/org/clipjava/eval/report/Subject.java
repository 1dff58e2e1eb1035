package org.clipjava.eval.report;

import java.util.Map;
import org.clipjava.Clip;

/**
 * What was evaluated, on what.
 *
 * @param model for people
 * @param modelId as published accuracies have it; empty if it is not known
 * @param weightType {@code f32} and so on
 * @param fingerprint {@link Clip#fingerprint}
 * @param kernels {@link Clip#kernels}
 * @param dataset a name that published accuracies go by, or any
 * @param images folder or list
 */
public record Subject(
        String model,
        String modelId,
        String weightType,
        String fingerprint,
        String kernels,
        String dataset,
        String images) {

    /** Asks the model. */
    public static Subject of(Clip clip, String model, String dataset, String images) {
        Map<String, String> metadata = clip.metadata();
        return new Subject(
                model,
                metadata.getOrDefault("clip.model_id", ""),
                metadata.getOrDefault("clip.weight_type", "f32"),
                clip.fingerprint(),
                clip.kernels(),
                dataset,
                images);
    }
}
