package org.clipjava.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Modules depend on each other in one direction, which is that of docs/architecture.md. What holds inside of one is tested there. */
class ArchitectureTest {
    private final Map<String, ProjectModule> moduleOfClass = new HashMap<>();
    private final JavaClasses classes;

    ArchitectureTest() throws IOException {
        List<Path> locations = new ArrayList<>();
        for (ProjectModule module : ProjectModule.values()) {
            locations.add(module.location());
            module.classFiles()
                    .keySet()
                    .forEach(file -> moduleOfClass.put(
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'), module));
        }
        // Spark's classes are no one's business here, and many.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        classes = new ClassFileImporter().importPaths(locations);
    }

    @Test
    void modulesDependOnEachOtherInOneDirection() {
        Map<ProjectModule, Set<String>> wrong = new EnumMap<>(ProjectModule.class);
        for (JavaClass type : classes) {
            ProjectModule module = moduleOfClass.get(type.getName());
            type.getDirectDependenciesFromSelf().forEach(dependency -> {
                ProjectModule other = moduleOfClass.get(
                        dependency.getTargetClass().getBaseComponentType().getName());
                if (module != null
                        && other != null
                        && module != other
                        && !module.dependencies().contains(other)) {
                    wrong.computeIfAbsent(module, of -> new TreeSet<>()).add(dependency.getDescription());
                }
            });
        }

        assertEquals(Map.of(), wrong);
    }

    @Test
    void noPackageIsInTwoModules() {
        Map<String, Set<ProjectModule>> modules = new HashMap<>();
        moduleOfClass.forEach((type, module) -> modules.computeIfAbsent(
                        type.substring(0, Math.max(0, type.lastIndexOf('.'))), name -> new TreeSet<>())
                .add(module));
        modules.remove(""); // module-info

        assertEquals(
                Map.of(),
                modules.entrySet().stream()
                        .filter(entry -> entry.getValue().size() > 1)
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    @Test
    void eachModuleIsInTheTableOfTheDocumentation() throws IOException {
        String document = Files.readString(ProjectModule.project().resolve("docs/architecture.md"));
        for (ProjectModule module : ProjectModule.values()) {
            String row = document.lines()
                    .filter(line -> line.startsWith("| `" + module + "` |"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(module + " is not in the table of docs/architecture.md"));
            String mayDependOn = row.substring(row.lastIndexOf('|', row.length() - 2));
            Stream.of(ProjectModule.values())
                    .filter(module.dependencies()::contains)
                    .forEach(other -> assertTrue(
                            mayDependOn.contains(other.folder()) || mayDependOn.contains("everything above"),
                            module + " may depend on " + other + ", but not by docs/architecture.md: " + mayDependOn));
        }
    }
}
