package org.clipjava.eval.report;

import com.google.gson.JsonElement;

/** A part of a {@link Report}; what it is made of it has computed before. For one thread at a time. */
public interface ReportSection {
    /** Its name in the JSON. */
    String key();

    /** Its heading. */
    String title();

    /** Lines for a terminal, each with its end; empty if there is nothing to say. */
    String text();

    /** Everything in it, for programs. */
    JsonElement json();

    /** Its part of the page below the heading; nothing if the page has no place for it. */
    void html(HtmlWriter page);
}
