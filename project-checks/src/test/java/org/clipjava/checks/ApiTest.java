package org.clipjava.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import japicmp.cmp.JApiCmpArchive;
import japicmp.cmp.JarArchiveComparator;
import japicmp.cmp.JarArchiveComparatorOptions;
import japicmp.model.AccessModifier;
import japicmp.model.JApiBehavior;
import japicmp.model.JApiClass;
import japicmp.model.JApiCompatibility;
import japicmp.model.JApiParameter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs that were compiled against a module, or are compiled again, go on working: the API holds all that the baseline
 * in the folder {@code api} has.
 */
class ApiTest {
    private static final String RENEW = "clip.api.renew";

    @TempDir
    Path temporary;

    private static List<ProjectModule> libraries() {
        return ProjectModule.libraries();
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void breaksNoProgramThatUsesIt(ProjectModule module) throws IOException {
        Path baseline = Path.of("api", module + ".jar");
        byte[] api = ApiJar.of(module);
        if (Boolean.getBoolean(RENEW)) {
            Files.createDirectories(baseline.getParent());
            Files.write(baseline, api);
        }
        Path now = Files.write(temporary.resolve("now.jar"), api);

        List<String> broken = broken(baseline, now);

        assertEquals(List.of(), broken, () -> """
                        the API of %s differs from project-checks/api/%s.jar so that a program which uses it may break:
                        %s
                        Keep what was there, or, if the change is meant, accept it and commit the folder api:
                        mvn -pl project-checks -Dtest=ApiTest -D%s=true test
                        """.formatted(module, module, String.join("\n", broken), RENEW));
    }

    /** Against the API of another module everything is gone. */
    @Test
    void noticesWhatIsGone() throws IOException {
        Path hub = Files.write(temporary.resolve("hub.jar"), ApiJar.of(ProjectModule.HUB));
        Path eval = Files.write(temporary.resolve("eval.jar"), ApiJar.of(ProjectModule.EVAL));

        List<String> broken = broken(hub, eval);

        assertTrue(broken.contains("org.clipjava.hub.Hub: class removed"), broken.toString());
        assertEquals(List.of(), broken(hub, hub));
    }

    private static List<String> broken(Path baseline, Path now) {
        JarArchiveComparatorOptions options = new JarArchiveComparatorOptions();
        options.setAccessModifier(AccessModifier.PROTECTED);
        options.getIgnoreMissingClasses().setIgnoreAllMissingClasses(true);
        options.getClassPathEntries()
                .addAll(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
        List<JApiClass> classes = new JarArchiveComparator(options)
                .compare(new JApiCmpArchive(baseline.toFile(), "baseline"), new JApiCmpArchive(now.toFile(), "now"));
        return classes.stream().flatMap(ApiTest::broken).sorted().toList();
    }

    private static Stream<String> broken(JApiClass type) {
        String name = type.getFullyQualifiedName();
        Stream<String> changes = Stream.of(
                        changes(name, type),
                        changes(name + " extends", type.getSuperclass()),
                        type.getInterfaces().stream()
                                .flatMap(each -> changes(name + " implements " + each.getFullyQualifiedName(), each)),
                        type.getFields().stream().flatMap(each -> changes(name + "." + each.getName(), each)),
                        Stream.concat(type.getConstructors().stream(), type.getMethods().stream())
                                .flatMap(each -> changes(name + "." + signature(each), each)))
                .flatMap(each -> each);
        return changes.distinct();
    }

    private static String signature(JApiBehavior method) {
        return method.getParameters().stream()
                .map(JApiParameter::getType)
                .collect(Collectors.joining(", ", method.getName() + "(", ")"));
    }

    private static Stream<String> changes(String what, JApiCompatibility element) {
        return element.getCompatibilityChanges().stream()
                .filter(change -> !change.isBinaryCompatible() || !change.isSourceCompatible())
                .map(change -> what + ": "
                        + change.getType().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
}
