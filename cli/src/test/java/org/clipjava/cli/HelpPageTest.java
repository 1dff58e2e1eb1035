package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpPageTest {
    private static final List<String> RARE = List.of("--backend", "--kernels", "--allow-nonfinite");

    @Test
    void wrapsBetweenWords() {
        assertEquals("one two\n  three\n  four", HelpPage.wrap("one two three four", 8, 2));
        assertEquals("a\n  much-too-long:word\n  b", HelpPage.wrap("a much-too-long:word b", 8, 2));
        assertEquals("much-too-long:word", HelpPage.wrap("much-too-long:word", 8, 2));
        assertEquals("12345678", HelpPage.wrap("12345678", 8, 2));
        assertEquals("1234567\n9", HelpPage.wrap("1234567 9", 8, 0));
    }

    @ParameterizedTest
    @MethodSource("org.clipjava.cli.MainTest#commands")
    void isAsWideAsTheTerminalWithWordsWhole(String command) {
        Set<String> words = Set.of(distinct(help(command, "120")));
        for (String columns : List.of("80", "93", "100")) {
            String help = help(command, columns);
            assertEquals(words, Set.of(distinct(help)), columns);
            assertTrue(help.startsWith("Usage: clip " + command + " ") && help.endsWith("\n"), help);
            help.lines().forEach(line -> assertTrue(line.length() <= Integer.parseInt(columns), line));
        }
    }

    private static String[] distinct(String help) {
        return Arrays.stream(help.split("\\s+")).distinct().toArray(String[]::new);
    }

    @Test
    void has80ColumnsWhereNobodyKnowsBetter() {
        assertEquals(help("classify", "80"), help("classify", ""));
        assertEquals(help("classify", "80"), help("classify", "wide"));
        assertEquals(help("classify", "120"), help("classify", "500"));
        assertEquals(help("classify", "40"), help("classify", "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"classify", "embed image", "eval", "verify", "bench", "convert"})
    void endsWithWhatFewNeed(String command) {
        List<String> options = options(help(command, "80"));

        assertEquals(RARE, options.subList(options.size() - RARE.size(), options.size()));
        assertTrue(options.indexOf("--threads") < options.indexOf("--help"), options.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pull", "models", "models list", "models rm", "inspect", "tokenize", "preprocess", "embed"})
    void doesNotShowWhatMeansNothing(String command) {
        String help = help(command, "80");

        for (String option : RARE) {
            assertFalse(help.contains(option), help);
        }
        assertFalse(help.contains("--threads"), help);
        assertTrue(help.contains("[--debug]") && help.contains("    --debug  "), help);
        Streams streams = new Streams("");
        assertEquals(0, Main.run((command + " --kernels scalar --help").split(" "), streams.terminal()), streams.err());
    }

    private static List<String> options(String help) {
        return help.lines()
                .filter(line -> line.matches("  (-\\w,|   ) --.*"))
                .map(line -> line.replaceAll("^ *(?:-\\w, )?(--[\\w\\[\\]-]+).*", "$1"))
                .toList();
    }

    private static String help(String command, String columns) {
        Streams streams = new Streams("");
        String[] args = (command + " --help").split(" ");
        assertEquals(0, Main.run(args, streams.terminal(), Map.of("COLUMNS", columns)), streams.err());
        return streams.out();
    }
}
