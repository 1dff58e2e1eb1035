package org.clipjava.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A {@link ServedMain} in a JVM of its own. */
final class ServedProcess implements AutoCloseable {
    private static final long SECONDS_TO_END = 75;

    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;
    private final String address;

    /**
     * What it held after collections of garbage.
     *
     * @param heap bytes that are used
     * @param resident bytes of the process in memory; 0 where the system does not tell
     */
    record Memory(long heap, long resident) {}

    private ServedProcess(Process process) throws IOException {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        this.address = answer("ready ");
    }

    /**
     * Waits until it is ready.
     *
     * @param javaOptions of its JVM
     * @throws IOException if it can't do what it is to, with its reason
     */
    static ServedProcess start(List<String> javaOptions, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:MarkSweepDeadRatio=0")); // the serial collector leaves a twentieth of the heap dead otherwise
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ServedMain.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            return new ServedProcess(process);
        } catch (IOException e) {
            process.destroy();
            throw e;
        }
    }

    /** Of the server's embeddings. */
    URI embeddings() {
        return URI.create(address + "/v1/embeddings");
    }

    Memory memory() throws IOException {
        String[] words = ask(ServedMain.MEMORY).split(" ", -1);
        return new Memory(Long.parseLong(words[0]), Long.parseLong(words[1]));
    }

    /** Pictures a second of the bare engine. */
    double encode(double seconds) throws IOException {
        return Double.parseDouble(ask(ServedMain.ENCODE + seconds));
    }

    private String ask(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        return answer("");
    }

    private String answer(String expected) throws IOException {
        String line = Optional.ofNullable(answers.readLine())
                .orElseThrow(() -> new IOException("a process that was to be measured has ended"));
        if (line.startsWith("failed ")) {
            throw new IOException(line.substring("failed ".length()));
        }
        return line.substring(expected.length());
    }

    @Override
    public void close() throws IOException {
        commands.close();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
