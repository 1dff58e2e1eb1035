package org.clipjava.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.clipjava.cli.report.BenchWriter.Measurement;
import org.clipjava.measure.Sample;
import org.junit.jupiter.api.Test;

class BenchWriterTest {
    private static final Measurement EIGHT = new Measurement("image", 2, 8, Sample.of(.4, .41, .42, .44, .45, .46));
    private static final Measurement ONE = new Measurement("decode", 1, 1, Sample.of(0.00123));

    @Test
    void writesATableForPeople() throws Exception {
        assertEquals("""
                - weight type: f16
                - picture: a,\\u0007b.jpg

                | what       | threads | at once | median, ms |       95 % interval |  a second |
                |------------|--------:|--------:|-----------:|--------------------:|----------:|
                | image      |       2 |       8 |        430 |          400 to 460 |      18.6 |
                | decode     |       1 |       1 |       1.23 |                   - |       813 |
                """, written(BenchWriter.Format.MD));
    }

    @Test
    void writesRowsThatCarryTheirEnvironment() throws Exception {
        assertEquals("""
                what,threads,items,repetitions,median_ms,low_ms,high_ms,items_per_second,weight_type,picture
                image,2,8,6,430.0,400.0,460.0,18.6046511627907,f16,"a,\u0007b.jpg"
                decode,1,1,1,1.23,,,813.0081300813008,f16,"a,\u0007b.jpg"
                """, written(BenchWriter.Format.CSV));
    }

    @Test
    void writesOneObject() throws Exception {
        JsonObject json =
                JsonParser.parseString(written(BenchWriter.Format.JSON)).getAsJsonObject();
        assertEquals(
                "f16", json.getAsJsonObject("environment").get("weight_type").getAsString());
        assertEquals(2, json.getAsJsonArray("measurements").size());
        JsonObject first = json.getAsJsonArray("measurements").get(0).getAsJsonObject();
        assertEquals(430, first.get("median_ms").getAsDouble());
        assertEquals(400, first.get("low_ms").getAsDouble());
    }

    @Test
    void writesAnObjectALineWithItsEnvironment() throws Exception {
        String[] lines = written(BenchWriter.Format.JSONL).split("\n", -1);
        assertEquals(3, lines.length);
        JsonObject second = JsonParser.parseString(lines[1]).getAsJsonObject();
        assertEquals("decode", second.get("what").getAsString());
        assertEquals("f16", second.get("weight_type").getAsString());
        assertEquals(false, second.has("low_ms"), "one repetition has no interval");
    }

    private static String written(BenchWriter.Format format) throws IOException {
        StringWriter out = new StringWriter();
        BenchWriter writer = format.to(out);
        SequencedMap<String, String> facts = new LinkedHashMap<>(Map.of("weight_type", "f16"));
        facts.put("picture", "a,\u0007b.jpg");
        writer.begin(new BenchEnvironment(facts));
        writer.measured(EIGHT);
        writer.measured(ONE);
        writer.end();
        return out.toString();
    }
}
