package org.clipjava.cli.output;

import java.io.BufferedWriter;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.clipjava.io.Shown;

/**
 * The process's three streams, all of them UTF-8 whatever the locale.
 *
 * @param out data
 * @param err everything else, a line at a time
 * @param showsProgress whether a person watches stderr
 */
public record Terminal(InputStream in, StandardOutput out, PrintStream err, boolean showsProgress) {

    public static Terminal ofThisProcess() {
        return new Terminal(
                new FileInputStream(FileDescriptor.in),
                new StandardOutput(new FileOutputStream(FileDescriptor.out)),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                stderrIsTerminal());
    }

    /** Text for stdout; flush it where a reader waits for the line. */
    public Writer writer() {
        return writer(out);
    }

    public static Writer writer(OutputStream out) {
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    /** All of a command's data. */
    public void print(String text) throws IOException {
        Writer writer = writer();
        writer.write(text);
        writer.flush();
    }

    /** One line on stderr, whatever the message holds. */
    public void say(String message) {
        err.println("clip: " + Shown.line(message));
    }

    private static boolean stderrIsTerminal() {
        // The launcher knows what is behind the pipe that it reads our stderr through.
        String known = System.getProperty("clip.launcher.stderr-is-terminal");
        if (known != null) {
            return Boolean.parseBoolean(known);
        }
        Path link = Path.of("/proc/self/fd/2");
        if (!Files.exists(link)) {
            return Optional.ofNullable(System.console())
                    .filter(Console::isTerminal)
                    .isPresent();
        }
        try {
            String target = Files.readSymbolicLink(link).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }
}
