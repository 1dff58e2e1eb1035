package org.clipjava.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The libraries' API documentation is made without a warning, in {@code target/apidocs}, and everything that is public or protected has a
 * comment. Tags are not asked for where the comment says it all.
 *
 * <p>By the JDK that tests, all libraries in one go: Maven's plugin reads module descriptors with Maven's own Java, which
 * may be older than they are.
 */
class ApiDocumentationTest {
    private static final Path PROJECT = ProjectModule.project();
    private static final Pattern PLACE = Pattern.compile("\\.java:\\d+: ");
    private static final Pattern MISSING_TAG = Pattern.compile(": warning: no @(param|return|throws)");
    private static final Pattern COUNT = Pattern.compile("[\\d,]+ warnings?");
    private static final Path PAGES = Path.of("target", "apidocs").toAbsolutePath();

    @Test
    void ofTheModulesIsMadeWithoutAWarning() {
        List<ProjectModule> modules = ProjectModule.libraries().stream()
                .filter(module -> module != ProjectModule.SPARK)
                .toList();
        String dependencies = ProjectModule.modulePath().stream()
                .filter(entry -> !entry.startsWith(PROJECT))
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> arguments = arguments("clip-java", "modules");
        arguments.addAll(List.of("-overview", source(ProjectModule.ENGINE, "main/javadoc/overview.html")));
        // what examples show is compiled with the tests
        arguments.addAll(List.of("--snippet-path", source(ProjectModule.ENGINE, "test/java")));
        arguments.addAll(List.of("-p", dependencies));
        // the server requires the index, whose own API is not written down yet
        for (ProjectModule module :
                Stream.concat(modules.stream(), Stream.of(ProjectModule.INDEX)).toList()) {
            arguments.addAll(List.of("--module-source-path", module.moduleName() + "=" + source(module, "main/java")));
        }
        arguments.addAll(List.of(
                "--module", modules.stream().map(ProjectModule::moduleName).collect(Collectors.joining(","))));

        assertEquals("", javadoc(arguments));
    }

    @Test
    void ofSparkIsMadeWithoutAWarning() {
        List<String> arguments = arguments("clip-java for Spark", "spark");
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
        arguments.addAll(List.of("-sourcepath", source(ProjectModule.SPARK, "main/java")));
        arguments.addAll(List.of("-subpackages", ProjectModule.SPARK.moduleName()));

        assertEquals("", javadoc(arguments));
    }

    private static List<String> arguments(String title, String folder) {
        return new ArrayList<>(List.of(
                "-quiet",
                "-Xdoclint:all",
                "-Xmaxwarns",
                "10000",
                // javac's -Xlint:-incubating, which this tool takes in no other form: that the engine may use the
                // Vector API
                // is no news
                "-XD-Xlint:-incubating",
                "-encoding",
                "UTF-8",
                "-notimestamp",
                "-windowtitle",
                title,
                "-doctitle",
                title,
                "-bottom",
                "Licensed under the <a href=\"https://www.apache.org/licenses/LICENSE-2.0\">Apache License 2.0</a>.",
                "-d",
                PAGES.resolve(folder).toString()));
    }

    private static String source(ProjectModule module, String folder) {
        return PROJECT.resolve(module.folder()).resolve("src").resolve(folder).toString();
    }

    /** What the tool has to say, but for tags that are not there: nothing. */
    private static String javadoc(List<String> arguments) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int exit = ToolProvider.findFirst("javadoc").orElseThrow().run(out, out, arguments.toArray(String[]::new));
        StringBuilder told = new StringBuilder();
        boolean aboutATag = false;
        for (String line : said.toString().lines().toList()) {
            // a message begins with its place; the line of code and a caret follow
            if (PLACE.matcher(line).find()) {
                aboutATag = MISSING_TAG.matcher(line).find();
            } else if (COUNT.matcher(line).matches()) {
                aboutATag = true;
            }
            if (!aboutATag) {
                told.append(line).append('\n');
            }
        }
        String text = told.toString().strip();
        return exit == 0 || !text.isEmpty() ? text : "exit " + exit;
    }
}
