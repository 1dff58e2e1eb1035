package org.clipjava.cli.output;

import java.io.BufferedWriter;
import java.io.Console;
import java.io.File;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.io.Shown;

/**
 * The process's three streams, all of them UTF-8 whatever the locale.
 *
 * @param out data
 * @param err everything else, a line at a time
 * @param showsProgress whether a person watches stderr
 */
public record Terminal(InputStream in, StandardOutput out, PrintStream err, boolean showsProgress) {
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    /** What {@code stty size} says; a terminal that doesn't know its size says 0. */
    private static final Pattern ROWS_AND_COLUMNS = Pattern.compile("\\d+ ([1-9]\\d{0,4})");

    public static Terminal ofThisProcess() {
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        return new Terminal(
                new FileInputStream(FileDescriptor.in),
                isTerminal(STDOUT) ? StandardOutput.ofTerminal(out) : new StandardOutput(out),
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
        return isTerminal(STDERR);
    }

    private static boolean isTerminal(int descriptor) {
        Path link = Path.of("/proc/self/fd/" + descriptor);
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

    /** How wide the terminal is that stdout goes to, if it goes to one that tells. */
    public Optional<Integer> columns() {
        return out.isTerminal() ? ttyColumns() : Optional.empty();
    }

    private static Optional<Integer> ttyColumns() {
        ProcessBuilder stty = new ProcessBuilder("stty", "size")
                .redirectInput(new File("/dev/tty"))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = stty.start();
            Matcher size = ROWS_AND_COLUMNS.matcher(
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
            return size.matches() ? Optional.of(Integer.parseInt(size.group(1))) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // a system without stty, or a process without a terminal of its own
        }
    }
}
