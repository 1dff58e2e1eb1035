package org.clipjava.image;

/** Where a crop out of the middle begins if as many pixels can't be left over on both sides. */
public enum CropRounding {
    /** Half a pixel is left out, as Hugging Face's image processors do: of 3 left over, 1 is before the crop. */
    FLOOR,
    /** Half a pixel goes to the even number, as torchvision does for OpenAI and OpenCLIP: of 3 left over, 2 are before the crop. */
    HALF_EVEN;

    /**
     * First row or column of the crop.
     *
     * @param size of the picture, in pixels
     * @param crop of the crop, in pixels
     * @return below zero where the picture is the smaller one
     */
    long start(long size, long crop) {
        return switch (this) {
            case FLOOR -> Math.floorDiv(size - crop, 2L);
            // torchvision pads a smaller picture first, and rounds that down
            case HALF_EVEN -> size < crop ? -((crop - size) / 2) : (long) Math.rint((size - crop) / 2.0);
        };
    }
}
