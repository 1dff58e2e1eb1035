package org.clipjava.convert;

import java.util.List;
import org.clipjava.error.ClipException;

/** The checkpoint does not tell something that {@link ConversionOptions} has to, or tells something else than they do. Thread-safe. */
public final class ConversionOptionException extends ClipException {
    private static final long serialVersionUID = 1L;

    /** What the options can tell. */
    public enum Property {
        /** The non-linearity of the MLPs. */
        ACTIVATION("activation", "quick_gelu or gelu"),
        /** The means of the channels. */
        MEAN("mean", "of the channels"),
        /** The deviations of the channels. */
        STD("std", "of the channels"),
        /** How a picture is brought to the model's size. */
        RESIZE("resize", "shortest or squash"),
        /** The filter of that. */
        RESAMPLE("resample", "bicubic or bilinear"),
        /** Side of the pictures that the model takes. */
        IMAGE_SIZE("image-size", "in pixels"),
        /** Attention heads of the image tower. */
        VISION_HEADS("vision-heads", "a number"),
        /** Attention heads of the text tower. */
        TEXT_HEADS("text-heads", "a number"),
        /** What a cosine is multiplied with to become a logit. */
        LOGIT_SCALE("logit-scale", "a number, 100 for most"),
        /** What is done to texts before they become tokens. */
        TEXT_CLEANING("text-cleaning", "none or original");

        private final String spelling;
        private final String values;

        Property(String spelling, String values) {
            this.spelling = spelling;
            this.values = values;
        }

        /** As the command line spells it, without the dashes. */
        public String spelling() {
            return spelling;
        }

        @Override
        public String toString() {
            return spelling + " (" + values + ")";
        }
    }

    /** What is missing. */
    private final Property[] missing;

    ConversionOptionException(String message, List<Property> missing) {
        super(message);
        this.missing = missing.toArray(Property[]::new);
    }

    /** What has to be told; empty where something that was told contradicts the checkpoint. */
    public List<Property> missing() {
        return List.of(missing);
    }

    @Override
    public ClipException.Kind kind() {
        return Common.CONVERSION_OPTIONS;
    }
}
