package org.clipjava.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.clipjava.Classification.Score;
import org.clipjava.cli.output.StandardOutput;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.ClassificationWriter.Look;
import org.junit.jupiter.api.Test;

class ClassificationWriterTest {
    private static final List<Score> SCORES =
            List.of(new Score("tabby, \"cat\"", 0.9f, 25.1f, 0.251f), new Score("Hund ☕", 1e-7f, -0.5f, -0.005f));

    @Test
    void writesALineOfJsonForEachPicture() throws IOException {
        List<String> lines = write(ClassificationWriter.Format.JSONL).lines().toList();

        assertEquals(3, lines.size());
        assertEquals(
                "{\"image\":\"a.png\",\"scores\":["
                        + "{\"label\":\"tabby, \\\"cat\\\"\",\"score\":0.9,\"logit\":25.1,\"cosine\":0.251},"
                        + "{\"label\":\"Hund ☕\",\"score\":1.0E-7,\"logit\":-0.5,\"cosine\":-0.005}]}",
                lines.get(0));
        assertEquals("{\"image\":\"b.png\",\"error\":\"truncated\"}", lines.get(1));
    }

    @Test
    void numbersReadBackToTheSameFloat() throws IOException {
        JsonObject first = JsonParser.parseString(write(ClassificationWriter.Format.JSONL)
                        .lines()
                        .findFirst()
                        .orElseThrow())
                .getAsJsonObject();
        JsonObject last = first.getAsJsonArray("scores").get(1).getAsJsonObject();
        assertEquals(1e-7f, last.get("score").getAsFloat());
        assertEquals(-0.005f, last.get("cosine").getAsFloat());
    }

    @Test
    void writesOneArray() throws IOException {
        JsonArray array =
                JsonParser.parseString(write(ClassificationWriter.Format.JSON)).getAsJsonArray();
        assertEquals(3, array.size());
        assertEquals("truncated", array.get(1).getAsJsonObject().get("error").getAsString());
    }

    @Test
    void writesAnEmptyArrayForNoPictures() throws IOException {
        StringWriter out = new StringWriter();
        ClassificationWriter.Format.JSON.to(out).end();
        assertEquals("[]\n", out.toString());
    }

    @Test
    void writesRowsThatQuoteWhatNeedsIt() throws IOException {
        assertEquals("""
            image,label,score,logit,cosine
            a.png,"tabby, ""cat""\",0.9,25.1,0.251
            a.png,Hund ☕,1.0E-7,-0.5,-0.005
            "c
            d.png",x,1.0,1.0,1.0
            """, write(ClassificationWriter.Format.CSV));
    }

    @Test
    void alignsColumnsForPeople() throws IOException {
        assertEquals("""
            a.png
               90.00 %  tabby, "cat"  logit  25.1000  cosine  0.2510
                0.00 %  Hund ☕       logit  -0.5000  cosine -0.0050
            c d.png
              100.00 %  x  logit   1.0000  cosine  1.0000
            """, write(ClassificationWriter.Format.TABLE));
    }

    /** A terminal gives two places to each of these characters, and none to the accent. */
    @Test
    void alignsLabelsOfAllScripts() throws IOException {
        StringWriter out = new StringWriter();
        ClassificationWriter.Format.TABLE
                .to(out)
                .scored(
                        "a.png",
                        List.of(
                                new Score("猫", 1, 1, 1),
                                new Score("cafe\u0301", 0, 1, 1),
                                new Score("x".repeat(99), 0, 1, 1)));
        List<String> lines = out.toString().lines().toList();
        assertEquals("  100.00 %  猫" + " ".repeat(58) + "  logit   1.0000  cosine  1.0000", lines.get(1));
        assertEquals("    0.00 %  cafe\u0301" + " ".repeat(56) + "  logit   1.0000  cosine  1.0000", lines.get(2));
        assertEquals("    0.00 %  " + "x".repeat(99) + "  logit   1.0000  cosine  1.0000", lines.get(3));
    }

    @Test
    void showsOneLabelInOneLineWithItsPicture() throws IOException {
        StringWriter out = new StringWriter();
        ClassificationWriter writer = ClassificationWriter.Format.TABLE.to(
                out, new Look(true, ScoreKind.SOFTMAX, List.of("cat", "a turtle")));
        writer.scored("a b.png", List.of(new Score("cat", 0.5f, 1, 1)), ClassificationWriter.Verdict.KNOWN);
        writer.scored("c.png", List.of(new Score("cat", 0.5f, 1, 1)), ClassificationWriter.Verdict.UNKNOWN);
        writer.scored("d.png", List.of(), ClassificationWriter.Verdict.UNKNOWN);
        assertEquals("""
               50.00 %  cat       a b.png
               50.00 %  unknown   c.png
                        unknown   d.png
            """, out.toString());
    }

    @Test
    void showsCosinesAsTheyAre() throws IOException {
        StringWriter out = new StringWriter();
        ClassificationWriter writer =
                ClassificationWriter.Format.TABLE.to(out, new Look(false, ScoreKind.COSINE, List.of()));
        writer.scored("a.png", List.of(new Score("cat", 0.25f, 25, 0.25f)));
        assertEquals("a.png\n   0.2500  cat  logit  25.0000  cosine  0.2500\n", out.toString());
    }

    @Test
    void saysWhatIsUnknownWhereItIsAsked() throws IOException {
        assertEquals(
                "{\"image\":\"a.png\",\"unknown\":true,\"scores\":["
                        + "{\"label\":\"x\",\"score\":1.0,\"logit\":1.0,\"cosine\":1.0}]}\n"
                        + "{\"image\":\"b.png\",\"unknown\":false,\"scores\":["
                        + "{\"label\":\"x\",\"score\":1.0,\"logit\":1.0,\"cosine\":1.0}]}\n",
                asked(ClassificationWriter.Format.JSONL));
        assertEquals("""
            image,label,score,logit,cosine,unknown
            a.png,x,1.0,1.0,1.0,true
            b.png,x,1.0,1.0,1.0,false
            """, asked(ClassificationWriter.Format.CSV));
        assertEquals("""
            a.png
              unknown: none of the labels; the nearest:
              100.00 %  x  logit   1.0000  cosine  1.0000
            b.png
              100.00 %  x  logit   1.0000  cosine  1.0000
            """, asked(ClassificationWriter.Format.TABLE));
        assertEquals(
                2,
                JsonParser.parseString(asked(ClassificationWriter.Format.JSON))
                        .getAsJsonArray()
                        .size());
    }

    private static String asked(ClassificationWriter.Format format) throws IOException {
        StringWriter out = new StringWriter();
        ClassificationWriter writer = format.to(out, new Look(true, ScoreKind.SOFTMAX, List.of()));
        writer.scored("a.png", List.of(new Score("x", 1, 1, 1)), ClassificationWriter.Verdict.UNKNOWN);
        writer.scored("b.png", List.of(new Score("x", 1, 1, 1)), ClassificationWriter.Verdict.KNOWN);
        writer.end();
        return out.toString();
    }

    @Test
    void keepsControlCharactersFromTheTerminal() throws IOException {
        StringWriter out = new StringWriter();
        ClassificationWriter.Format.TABLE.to(out).scored("\u001b[2Jx", List.of(new Score("\u0007y", 1, 1, 1)));
        assertEquals(-1, out.toString().indexOf('\u001b'));
        assertEquals(-1, out.toString().indexOf('\u0007'));
    }

    private static String write(ClassificationWriter.Format format) throws IOException {
        StringWriter out = new StringWriter();
        ClassificationWriter writer = format.to(out);
        writer.scored("a.png", SCORES);
        writer.failed("b.png", "truncated");
        writer.scored("c\nd.png", List.of(new Score("x", 1, 1, 1)));
        writer.end();
        return out.toString();
    }

    @Test
    void theBestLabelStandsOutOnATerminal() throws IOException {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        StandardOutput terminal = StandardOutput.ofTerminal(shown);
        Writer out = Terminal.writer(terminal);
        ClassificationWriter writer = ClassificationWriter.Format.TABLE.to(
                out, new Look(false, ScoreKind.SOFTMAX, List.of("a\u001b[31mcat"), Optional.of(terminal)));
        writer.scored("x.png", List.of(new Score("a\u001b[31mcat", 0.5f, 0.25f, 1f)));
        writer.end();
        assertEquals("   50.00 %  \u001b[1ma\\u001b[31mcat\u001b[0m  x.png\n", shown.toString(StandardCharsets.UTF_8));
    }
}
