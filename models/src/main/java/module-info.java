/** Finds models by name, path, checkpoint folder or hub id, and converts them on first use. */
module org.clipjava.models {
    requires transitive org.clipjava.engine;
    requires transitive org.clipjava.hub;
    requires org.clipjava.convert;
    requires static org.jspecify;

    exports org.clipjava.models;
}
