package org.clipjava;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import java.io.File;
import java.util.Locale;
import java.util.TimeZone;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Imports point one way, along the way of the data; see docs/architecture.md. */
class ArchitectureTest {
    private static final JavaClasses ENGINE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("src-test-data"))
            .importPackages("org.clipjava");

    @Test
    void packagesImportOnlyWhatComesBeforeThem() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("safetensors")
                .definedBy("org.clipjava.safetensors")
                .layer("weights")
                .definedBy("org.clipjava.weights")
                .layer("image.codec")
                .definedBy("org.clipjava.image.codec..")
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
                .whereLayer("image.codec")
                .mayOnlyBeAccessedByLayers("image")
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

    /** A codec knows no more than the bytes of a picture, and can be taken out and tested alone. */
    @Test
    void codecsKnowNothingElseOfTheEngine() {
        noClasses()
                .that()
                .resideInAPackage("org.clipjava.image.codec..")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("org.clipjava..")
                        .and(DescribedPredicate.not(
                                JavaClass.Predicates.resideInAPackage("org.clipjava.image.codec.."))))
                .check(ENGINE);
    }

    @Test
    void onlyTheWayInToImageIoUsesTheDesktop() {
        noClasses()
                .that()
                .haveNameNotMatching("org\\.clipjava\\.image\\.(BufferedImages|codec\\.ImageIo.*)")
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

    @Test
    void theEngineIsPlainJava() {
        noClasses()
                .should()
                .callMethod(System.class, "load", String.class)
                .orShould()
                .callMethod(System.class, "loadLibrary", String.class)
                .orShould()
                .callMethod(Runtime.class, "load", String.class)
                .orShould()
                .callMethod(Runtime.class, "loadLibrary", String.class)
                .check(ENGINE);
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.lang\\.foreign\\.(Linker|SymbolLookup).*|.*\\.Unsafe")
                .check(ENGINE);
    }

    @Test
    void theEngineOpensNoConnectionAndStartsNoProcess() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "javax.net..", "java.rmi..", "java.nio.channels.spi..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.nio\\.channels\\..*(Socket|Datagram).*")
                .check(ENGINE);
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Process.class, ProcessBuilder.class, ProcessHandle.class)
                .orShould()
                .callMethodWhere(JavaCall.Predicates.target(HasName.Predicates.name("exec"))
                        .and(JavaCall.Predicates.target(
                                HasOwner.Predicates.With.owner(JavaClass.Predicates.type(Runtime.class)))))
                .check(ENGINE);
    }

    /** What a user's own module or security policy might fear of a library. */
    @Test
    void theEngineLeavesGlobalSettingsAlone() {
        noClasses()
                .should()
                .callMethod(System.class, "setProperty", String.class, String.class)
                .orShould()
                .callMethod(Locale.class, "setDefault", Locale.class)
                .orShould()
                .callMethod(TimeZone.class, "setDefault", TimeZone.class)
                .orShould()
                .callMethod(ImageIO.class, "setUseCache", boolean.class)
                .orShould()
                .callMethod(ImageIO.class, "setCacheDirectory", File.class)
                .check(ENGINE);
    }
}
