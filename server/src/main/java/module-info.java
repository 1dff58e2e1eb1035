/** Embeddings and zero-shot classification over HTTP. */
@SuppressWarnings("requires-automatic") // Prometheus' client is of before modules; no type of it is in the API
module org.clipjava.server {
    requires transitive org.clipjava.engine;
    requires org.clipjava.models;
    requires org.clipjava.index;
    requires java.net.http;
    requires com.google.gson;
    requires org.eclipse.jetty.server;
    requires org.eclipse.jetty.client;
    requires io.prometheus.metrics.config;
    requires io.prometheus.metrics.core;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires static org.jspecify;

    exports org.clipjava.server;
}
