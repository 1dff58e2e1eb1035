package org.clipjava.hub;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** See docs/architecture.md. */
class ArchitectureTest {
    private static final JavaClasses HUB = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.clipjava.hub");

    @Test
    void needsNoMoreOfTheEngineThanWhatItDoesWithFiles() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.net..",
                        "com.google.gson..",
                        "com.google.errorprone.annotations..",
                        "org.jspecify.annotations..",
                        "org.clipjava.error",
                        "org.clipjava.hub",
                        "org.clipjava.io",
                        "org.clipjava.safetensors")
                .check(HUB);
    }

    @Test
    void theCacheOnDiskKnowsNoNetwork() {
        noClasses()
                .that()
                .haveSimpleName("HubCache")
                .or()
                .haveSimpleName("ProcessLock")
                .or()
                .haveSimpleName("UserEnvironment")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "javax.net..")
                .check(HUB);
    }

    @Test
    void isSilent() {
        noClasses().should().accessField(System.class, "out").check(HUB);
        noClasses().should().accessField(System.class, "err").check(HUB);
        noClasses().should().callMethod(System.class, "exit", int.class).check(HUB);
    }
}
