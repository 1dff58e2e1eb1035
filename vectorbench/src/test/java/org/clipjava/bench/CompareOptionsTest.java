package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.clipjava.bench.CompareOptions.Budget;
import org.clipjava.bench.Options.UsageException;
import org.clipjava.config.WeightType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareOptionsTest {
    @Test
    void readsAllOptions() throws UsageException {
        CompareOptions options = parse(
                "--model m --onnx=d --threads 1,2 --cases image1,text2x3 --load 1 --json out.json --repetitions 9 --warm-up 0.5");
        CompareOptions expected = new CompareOptions(
                Path.of("m"),
                WeightType.F32,
                Optional.empty(),
                Path.of("d"),
                List.of(1, 2),
                List.of(new Workload.Images(1), new Workload.Prompts(2, 3)),
                1,
                Optional.of(Path.of("out.json")),
                new Budget(Optional.of(9), 20, 0.5));
        assertEquals(expected, options);
    }

    @Test
    void narrowNumbersNeedTheModelThatTheyAreHeldAgainst() throws UsageException {
        for (WeightType type : List.of(WeightType.INT8, WeightType.BF16)) {
            CompareOptions options = parse("--model m --onnx d --exact e --dtype " + type.spelling());
            assertEquals(Optional.of(Path.of("e")), options.exact());
            assertEquals(type, options.type());
        }
        assertEquals(Optional.empty(), parse("--model m --onnx d --dtype f32").exact());
    }

    @Test
    void measuresEverythingOnOneThreadAndOnAllUnlessToldOtherwise() throws UsageException {
        CompareOptions options = parse("--model m --onnx d");
        assertEquals(Workload.DEFAULTS, options.workloads());
        assertEquals(1, options.threads().getFirst());
        assertEquals(
                Runtime.getRuntime().availableProcessors(), options.threads().getLast());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--onnx d                               | --model: is missing",
                "--model m                              | --onnx: is missing",
                "--model m --onnx d --threads 0         | --threads: expected a number from 1 to 999999, found '0'",
                "--model m --onnx d --threads 1,,2      | --threads: expected a number from 1 to 999999, found ''",
                "--model m --onnx d --repetitions -1    | --repetitions: expected a number from 1 to 999999, found '-1'",
                "--model m --onnx d --seconds NaN       | --seconds: expected seconds above 0, at most a day, found 'NaN'",
                "--model m --onnx d --seconds soon      | --seconds: expected seconds above 0, at most a day, found 'soon'",
                "--model m --onnx d --seconds 1 --repetitions 1 | --repetitions and --seconds: expected one of them",
                "--model m --model n --onnx d           | --model: is there twice",
                "--model m --onnx d --dtype q8          | --dtype: expected f32, int8 or bf16, found 'q8'",
                "--model m --onnx d --dtype int8        | --exact: expected the model in f32 with --dtype int8 or bf16, and only there",
                "--model m --onnx d --dtype bf16        | --exact: expected the model in f32 with --dtype int8 or bf16, and only there",
                "--model m --onnx d --exact e           | --exact: expected the model in f32 with --dtype int8 or bf16, and only there",
                "--model m --onnx                       | --onnx: expected a value behind it",
                "--model m --onnx d --cases image1,x    | --cases: expected image<batch>, text<labels> or text<labels>x<1 to 7 templates>, found 'x'",
            })
    void saysWhatItDoesNotUnderstand(String arguments, String message) {
        UsageException e = assertThrows(UsageException.class, () -> parse(arguments));
        assertEquals(message, e.getMessage());
    }

    @Test
    void namesTheOptionsThatItKnows() {
        UsageException e = assertThrows(UsageException.class, () -> parse("--modle m"));
        assertTrue(e.getMessage().startsWith("unknown argument '--modle'; expected some of --cases, "), e.getMessage());
    }

    @Test
    void stopsAfterAsManyRoundsAsAskedFor() {
        Budget budget = new Budget(Optional.of(3), 20, 1);
        assertTrue(budget.allowsMore(2, 1e6));
        assertFalse(budget.allowsMore(3, 0));
    }

    @Test
    void goesOnForEnoughRoundsWhereTheTimeIsOver() {
        Budget budget = new Budget(Optional.empty(), 20, 1);
        assertTrue(budget.allowsMore(Paired.FEWEST_FOR_INTERVAL - 1, 100));
        assertTrue(budget.allowsMore(100, 19.9));
        assertFalse(budget.allowsMore(100, 20.1));
    }

    private static CompareOptions parse(String arguments) throws UsageException {
        return CompareOptions.parse(Arrays.asList(arguments.split(" ", -1)));
    }
}
