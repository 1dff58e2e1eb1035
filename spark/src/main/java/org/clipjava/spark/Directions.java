package org.clipjava.spark;

import java.io.Serializable;
import java.util.List;
import org.clipjava.Embedding;
import org.clipjava.NoDirectionException;

/** Queries as executors get them: names, and directions of length 1. */
final class Directions implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String[] names;
    private final float[][] units;

    private Directions(String[] names, float[][] units) {
        this.names = names;
        this.units = units;
    }

    static Directions of(List<EmbeddingSearch.Query> queries) {
        if (queries.isEmpty()) {
            throw new IllegalArgumentException("expected at least one query, found none");
        }
        String[] names = new String[queries.size()];
        float[][] units = new float[queries.size()][];
        for (int i = 0; i < names.length; i++) {
            EmbeddingSearch.Query query = queries.get(i);
            names[i] = query.name();
            units[i] = unit(query.name(), query.direction().toArray());
            if (units[i].length != units[0].length) {
                throw new IllegalArgumentException("query " + query.name() + ": expected " + units[0].length
                        + " components, as the first has, found " + units[i].length);
            }
        }
        return new Directions(names, units);
    }

    /** The same direction, of length 1; itself, bit for bit, if it has that length but for rounding. */
    static float[] unit(String name, float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        if (Math.abs(squares - 1) < 1e-5) {
            return values;
        }
        try {
            return Embedding.of(values).normalized().toArray();
        } catch (NoDirectionException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    int count() {
        return names.length;
    }

    int dimension() {
        return units[0].length;
    }

    String name(int query) {
        return names[query];
    }

    float[] unit(int query) {
        return units[query];
    }
}
