package org.clipjava.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.FileDescriptor;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** The rooms of the command line, and which way they lead; see package-info. */
class ArchitectureTest {
    private static final JavaClasses CLI = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.clipjava.cli");

    @Test
    void eachRoomUsesOnlyThoseBeforeIt() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("org.clipjava.cli..")
                .layer("verify")
                .definedBy("org.clipjava.cli.verify")
                .layer("output")
                .definedBy("org.clipjava.cli.output")
                .layer("input")
                .definedBy("org.clipjava.cli.input")
                .layer("report")
                .definedBy("org.clipjava.cli.report")
                .layer("options")
                .definedBy("org.clipjava.cli.options")
                .layer("commands")
                .definedBy("org.clipjava.cli.commands")
                .layer("root")
                .definedBy("org.clipjava.cli")
                .whereLayer("root")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("commands")
                .mayOnlyBeAccessedByLayers("root")
                .whereLayer("options")
                .mayOnlyBeAccessedByLayers("commands", "root")
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("options", "commands")
                .whereLayer("input")
                .mayOnlyBeAccessedByLayers("report", "options", "commands")
                .whereLayer("verify")
                .mayOnlyBeAccessedByLayers("report", "commands")
                .whereLayer("verify")
                .mayNotAccessAnyLayer()
                .ensureAllClassesAreContainedInArchitecture()
                .check(CLI);
    }

    @Test
    void noTwoRoomsLeadToEachOther() {
        SlicesRuleDefinition.slices()
                .matching("org.clipjava.(**)")
                .should()
                .beFreeOfCycles()
                .check(CLI);
    }

    @Test
    void commandsAreApartFromOneAnother() {
        noClasses()
                .that()
                .areAnnotatedWith(Command.class)
                .and()
                .haveSimpleNameNotEndingWith("EmbedCommand")
                .and()
                .doNotHaveSimpleName("ModelsCommand")
                .and()
                .doNotHaveSimpleName("ClipCommand")
                .and()
                .doNotHaveSimpleName("EvalKindCommand")
                .and()
                .doNotHaveSimpleName("GenerateCommand")
                .should()
                .dependOnClassesThat()
                .areAnnotatedWith(Command.class)
                .check(CLI);
        classes()
                .that()
                .areAnnotatedWith(Command.class)
                .should()
                .implement(Callable.class)
                .andShould()
                .haveSimpleNameEndingWith("Command")
                .check(CLI);
    }

    @Test
    void onlyTheTerminalKnowsTheProcesssStreams() {
        noClasses()
                .should()
                .accessField(System.class, "in")
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLI);
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("org.clipjava.cli.output.Terminal")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(FileDescriptor.class)
                .check(CLI);
    }

    @Test
    void onlyMainEndsTheProcessAndSetsWhatIsGlobal() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("org.clipjava.cli.Main")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(System.class, "setProperty", String.class, String.class)
                .orShould()
                .callMethod(Locale.class, "setDefault", Locale.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .check(CLI);
    }
}
