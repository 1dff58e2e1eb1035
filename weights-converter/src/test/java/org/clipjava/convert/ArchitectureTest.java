package org.clipjava.convert;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import org.junit.jupiter.api.Test;

/** See docs/architecture.md. */
class ArchitectureTest {
    private static final JavaClasses CONVERTER = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.clipjava.convert");

    @Test
    void needsNothingButTheEngineAndGson() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "com.google.gson..", "com.google.errorprone.annotations..",
                        "org.jspecify.annotations..", "org.clipjava..")
                .check(CONVERTER);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.clipjava.cli..",
                        "org.clipjava.eval..",
                        "org.clipjava.hub..",
                        "org.clipjava.kernel..",
                        "org.clipjava.model..",
                        "org.clipjava.models..")
                .check(CONVERTER);
    }

    /** A checkpoint is a stranger's, and none of its names may become a class or a method here. */
    @Test
    void runsNothingThatACheckpointNames() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ObjectInputStream.class, ClassLoader.class, ProcessBuilder.class, Runtime.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.lang.reflect..", "java.net..", "javax.script..")
                .orShould()
                .callMethod(Class.class, "forName", String.class)
                .check(CONVERTER);
    }

    @Test
    void isSilent() {
        noClasses().should().accessField(System.class, "out").check(CONVERTER);
        noClasses().should().accessField(System.class, "err").check(CONVERTER);
        noClasses().should().callMethod(System.class, "exit", int.class).check(CONVERTER);
    }
}
