package org.clipjava.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example of the library compiles as it stands there and runs, with the engine and nothing else. */
class ReadmeExampleTest {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final Path JAVAC = Path.of(System.getProperty("java.home"), "bin", "javac");

    @TempDir
    Path folder;

    private final String engine = ProjectModule.ENGINE.location().toString();

    @BeforeEach
    void putTheFilesThatItNamesInPlace() throws IOException {
        String example = example();
        Files.writeString(
                Files.createDirectories(folder.resolve("src/example")).resolve("Example.java"), program(example));
        Matcher path = Pattern.compile("Path\\.of\\(\"([^\"]+)\"\\)").matcher(example);
        int files = 0;
        while (path.find()) {
            Path file = folder.resolve(path.group(1));
            Files.copy(path.group(1).endsWith(".safetensors") ? model() : picture(), file);
            files++;
        }
        assertEquals(2, files, "a model and a picture in: " + example);
    }

    @Test
    void runsOnTheClassPath() throws Exception {
        compile("-cp", engine);

        run("-cp", engine + File.pathSeparator + "classes", "example.Example");
    }

    @Test
    void runsOnTheModulePath() throws Exception {
        Files.writeString(folder.resolve("src/module-info.java"), """
                /** The program. */
                module example {
                    requires org.clipjava.engine;
                }
                """);
        compile("-p", engine);

        run(
                "--add-modules",
                "java.desktop",
                "-p",
                engine + File.pathSeparator + "classes",
                "-m",
                "example/example.Example");
    }

    /** With what the snippet leaves out, as an editor would add it. */
    private static String program(String example) {
        return """
                package example;

                import java.nio.file.Path;
                import java.util.List;
                import org.clipjava.*;
                import org.clipjava.image.*;

                public class Example {
                    private Example() {}

                    /** The snippet. */
                    public static void main(String[] arguments) throws Exception {
                %s
                    }
                }
                """.formatted(example.indent(8));
    }

    private static String example() throws IOException {
        String readme = Files.readString(ProjectModule.project().resolve("README.md"));
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme);
        assertTrue(block.find(), "no example in README.md");
        return block.group(1);
    }

    /** The one that the command line carries, in whichever module. */
    private static Path model() throws IOException {
        for (ProjectModule module : ProjectModule.values()) {
            Path resources = ProjectModule.project().resolve(module.folder()).resolve("src/main/resources");
            if (Files.isDirectory(resources)) {
                try (Stream<Path> files = Files.walk(resources)) {
                    Optional<Path> model = files.filter(file -> file.endsWith("pictogram.safetensors"))
                            .findFirst();
                    if (model.isPresent()) {
                        return model.get();
                    }
                }
            }
        }
        throw new AssertionError("no model in the resources of any module");
    }

    private static Path picture() {
        return ProjectModule.project().resolve("src-test-data/images/coffee_q75_420.jpg");
    }

    /** Who requires the engine is told that it may use a module which incubates; nothing else is to be said. */
    private void compile(String... path) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(JAVAC.toString(), "-Xlint:all,-incubating", "-Werror", "-d", "classes"));
        command.addAll(List.of(path));
        try (Stream<Path> sources = Files.walk(folder.resolve("src"))) {
            sources.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(command::add);
        }
        execute(command);
    }

    private void run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(JAVA.toString(), "--add-modules", "jdk.incubator.vector", "-Djava.awt.headless=true"));
        command.addAll(List.of(arguments));
        String output = execute(command);

        assertTrue(output.strip().matches("(?s).*\\S+ [01]\\.\\d{3}"), output);
    }

    private String execute(List<String> command) throws Exception {
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(2, TimeUnit.MINUTES), "hangs: " + command);
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output);
        assertEquals(0, process.exitValue(), command + "\n" + said);
        return said;
    }
}
