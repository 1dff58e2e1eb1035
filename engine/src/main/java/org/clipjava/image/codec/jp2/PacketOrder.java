package org.clipjava.image.codec.jp2;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.clipjava.image.codec.CodecException;

/** The order of a tile's packets (T.800, B.12). */
final class PacketOrder {
    /** Takes the packets in their order. */
    interface Visitor {
        /**
         * The next packet of a precinct.
         *
         * @return false if no further ones are wanted
         */
        boolean packet(Resolution resolution, int precinct, int layer) throws CodecException;
    }

    private final List<TileComponent> components;
    private final Visitor visitor;

    PacketOrder(List<TileComponent> components, Visitor visitor) {
        this.components = components;
        this.visitor = visitor;
    }

    /** Visits the packets of one volume that were not visited before; returns false if no further ones are wanted. */
    boolean visit(CodingStyle.Volume volume) throws CodecException {
        return switch (volume.progression()) {
            case 0 -> byLayer(volume);
            case 1 -> byResolutionAndLayer(volume);
            case 2 -> byResolutionAndPosition(volume);
            case 3 -> byPosition(resolutions(volume), volume.layers());
            case 4 -> byComponent(volume);
            default -> true;
        };
    }

    private static List<Resolution> resolutions(TileComponent component, CodingStyle.Volume volume) {
        List<Resolution> all = component.resolutions();
        int end = Math.min(volume.resolutions(), all.size());
        return volume.firstResolution() < end ? all.subList(volume.firstResolution(), end) : List.of();
    }

    private List<TileComponent> components(CodingStyle.Volume volume) {
        return volume.firstComponent() < volume.components()
                ? components.subList(volume.firstComponent(), volume.components())
                : List.of();
    }

    private List<Resolution> resolutions(CodingStyle.Volume volume) {
        List<Resolution> all = new ArrayList<>();
        for (TileComponent component : components(volume)) {
            all.addAll(resolutions(component, volume));
        }
        return all;
    }

    /** The resolutions of one size, one of each component that has it, and samples in it. */
    private List<Resolution> resolutions(CodingStyle.Volume volume, int r) {
        List<Resolution> all = new ArrayList<>();
        for (TileComponent component : components(volume)) {
            if (r < component.resolutions().size()
                    && component.resolutions().get(r).precinctCount() > 0) {
                all.add(component.resolutions().get(r));
            }
        }
        return all;
    }

    private List<List<Resolution>> bySize(CodingStyle.Volume volume) {
        List<List<Resolution>> all = new ArrayList<>();
        int end = Math.min(volume.resolutions(), ComponentStyle.MOST_RESOLUTIONS);
        for (int r = volume.firstResolution(); r < end; r++) {
            List<Resolution> size = resolutions(volume, r);
            if (!size.isEmpty()) {
                all.add(size);
            }
        }
        return all;
    }

    private boolean byLayer(CodingStyle.Volume volume) throws CodecException {
        List<List<Resolution>> sizes = bySize(volume);
        for (int layer = 0; layer < volume.layers() && !sizes.isEmpty(); layer++) {
            for (List<Resolution> size : sizes) {
                if (!allPrecincts(size, layer)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean byResolutionAndLayer(CodingStyle.Volume volume) throws CodecException {
        for (List<Resolution> size : bySize(volume)) {
            for (int layer = 0; layer < volume.layers(); layer++) {
                if (!allPrecincts(size, layer)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean allPrecincts(List<Resolution> resolutions, int layer) throws CodecException {
        for (Resolution resolution : resolutions) {
            int count = resolution.across() * resolution.down();
            for (int precinct = 0; precinct < count; precinct++) {
                if (!visit(resolution, precinct, layer)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean visit(Resolution resolution, int precinct, int layer) throws CodecException {
        if (layer < resolution.layersRead(precinct)) {
            return true;
        }
        boolean goesOn = visitor.packet(resolution, precinct, layer);
        resolution.layerWasRead(precinct);
        return goesOn;
    }

    private boolean byResolutionAndPosition(CodingStyle.Volume volume) throws CodecException {
        for (List<Resolution> size : bySize(volume)) {
            if (!byPosition(size, volume.layers())) {
                return false;
            }
        }
        return true;
    }

    private boolean byComponent(CodingStyle.Volume volume) throws CodecException {
        for (TileComponent component : components(volume)) {
            if (!byPosition(resolutions(component, volume), volume.layers())) {
                return false;
            }
        }
        return true;
    }

    /** Rows of precincts from the top, in each the precincts from the left; those of one place in the order of the list. */
    private boolean byPosition(List<Resolution> resolutions, int layers) throws CodecException {
        int[] rows = new int[resolutions.size()];
        IntToLongFunction place = i -> resolutions.get(i).gridRow(rows[i]);
        long y = first(rows.length, place);
        while (y < Resolution.BEHIND_ALL && layers > 0) {
            List<Resolution> there = new ArrayList<>();
            List<Integer> firsts = new ArrayList<>();
            for (int i = 0; i < rows.length; i++) {
                if (place.applyAsLong(i) == y) {
                    Resolution resolution = resolutions.get(i);
                    there.add(resolution);
                    firsts.add(rows[i]++ * resolution.across());
                }
            }
            if (!alongRow(there, firsts, layers)) {
                return false;
            }
            y = first(rows.length, place);
        }
        return true;
    }

    private boolean alongRow(List<Resolution> resolutions, List<Integer> firsts, int layers) throws CodecException {
        int[] columns = new int[resolutions.size()];
        IntToLongFunction place = i -> resolutions.get(i).gridColumn(columns[i]);
        long x = first(columns.length, place);
        while (x < Resolution.BEHIND_ALL) {
            for (int i = 0; i < columns.length; i++) {
                if (place.applyAsLong(i) == x) {
                    int precinct = firsts.get(i) + columns[i]++;
                    for (int layer = 0; layer < layers; layer++) {
                        if (!visit(resolutions.get(i), precinct, layer)) {
                            return false;
                        }
                    }
                }
            }
            x = first(columns.length, place);
        }
        return true;
    }

    private static long first(int count, IntToLongFunction place) {
        long first = Resolution.BEHIND_ALL;
        for (int i = 0; i < count; i++) {
            first = Math.min(first, place.applyAsLong(i));
        }
        return first;
    }
}
