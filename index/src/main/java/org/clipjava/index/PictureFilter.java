package org.clipjava.index;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.document.LatLonPoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.WildcardQuery;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;

/**
 * What pictures have to be, beside what they show: all that it asks for must hold. Immutable and thread-safe.
 *
 * {@snippet :
 * PictureFilter filter = PictureFilter.NONE.takenBetween(from, to).pathContains("holidays");
 * }
 */
public final class PictureFilter {
    /** Lets every picture through. */
    public static final PictureFilter NONE = new PictureFilter(List.of());

    private static final double METRES_PER_KM = 1000;

    private final List<Query> needed;
    private final List<Query> refused;

    private PictureFilter(List<Query> needed) {
        this(needed, List.of());
    }

    private PictureFilter(List<Query> needed, List<Query> refused) {
        this.needed = List.copyOf(needed);
        this.refused = List.copyOf(refused);
    }

    private PictureFilter and(Query query) {
        List<Query> more = new ArrayList<>(needed);
        more.add(query);
        return new PictureFilter(more, refused);
    }

    /** Lets through what this does and the other does not. */
    public PictureFilter butNot(PictureFilter other) {
        List<Query> more = new ArrayList<>(refused);
        more.add(other.query());
        return new PictureFilter(needed, more);
    }

    /** Taken on one of these days, by the camera's clock; both ends belong to it. */
    public PictureFilter takenBetween(LocalDate first, LocalDate last) {
        LocalDateTime end = last.plusDays(1).atStartOfDay();
        return and(LongPoint.newRangeQuery(
                Documents.TAKEN, Documents.seconds(first.atStartOfDay()), Documents.seconds(end) - 1));
    }

    /** Taken no further from a place than so many kilometres. */
    public PictureFilter near(Place place, double kilometres) {
        return and(LatLonPoint.newDistanceQuery(
                Documents.PLACE, place.latitude(), place.longitude(), kilometres * METRES_PER_KM));
    }

    /** With so many bytes; both ends belong to it. */
    public PictureFilter bytesBetween(long least, long most) {
        return and(LongPoint.newRangeQuery(Documents.BYTES, least, most));
    }

    /** With so many pixels; both ends belong to it. */
    public PictureFilter pixelsBetween(long least, long most) {
        return and(LongPoint.newRangeQuery(Documents.PIXELS, least, most));
    }

    /**
     * With this in the path, whatever the case; {@code *} and {@code ?} stand for what they do in a shell.
     *
     * @throws IllegalArgumentException if it has so many of these that the search would take too long
     */
    public PictureFilter pathContains(String part) {
        return and(contains(Documents.PATH, part));
    }

    /**
     * With this in the camera's name, whatever the case; {@code *} and {@code ?} as in {@link #pathContains}.
     *
     * @throws IllegalArgumentException as there
     */
    public PictureFilter cameraContains(String part) {
        return and(contains(Documents.CAMERA, part));
    }

    /** With this label, whatever the case. */
    public PictureFilter tagged(String tag) {
        return and(new TermQuery(new Term(Documents.TAG, tag.toLowerCase(Locale.ROOT))));
    }

    private static Query contains(String field, String part) {
        String escaped = part.toLowerCase(Locale.ROOT).replace("\\", "\\\\");
        try {
            return new WildcardQuery(new Term(field, "*" + escaped + "*"));
        } catch (TooComplexToDeterminizeException e) {
            throw new IllegalArgumentException("expected fewer signs * and ?", e);
        }
    }

    /** The same to Lucene; lets no broken picture through. */
    Query query() {
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        all.add(new FieldExistsQuery(Documents.VECTOR), Occur.FILTER);
        needed.forEach(query -> all.add(query, Occur.FILTER));
        refused.forEach(query -> all.add(query, Occur.MUST_NOT));
        return all.build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PictureFilter that && needed.equals(that.needed) && refused.equals(that.refused);
    }

    @Override
    public int hashCode() {
        return 31 * needed.hashCode() + refused.hashCode();
    }

    @Override
    public String toString() {
        return "PictureFilter[" + query() + "]";
    }
}
