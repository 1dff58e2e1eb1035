package org.clipjava.cli.commands;

import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.cli.options.ClassArchive;
import org.clipjava.cli.options.ModelFailure;
import org.clipjava.cli.options.ModelOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.OutputFailure;
import org.clipjava.cli.output.Terminal;
import org.clipjava.index.IndexException;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.server.ClipServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code clip serve}. */
@Command(
        name = "serve",
        description = "Serves models over HTTP: embeddings, classification, search, and pages to try them.",
        footer = {
            "",
            "Requests are logged on stdout, one line of JSON each. It ends on Ctrl-C or SIGTERM, when what it has begun is "
                    + "answered. docs/server.md has a command for each API.",
            "",
            "Example: clip serve --model openai/clip-vit-base-patch32 --port 8080"
        })
public final class ServeCommand implements Callable<Integer> {
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,8})(B|KB|MB|GB)?");

    /** What requests may call the model that the jar carries. */
    private static final String BUILT_IN = "pictogram";

    private final Session session;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description =
                    "A model to serve, as for the other commands; repeat it for several. Requests choose by name, and get the "
                            + "first where they name none. Default: $CLIP_MODEL, else the built-in model, as pictogram.")
    private List<String> models = new ArrayList<>();

    @Option(
            names = "--alias",
            paramLabel = "ALIAS=MODEL",
            description =
                    "Another name for a model, as text-embedding-3-small=openai/clip-vit-base-patch32; may be repeated.")
    private List<String> aliases = new ArrayList<>();

    @Option(
            names = "--classifier",
            paramLabel = "FILE",
            description = "Serve what 'clip labels', 'calibrate' or 'eval' made, by the file's name; may be repeated.")
    private List<Path> classifiers = new ArrayList<>();

    @Option(
            names = {"-i", "--index"},
            paramLabel = "INDEX",
            description =
                    "Search the pictures of an index that 'clip index' made, with one of the models: /v1/search, and a "
                            + "gallery at /gallery.")
    private Optional<Path> index = Optional.empty();

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "Listen on this address; 0.0.0.0 for all. Other machines need a key. Default: ${DEFAULT-VALUE}.")
    private String host = "";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Listen on this port; 0 for any free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description =
                    "Answer only who sends a key that is a line of this file. Default: $CLIP_API_KEY, else everybody on this machine.")
    private Optional<Path> keyFile = Optional.empty();

    @Option(names = "--insecure", description = "Answer other machines without a key.")
    private boolean insecure;

    @Option(
            names = "--allow-host",
            paramLabel = "NAME",
            description = "Answer also to this name, as that of a proxy in front; may be repeated.")
    private List<String> hosts = new ArrayList<>();

    @Option(
            names = "--cors",
            paramLabel = "ORIGIN",
            description = "Let pages of this origin ask, as https://example.org, or * for all; may be repeated.")
    private List<String> origins = new ArrayList<>();

    @Option(
            names = "--allow-urls",
            paramLabel = "HOST",
            description =
                    "Fetch pictures that requests name by address from this host, if it is on the internet; may be repeated. "
                            + "Default: from none.")
    private List<String> urlHosts = new ArrayList<>();

    @Option(
            names = "--immich-upstream",
            paramLabel = "URL",
            description = "Have this server do what immich asks for beside CLIP: faces, and writing in pictures.")
    private Optional<URI> immichUpstream = Optional.empty();

    @Option(
            names = "--ui",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Have a page at / to try the models with (the default), or none.")
    private boolean ui;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "Speak TLS, with this certificate and those behind it in the file (PEM).")
    private Optional<Path> certificate = Optional.empty();

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "The certificate's private key (PEM, PKCS #8, not encrypted).")
    private Optional<Path> certificateKey = Optional.empty();

    @Option(
            names = "--max-body",
            paramLabel = "SIZE",
            defaultValue = "20MB",
            description = "Refuse larger requests. Default: ${DEFAULT-VALUE}.")
    private String maxBody = "";

    @Option(
            names = "--queue",
            paramLabel = "N",
            defaultValue = "256",
            description = "Refuse requests (429) while so many texts and pictures wait. Default: ${DEFAULT-VALUE}.")
    private int queue;

    public ServeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        JettyLog.LOGGER.setLevel(Level.WARNING);
        ClipServer.Builder builder = ClipServer.builder();
        String names = setUp(builder);
        ClipServer server = start(builder);
        Thread stop = new Thread(server::close, "clip-serve-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            Terminal terminal = session.terminal();
            terminal.say("listening on " + server.address() + ", loading " + names);
            server.loaded().get();
            terminal.say(
                    index.isPresent() && ui ? "ready; the gallery is at " + server.address() + "/gallery" : "ready");
            ClassArchive.ofThisProcess().ifPresent(ClassArchive::noteReady);
            new CountDownLatch(1).await(); // the process is told to end
            return ExitCode.OK.code();
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            throw CommandFailure.interrupted(e);
        } finally {
            server.close();
            removeHook(stop);
        }
    }

    private static void removeHook(Thread stop) {
        try {
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (IllegalStateException e) {
            return; // it runs already
        }
    }

    private static RuntimeException failure(Exception e) {
        return switch (Optional.ofNullable(e.getCause()).orElse(e)) {
            case CommandFailure failure -> failure;
            case IllegalArgumentException failure ->
                CommandFailure.usage(String.valueOf(failure.getMessage()), failure);
            case IndexException failure -> CommandFailure.usage(String.valueOf(failure.getMessage()), failure);
            case ModelFormatException failure ->
                new CommandFailure(ExitCode.BAD_MODEL, "--classifier " + failure.getMessage(), failure);
            case FileSystemException failure -> {
                String file = String.valueOf(failure.getFile());
                yield CommandFailure.of(ExitCode.USAGE, "--classifier " + file, file, failure);
            }
            case IOException failure ->
                new CommandFailure(ExitCode.BAD_MODEL, String.valueOf(failure.getMessage()), failure);
            default -> new IllegalStateException(e);
        };
    }

    /** The models' names. */
    private String setUp(ClipServer.Builder builder) {
        try {
            keys().forEach(builder::apiKey);
            hosts.forEach(builder::allowHost);
            origins.forEach(builder::cors);
            urlHosts.forEach(builder::allowUrls);
            immichUpstream.ifPresent(builder::immichUpstream);
            index.ifPresent(folder -> builder.index(withQuietLucene(folder)));
            builder.host(host).port(port).maxBody(bytes(maxBody)).queue(queue).accessLog(new Log(session.terminal()));
            if (!ui) {
                builder.withoutPage();
            }
            if (insecure) {
                builder.insecure();
            }
            aliases.forEach(alias -> builder.alias(before(alias), behind(alias)));
            classifiers.forEach(file -> builder.classifier(stem(file), file));
            tls(builder);
            return String.join(", ", models(builder));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), e);
        }
    }

    private static Path withQuietLucene(Path folder) {
        LuceneLog.LOGGER.setLevel(Level.SEVERE);
        return folder;
    }

    private void tls(ClipServer.Builder builder) {
        if (certificate.isPresent() != certificateKey.isPresent()) {
            throw CommandFailure.usage("--tls-cert and --tls-key: expected both or none, found one");
        }
        if (certificate.isPresent() && certificateKey.isPresent()) {
            try {
                builder.tls(certificate.get(), certificateKey.get());
            } catch (IOException e) {
                throw CommandFailure.of(ExitCode.USAGE, "--tls-cert, --tls-key", "", e);
            }
        }
    }

    private List<String> keys() {
        if (keyFile.isEmpty()) {
            return session.variable("CLIP_API_KEY").stream().toList();
        }
        Path file = keyFile.get();
        try {
            List<String> keys = Files.readString(file)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (keys.isEmpty()) {
                throw CommandFailure.usage("--api-key-file " + file + ": expected a key on a line, found none");
            }
            return keys;
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.USAGE, "--api-key-file " + file, file.toString(), e);
        }
    }

    private List<String> models(ClipServer.Builder builder) {
        ClipOptions options = session.global().clipOptions();
        List<String> wanted =
                models.isEmpty() ? session.variable("CLIP_MODEL").stream().toList() : models;
        if (wanted.isEmpty()) {
            ModelOption.builtIn(session); // complains at once where the jar has none
            // so small that slower kernels are no loss
            builder.model(BUILT_IN, () -> ModelOption.openBuiltIn(options.withQuickStart(true), session));
            return List.of(BUILT_IN);
        }
        List<String> names = new ArrayList<>();
        for (String model : wanted) {
            Path file = ModelOption.resolve(model, session);
            String name = Files.exists(Path.of(model)) ? stem(Path.of(model)) : model;
            if (names.contains(name)) {
                throw CommandFailure.usage("--model " + model + ": another model is served as " + name + " already");
            }
            names.add(name);
            builder.model(name, () -> ModelFailure.reading(file.toString(), () -> Clip.open(file, options)));
        }
        return names;
    }

    private static String stem(Path file) {
        String name = String.valueOf(file.toAbsolutePath().normalize().getFileName());
        return name.endsWith(".safetensors") ? name.substring(0, name.length() - ".safetensors".length()) : name;
    }

    private static String before(String alias) {
        int sign = alias.indexOf('=');
        if (sign < 1 || sign == alias.length() - 1) {
            throw CommandFailure.usage("--alias " + alias + ": expected ALIAS=MODEL");
        }
        return alias.substring(0, sign);
    }

    private static String behind(String alias) {
        return alias.substring(alias.indexOf('=') + 1);
    }

    private static long bytes(String size) {
        Matcher matcher = SIZE.matcher(size.toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw CommandFailure.usage("--max-body " + size + ": expected a size as 20MB");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (Optional.ofNullable(matcher.group(2)).orElse("B")) {
            case "KB" -> number << 10;
            case "MB" -> number << 20;
            case "GB" -> number << 30;
            default -> number;
        };
    }

    private ClipServer start(ClipServer.Builder builder) {
        try {
            return builder.start();
        } catch (IndexException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw CommandFailure.usage("--host " + host + " --port " + port + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage() + ": --api-key-file FILE, or --insecure", e);
        }
    }

    /** Held, for a logger that nobody holds forgets its level; and apart, for it is needed to serve alone. */
    private static final class JettyLog {
        private static final Logger LOGGER = Logger.getLogger("org.eclipse.jetty");
    }

    /** It tells stderr what it runs on, as if that were a warning. */
    private static final class LuceneLog {
        private static final Logger LOGGER = Logger.getLogger("org.apache.lucene");
    }

    /** Stdout, a line at a time; when nobody reads it any more, nowhere. */
    private static final class Log implements Consumer<String> {
        private final Writer out;
        private boolean isGone;

        Log(Terminal terminal) {
            this.out = terminal.writer();
        }

        @Override
        public synchronized void accept(String line) {
            if (isGone) {
                return;
            }
            try {
                out.write(line + "\n");
                out.flush();
            } catch (OutputFailure | IOException e) {
                isGone = true;
                System.getLogger(ServeCommand.class.getName())
                        .log(System.Logger.Level.WARNING, "no log of requests any more: " + e.getMessage());
            }
        }
    }
}
