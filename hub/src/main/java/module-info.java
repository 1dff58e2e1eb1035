/** Fetches checkpoints from the Hugging Face hub, into the cache that Python uses too. */
module org.clipjava.hub {
    requires transitive org.clipjava.engine;
    requires java.net.http;
    requires com.google.gson;
    requires static org.jspecify;

    exports org.clipjava.hub;
}
