package org.clipjava.eval.locate;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clipjava.locate.Box;

/**
 * A picture and what is known to be where in it. Immutable.
 *
 * @param mask a PNG of the picture's size, in grey or with a palette, each pixel the number of its category; 255, if it is no
 *     category's, is left out; empty: the boxes say it
 */
public record LocatedPicture(Path file, List<Thing> things, Optional<Path> mask) {
    /** Copies the list. */
    public LocatedPicture {
        things = List.copyOf(things);
    }

    /**
     * A thing in a picture.
     *
     * @param label the index of its label
     */
    public record Thing(int label, Box box) {}
}
