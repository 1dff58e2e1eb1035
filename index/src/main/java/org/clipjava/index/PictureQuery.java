package org.clipjava.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.clipjava.Embedding;

/**
 * What is looked for, as {@link #parse} reads it:
 *
 * <table>
 * <caption>The language</caption>
 * <tr><td>{@code a dog on the beach}</td><td>one term: words belong together</td></tr>
 * <tr><td>{@code dog + beach}</td><td>two terms, of one weight</td></tr>
 * <tr><td>{@code 2:dog + beach}</td><td>the first weighs twice as much</td></tr>
 * <tr><td>{@code beach -dog}, {@code beach -"wet dog"}</td><td>without what shows the word or phrase behind {@code -}</td></tr>
 * <tr><td>{@code "a red car"}</td><td>a term as it is, in no template</td></tr>
 * <tr><td>{@code ./picture.jpg}</td><td>a picture: begins with {@code ./}, {@code ../}, {@code /} or {@code ~/}</td></tr>
 * <tr><td>{@code date:2021..2023}, {@code date:2021-05}</td><td>taken then; either end may be left out</td></tr>
 * <tr><td>{@code near:52.5,13.4,10}</td><td>taken within 10 km of a latitude and longitude</td></tr>
 * <tr><td>{@code size:2mb..}, {@code pixels:1mp..}</td><td>so large a file, so many pixels</td></tr>
 * <tr><td>{@code path:holidays}, {@code camera:nikon}, {@code tag:cat}</td><td>with this in the path or camera's name; with this
 *     label. {@code -path:holidays}: without</td></tr>
 * </table>
 *
 * @param terms what pictures are to show, or not to show; may be none
 * @param filter what they have to be
 */
public record PictureQuery(List<Term> terms, PictureFilter filter) {
    /** Copies the terms. */
    public PictureQuery {
        terms = List.copyOf(terms);
        Objects.requireNonNull(filter);
    }

    /**
     * Reads a query.
     *
     * @throws IndexException if it does not follow the language, or asks for nothing; the message quotes the place
     */
    public static PictureQuery parse(String query) throws IndexException {
        return new QueryParser(query).parse();
    }

    /** The same with one more term. */
    public PictureQuery with(Term term) {
        List<Term> more = new ArrayList<>(terms);
        more.add(term);
        return new PictureQuery(more, filter);
    }

    /** A part of what is looked for. */
    public sealed interface Term {
        /** Whether what shows it is left out. */
        boolean negative();

        /** Against those of other terms; above 0. */
        double weight();

        /**
         * Words.
         *
         * @param literal whether they go into no template
         */
        record Words(String text, boolean literal, boolean negative, double weight) implements Term {}

        /** A picture's file, as it was named. */
        record PictureFile(String name, boolean negative, double weight) implements Term {}

        /** A picture of the index, which is not found itself. */
        record IndexedPicture(String id, boolean negative, double weight) implements Term {}

        /** A picture that is encoded already. */
        record EncodedPicture(Embedding embedding, boolean negative, double weight) implements Term {}
    }
}
