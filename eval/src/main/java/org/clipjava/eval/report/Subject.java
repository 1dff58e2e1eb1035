package org.clipjava.eval.report;

import org.clipjava.Clip;

/**
 * What was evaluated, on what. Immutable and thread-safe.
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
        return new Subject(
                model,
                clip.info().id().orElse(""),
                clip.info().weightType().spelling(),
                clip.fingerprint(),
                clip.kernels(),
                dataset,
                images);
    }
}
