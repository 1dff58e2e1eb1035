package org.clipjava;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.util.List;
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

    /** In the order of docs/architecture.md. */
    private static final List<String> PACKAGES = List.of(
            "org.clipjava.io",
            "org.clipjava.error",
            "org.clipjava.safetensors",
            "org.clipjava.config",
            "org.clipjava.weights",
            "org.clipjava.image.codec",
            "org.clipjava.image.codec.jpeg",
            "org.clipjava.image.codec.xz",
            "org.clipjava.image.codec.zstd",
            "org.clipjava.image.codec.tiff",
            "org.clipjava.image.codec.webp",
            "org.clipjava.image.codec.jp2",
            "org.clipjava.image",
            "org.clipjava.text",
            "org.clipjava.encoder",
            "org.clipjava.modelfile",
            "org.clipjava.kernel",
            "org.clipjava.model",
            "org.clipjava.backend",
            "org.clipjava",
            "org.clipjava.locate");

    @Test
    void packagesImportOnlyWhatComesBeforeThem() {
        for (int i = 0; i < PACKAGES.size(); i++) {
            noClasses()
                    .that()
                    .resideInAPackage(PACKAGES.get(i))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(PACKAGES.subList(i + 1, PACKAGES.size()).toArray(String[]::new))
                    .allowEmptyShould(false)
                    .check(ENGINE);
        }
    }

    @Test
    void everyPackageHasItsPlace() {
        classes().should().resideInAnyPackage(PACKAGES.toArray(String[]::new)).check(ENGINE);
    }

    /** The towers are the CPU's, and the pixels of a picture do not come from there. */
    @Test
    void nothingButTheBackendKnowsTheTowers() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.clipjava.model", "org.clipjava.backend", "org.clipjava")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.clipjava.model")
                .check(ENGINE);
    }

    /** Kernels and one class of the JPEG decoder; each has a way to do without. */
    @Test
    void onlyKernelsUseTheVectorApi() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.clipjava.kernel")
                .and()
                .doNotHaveSimpleName("VectorBlockTransform")
                .and()
                .doNotHaveSimpleName("VectorHorizontalPass")
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
