package org.clipjava.spark;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.MissingTowerException;
import org.clipjava.Tower;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.config.KernelChoice;
import org.clipjava.io.Sha256;

/**
 * The models that are open in this JVM, each once, counted by the tasks that use them. One that no task uses stays open, for the
 * next task is seldom far; it goes when another is wanted, or with {@link #closeIdle}.
 *
 * <p>The one mutable static of the project: Spark makes a task out of bytes, and there is no other way from there to what an
 * earlier task of the same JVM has opened.
 */
public final class SharedModels {
    private static final SharedModels OF_THIS_JVM = new SharedModels();

    private final List<OpenModel> open = new ArrayList<>();

    private SharedModels() {}

    static SharedModels ofThisJvm() {
        return OF_THIS_JVM;
    }

    /** Frees the models of this JVM that no task uses: for notebooks, which outlive their queries. */
    public static void closeIdle() {
        OF_THIS_JVM.closeUnused();
    }

    /**
     * The right to use a model until the lease is closed. The first to come waits for the model to be opened, and those behind it
     * do too.
     *
     * @param threads how many may share one call, the calling one included
     * @throws UnusableModelException if the file is missing, another one, broken, or slow for want of the Vector API
     */
    synchronized Lease lease(PlacedModel file, Set<Tower> towers, int threads) {
        for (OpenModel model : open) {
            if (model.file.equals(file) && model.threads == threads && model.towers.containsAll(towers)) {
                return new Lease(model);
            }
        }
        closeUnused();
        OpenModel model = new OpenModel(file, towers, threads);
        open.add(model);
        return new Lease(model);
    }

    private synchronized void closeUnused() {
        List<OpenModel> unused =
                open.stream().filter(model -> model.leases == 0).toList();
        open.removeAll(unused);
        unused.forEach(OpenModel::close);
    }

    private synchronized void released(OpenModel model) {
        model.leases--;
    }

    /** How many models are open. */
    synchronized int count() {
        return open.size();
    }

    /** A share in an open model; closing it again does nothing. */
    final class Lease implements AutoCloseable {
        private final OpenModel model;
        private final AtomicBoolean closed = new AtomicBoolean();

        /** To be made by who holds the lock. */
        private Lease(OpenModel model) {
            this.model = model;
            model.leases++;
        }

        Clip clip() {
            return model.clip;
        }

        /**
         * For a task that can't do without a tower.
         *
         * @throws UnusableModelException if the model has not this one
         */
        void require(Tower tower) {
            try {
                model.clip.require(tower);
            } catch (MissingTowerException e) {
                throw new UnusableModelException(String.valueOf(e.getMessage()), e);
            }
        }

        /** The classifier for these labels, whose embeddings are computed once. */
        ZeroShotClassifier classifier(Labels labels) {
            require(Tower.TEXT);
            require(Tower.IMAGE);
            return model.classifiers.get(labels, key -> key.classifier(model.clip));
        }

        /** The embedding of a text, of length 1, [E]. */
        float[] textEmbedding(String text) {
            require(Tower.TEXT);
            return model.texts
                    .get(text, key -> model.clip.encodeText(key).normalized().toArray())
                    .clone();
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                released(model);
            }
        }
    }

    private static final class OpenModel {
        /** A query has few texts, and asks for the same ones for every row. */
        private static final int TEXTS = 1000;

        private static final int CLASSIFIERS = 10;

        private final PlacedModel file;
        private final Set<Tower> towers;
        private final int threads;
        private final ExecutorService helpers;
        private final Clip clip;
        private final Recent<String, float[]> texts = new Recent<>(TEXTS);
        private final Recent<Labels, ZeroShotClassifier> classifiers = new Recent<>(CLASSIFIERS);
        private int leases;

        OpenModel(PlacedModel file, Set<Tower> towers, int threads) {
            this.file = file;
            this.towers = Set.copyOf(towers);
            this.threads = threads;
            AtomicInteger count = new AtomicInteger();
            // As many as calls ask for: each task brings its own share of cores.
            this.helpers = Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "clip-worker-" + count.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });
            try {
                this.clip = open(file, loading(towers).withThreads(threads).withExecutor(helpers));
            } catch (Throwable e) {
                helpers.close();
                throw e;
            }
        }

        /** A model of one tower does what it can where both might be wanted. */
        private static ClipOptions loading(Set<Tower> towers) {
            ClipOptions options = ClipOptions.defaults();
            return towers.size() == Tower.values().length ? options : options.withTowers(towers);
        }

        private static Clip open(PlacedModel file, ClipOptions options) {
            String place = "model on " + host() + ": ";
            Path path = file.path();
            if (options.kernels() == KernelChoice.AUTO
                    && ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
                throw new UnusableModelException(place
                        + "this Java runs without the Vector API, many times slower; give driver and executors --add-modules"
                        + " jdk.incubator.vector in spark.driver.extraJavaOptions and spark.executor.extraJavaOptions, or mean it"
                        + " with -Dclip.kernels=scalar");
            }
            try {
                if (file.expectedSha256().isPresent()) {
                    String found = Sha256.of(path);
                    if (!found.equals(file.sha256())) {
                        throw new UnusableModelException(place + path + ": expected SHA-256 " + file.sha256()
                                + ", found " + found + "; put the same model on all machines");
                    }
                }
                return Clip.open(path, options);
            } catch (NoSuchFileException e) {
                throw new UnusableModelException(
                        place + path + ": no such file; name one that every machine sees, or let Spark send it", e);
            } catch (IOException e) {
                throw new UnusableModelException(place + path + ": " + e.getMessage(), e);
            }
        }

        void close() {
            clip.close();
            helpers.close();
        }

        private static String host() {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (java.net.UnknownHostException e) {
                return String.valueOf(e.getMessage()); // begins with the name that could not be resolved
            }
        }
    }

    /** What was asked for lately. A value is computed by one caller at a time. */
    private static final class Recent<K, V> {
        private final Map<K, V> values;

        Recent(int capacity) {
            this.values = new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                    return size() > capacity;
                }
            };
        }

        synchronized V get(K key, Function<K, V> compute) {
            V known = values.get(key);
            if (known == null) {
                known = compute.apply(key);
                values.put(key, known);
            }
            return known;
        }
    }
}
