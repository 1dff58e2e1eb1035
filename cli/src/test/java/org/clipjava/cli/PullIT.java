package org.clipjava.cli;

import java.util.Map;
import org.junit.jupiter.api.Tag;

/** Through {@code java -jar clip.jar}. */
@Tag("thorough")
class PullIT extends PullContract {
    @Override
    Command in(Map<String, String> environment) {
        ClipJar jar = ClipJar.underThisJava();
        return new ClipJar(jar.javaHome(), environment, jar.jvmOptions())::run;
    }
}
