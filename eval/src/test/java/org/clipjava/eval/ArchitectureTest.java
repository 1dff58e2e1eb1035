package org.clipjava.eval;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import org.junit.jupiter.api.Test;

/** Imports point one way; see docs/architecture.md. */
class ArchitectureTest {
    private static final JavaClasses EVAL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.clipjava.eval");

    @Test
    void packagesImportOnlyWhatComesBeforeThem() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("root")
                .definedBy("org.clipjava.eval")
                .layer("metrics")
                .definedBy("org.clipjava.eval.metrics")
                .layer("fit")
                .definedBy("org.clipjava.eval.fit")
                .layer("locate")
                .definedBy("org.clipjava.eval.locate")
                .layer("report")
                .definedBy("org.clipjava.eval.report")
                .whereLayer("report")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("fit")
                .mayOnlyBeAccessedByLayers("report")
                .whereLayer("metrics")
                .mayOnlyBeAccessedByLayers("fit", "locate", "report")
                .whereLayer("locate")
                .mayOnlyBeAccessedByLayers("report")
                .check(EVAL);
    }

    @Test
    void needsNothingButTheEngineGsonAndStatistics() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.imageio..",
                        "javax.xml..",
                        "org.w3c.dom..",
                        "org.xml.sax..",
                        "com.google.gson..",
                        "com.google.errorprone.annotations..",
                        "org.jspecify.annotations..",
                        "org.apache.commons.math3..",
                        "org.clipjava..")
                .check(EVAL);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.clipjava.cli..",
                        "org.clipjava.convert..",
                        "org.clipjava.hub..",
                        "org.clipjava.kernel..",
                        "org.clipjava.model..",
                        "org.clipjava.models..")
                .check(EVAL);
    }

    @Test
    void isSilent() {
        noClasses().should().accessField(System.class, "out").check(EVAL);
        noClasses().should().accessField(System.class, "err").check(EVAL);
        noClasses().should().callMethod(System.class, "exit", int.class).check(EVAL);
    }
}
