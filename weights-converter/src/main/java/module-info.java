/** Converts checkpoints, as training code saves them, to the model file. */
module org.clipjava.convert {
    requires transitive org.clipjava.engine;
    requires com.google.gson;
    requires static org.jspecify;

    exports org.clipjava.convert;
}
