package org.clipjava.eval.report;

import java.util.List;

/**
 * A zero-shot accuracy that others have published for a model and a data set. Immutable and thread-safe.
 *
 * @param model as the metadata's {@code clip.model_id} has it
 * @param dataset as {@code --dataset} has it
 * @param metric {@code acc1} or {@code acc5}
 * @param value 0 to 1
 * @param how templates and names
 */
public record PublishedAccuracy(String model, String dataset, String metric, double value, String how, String source) {
    private static final String LAION = "LAION CLIP_benchmark";
    private static final String CLIPS_OWN = "CLIP's templates and names for the data set, averaged";
    private static final String B32 = "openai/clip-vit-base-patch32";
    private static final String B32_LAION = "laion/CLIP-ViT-B-32-laion2B-s34B-b79K";
    private static final String B16 = "openai/clip-vit-base-patch16";
    private static final String L14 = "openai/clip-vit-large-patch14";
    private static final String L14_336 = "openai/clip-vit-large-patch14-336";

    private static final List<PublishedAccuracy> ALL = List.of(
            new PublishedAccuracy(
                    B32,
                    "imagenette",
                    "acc1",
                    0.98706,
                    "'a photo of a {}', 3,925 pictures of 320 pixels; normalised across labels, not per vector",
                    "Pinecone, Zero-shot Image Classification with OpenAI's CLIP"),
            new PublishedAccuracy(B32, "imagenet", "acc1", 0.5906, "one template", LAION),
            laion(B32, "imagenet", 63.33),
            new PublishedAccuracy(B32, "imagenet", "acc5", 0.8878, CLIPS_OWN, LAION),
            laion(B32, "cifar10", 89.82),
            laion(B32, "cifar100", 64.53),
            laion(B32, "pets", 87.33),
            laion(B32, "caltech101", 81.92),
            laion(B32_LAION, "imagenet", 66.50),
            new PublishedAccuracy(B32_LAION, "imagenet", "acc5", 0.8984, CLIPS_OWN, LAION),
            laion(B32_LAION, "cifar10", 93.51),
            laion(B32_LAION, "cifar100", 75.57),
            laion(B32_LAION, "pets", 90.71),
            laion(B32_LAION, "caltech101", 83.93),
            laion(B16, "imagenet", 68.35),
            new PublishedAccuracy(B16, "imagenet", "acc5", 0.9186, CLIPS_OWN, LAION),
            laion(B16, "cifar10", 90.83),
            laion(B16, "cifar100", 66.91),
            laion(B16, "pets", 88.93),
            laion(B16, "caltech101", 82.54),
            laion(L14, "imagenet", 75.49),
            new PublishedAccuracy(L14, "imagenet", "acc5", 0.9460, CLIPS_OWN, LAION),
            laion(L14, "cifar10", 95.69),
            laion(L14, "cifar100", 76.13),
            laion(L14, "pets", 93.08),
            laion(L14, "caltech101", 83.86),
            laion(L14_336, "imagenet", 76.55),
            new PublishedAccuracy(L14_336, "imagenet", "acc5", 0.9517, CLIPS_OWN, LAION),
            laion(L14_336, "cifar10", 94.97),
            laion(L14_336, "cifar100", 74.64),
            laion(L14_336, "pets", 93.81),
            laion(L14_336, "caltech101", 83.79));

    private static PublishedAccuracy laion(String model, String dataset, double percent) {
        return new PublishedAccuracy(model, dataset, "acc1", percent / 100, CLIPS_OWN, LAION);
    }

    /** Those for this model on this data set; none if either is not known. */
    public static List<PublishedAccuracy> of(String model, String dataset) {
        return ALL.stream()
                .filter(one -> one.model.equalsIgnoreCase(model) && one.dataset.equalsIgnoreCase(dataset))
                .toList();
    }
}
