package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorBenchTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void explainsItself() throws Exception {
        assertEquals(0, run("help"));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("compare --model MODEL --onnx DIR"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "measure                          | 2 | vectorbench: unknown command 'measure'; expected compare, kernels, growth, jpeg, patches, onnx, serve, serve-load, serve-start, first, search, lookup, jmh or help",
                "compare --model m                | 2 | vectorbench: --onnx: is missing",
                "compare --model no-such --onnx . | 1 | vectorbench: no-such: no such file",
                "onnx --model m --onnx .          | 2 | vectorbench: --labels: is missing",
                "kernels --model no-such          | 1 | vectorbench: no-such: no such file",
            })
    void saysInOneLineWhatIsWrong(String arguments, int code, String message) throws Exception {
        assertEquals(code, run(arguments.split(" ", -1)));
        assertEquals(message + System.lineSeparator(), err.toString(StandardCharsets.UTF_8));
    }

    private int run(String... arguments) throws Exception {
        return VectorBench.run(
                Arrays.asList(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
