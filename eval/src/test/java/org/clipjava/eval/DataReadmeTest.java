package org.clipjava.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;

class DataReadmeTest {
    @Test
    void readmeHasTheHashOfEveryFileInTheJar() throws IOException {
        Path module = TestData.projectRoot().resolve("eval");
        Map<String, String> told = new TreeMap<>();
        Matcher row = Pattern.compile("^\\| `([^`]+)` \\|.*\\| `([0-9a-f]{64})` \\|$", Pattern.MULTILINE)
                .matcher(Files.readString(module.resolve("README.md")));
        while (row.find()) {
            told.put(row.group(1), row.group(2));
        }
        Map<String, String> found = new TreeMap<>();
        Path resources = module.resolve("src/main/resources/org/clipjava/eval");
        try (Stream<Path> files = Files.walk(resources)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = resources.relativize(file).toString().replace('\\', '/');
                if (!name.equals("LICENSES.txt")) {
                    found.put(name, ContentHash.of(Files.readAllBytes(file)).toString());
                }
            }
        }
        assertEquals(found, told);
    }
}
