package org.clipjava.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clipjava.index.IndexedPicture;
import org.clipjava.index.PictureIndex;
import org.clipjava.io.Shown;

/** Pictures of an index as one HTML page that needs nothing else: thumbnails are in it, and a click opens the file. */
public final class Gallery {
    private static final String STYLE = """
            :root{color-scheme:light dark;--line:#8884;--soft:#8882}
            body{font:15px/1.4 system-ui,sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem}
            h1{font-size:1.4rem;margin:0 0 .2rem} h2{font-size:1rem;margin:2rem 0 .6rem;border-top:1px solid var(--line);padding-top:1rem}
            p.note{opacity:.7;margin:0 0 1.5rem}
            ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:1rem;list-style:none;margin:0;padding:0}
            li{border:1px solid var(--line);border-radius:.5rem;overflow:hidden}
            a{color:inherit;text-decoration:none;display:block} a:focus-visible{outline:3px solid #47f}
            .frame{background:var(--soft);height:11rem;display:flex;align-items:center;justify-content:center}
            img{max-width:100%;max-height:11rem}
            .text{padding:.5rem .6rem .6rem} .name{overflow-wrap:anywhere} .more{opacity:.7;font-size:.85rem}
            """;

    private final String title;
    private final String note;
    private final StringBuilder body = new StringBuilder();

    /** An empty page. */
    public Gallery(String title, String note) {
        this.title = title;
        this.note = note;
    }

    /** A picture of the page, and what is said of it. */
    public record Entry(IndexedPicture picture, String remark) {}

    /** Pictures that belong together; the heading may be empty. */
    public void add(String heading, List<Entry> entries, PictureIndex index) throws IOException {
        if (!heading.isEmpty()) {
            body.append("<h2>").append(escaped(heading)).append("</h2>\n");
        }
        body.append("<ul>\n");
        for (Entry entry : entries) {
            IndexedPicture picture = entry.picture();
            Optional<byte[]> thumbnail = index.thumbnail(picture.id());
            String name = Optional.ofNullable(picture.stamp().file().getFileName())
                    .orElseThrow()
                    .toString();
            body.append("<li><a href=\"")
                    .append(escaped(picture.stamp().file().toUri().toASCIIString()))
                    .append("\" title=\"")
                    .append(escaped(picture.stamp().file().toString()))
                    .append("\"><div class=\"frame\">");
            thumbnail.ifPresent(jpeg -> body.append("<img loading=\"lazy\" alt=\"")
                    .append(escaped(name))
                    .append("\" src=\"data:image/jpeg;base64,")
                    .append(Base64.getEncoder().encodeToString(jpeg))
                    .append("\">"));
            body.append("</div><div class=\"text\"><div class=\"name\">")
                    .append(escaped(name))
                    .append("</div><div class=\"more\">")
                    .append(escaped(line(picture, entry.remark())))
                    .append("</div></div></a></li>\n");
        }
        body.append("</ul>\n");
    }

    private static String line(IndexedPicture picture, String remark) {
        List<String> parts = new ArrayList<>();
        if (!remark.isEmpty()) {
            parts.add(remark);
        }
        parts.add(picture.width() + " x " + picture.height());
        parts.add(String.format(Locale.ROOT, "%,d kB", (picture.stamp().bytes() + 999) / 1000));
        picture.shot().taken().ifPresent(taken -> parts.add(taken.toLocalDate().toString()));
        return String.join(" · ", parts);
    }

    /** The page. */
    public String toHtml() {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>" + escaped(title)
                + "</title>\n<style>\n" + STYLE + "</style>\n</head>\n<body>\n<h1>" + escaped(title)
                + "</h1>\n<p class=\"note\">" + escaped(note) + "</p>\n" + body + "</body>\n</html>\n";
    }

    private static String escaped(String text) {
        return Shown.escaped(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
