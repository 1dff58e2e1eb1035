package org.clipjava.pictogram;

import org.clipjava.PackagedModel;

/**
 * A small model that was trained on emoji and icons: it names drawn things by nouns, and knows no photographs. Its pictures are of
 * 72 by 72 pixels, its embeddings of 192 numbers.
 */
public final class PictogramModel extends PackagedModel {
    /** Its name for {@link org.clipjava.ClipModels#load}. */
    public static final String NAME = "pictogram";

    /** For the service loader. */
    public PictogramModel() {
        super(NAME);
    }
}
