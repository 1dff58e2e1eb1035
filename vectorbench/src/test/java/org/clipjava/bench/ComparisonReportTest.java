package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.clipjava.bench.Comparison.Run;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {
    private static final Environment IDLE = environment(0.05);

    @Test
    void writesALineUnderItsHeader() {
        String expected = """
                threads  case             ours, ms (quartiles)     theirs, ms (quartiles)  theirs/ours (95 % CI)  peak % theirs  rounds  difference
                2        image1          80.00 (80.00 to 80.00)   100.00 (100.00 to 100.00)  1.250 (1.250 to 1.250)   50.0   40.0       8  5.0e-06
                         8.000 GFLOP needed, peak 200.0 GFLOP/s; a note
                """;
        String line = ComparisonReport.line(comparison(8, OptionalDouble.of(0.01), "a note"));
        assertEquals(collapsed(expected), collapsed(ComparisonReport.HEADER + "\n" + line + "\n"));
    }

    @Test
    void saysThatRoundsAreTooFewForAnInterval() {
        String line = ComparisonReport.line(comparison(3, OptionalDouble.empty(), ""));
        assertTrue(line.contains("1.250 (too few rounds)"), line);
    }

    @Test
    void warnsWhereOtherProgramsWereBusy() {
        String line = ComparisonReport.line(comparison(8, OptionalDouble.of(0.75), ""));
        assertTrue(line.endsWith("WARNING: other programs kept 0.75 processors busy meanwhile"), line);
    }

    @Test
    void warnsOfABusyMachineInTheHeading() {
        assertFalse(ComparisonReport.heading(IDLE, "m", "k", "p").contains("WARNING"));
        assertTrue(ComparisonReport.heading(environment(1.5), "m", "k", "p").contains("WARNING: the machine is busy"));
    }

    @Test
    void namesWhereItWasMeasured() {
        String heading = ComparisonReport.heading(IDLE, "model.safetensors, f32", "vector, 512 bits", "ONNX Runtime 1");
        assertEquals("""
                2026-11-24T01:02:03Z, commit abc
                a processor, 2 processors, a system
                a JVM, vectors of 512 bits
                load average at the start 1.50
                ours: vector, 512 bits; model.safetensors, f32
                theirs: ONNX Runtime 1
                """, heading);
    }

    @Test
    void writesTheSameAsJson() {
        Run run = new Run(IDLE, "m", "k", "p", List.of(comparison(8, OptionalDouble.of(0.5), "a note")));
        JsonObject json = JsonParser.parseString(ComparisonReport.toJson(run)).getAsJsonObject();
        assertEquals("abc", json.getAsJsonObject("environment").get("commit").getAsString());
        JsonObject line = json.getAsJsonArray("cases").get(0).getAsJsonObject();
        assertEquals("image1", line.get("case").getAsString());
        assertEquals(1.25, line.get("ratio").getAsDouble(), 1e-12);
        assertEquals(1.25, line.get("ratio_ci95_low").getAsDouble(), 1e-12);
        assertEquals(8, line.get("rounds").getAsInt());
        assertEquals(0.5, line.get("processors_busy_with_others").getAsDouble());
        JsonObject ours = line.getAsJsonObject("ours");
        assertEquals(0.08, ours.get("median_seconds").getAsDouble(), 1e-12);
        assertEquals(50, ours.get("percent_of_peak").getAsDouble(), 1e-9);
        assertEquals(8, ours.getAsJsonArray("seconds").size());
    }

    private static String collapsed(String text) {
        return text.replaceAll(" +", " ");
    }

    private static Environment environment(double others) {
        return new Environment(
                Instant.parse("2026-11-24T01:02:03Z"),
                "a processor",
                2,
                "a system",
                "a JVM",
                512,
                "abc",
                1.5,
                OptionalDouble.of(others));
    }

    @Test
    void showsWhatNarrowNumbersCostBoth() {
        Comparison wide = comparison(8, OptionalDouble.empty(), "");
        Comparison narrow = new Comparison(
                wide.workload(),
                wide.threads(),
                wide.note(),
                wide.agreement(),
                Optional.of(new Accuracy(0.99987, 0.99981)),
                wide.times(),
                wide.neededFlops(),
                wide.peakFlops(),
                wide.others(),
                Optional.of(new Comparison.Load(1, OptionalDouble.of(0.75))));
        assertFalse(ComparisonReport.line(wide).contains("cosine"));
        assertTrue(ComparisonReport.line(narrow)
                .endsWith("least cosine to f32: ours 0.999870, theirs 0.999810"
                        + System.lineSeparator()
                        + "         beside another program of 1 busy threads, which had 0.75 processors"));
    }

    private static Comparison comparison(int rounds, OptionalDouble others, String note) {
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        java.util.Arrays.fill(ours, 0.08);
        java.util.Arrays.fill(theirs, 0.1);
        return new Comparison(
                new Workload.Images(1),
                2,
                note,
                new Agreement(5e-6, 0, 0),
                Optional.empty(),
                new Paired(ours, theirs),
                8e9,
                200e9,
                others,
                Optional.empty());
    }
}
