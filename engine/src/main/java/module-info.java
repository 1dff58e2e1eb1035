/** The CLIP engine: encoders, tokenizer and preprocessing on the JDK alone. */
@SuppressWarnings("module") // the modules that io is exported to are compiled after this one
module org.clipjava.engine {
    // Kernels run on the Vector API where the module is resolved, and on plain Java where it is not.
    requires static jdk.incubator.vector;
    // Only plugins of ImageIO need it; all pictures that are decoded here do without.
    requires static java.desktop;
    // Annotations for compilers; nothing reads them at run time.
    requires static org.jspecify;

    exports org.clipjava;
    exports org.clipjava.safetensors;
    exports org.clipjava.error;
    exports org.clipjava.config;
    exports org.clipjava.modelfile;
    exports org.clipjava.encoder;
    exports org.clipjava.image;
    exports org.clipjava.locate;
    exports org.clipjava.text;
    exports org.clipjava.weights;
    exports org.clipjava.io to
            org.clipjava.bench,
            org.clipjava.cli,
            org.clipjava.convert,
            org.clipjava.eval,
            org.clipjava.hub,
            org.clipjava.index,
            org.clipjava.measure,
            org.clipjava.models,
            org.clipjava.server,
            org.clipjava.spark;

    // what implements its dot products outside of the Vector API
    exports org.clipjava.kernel to
            org.clipjava.machinecode;

    uses org.clipjava.PackagedModel;
    uses org.clipjava.encoder.EncoderBackend;
    uses org.clipjava.kernel.DotProducts.Provider;
}
