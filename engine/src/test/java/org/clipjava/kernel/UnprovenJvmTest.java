package org.clipjava.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnprovenJvmTest {
    private static Optional<String> warning(String name, String info, String version) {
        return warning(name, info, version, "25");
    }

    private static Optional<String> warning(String name, String info, String version, String java) {
        return UnprovenJvm.warning(Map.of(
                "java.vm.name",
                name,
                "java.vm.info",
                info,
                "java.vm.version",
                version,
                "java.vm.specification.version",
                java)::get);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OpenJDK 64-Bit Server VM          | mixed mode, sharing    | 25+36-LTS",
                "OpenJDK 64-Bit Server VM          | mixed mode             | 25.0.1+8",
                "OpenJDK 64-Bit Server VM          | compiled mode, sharing | 25-ea+9",
                "Java HotSpot(TM) 64-Bit Server VM | mixed mode, sharing    | 25+37-LTS-3491"
            })
    void hotSpotWithC2IsProven(String name, String info, String version) {
        assertEquals(Optional.empty(), warning(name, info, version));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Eclipse OpenJ9 VM         | JRE 25 Linux amd64-64-Bit Compressed References | openj9-0.57.0 | never"
                        + " tested on this JVM, the Eclipse OpenJ9 VM",
                "Zing 64-Bit Tiered VM     | mixed mode                          | 25+36-zing | never tested on this"
                        + " JVM, the Zing 64-Bit Tiered VM",
                "OpenJDK 64-Bit Zero VM    | interpreted mode                    | 25+36      | never tested on this"
                        + " JVM, the OpenJDK 64-Bit Zero VM",
                "Substrate VM              | static mode                         | 25+36      | never tested on this"
                        + " JVM, the Substrate VM",
                "OpenJDK 64-Bit Server VM  | mixed mode, emulated-client, sharing | 25+36     | without its compiler"
                        + " C2",
                "OpenJDK 64-Bit Server VM  | interpreted mode, sharing           | 25+36      | without -Xint",
                "OpenJDK 64-Bit Server VM  | mixed mode, sharing                 | 25+37-jvmci-b01 | Graal"
            })
    void othersAreNamedWithACure(String name, String info, String version, String expected) {
        String warning = warning(name, info, version).orElseThrow();

        assertTrue(warning.contains(expected), warning);
        assertTrue(warning.contains("use an OpenJDK") || warning.contains("start Java without"), warning);
        assertEquals(1, warning.lines().count(), warning);
    }

    @Test
    void aJavaThatIsNewerThanTheTestsIsNamed() {
        assertEquals(
                Optional.of("clip-java was never tested on Java 27, and may be slower on it: use Java 25 where it is"),
                warning("OpenJDK 64-Bit Server VM", "mixed mode", "27+12", "27"));
    }

    @Test
    void theJvmThatTestsIsProven() {
        assertEquals(Optional.empty(), UnprovenJvm.warning(property -> System.getProperty(property, "")));
    }
}
