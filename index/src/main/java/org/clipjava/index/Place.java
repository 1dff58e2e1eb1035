package org.clipjava.index;

/**
 * A point on the earth.
 *
 * @param latitude degrees, -90 to 90, north is positive
 * @param longitude degrees, -180 to 180, east is positive
 */
public record Place(double latitude, double longitude) {
    private static final double NORTH = 90;
    private static final double EAST = 180;

    /** Checks both. */
    public Place {
        if (!(Math.abs(latitude) <= NORTH) || !(Math.abs(longitude) <= EAST)) {
            throw new IllegalArgumentException("expected a latitude of -90 to 90 and a longitude of -180 to 180, found "
                    + latitude + "," + longitude);
        }
    }
}
