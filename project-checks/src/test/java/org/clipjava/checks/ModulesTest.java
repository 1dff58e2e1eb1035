package org.clipjava.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each module is one to the JVM too, under a name that stays. */
class ModulesTest {
    /** Their dependencies can't be required; why is in their poms. */
    private static final Set<ProjectModule> WITHOUT_DESCRIPTOR = Set.of(ProjectModule.SPARK, ProjectModule.VECTORBENCH);

    @ParameterizedTest
    @EnumSource
    void hasItsName(ProjectModule module) throws Exception {
        if (!WITHOUT_DESCRIPTOR.contains(module)) {
            ModuleDescriptor descriptor =
                    ProjectModule.descriptor(module.classFiles()).orElseThrow();
            assertEquals(module.moduleName(), descriptor.name());
        }
    }

    @Test
    void allCanBeResolvedTogether() {
        ModuleFinder path = ModuleFinder.of(ProjectModule.modulePath().toArray(Path[]::new));
        List<String> ours = Stream.of(ProjectModule.values())
                .filter(module -> !WITHOUT_DESCRIPTOR.contains(module))
                .map(ProjectModule::moduleName)
                .toList();

        Configuration resolved =
                Configuration.resolve(path, List.of(ModuleLayer.boot().configuration()), ModuleFinder.of(), ours);

        Set<String> names = resolved.modules().stream()
                .map(module -> module.reference().descriptor().name())
                .collect(Collectors.toSet());
        assertEquals(
                Set.of(), ours.stream().filter(name -> !names.contains(name)).collect(Collectors.toSet()));
    }
}
