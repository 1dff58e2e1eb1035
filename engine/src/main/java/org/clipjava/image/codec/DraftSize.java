package org.clipjava.image.codec;

/**
 * What a picture may be decoded smaller for: neither of its sides becomes shorter than this.
 *
 * @param width of the upright picture, at least 1
 * @param height of the upright picture, at least 1
 */
public record DraftSize(int width, int height) {
    /** The same for the picture as it is stored. */
    public DraftSize stored(Orientation orientation) {
        return orientation.swapsAxes() ? new DraftSize(/* width= */ height, /* height= */ width) : this;
    }
}
