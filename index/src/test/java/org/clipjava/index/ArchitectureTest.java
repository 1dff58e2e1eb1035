package org.clipjava.index;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the index is built on; see docs/architecture.md. */
class ArchitectureTest {
    private static final JavaClasses INDEX = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.clipjava.index");

    @Test
    void needsNothingButTheEngineLuceneAndAReaderOfMetadata() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.imageio..",
                        "com.drew..",
                        "org.apache.lucene..",
                        "org.jspecify.annotations..",
                        "org.clipjava",
                        "org.clipjava.config",
                        "org.clipjava.error",
                        "org.clipjava.eval",
                        "org.clipjava.image",
                        "org.clipjava.index",
                        "org.clipjava.io",
                        "org.clipjava.modelfile",
                        "org.clipjava.text")
                .check(INDEX);
    }

    @Test
    void onlyTheReaderOfShotsKnowsMetadataExtractor() {
        noClasses()
                .that()
                .doNotHaveSimpleName("ShotReader")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.drew..")
                .check(INDEX);
    }

    @Test
    void neitherPrintsNorExits() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(INDEX);
    }
}
