package org.clipjava.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.clipjava.Clip;
import org.clipjava.LinearClassifier;
import org.clipjava.index.PictureIndex;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.server.api.Api;
import org.clipjava.server.api.ClassifyApi;
import org.clipjava.server.api.CohereApi;
import org.clipjava.server.api.HuggingFaceApi;
import org.clipjava.server.api.ImmichApi;
import org.clipjava.server.api.LocateApi;
import org.clipjava.server.api.Models;
import org.clipjava.server.api.OpenAiApi;
import org.clipjava.server.api.PageApi;
import org.clipjava.server.api.RemotePictures;
import org.clipjava.server.api.SearchApi;
import org.clipjava.server.api.Service;
import org.clipjava.server.api.StatusApi;
import org.clipjava.server.api.TeiApi;
import org.clipjava.server.api.VoyageApi;
import org.clipjava.server.http.ApiHandler;
import org.clipjava.server.http.Bodies;
import org.clipjava.server.http.Connections;
import org.clipjava.server.http.Guard;
import org.clipjava.server.http.JsonErrors;
import org.clipjava.server.http.Keys;
import org.clipjava.server.http.Routes;
import org.clipjava.server.metrics.Metrics;
import org.clipjava.server.remote.FetchedPictures;
import org.clipjava.server.remote.ImmichUpstream;
import org.clipjava.server.work.ServedModel;
import org.clipjava.server.work.Work;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Embeddings and zero-shot classification over HTTP, in the shapes that clients of OpenAI and others speak already; {@code docs/server.md}
 * shows them.
 *
 * <pre>{@code
 * try (ClipServer server = ClipServer.builder()
 *         .model("vit-b-32", () -> Clip.open(Path.of("vit-b-32.safetensors")))
 *         .port(8080)
 *         .start()) {
 *     server.loaded().join();
 *     System.out.println(server.address());
 * }
 * }</pre>
 *
 * <p>It listens before its models are open; until then {@code /health} is 503, and requests are told to come again. Thread-safe.
 */
public final class ClipServer implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(ClipServer.class.getName());

    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration HEADERS = Duration.ofSeconds(10);
    private static final Duration STOP = Duration.ofSeconds(60);
    private static final int HEADER_BYTES = 16 << 10;
    private static final int CONNECTIONS = 4096;
    private static final int LARGEST_PICTURE = 100_000_000;

    /** A pixel that is being decoded takes three bytes, and some formats three times that. */
    private static final int HEAP_BYTES_A_PIXEL = 32;

    private final Server jetty;
    private final ServerConnector connector;
    private final Work work;
    private final RemotePictures remote;
    private final Optional<ImmichUpstream> upstream;
    private final Optional<SearchApi> search;
    private final Thread loader;
    private final CompletableFuture<Void> loaded = new CompletableFuture<>();
    private final String scheme;
    private volatile boolean isStopping;

    /** Opens a model. */
    public interface ModelSource {
        /**
         * The model; the server closes it.
         *
         * @throws IOException if it can't be opened
         */
        Clip open() throws IOException;
    }

    private ClipServer(Builder builder) throws IOException {
        Guard guard = builder.guard();
        Optional<PictureIndex> index = builder.openIndex(); // before a thread is started, for it may not be there
        this.scheme = builder.tls.isPresent() ? "https" : "http";
        this.upstream = builder.upstream.map(ImmichUpstream::new);
        this.remote = builder.remotePictures();
        Metrics metrics = new Metrics();
        int processors = Runtime.getRuntime().availableProcessors();
        long heap = Runtime.getRuntime().maxMemory();
        this.work = new Work(builder.queue, processors, heap / HEAP_BYTES_A_PIXEL, LARGEST_PICTURE, metrics);
        Models models = new Models();
        Service service = Service.of(work, remote);
        ClassifyApi classify = new ClassifyApi(models, service);
        List<Api> apis = new ArrayList<>(List.of(
                new StatusApi(work, metrics, this::isLoaded, () -> isStopping),
                new OpenAiApi(models, service),
                classify,
                new LocateApi(models, service),
                new HuggingFaceApi(models, service),
                new TeiApi(models, service),
                new CohereApi(models, service),
                new VoyageApi(models, service),
                new ImmichApi(models, service, upstream.map(other -> other))));
        this.search = index.map(opened -> new SearchApi(opened, service));
        search.ifPresent(apis::add);
        if (builder.hasPage) {
            apis.add(PageApi.ofModels());
            search.ifPresent(of -> apis.add(PageApi.ofIndex()));
        }
        Routes routes =
                new Routes(apis.stream().flatMap(api -> api.routes().stream()).toList());

        this.loader = Thread.ofPlatform()
                .name("clip-server-loader")
                .daemon()
                .start(() -> load(builder, models, classify)); // meanwhile Jetty is made, which takes as long

        // Jetty's own queue would ask the JVM's management for the size of a reference, for a quarter of a second.
        QueuedThreadPool threads = new QueuedThreadPool(Math.max(8, 2 * processors), 4, new LinkedBlockingQueue<>());
        threads.setName("clip-server-http");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("clip-server-request-"));
        this.jetty = new Server(threads);
        this.connector = builder.connector(jetty);
        Connections connections = new Connections(jetty.getScheduler(), HEADERS, IDLE);
        connector.addBean(connections);
        jetty.addConnector(connector);
        jetty.addBean(new NetworkConnectionLimit(CONNECTIONS, connector));
        jetty.setErrorHandler(new JsonErrors(routes));
        jetty.setStopTimeout(STOP.toMillis());
        AccessLog log = new AccessLog(builder.accessLog);
        ApiHandler handler =
                new ApiHandler(routes, guard, new Bodies(builder.maxBody, heap / 4), connections, request -> {
                    metrics.request(request.route(), request.status(), request.duration());
                    log.done(request);
                });
        jetty.setHandler(new GracefulHandler(handler));
    }

    /** A server that is to be set up. */
    public static Builder builder() {
        return new Builder();
    }

    private void load(Builder builder, Models models, ClassifyApi classify) {
        try {
            List<ServedModel> all = new ArrayList<>();
            for (Map.Entry<String, ModelSource> model : builder.models.entrySet()) {
                all.add(work.add(model.getKey(), model.getValue().open()));
            }
            for (Map.Entry<String, Path> classifier : builder.classifiers.entrySet()) {
                add(classify, classifier.getKey(), classifier.getValue(), all);
            }
            if (search.isPresent()) {
                search.get().loaded(all);
            }
            models.loaded(all, builder.aliases); // who asks already is a trial as good as ours
            if (!work.isFit()) {
                throw new IOException("a trial encoding failed; the log says why");
            }
            loaded.complete(null);
        } catch (IOException | RuntimeException | Error e) {
            loaded.completeExceptionally(e);
        }
    }

    /** Of the models it is the one that it was made for. */
    private static void add(ClassifyApi classify, String name, Path file, List<ServedModel> all) throws IOException {
        Optional<ModelFormatException> refusal = Optional.empty();
        for (ServedModel model : all) {
            try {
                classify.add(name, LinearClassifier.load(file, model.clip()), model);
                return;
            } catch (ModelFormatException e) {
                refusal = Optional.of(e);
            }
        }
        throw refusal.orElseThrow();
    }

    private void start() throws IOException {
        try {
            jetty.start();
        } catch (Exception e) {
            close();
            throw e instanceof IOException io ? io : new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Done when the models are open and have encoded something; fails as opening one did. Requests are answered from the opening on. */
    public CompletableFuture<Void> loaded() {
        return loaded.copy();
    }

    private boolean isLoaded() {
        return loaded.isDone() && !loaded.isCompletedExceptionally();
    }

    /** Where it listens, without a path. */
    public URI address() {
        String host = connector.getHost();
        String shown = host.contains(":") ? "[" + host + "]" : host;
        return URI.create(scheme + "://" + shown + ":" + connector.getLocalPort());
    }

    /**
     * Takes no more requests, answers those that it has taken, for a minute at most, and closes the models. Closing again does nothing.
     */
    @Override
    public void close() {
        isStopping = true;
        boolean interrupted = Thread.interrupted(); // what is begun is finished all the same
        try {
            jetty.stop();
        } catch (Exception e) {
            LOGGER.log(System.Logger.Level.WARNING, "not every request was answered before the end", e);
        }
        while (loader.isAlive()) {
            try {
                loader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        work.close();
        remote.close();
        upstream.ifPresent(ImmichUpstream::close);
        search.ifPresent(ClipServer::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(SearchApi search) {
        try {
            search.close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.WARNING, "the index was not closed", e);
        }
    }

    /** Sets a server up. For one thread. */
    public static final class Builder {
        private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
        private static final int DEFAULT_PORT = 8080;
        private static final long DEFAULT_MAX_BODY = 20L << 20;
        private static final int DEFAULT_QUEUE = 256;

        private final Map<String, ModelSource> models = new LinkedHashMap<>();
        private final Map<String, String> aliases = new LinkedHashMap<>();
        private final Map<String, Path> classifiers = new LinkedHashMap<>();
        private final List<String> keys = new ArrayList<>();
        private final List<String> origins = new ArrayList<>();
        private final List<String> hosts = new ArrayList<>();
        private final List<String> urlHosts = new ArrayList<>();
        private Optional<URI> upstream = Optional.empty();
        private Optional<Path> index = Optional.empty();
        private String host = "127.0.0.1";
        private int port = DEFAULT_PORT;
        private boolean isInsecure;
        private boolean hasPage = true;
        private long maxBody = DEFAULT_MAX_BODY;
        private int queue = DEFAULT_QUEUE;
        private Optional<KeyStore> tls = Optional.empty();
        private Consumer<String> accessLog = line -> {};

        private Builder() {}

        /** Serves a model; the first is taken where a request names none. */
        public Builder model(String name, ModelSource source) {
            models.put(name, source);
            return this;
        }

        /** Serves a model under another name too. */
        public Builder alias(String alias, String model) {
            aliases.put(alias, model);
            return this;
        }

        /** Serves what {@link LinearClassifier#save} wrote, by name; of the models it is the one that it was made for. */
        public Builder classifier(String name, Path file) {
            classifiers.put(name, file);
            return this;
        }

        /**
         * Finds pictures in this index, which one of the models was made with; they and their thumbnails go out by id. Where there is a
         * page, there is a gallery at {@code /gallery} too. What others write into the index meanwhile is found within seconds.
         */
        public Builder index(Path folder) {
            index = Optional.of(folder);
            return this;
        }

        /** Listens on this address; 127.0.0.1 unless another is said. */
        public Builder host(String address) {
            host = address;
            return this;
        }

        /** Listens on this port; 8080 unless another is said, and any free one for 0. */
        public Builder port(int number) {
            if (number < 0 || number > 65_535) {
                throw new IllegalArgumentException("port: expected 0 to 65535, found " + number);
            }
            port = number;
            return this;
        }

        /** Answers only who sends this key, or another that was given. */
        public Builder apiKey(String key) {
            if (key.isBlank()) {
                throw new IllegalArgumentException("expected a key, found a blank one");
            }
            keys.add(key);
            return this;
        }

        /** Has no page. */
        public Builder withoutPage() {
            hasPage = false;
            return this;
        }

        /** May listen for other machines without asking for a key. */
        public Builder insecure() {
            isInsecure = true;
            return this;
        }

        /** Answers also when it is called by this name, as by a proxy in front of it. */
        public Builder allowHost(String name) {
            hosts.add(name);
            return this;
        }

        /** Lets pages of this origin ask, as {@code https://example.org}; {@code *} for all. */
        public Builder cors(String origin) {
            origins.add(origin);
            return this;
        }

        /** Fetches pictures that requests name by address, if they are on this host and it is on the internet. */
        public Builder allowUrls(String urlHost) {
            urlHosts.add(urlHost);
            return this;
        }

        /** Has another server do what immich asks for beside CLIP, as {@code http://immich-ml:3003}. */
        public Builder immichUpstream(URI address) {
            upstream = Optional.of(address);
            return this;
        }

        /** Refuses larger bodies; 20 MiB unless another number of bytes is said. */
        public Builder maxBody(long bytes) {
            if (bytes < 1 || bytes > Integer.MAX_VALUE / 4) {
                throw new IllegalArgumentException(
                        "the largest body: expected 1 to " + Integer.MAX_VALUE / 4 + " bytes, found " + bytes);
            }
            maxBody = bytes;
            return this;
        }

        /** Refuses requests when so many inputs wait; 256 unless another number is said. */
        public Builder queue(int inputs) {
            if (inputs < 1) {
                throw new IllegalArgumentException("the queue: expected at least 1, found " + inputs);
            }
            queue = inputs;
            return this;
        }

        /**
         * Speaks TLS.
         *
         * @param certificates in PEM, the server's first
         * @param key in PEM, PKCS #8, not encrypted
         * @throws IOException if one can't be read
         */
        public Builder tls(Path certificates, Path key) throws IOException {
            tls = Optional.of(Pem.keyStore(certificates, key));
            return this;
        }

        /** Is told of each request, as one line of JSON; on the thread that answered it. */
        public Builder accessLog(Consumer<String> lines) {
            accessLog = lines;
            return this;
        }

        /**
         * Listens, and begins to open the models; {@link ClipServer#loaded} tells when they are.
         *
         * @throws IllegalArgumentException if there is no model, or other machines could ask without a key
         * @throws IOException if it can't listen there, or there is no index in the folder that was named
         */
        public ClipServer start() throws IOException {
            if (models.isEmpty()) {
                throw new IllegalArgumentException("expected at least one model, found none");
            }
            if (keys.isEmpty() && !isInsecure && !isLoopback()) {
                throw new IllegalArgumentException("host " + host
                        + " can be reached from other machines: expected a key that they have to know; or say that it may be"
                        + " insecure");
            }
            ClipServer server = new ClipServer(this);
            server.start();
            return server;
        }

        private boolean isLoopback() throws IOException {
            return InetAddress.getByName(host).isLoopbackAddress();
        }

        private Optional<PictureIndex> openIndex() throws IOException {
            return index.isPresent() ? Optional.of(PictureIndex.read(index.get())) : Optional.empty();
        }

        private Guard guard() throws IOException {
            boolean any = !isLoopback() && hosts.isEmpty();
            Set<String> names = new HashSet<>(hosts);
            names.addAll(LOOPBACK);
            names.add(host);
            return new Guard(any ? Optional.empty() : Optional.of(names), origins, new Keys(keys));
        }

        private RemotePictures remotePictures() throws IOException {
            return urlHosts.isEmpty() ? RemotePictures.NONE : FetchedPictures.from(urlHosts, maxBody);
        }

        private ServerConnector connector(Server jetty) {
            HttpConfiguration configuration = new HttpConfiguration();
            configuration.setSendServerVersion(false);
            configuration.setSendDateHeader(true);
            configuration.setRequestHeaderSize(HEADER_BYTES);
            HttpConnectionFactory http = new HttpConnectionFactory(configuration);
            ServerConnector connector;
            if (tls.isPresent()) {
                configuration.addCustomizer(new SecureRequestCustomizer(false));
                SslContextFactory.Server context = new SslContextFactory.Server();
                context.setKeyStore(tls.get());
                context.setKeyStorePassword("");
                connector = new ServerConnector(jetty, 1, 1, new SslConnectionFactory(context, "http/1.1"), http);
            } else {
                connector = new ServerConnector(jetty, 1, 1, http);
            }
            connector.setHost(host);
            connector.setPort(port);
            connector.setIdleTimeout(IDLE.toMillis());
            connector.setShutdownIdleTimeout(-1); // a client that is slow to take its answer would lose it
            return connector;
        }
    }
}
