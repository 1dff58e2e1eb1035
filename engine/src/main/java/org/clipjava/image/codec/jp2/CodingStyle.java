package org.clipjava.image.codec.jp2;

import java.util.ArrayList;
import java.util.List;
import org.clipjava.image.codec.CodecException;

/**
 * How a tile is coded: what COD, COC, QCD, QCC, RGN and POC say (T.800, A.6). The main header's holds for all tiles, until the header of
 * a tile-part says otherwise for its own. As in OpenJPEG, what is read later replaces what was read before.
 */
final class CodingStyle {
    private static final int PRECINCTS = 1;
    private static final int SOP = 2;
    private static final int EPH = 4;
    private static final int PROGRESSIONS = 5;
    private static final int MOST_CHANGES = 32;

    private final ComponentStyle[] components;
    private int progression;
    private int layers;
    private boolean multipleComponentTransform;
    private boolean sopMarkers;
    private boolean ephMarkers;
    private final List<Volume> changes;

    /**
     * Packets in one order (A.6.6): those of the resolutions, components and layers below these that were not there before.
     *
     * @param progression 0 to 4; others have no packets
     */
    record Volume(
            int progression, int firstResolution, int firstComponent, int layers, int resolutions, int components) {}

    CodingStyle(int componentCount) {
        components = new ComponentStyle[componentCount];
        for (int c = 0; c < componentCount; c++) {
            components[c] = new ComponentStyle();
        }
        changes = new ArrayList<>();
    }

    CodingStyle(CodingStyle other) {
        components = new ComponentStyle[other.components.length];
        for (int c = 0; c < components.length; c++) {
            components[c] = new ComponentStyle(other.components[c]);
        }
        progression = other.progression;
        layers = other.layers;
        multipleComponentTransform = other.multipleComponentTransform;
        sopMarkers = other.sopMarkers;
        ephMarkers = other.ephMarkers;
        changes = new ArrayList<>(other.changes);
    }

    ComponentStyle component(int c) {
        return components[c];
    }

    boolean multipleComponentTransform() {
        return multipleComponentTransform;
    }

    boolean sopMarkers() {
        return sopMarkers;
    }

    boolean ephMarkers() {
        return ephMarkers;
    }

    /** In the order in which packets come. */
    List<Volume> volumes() {
        if (!changes.isEmpty()) {
            return changes;
        }
        return List.of(new Volume(progression, 0, 0, layers, ComponentStyle.MOST_RESOLUTIONS, components.length));
    }

    /** Whether a marker's segment tells any of this. */
    static boolean tells(int marker) {
        return switch (marker) {
            case Markers.COD, Markers.COC, Markers.QCD, Markers.QCC, Markers.RGN, Markers.POC -> true;
            default -> false;
        };
    }

    /**
     * Reads a marker segment, without its length.
     *
     * @return false if the marker is none of these
     */
    boolean read(int marker, ByteInput in) throws CodecException {
        if (!tells(marker)) {
            return false;
        }
        switch (marker) {
            case Markers.COD -> readDefaults(in);
            case Markers.COC -> readComponent(in);
            case Markers.QCD -> readQuantization(in);
            case Markers.QCC -> component(in, marker).readQuantization(in);
            case Markers.RGN -> readRegion(in);
            default -> readChanges(in);
        }
        if (in.left() > 0) {
            throw Damage.corrupt(Markers.name(marker) + ": " + in.left() + " bytes too many");
        }
        return true;
    }

    private ComponentStyle component(ByteInput in, int marker) throws CodecException {
        int c = in.u8();
        if (c >= components.length) {
            throw Damage.corrupt(
                    Markers.name(marker) + ": expected one of " + components.length + " components, found " + c);
        }
        return components[c];
    }

    private void readDefaults(ByteInput in) throws CodecException {
        int style = in.u8();
        progression = in.u8();
        layers = in.u16();
        int transform = in.u8();
        if (style > (PRECINCTS | SOP | EPH) || progression >= PROGRESSIONS || layers == 0 || transform > 1) {
            throw Damage.corrupt("COD: expected a known style, progression and transform, found " + style + ", "
                    + progression + ", " + transform + " and " + layers + " layers");
        }
        sopMarkers = (style & SOP) != 0;
        ephMarkers = (style & EPH) != 0;
        multipleComponentTransform = transform == 1;
        components[0].readCoding(in, (style & PRECINCTS) != 0);
        for (int c = 1; c < components.length; c++) {
            components[c].takeCoding(components[0]);
        }
    }

    private void readComponent(ByteInput in) throws CodecException {
        ComponentStyle component = component(in, Markers.COC);
        component.readCoding(in, (in.u8() & PRECINCTS) != 0);
    }

    private void readQuantization(ByteInput in) throws CodecException {
        components[0].readQuantization(in);
        for (int c = 1; c < components.length; c++) {
            components[c].takeQuantization(components[0]);
        }
    }

    private void readRegion(ByteInput in) throws CodecException {
        ComponentStyle component = component(in, Markers.RGN);
        in.skip(1);
        component.setRegionShift(in.u8());
    }

    private void readChanges(ByteInput in) throws CodecException {
        if (in.left() == 0) {
            throw Damage.corrupt("POC: expected changes of the progression, found none");
        }
        while (in.left() > 0) {
            int firstResolution = in.u8();
            int firstComponent = in.u8();
            int layerEnd = Math.min(in.u16(), layers);
            int resolutionEnd = in.u8();
            int componentEnd = Math.min(in.u8(), components.length);
            int order = in.u8();
            changes.add(new Volume(order, firstResolution, firstComponent, layerEnd, resolutionEnd, componentEnd));
        }
        if (changes.size() >= MOST_CHANGES) {
            throw Damage.corrupt("POC: expected fewer than " + MOST_CHANGES + " changes, found " + changes.size());
        }
    }
}
