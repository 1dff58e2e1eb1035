package org.clipjava.eval.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What an evaluation found, in sections. Immutable and thread-safe.
 *
 * @param title of the page
 */
public record Report(String title, List<ReportSection> sections) {
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create();

    /** Copies the list. */
    public Report {
        sections = List.copyOf(sections);
    }

    /** The same with one more section at its end. */
    public Report with(ReportSection section) {
        List<ReportSection> more = new ArrayList<>(sections);
        more.add(section);
        return new Report(title, more);
    }

    /** For a terminal. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (ReportSection section : sections) {
            String lines = section.text();
            if (!lines.isEmpty()) {
                text.append(text.isEmpty() ? "" : "\n").append(lines);
            }
        }
        return text.toString();
    }

    /** An object with a member for each section, on several lines. */
    public String json() {
        JsonObject object = new JsonObject();
        for (ReportSection section : sections) {
            object.add(section.key(), section.json());
        }
        return GSON.toJson(object) + "\n";
    }

    /** A page that needs nothing beside itself. */
    public String html() {
        return HtmlPage.of(title, sectionsAsHtml());
    }

    /** The same, and at its end how it came about. */
    public String html(Origin origin) {
        HtmlWriter page = sectionsAsHtml();
        origin.html(page);
        return HtmlPage.of(title, page);
    }

    private HtmlWriter sectionsAsHtml() {
        HtmlWriter page = new HtmlWriter();
        for (ReportSection section : sections) {
            HtmlWriter body = new HtmlWriter();
            section.html(body);
            if (!body.isEmpty()) {
                page.open("section", "id", section.key()).element("h2", section.title());
                page.append(body).close("section");
            }
        }
        return page;
    }
}
