package org.clipjava;

import org.clipjava.error.ClipException;

/**
 * A model of one tower, where the other is needed: a text tower alone reads no pictures, an image tower alone no texts. The message says
 * which tower is missing, and the cure. Thread-safe.
 */
public final class MissingTowerException extends ClipException {
    private static final long serialVersionUID = 1L;

    /** What is missing. */
    private final Tower tower;

    MissingTowerException(String model, Tower tower) {
        super(message(model, tower));
        this.tower = tower;
    }

    /** What is missing, and the cure. */
    static String message(String model, Tower tower) {
        return switch (tower) {
            case IMAGE ->
                model + ": expected a model with an image tower, found a text tower alone, which reads no pictures;"
                        + " convert the whole CLIP, or join both: clip convert IMAGE_FOLDER --text TEXT_FOLDER";
            case TEXT ->
                model + ": expected a model with a text tower, found an image tower alone, which reads no texts;"
                        + " convert the whole CLIP, or join both: clip convert IMAGE_FOLDER --text TEXT_FOLDER";
        };
    }

    /** The tower that the model has not. */
    public Tower tower() {
        return tower;
    }

    @Override
    public Kind kind() {
        return Common.MISSING_TOWER;
    }
}
