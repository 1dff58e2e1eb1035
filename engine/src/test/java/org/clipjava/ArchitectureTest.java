package org.clipjava;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import org.junit.jupiter.api.Test;

/** Imports point one way, along the way of the data; see docs/architecture.md. */
class ArchitectureTest {
    private static final JavaClasses ENGINE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.clipjava");

    @Test
    void packagesImportOnlyWhatComesBeforeThem() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("safetensors")
                .definedBy("org.clipjava.safetensors")
                .layer("weights")
                .definedBy("org.clipjava.weights")
                .layer("image")
                .definedBy("org.clipjava.image")
                .layer("text")
                .definedBy("org.clipjava.text")
                .layer("encoder")
                .definedBy("org.clipjava.encoder")
                .layer("kernel")
                .definedBy("org.clipjava.kernel")
                .layer("model")
                .definedBy("org.clipjava.model")
                .layer("root")
                .definedBy("org.clipjava")
                .whereLayer("root")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("model")
                .mayOnlyBeAccessedByLayers("root")
                .whereLayer("kernel")
                .mayOnlyBeAccessedByLayers("model", "root")
                .whereLayer("encoder")
                .mayOnlyBeAccessedByLayers("model", "root")
                .whereLayer("text")
                .mayOnlyBeAccessedByLayers("encoder", "model", "root")
                .whereLayer("image")
                .mayOnlyBeAccessedByLayers("encoder", "model", "root")
                .whereLayer("weights")
                .mayOnlyBeAccessedByLayers("encoder", "kernel", "model", "root")
                .check(ENGINE);
    }

    @Test
    void onlyKernelsUseTheVectorApi() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.clipjava.kernel")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator..")
                .check(ENGINE);
    }

    @Test
    void onlyTheImageIoDecoderUsesTheDesktop() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.ImageIoDecoder.*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.awt..", "javax.imageio..")
                .check(ENGINE);
    }

    @Test
    void theLibraryIsSilent() {
        noClasses().should().accessField(System.class, "out").check(ENGINE);
        noClasses().should().accessField(System.class, "err").check(ENGINE);
        noClasses().should().callMethod(System.class, "exit", int.class).check(ENGINE);
    }
}
