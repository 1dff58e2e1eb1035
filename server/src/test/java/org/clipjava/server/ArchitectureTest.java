package org.clipjava.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import org.junit.jupiter.api.Test;

/** A library: it prints nothing and ends nothing; its packages import in one direction. */
class ArchitectureTest {
    private static final JavaClasses SERVER = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.clipjava.server");

    @Test
    void theLibraryIsSilent() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(SERVER);
    }

    @Test
    void eachPackageUsesOnlyThoseBeforeIt() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("org.clipjava.server..")
                .layer("http")
                .definedBy("org.clipjava.server.http")
                .layer("metrics")
                .definedBy("org.clipjava.server.metrics")
                .layer("work")
                .definedBy("org.clipjava.server.work")
                .layer("api")
                .definedBy("org.clipjava.server.api")
                .layer("remote")
                .definedBy("org.clipjava.server.remote")
                .layer("root")
                .definedBy("org.clipjava.server")
                .whereLayer("http")
                .mayNotAccessAnyLayer()
                .whereLayer("metrics")
                .mayNotAccessAnyLayer()
                .whereLayer("work")
                .mayOnlyAccessLayers("http", "metrics")
                .whereLayer("api")
                .mayOnlyAccessLayers("http", "metrics", "work")
                .whereLayer("remote")
                .mayOnlyAccessLayers("http", "api")
                .whereLayer("root")
                .mayNotBeAccessedByAnyLayer()
                .ensureAllClassesAreContainedInArchitecture()
                .check(SERVER);
    }
}
