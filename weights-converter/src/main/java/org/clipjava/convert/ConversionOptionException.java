package org.clipjava.convert;

import java.util.List;
import org.clipjava.error.ClipException;

/** The checkpoint does not tell something that {@link ConversionOptions} has to, or tells something else than they do. */
public final class ConversionOptionException extends ClipException {
    private static final long serialVersionUID = 1L;

    /** What the options can tell. */
    public enum Property {
        ACTIVATION("activation", "quick_gelu or gelu"),
        MEAN("mean", "of the channels"),
        STD("std", "of the channels"),
        RESIZE("resize", "shortest or squash"),
        RESAMPLE("resample", "bicubic or bilinear"),
        VISION_HEADS("vision-heads", "a number"),
        TEXT_HEADS("text-heads", "a number");

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
