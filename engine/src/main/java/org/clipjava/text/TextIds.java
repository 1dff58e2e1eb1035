package org.clipjava.text;

import java.util.Arrays;
import java.util.List;
import org.clipjava.config.AddedToken;

/** The ids of a text on its way: those that begin it, as many of its own as fit, those that end it. */
abstract class TextIds implements AddedTokens.Target {
    private final List<Integer> end;
    private final int room;
    private int[] ids = new int[16];
    private int length;

    /** Has the ids that begin it. */
    TextIds(List<Integer> begin, List<Integer> end, int contextLength) {
        this.end = end;
        this.room = contextLength - end.size();
        begin.forEach(this::add);
    }

    /**
     * Checks that there is room for a token of a text.
     *
     * @throws IllegalArgumentException if no token begins or ends a text, or the context has no room for more than those
     */
    static void requireRoom(List<Integer> begin, List<Integer> end, int contextLength) {
        int ends = begin.size() + end.size();
        if (ends == 0) {
            throw new IllegalArgumentException(
                    "tokenizer: expected tokens that begin or end a text, found none; an empty text would have no token");
        }
        if (contextLength <= ends) {
            throw new IllegalArgumentException("context length: expected more than " + ends
                    + ", for the tokens at the ends, found " + contextLength);
        }
    }

    final void add(int id) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
        }
        ids[length++] = id;
    }

    final int length() {
        return length;
    }

    final int id(int position) {
        return ids[position];
    }

    final void removeFirst() {
        System.arraycopy(ids, 1, ids, 0, --length);
    }

    /** Takes back what came last. */
    final void cut(int length) {
        this.length = Math.min(length, this.length);
    }

    /** Whether the text has more tokens than fit: then what follows can't change the result. */
    @Override
    public final boolean isOver() {
        return length > room;
    }

    @Override
    public void token(AddedToken token) {
        add(token.id());
    }

    /** Whether the ids that end it are there already. */
    boolean isEnded() {
        return false;
    }

    final TokenSequence finish() {
        boolean truncated = isOver();
        cut(room);
        if (!isEnded()) {
            end.forEach(this::add);
        }
        return TokenSequence.of(Arrays.copyOf(ids, length), truncated);
    }
}
